"""Replaying the log: it gives every row and every message again, and what was changed past the doors is named."""

from collections.abc import Callable, Mapping
from dataclasses import fields, replace
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from handlers.views import VERSION, render
from motions import journal
from motions.auditing import Findings
from motions.deals import Money
from motions.effects import EffectStatus
from motions.model import Motion
from motions.proposals import Approval, Verdict
from motions.records import LogEntry, UnitOfWork
from motions.replaying import fold, replay
from motions.surfaces import Surface
from store.log import chained
from tests.anything import anything
from tests.fakes.store_rows import Rows
from tests.fakes.world import DEAL, MOTION, PRIYA, TOMAS, World
from tests.motions.stages import awaiting, handed_off
from tests.store.samples import a_standing, a_stop, an_exception

CARD = f"{MOTION}:card"


@pytest.fixture(scope="module")
def whole() -> World:
    """A motion from its trigger to its handoff; whoever changes it takes a copy."""
    return handed_off()


def replayed(made: World, draw: Callable[[Surface], Mapping[str, object]] = render, version: str = VERSION) -> Findings:
    found: Findings = made.read(lambda uow: replay(uow, draw, version))
    return found


def places(rows: Rows) -> list[str]:
    """Where a replay of these rows finds something."""
    made = handed_off()
    made.store._rows = rows
    return [difference.where for difference in replayed(made).differences]


def retold(made: World, tell: Callable[[LogEntry], Mapping[str, object]]) -> None:
    """The same log with other particulars, chained anew."""
    entries = [replace(entry, detail=tell(entry)) for entry in made.store._rows.log]
    made.store._rows.log = list(chained(entries, 0, ""))


def without(*names: str) -> Callable[[LogEntry], Mapping[str, object]]:
    """What an entry said when it did not say these; no version that did not knew grants."""

    def left(entry: LogEntry) -> Mapping[str, object]:
        is_whole = entry.event.startswith("grant.")
        return {name: value for name, value in entry.detail.items() if is_whole or name not in names}

    return left


def test_the_log_gives_every_row_and_message_of_a_motion_again(whole: World) -> None:
    found = replayed(whole)

    assert found.differences == []
    rows = whole.store._rows
    messages = [effect for effect in rows.effects.values() if effect.kind.startswith("slack.")]
    assert found.counts == {
        "entries": len(rows.log),
        "motion": 1,
        "approval": 1,
        "grant": 1,
        "effect": len(rows.effects),
        "message": len(messages),
        "line": 1,
        "space": 1,
    }


@settings(max_examples=60)
@given(name=st.sampled_from([each.name for each in fields(Motion)]), other=anything(Motion))
def test_any_field_of_a_motion_that_was_changed_is_found(whole: World, name: str, other: Motion) -> None:
    assume(getattr(other, name) != getattr(whole.motion, name))
    rows = whole.store._rows.copied()

    rows.motions[MOTION] = replace(whole.motion, **{name: getattr(other, name)})

    assert any(place.startswith("motion ") for place in places(rows))


def test_a_difference_names_the_field_the_entry_and_both_values() -> None:
    made = handed_off()
    made.note(nudges=9)

    [difference] = replayed(made).differences

    opened = next(e for e in made.read(lambda uow: uow.log.of(MOTION)) if e.event == "motion.opened")
    assert difference.where == f"motion {MOTION}, nudges"
    assert difference.said == f"it is 9; after entry {opened.seq} it must be 0"


@pytest.mark.parametrize(
    "changes",
    [
        {"verdict": Verdict.DENIED},
        {"decided_by": TOMAS.key},
        {"decided_name": TOMAS.name},
        {"reason": "none"},
        {"seal": "ab" * 32},
        {"epoch": 9},
        {"token": "another"},
    ],
    ids=str,
)
def test_a_changed_decision_is_found(whole: World, changes: dict[str, Any]) -> None:
    rows = whole.store._rows.copied()
    [(token, (approval, proposal))] = rows.decisions.items()

    rows.decisions[token] = (replace(approval, **changes), proposal)

    assert places(rows) == [f"approval {proposal.id}, {next(iter(changes))}"]


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"destination": "C0ELSEWHERE"}, "destination"),
        ({"external_id": "1.1"}, "external_id"),
        ({"status": EffectStatus.HELD}, "is_done"),
        ({"sha256": "ab" * 32}, "sha256"),
        ({"payload": {"text": "something else", "blocks": []}}, "payload"),
        ({"surface": '{"note":{"headline":"x","lines":[],"link":null}}'}, "surface"),
        ({"surface": None}, "surface"),
    ],
    ids=str,
)
def test_a_changed_effect_is_found(whole: World, changes: dict[str, Any], named: str) -> None:
    rows = whole.store._rows.copied()
    [key] = [key for key in rows.effects if key == CARD]

    rows.effects[key] = replace(rows.effects[key], **changes)

    assert f"effect {CARD}, {named}" in places(rows)


