"""One spelling of a value: whatever a record holds, it is spelled as the store gives it back, and no token is."""

from dataclasses import replace
from datetime import timedelta, timezone

import pytest
from hypothesis import given, settings
from pydantic import TypeAdapter, ValidationError

from motions.canonical import fingerprint, spelled, spelled_changes, text_of, value_of
from motions.model import ExceptionItem, MessageRef, Motion, Token
from motions.proposals import Approval, StandingApproval, canonical_json
from tests.anything import anything
from tests.store.samples import NOW, a_full_motion, a_motion

examples = settings(max_examples=40)


@examples
@given(motion=anything(Motion))
def test_a_spelled_motion_is_the_motion_again_but_for_its_token(motion: Motion) -> None:
    again = TypeAdapter(Motion).validate_python(spelled(motion))

    token = None if motion.handoff_token is None else Token(fingerprint(motion.handoff_token))
    assert again == replace(motion, handoff_token=token)


@examples
@given(item=anything(ExceptionItem))
def test_a_spelled_exception_is_the_exception_again(item: ExceptionItem) -> None:
    assert TypeAdapter(ExceptionItem).validate_python(spelled(item)) == item


@examples
@given(approval=anything(Approval), standing=anything(StandingApproval))
def test_no_token_is_ever_spelled(approval: Approval, standing: StandingApproval) -> None:
    approval = replace(approval, token=Token("k-secret"), standing=Token("s-secret"))

    said = canonical_json([spelled(approval), spelled(replace(standing, token=Token("s-secret")))])

    assert "secret" not in said
    assert said.count(fingerprint(Token("s-secret"))) == 2


def test_changes_are_spelled_as_the_fields_of_the_whole_record() -> None:
    motion = a_full_motion()
    changes = {"handoff": MessageRef("C2", "2.000200"), "missing": ("website", "contacts"), "due_at": motion.due_at}

    written = spelled_changes(Motion, {**changes, "handoff_token": Token("h1")})

    assert written.items() <= spelled(motion).items()


def test_a_moment_of_another_zone_is_spelled_in_utc() -> None:
    elsewhere = NOW.astimezone(timezone(timedelta(hours=2)))

    assert spelled(a_motion(due_at=elsewhere)) == spelled(a_motion(due_at=NOW))


def test_a_field_nobody_knows_cannot_be_spelled() -> None:
    with pytest.raises(KeyError, match="amount"):
        spelled_changes(Motion, {"amount": 1})


def test_a_whole_value_comes_back_tokens_and_all() -> None:
    motion = a_full_motion()

    text = text_of(Motion, motion)

    assert value_of(Motion, text) == motion
    assert text == text_of(Motion, value_of(Motion, text))


def test_a_text_that_spells_nothing_is_refused() -> None:
    with pytest.raises(ValidationError):
        value_of(Motion, "{}")
