"""What a partner's program says: taken once and from its own key only, and nothing is taken that should not be."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from motions.deals import Stage
from motions.errors import Unavailable
from motions.instance_hearing import hear
from motions.instance_telling import sweep
from motions.instance_wire import FRESH, SIGNATURE, Answer, Outcome, id_of, key_name, question_text, spelled_sent
from motions.proposals import canonical_json
from tests.fakes.world import AWS, MINUTE, SECOND
from tests.motions.forecasts import stored
from tests.motions.neighbours import Neighbours, amend, entries, instances_of, neighbours, sent, set_ours


def heard(both: Neighbours, text: str, key: str | None = None, signature: str | None = None) -> Answer | None:
    """What AWS answers to a text that Meridian signed, unless somebody else did."""
    signer = both.meridian.ports.signer
    signed = signer.sign(key_name(AWS), question_text(text))
    found = hear(
        text,
        signed.public_key if key is None else key,
        signed.value if signature is None else signature,
        both.aws.ports,
    )
    return Answer.model_validate_json(found.text) if found else None


def changed(both: Neighbours, change: Callable[[dict[str, Any]], object], *, is_whole: bool = True) -> str:
    """The last message with something else in it, its id mended unless told otherwise."""
    payload = json.loads(sent(both))["message"]
    change(payload)
    if is_whole:
        payload["id"] = id_of(payload)
    moment = both.aws.clock.now().isoformat().replace("+00:00", "Z")
    return canonical_json({"message": payload, "sent_at": moment})


def grown(payload: dict[str, Any], **changes: Any) -> None:
    """Another message, made later, with other figures of its first deal."""
    payload["at"] = payload["at"].replace("09:", "10:")
    payload["rows"][0] |= changes


def test_the_same_message_again_changes_nothing() -> None:
    both = neighbours()
    both.tell(both.meridian)
    before = stored(both.aws, "Acme")

    answer = heard(both, sent(both))

    assert answer is not None
    assert answer.outcome is Outcome.REPEATED
    assert stored(both.aws, "Acme") == before
    assert len(entries(both.aws, "figures.heard")) == 1


def test_a_message_taken_before_does_not_undo_what_came_after() -> None:
    both = neighbours()
    both.tell(both.meridian)
    first = sent(both)
    set_ours(both.meridian, "Acme", stage=Stage.COMMITTED)
    both.tell(both.meridian)

    answer = heard(both, first)

    assert answer is not None
    assert answer.outcome is Outcome.REPEATED
    assert stored(both.aws, "Acme").theirs.stage is Stage.COMMITTED


def test_a_message_that_a_later_one_overtook_changes_nothing() -> None:
    both = neighbours()
    both.tell(both.meridian)
    early = changed(both, lambda m: m.update(at=m["at"].replace("09:", "08:"), company="Meridian Inc."))
    before = stored(both.aws, "Acme")

    answer = heard(both, early)

    assert answer is not None
    assert (answer.outcome, answer.rows) == (Outcome.OVERTAKEN, ())
    assert stored(both.aws, "Acme") == before


def test_the_sender_is_told_that_it_was_overtaken() -> None:
    both = neighbours()
    both.tell(both.meridian)
    set_ours(both.meridian, "Acme", stage=Stage.COMMITTED)
    with both.aws.store.transaction() as uow:
        uow.deals.set_watermark(f"figures:{AWS}", both.aws.clock.now() + MINUTE)

    told = both.tell(both.meridian)

    assert (told.answer.outcome, told.is_equal) == (Outcome.OVERTAKEN, False)
    assert sweep(both.meridian.ports) == 1  # until it is taken


@pytest.mark.parametrize("whose", ["unknown key", "bad signature", "tampered", "no key", "nobody"])
def test_who_is_not_known_learns_nothing_whatever_the_reason(whose: str) -> None:
    both = neighbours()
    both.tell(both.meridian)
    before, text = stored(both.aws, "Acme"), sent(both)
    stranger = both.aws.ports.signer.sign("stranger", question_text(text))
    how: dict[str, tuple[str, str | None, str | None]] = {
        "unknown key": (text, stranger.public_key, stranger.value),
        "bad signature": (text, None, stranger.value),
        "tampered": (text, None, instances_of(both.meridian).sent[-1][2][SIGNATURE]),
        "no key": (text, None, None),
        "nobody": ("", "", ""),
    }
    if whose == "no key":
        amend(both.aws, public_key=None)
    asked, key, signature = how[whose]
    if whose == "tampered":
        asked = text.replace("2000000", "9000000")

    assert heard(both, asked, key, signature) is None

    assert stored(both.aws, "Acme") == before
    assert len(entries(both.aws, "figures.heard")) == 1


def test_a_signature_of_something_else_by_the_same_key_is_none_of_figures() -> None:
    both = neighbours()
    both.tell(both.meridian)
    bare = both.meridian.ports.signer.sign(key_name(AWS), sent(both)).value

    assert heard(both, sent(both), signature=bare) is None


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda m: m.update(to="somebody else"), "another recipient"),
        (lambda m: m.update({"from": "somebody else"}), "Its sender or its id"),
        (lambda m: m.update(version=2), "no message of figures"),
        (lambda m: m.update(note="a field nobody knows"), "no message of figures"),
        (lambda m: m.update(rows=[]), "no message of figures"),
        (lambda m: m["rows"][0].update(stage="soon"), "no message of figures"),
        (lambda m: m["rows"][0].update(crm_id="006"), "no message of figures"),
        (lambda m: m.update(at="2026-11-24T09:00:00Z"), "clocks"),
    ],
)
def test_what_is_wrong_with_a_message_is_said_and_nothing_is_written(
    change: Callable[[dict[str, Any]], object], said: str
) -> None:
    both = neighbours()
    both.tell(both.meridian)
    before = stored(both.aws, "Acme")

    answer = heard(both, changed(both, change))

    assert answer is not None
    assert answer.outcome is Outcome.REFUSED
    assert said in answer.said
    assert "Nothing was written" in answer.said
    assert stored(both.aws, "Acme") == before


def test_an_id_that_is_not_of_the_content_is_refused() -> None:
    both = neighbours()
    both.tell(both.meridian)

    answer = heard(both, changed(both, lambda m: grown(m, deal="Beacon"), is_whole=False))

    assert answer is not None
    assert "its id" in answer.said


def test_a_message_in_another_spelling_is_none() -> None:
    both = neighbours()
    both.tell(both.meridian)

    answer = heard(both, json.dumps(json.loads(sent(both))))

    assert answer is not None
    assert "spells" in answer.said


@pytest.mark.parametrize("off", [FRESH + SECOND, -FRESH - SECOND])
def test_a_clock_that_is_off_is_said_to_be(off: timedelta) -> None:
    both = neighbours()
    both.tell(both.meridian)
    payload = json.loads(sent(both))["message"]

    answer = heard(both, spelled_sent(payload, both.aws.clock.now() + off))

    assert answer is not None
    assert "clocks is off" in answer.said


def test_captured_bytes_are_good_for_five_minutes_and_change_nothing_within() -> None:
    both = neighbours()
    both.tell(both.meridian)
    both.aws.clock.advance(FRESH + SECOND)

    answer = heard(both, sent(both))

    assert answer is not None
    assert answer.outcome is Outcome.REFUSED


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"amount": {"value": "-5", "currency": "USD"}}, "amount"),
        ({"close_date": "0026-12-31"}, "close_date"),
    ],
)
def test_a_figure_that_cannot_be_meant_is_refused_with_its_row(changes: dict[str, Any], problem: str) -> None:
    both = neighbours()
    both.tell(both.meridian)

    answer = heard(both, changed(both, lambda m: _later(both, m, **changes)))

    assert answer is not None
    assert answer.rows[0].problems[0].startswith(problem)
    assert answer.rows[1].outcome == "same"


def test_figures_somebody_else_moves_meanwhile_are_not_taken_half() -> None:
    both = neighbours()
    both.tell(both.meridian)
    text = changed(both, lambda m: _later(both, m, stage="committed"))
    made = both.aws

    class Losing:
        """A store where somebody else is always first."""

        def __init__(self, spaces: Any) -> None:
            self._spaces = spaces

        def __getattr__(self, name: str) -> Any:
            return (lambda _line: False) if name == "save_line" else getattr(self._spaces, name)

    store = made.ports.store

    class Store:
        def transaction(self) -> Any:
            return _with(store.transaction(), lambda uow: setattr(uow, "spaces", Losing(uow.spaces)))

    made.ports = replace(made.ports, store=Store())

    with pytest.raises(Unavailable, match="nothing was written"):
        heard(both, text)


def _later(both: Neighbours, payload: dict[str, Any], **changes: Any) -> None:
    both.aws.clock.advance(MINUTE)
    payload["at"] = both.aws.clock.now().isoformat().replace("+00:00", "Z")
    payload["rows"][0] |= changes


def _with(context: Any, change: Callable[[Any], None]) -> Any:
    class Changed:
        def __enter__(self) -> Any:
            uow = context.__enter__()
            change(uow)
            return uow

        def __exit__(self, *error: object) -> Any:
            return context.__exit__(*error)

    return Changed()