def test_rows_that_are_gone_or_were_put_there_are_found(whole: World) -> None:
    rows = whole.store._rows.copied()
    rows.motions.clear()
    rows.decisions.clear()
    rows.exceptions.append(an_exception(subject=MOTION))
    [create] = [key for key in rows.effects if key.endswith(".create")]
    del rows.effects[create]

    found = places(rows)

    assert set(found) == {
        f"motion {MOTION}",
        f"approval {whole.decision()[1].id}",
        "exception portal-refused#1",
        f"effect {create}",
    }


def test_exceptions_come_and_go_and_come_again_as_logged() -> None:
    made = awaiting()
    opened = an_exception(subject=MOTION)

    def raise_one(uow: UnitOfWork, code: str) -> None:
        journal.raise_exception(
            uow,
            subject=MOTION,
            opportunity_id=DEAL,
            code=code,
            reason=opened.reason,
            next_act=opened.next_act,
            owner=opened.owner,
            at=made.clock.now(),
        )

    with made.store.transaction() as uow:
        for code in ("a", "b", "b"):
            raise_one(uow, code)
        journal.clear_exceptions(uow, MOTION, at=made.clock.now(), code="a")
        raise_one(uow, "a")
        journal.clear_exceptions(uow, MOTION, at=made.clock.now())
        raise_one(uow, "b")

    found = replayed(made)

    assert found.differences == []
    assert found.counts["exception"] == 4


def test_a_changed_exception_is_found() -> None:
    made = awaiting()
    with made.store.transaction() as uow:
        journal.raise_exception(
            uow, subject="m9", opportunity_id=None, code="a", reason="r", next_act="n", owner="o", at=made.clock.now()
        )

    made.store._rows.exceptions = [replace(made.store._rows.exceptions[0], resolved_at=made.clock.now())]

    assert [difference.where for difference in replayed(made).differences] == ["exception a#1, resolved_at"]


def test_second_people_standing_approvals_and_the_switch_are_replayed_too() -> None:
    made = awaiting()
    approval, _ = made.decision()
    now, standing = made.clock.now(), a_standing()
    with made.store.transaction() as uow:
        journal.offer_standing(uow, standing)
        journal.give_standing(uow, standing, by=PRIYA, at=now)
        journal.endorse(uow, approval, by=TOMAS, at=now)
        journal.decide_by_standing(uow, approval, standing, at=now)
        journal.take_back(uow, approval, by=PRIYA, at=now)
        journal.revoke_standing(uow, standing, by=PRIYA, at=now)
        journal.set_stop(uow, a_stop(is_on=True), by=PRIYA)
        journal.set_stop(uow, a_stop(is_on=False), by=PRIYA)

    found = replayed(made)

    assert found.differences == []
    assert (found.counts["standing approval"], found.counts["switch"], found.counts["approval"]) == (1, 1, 1)
    [stored] = made.store._rows.standings.values()
    made.store._rows.standings[standing.token] = replace(stored, up_to=Money(stored.up_to.amount * 2, "USD"))
    made.store._rows.stop = a_stop(is_on=True)
    assert len(replayed(made).differences) == 2


@pytest.mark.parametrize("second", ["endorse", "decide_by_standing", "take_back", "give", "revoke", "set_stop"])
def test_what_changes_nothing_is_not_logged(second: str) -> None:
    made = awaiting()
    approval, _ = made.decision()
    now, standing = made.clock.now(), a_standing()
    acts: dict[str, Callable[[UnitOfWork], bool]] = {
        "endorse": lambda uow: journal.endorse(uow, approval, by=TOMAS, at=now),
        "decide_by_standing": lambda uow: journal.decide_by_standing(uow, approval, standing, at=now),
        "take_back": lambda uow: journal.take_back(uow, approval, by=PRIYA, at=now),
        "give": lambda uow: journal.give_standing(uow, standing, by=PRIYA, at=now),
        "revoke": lambda uow: journal.revoke_standing(uow, standing, by=PRIYA, at=now),
        "set_stop": lambda uow: journal.set_stop(uow, a_stop(is_on=True), by=PRIYA),
    }
    with made.store.transaction() as uow:
        journal.offer_standing(uow, standing)
        if second == "take_back":
            journal.decide(uow, approval, Verdict.APPROVED, by=PRIYA, at=now)

    with made.store.transaction() as uow:
        first = acts[second](uow)
        logged = len(uow.log.of(MOTION)) + len(uow.log.of(journal.STANDINGS)) + len(uow.log.of(journal.EFFECTS))
        again = acts[second](uow)
        later = len(uow.log.of(MOTION)) + len(uow.log.of(journal.STANDINGS)) + len(uow.log.of(journal.EFFECTS))

    assert (first, again) == (True, False)
    assert logged == later


