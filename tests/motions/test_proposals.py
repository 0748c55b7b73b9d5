"""The seal: any other byte of what an approval is about is another seal, and nothing else is."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from motions.model import PartnerKey, ProposalId
from motions.proposals import Proposal, ProposalKind, canonical_json, sha256_of
from motions.referrals import Draft, Field, FormField, InputKind, Problem
from tests.fakes.clock import MONDAY
from tests.fakes.world import AWS, MOTION

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)
payloads = st.dictionaries(st.text(max_size=6), values, max_size=5)


def proposal(payload: Mapping[str, object], **changes: Any) -> Proposal:
    plain = Proposal(
        id=ProposalId("p1"),
        motion_id=MOTION,
        kind=ProposalKind.FILE_REFERRAL,
        destination="aws",
        audience=AWS,
        payload=payload,
        form=(),
        problems=(),
        schema_version="1",
        policy_version="2026-11-a",
        answers={},
        created_at=MONDAY,
    )
    return replace(plain, **changes)


@settings(max_examples=60)
@given(payload=payloads, other=payloads)
def test_different_bytes_have_different_seals(payload: dict[str, object], other: dict[str, object]) -> None:
    same = canonical_json(payload) == canonical_json(other)

    assert (proposal(payload).seal == proposal(other).seal) is same


@settings(max_examples=60)
@given(payload=payloads, data=st.data())
def test_the_order_of_keys_makes_no_difference(payload: dict[str, object], data: st.DataObject) -> None:
    shuffled = dict(data.draw(st.permutations(list(payload.items()))))

    assert proposal(shuffled).seal == proposal(payload).seal


@settings(max_examples=60)
@given(payload=payloads, text=st.text(min_size=1, max_size=5))
def test_a_single_character_more_breaks_the_seal(payload: dict[str, object], text: str) -> None:
    more = {**payload, "title": text}

    assert proposal({**more, "title": text + "\u200b"}).seal != proposal(more).seal


@pytest.mark.parametrize(
    "change",
    [{"destination": "microsoft"}, {"audience": PartnerKey("northstar")}, {"policy_version": "2026-11-b"}],
    ids=str,
)
def test_who_gets_it_and_under_which_policy_is_sealed_too(change: dict[str, Any]) -> None:
    assert proposal({"a": 1}, **change).seal != proposal({"a": 1}).seal


def test_what_only_says_how_it_came_about_is_not_sealed() -> None:
    other = proposal({"a": 1}, id=ProposalId("p2"), edited_by="Priya", answers={"title": "x"})

    assert other.seal == proposal({"a": 1}).seal


def test_the_one_spelling_is_sorted_tight_and_readable() -> None:
    assert canonical_json({"b": [1, None], "a": "Zoë"}) == '{"a":"Zoë","b":[1,null]}'
    assert sha256_of({}) == "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"


def test_what_json_cannot_say_is_refused() -> None:
    with pytest.raises(ValueError):
        canonical_json(float("nan"))
    with pytest.raises(TypeError):
        canonical_json({"when": MONDAY})


def test_a_draft_or_proposal_with_a_problem_is_not_ready() -> None:
    problem = Problem(Field.TITLE, "X", "x", "y")
    line = FormField(Field.TITLE, "Title", None, InputKind.TEXT)

    assert not proposal({}, problems=(problem,)).is_ready
    assert not Draft("aws", "1", {}, (line,), (problem,)).is_ready
    assert Draft("aws", "1", {}, (line,), ()).is_ready
    assert proposal({}).is_ready
