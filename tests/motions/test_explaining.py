"""The story of a motion: from the source's own stamp to the outcome, with who decided and what happened outside."""

from dataclasses import replace
from datetime import timedelta

from motions.asking import answer
from motions.effects import EffectStatus
from motions.explaining import Clocks, clocks_of, motions_named, tell
from motions.model import MotionId
from motions.records import UnitOfWork
from tests.fakes.world import DEAL, MINUTE, MOTION, PRIYA, SECOND, SELLER, world
from tests.motions.stages import awaiting, handed_off


def test_the_story_begins_with_the_change_in_the_crm_and_keeps_its_order() -> None:
    made = handed_off()

    story = made.read(lambda uow: tell(MOTION, uow))

    assert (story.lines[0].event, story.lines[0].detail) == ("crm.changed", "stage_name: Engaging -> Proposal")
    assert story.lines[0].at == made.motion.triggered_at
    assert [line.at for line in story.lines] == sorted(line.at for line in story.lines)
    events = [line.event for line in story.lines]
    told = ["trigger.seen", "deal.matched", "motion.opened", "approval.approved", "motion.in-review", "outcome.logged"]
    assert [event for event in events if event in told] == told
    assert PRIYA.name in {line.actor for line in story.lines}


def test_it_names_every_effect_with_its_outcome() -> None:
    made = handed_off()

    story = made.read(lambda uow: tell(MOTION, uow))

    assert ("aws.create", "O1", "aws") in {(e.kind, e.external_id, e.destination) for e in story.effects}
    assert {e.kind for e in story.effects} >= {"crm.deal", "slack.card", "slack.handoff", "crm.activity"}
    assert {e.status for e in story.effects} == {EffectStatus.DONE}


def test_a_motion_a_person_asked_for_begins_with_the_person() -> None:
    made = world()
    answer("Acmeco", SELLER, made.ports)
    made.durable.settle()

    story = made.read(lambda uow: tell(MOTION, uow))

    assert (story.lines[0].actor, story.lines[0].detail) == ("person", "person")


def test_a_motion_whose_trigger_is_gone_still_has_a_story() -> None:
    made = awaiting()
    made.store._rows.triggers.clear()

    story = made.read(lambda uow: tell(MOTION, uow))

    assert story.lines[0].event == "trigger.seen"


def test_nobodys_motion_has_no_story() -> None:
    assert world().read(lambda uow: tell(MotionId("nobody's"), uow)) is None


def test_the_clocks_start_at_the_sources_stamp_and_the_human_wait_is_shown_apart() -> None:
    made = awaiting()
    start = made.motion.triggered_at
    motion = replace(
        made.motion,
        matched_at=start + SECOND,
        first_at=start + 2 * SECOND,
        asked_at=start + 3 * SECOND,
        approved_at=start + 10 * MINUTE,
        logged_at=start + 12 * MINUTE,
    )

    clocks = clocks_of(motion)

    assert clocks == Clocks(SECOND, 2 * SECOND, 12 * MINUTE, 10 * MINUTE - 3 * SECOND)


def test_a_clock_that_still_runs_shows_nothing() -> None:
    made = awaiting()

    clocks = clocks_of(replace(made.motion, first_at=None))

    assert clocks == Clocks(timedelta(0), None, None, None)


def test_a_motion_is_found_by_its_id_its_deals_id_or_a_part_of_its_name() -> None:
    made = awaiting()

    def ids(asked: str) -> list[str]:
        def found(uow: UnitOfWork) -> list[str]:
            return [motion.id for motion in motions_named(asked, uow)]

        named: list[str] = made.read(found)
        return named

    assert ids(MOTION) == ids(DEAL) == ids("acmeco") == [MOTION]
    assert ids("nonesuch") == []