def test_a_broken_chain_is_found_before_anything_is_replayed(whole: World) -> None:
    rows = whole.store._rows.copied()
    rows.log[4] = replace(rows.log[4], actor="nobody")

    assert places(rows) == ["entry 5"]


def test_what_the_version_before_wrote_is_counted_and_left_out() -> None:
    made = handed_off()
    with made.store.transaction() as uow:
        journal.raise_exception(
            uow, subject=MOTION, opportunity_id=DEAL, code="a", reason="r", next_act="n", owner="o", at=made.clock.now()
        )
        journal.clear_exceptions(uow, MOTION, at=made.clock.now())
    retold(made, without("motion", "changes", "approval", "exception", "surface", "renderer", "known"))
    rows = made.store._rows
    rows.effects = {key: replace(effect, surface=None) for key, effect in rows.effects.items()}
    made.note(nudges=9)

    found = replayed(made)

    assert found.differences == []
    messages = sum(effect.kind.startswith("slack.") for effect in rows.effects.values())
    assert {name: n for name, n in found.counts.items() if "before" in name} == {
        "motion before": 1,
        "approval before": 1,
        "exception before": 1,
        "message before": messages,
    }


@pytest.mark.parametrize("event", ["motion.filing", "approval.approved"])
def test_a_motion_the_version_before_worked_on_in_between_is_left_out(event: str) -> None:
    """While processes are replaced one by one, both versions write the same motion."""
    made = handed_off()
    shorter = without("changes", "proposal")

    retold(made, lambda entry: shorter(entry) if entry.event == event else entry.detail)

    found = replayed(made)
    assert found.differences == []
    assert found.counts["motion before"] == found.counts["approval before"] == 1


def test_a_message_is_drawn_again_by_the_same_version_or_it_is_a_difference(whole: World) -> None:
    found = replayed(whole, lambda _surface: {"text": "another", "blocks": []})

    assert {difference.where.split(" ")[0] for difference in found.differences} == {"message"}
    assert found.counts["message"] == 0


def test_what_another_version_drew_otherwise_is_counted_and_no_difference(whole: World) -> None:
    found = replayed(whole, lambda _surface: {"text": "another", "blocks": []}, "a later one")

    assert found.differences == []
    assert found.counts["message drawn by another version"] > 0


def test_what_another_version_drew_the_same_counts_as_replayed(whole: World) -> None:
    found = replayed(whole, version="a later one")

    assert found.differences == []
    assert found.counts["message"] == replayed(whole).counts["message"]


def test_a_surface_that_cannot_be_read_is_a_difference() -> None:
    made = handed_off()
    effects = made.store._rows.effects
    [key] = [key for key in effects if key == CARD]
    effects[key] = replace(effects[key], surface='{"poster":{}}')

    found = [d for d in replayed(made).differences if d.where == f"message {CARD}"]

    assert "no surface" in found[0].said


def test_a_message_no_entry_tells_of_is_a_difference() -> None:
    made = handed_off()
    effects = made.store._rows.effects
    [key] = [key for key in effects if key == CARD]
    effects[key] = replace(effects[key], subject="m9", payload={"text": "x", "blocks": []}, sha256="ab")

    found = {difference.where for difference in replayed(made).differences}

    assert {f"effect {CARD}", f"message {CARD}"} <= found


def test_many_differences_are_all_counted_and_the_first_are_kept() -> None:
    made = awaiting()
    made.store._rows.exceptions += [an_exception(id=f"x{n}", code=f"c{n:02}") for n in range(50)]

    found = replayed(made)

    assert (found.found, len(found.differences)) == (50, 20)


def test_the_first_outcome_of_an_effect_stays() -> None:
    made = handed_off()
    entries = list(made.read(lambda uow: uow.log.of(MOTION)))
    done = next(entry for entry in entries if entry.event == "effect.done")

    rows = fold([*entries, replace(done, detail={**done.detail, "external_id": "another"})])

    fields_ = rows["effect", MOTION, str(done.detail["key"])]
    assert fields_ is not None
    assert fields_["external_id"] == (done.detail["external_id"], done.seq)


def test_a_change_of_what_was_never_opened_is_nothing_to_compare() -> None:
    made = handed_off()
    entries = [e for e in made.read(lambda uow: uow.log.of(MOTION)) if e.event != "motion.opened"]

    assert ("motion", MOTION, "") not in fold(entries)


def test_the_kinds_of_rows_stand_in_the_log_as_they_stand_in_the_store(whole: World) -> None:
    """A field added to a record is in its opening entry by itself."""
    entries = whole.read(lambda uow: uow.log.of(MOTION))
    opened = next(entry for entry in entries if entry.event == "motion.opened")
    asked = next(entry for entry in entries if entry.event == "proposal.made")

    assert set(opened.detail["motion"]) == {each.name for each in fields(Motion)}
    assert set(asked.detail["approval"]) == {each.name for each in fields(Approval)}
