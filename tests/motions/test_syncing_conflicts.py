"""Both sides change at once, or two rounds look beside each other: a person is told, and nobody is overwritten."""

from dataclasses import replace
from datetime import date

import pytest

from motions.in_step_log import Round, keep
from motions.syncing import bring_in_step
from tests.fakes.durable import InlineDurable
from tests.fakes.world import DEAL, MINUTE, MOTION, SECOND, World
from tests.motions.kept import CLOSE, LATER, OTHER, STEPS, exception, in_portal, moves, says, writes
from tests.motions.stages import handed_off


def test_when_both_change_the_same_a_person_gets_both_values_and_nothing_is_overwritten() -> None:
    made = handed_off()
    made.portal.colleague("O1", close_date="2027-12-31")

    moves(made, close_date=LATER, next_step="Contract")

    said = exception(made, "sync-conflict")
    assert "“2027-06-30”" in said
    assert "“2027-12-31”" in said
    assert (says(made, CLOSE), says(made, STEPS)) == ("2027-12-31", "Contract")
    assert made.org.get(DEAL).close_date == LATER


@pytest.mark.parametrize("side", ["crm", "portal"])
def test_a_conflict_ends_when_both_are_made_the_same(side: str) -> None:
    made = handed_off()
    made.portal.colleague("O1", close_date="2027-12-31")
    moves(made, close_date=LATER)
    moves(made, close_date=OTHER)
    assert "2027-09-30" in exception(made, "sync-conflict")

    if side == "crm":
        moves(made, close_date=date(2027, 12, 31))
    else:
        in_portal(made, close_date="2027-09-30")
    made.durable.settle()

    assert made.problems() == []
    assert writes(made) == 0
    moves(made, close_date=date(2028, 1, 31))
    assert says(made, CLOSE) == "2028-01-31"


def test_a_round_that_cannot_read_the_deal_settles_no_conflict() -> None:
    made = handed_off()
    made.portal.colleague("O1", close_date="2027-12-31")
    moves(made, close_date=LATER)
    made.org.delete(DEAL)

    in_portal(made, next_steps="Call the CIO")

    assert "sync-conflict" in made.problems(MOTION)


def test_somebody_who_is_quicker_between_the_look_and_the_write_is_not_overwritten() -> None:
    made = handed_off()
    made.change(close_date=LATER)
    made.portal.meddle(close_date="2027-12-31")

    made.poll()
    made.advance(MINUTE)

    assert says(made, CLOSE) == "2027-12-31"
    assert "sync-conflict" in made.problems()


def test_a_look_that_another_one_overtook_decides_again() -> None:
    made = handed_off()

    def overtake() -> None:
        made.change(close_date=OTHER)
        engine = InlineDurable(made.store, made.clock, made.durable.run)  # of another process
        bring_in_step(MOTION, made.motion.epoch, "other", replace(made.ports, durable=engine))

    made.change(close_date=LATER)
    made.portal.after_look = overtake
    made.poll()
    made.advance(MINUTE)

    assert (says(made, CLOSE), made.problems()) == ("2027-09-30", [])


def beside(made: World) -> None:
    """Another process's round, from its first look to what it keeps."""
    engine = InlineDurable(made.store, made.clock, made.durable.run)
    bring_in_step(MOTION, made.motion.epoch, "other", replace(made.ports, durable=engine))


def test_two_rounds_beside_each_other_tell_a_change_in_the_portal_once() -> None:
    made = handed_off()
    made.portal.after_look = lambda: beside(made)

    in_portal(made, next_steps="Call the CIO")

    assert made.events().count("sync.taken") == 1
    assert len([task for task in made.org.tasks if "portal" in task.subject]) == 1


def test_a_round_that_another_one_overtook_does_not_undo_what_that_one_told() -> None:
    made = handed_off()

    def overtake() -> None:
        made.clock.advance(SECOND)
        made.portal.colleague("O1", next_steps="Call the CFO")
        beside(made)

    made.portal.after_look = overtake
    in_portal(made, next_steps="Call the CIO")
    in_portal(made)

    assert made.events().count("sync.taken") == 1
    assert "Call the CFO" in made.org.tasks[-1].body


def test_a_conflict_that_was_settled_under_a_round_is_not_opened() -> None:
    made = handed_off()

    def settle() -> None:
        made.clock.advance(SECOND)
        made.portal.colleague("O1", close_date=LATER.isoformat())
        beside(made)

    made.portal.colleague("O1", close_date="2027-12-31")
    made.portal.after_look = settle
    moves(made, close_date=LATER)

    assert "exception.opened" not in made.events()
    assert writes(made) == 0


def test_a_round_that_says_late_what_it_sent_does_not_undo_what_was_sent_since() -> None:
    made = handed_off()
    moves(made, close_date=LATER)
    moves(made, close_date=OTHER)
    with made.store.transaction() as uow:
        keep(MOTION, Round(sent={CLOSE: LATER.isoformat()}), "late", uow, made.ports)

    moves(made, next_step="Contract")

    assert "sync.agreed" not in made.events()


def test_who_was_overtaken_looks_once_more() -> None:
    made = handed_off()
    stood = made.org.get(DEAL)

    def overtake() -> None:
        made.clock.advance(SECOND)
        made.portal.colleague("O1", next_steps="Call the CIO")
        now = made.org.get(DEAL)
        made.org.put([replace(now, close_date=stood.close_date)])  # the other one reads an older deal
        beside(made)
        made.org.put([now])

    made.portal.colleague("O1", close_date="2027-12-31")
    made.portal.after_look = overtake
    moves(made, close_date=LATER)

    assert "sync-conflict" in made.problems()
    assert made.events().count("sync.taken") == 1


def test_the_same_conflict_is_told_once() -> None:
    made = handed_off()
    made.portal.colleague("O1", close_date="2027-12-31")

    moves(made, close_date=LATER)
    moves(made, next_step="Contract")
    moves(made, next_step="Signature")

    assert made.events().count("exception.opened") == 1
