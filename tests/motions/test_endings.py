"""What ends in the engine for good begins again, ever later, and a person hears of what keeps ending."""

from datetime import timedelta

import pytest

from motions.model import MotionState
from motions.records import Segment
from motions.segments import SEGMENTS, failing
from motions.sweeping import BEGIN_AFTER, BEGINNINGS_AT_MOST, ENDINGS_OVERLAP, IDLE, restart_failed, restart_lost
from tests.fakes.world import CHANNEL, DANA, DAY, DEAL, MOTION, World, world
from tests.motions.stages import approved, handed_off

HOUR = timedelta(hours=1)


def ended(made: World, name: str, times: int = 1) -> list[int]:
    """It ends so often in a row, each time right when it begins."""
    counts = []
    for _ in range(times):
        made.durable.end_waiting(name)
        counts.append(restart_failed(made.ports))
    return counts


def test_a_card_whose_redrawing_ended_is_redrawn_after_all() -> None:
    made = approved()
    ended(made, "redraw")

    made.advance(BEGIN_AFTER[0])

    [card] = made.messenger.in_channel(CHANNEL)
    assert "Approved by" in str(card.message)
    assert "segment.begun-again" in made.events()
    assert made.problems() == []


@pytest.mark.parametrize("name", ["tell_seller", "post_handoff", "redraw"])
def test_nothing_that_shows_a_handoff_is_lost(name: str) -> None:
    made = approved()
    made.durable.settle()
    made.portal.review("O1", made.portal.referrals[0].status.review.ACCEPTED)
    made.durable.run_named("poll_review")
    made.clock.advance(timedelta(seconds=5))
    made.durable.run_named("poll_review")
    made.durable.run_named("close_loop")
    assert made.state is MotionState.HANDED_OFF
    ended(made, name)

    made.advance(timedelta(minutes=1))

    assert made.motion.handoff is not None
    assert len([p for p in made.messenger.posted if ":tell." in p.key]) == 1


def test_each_beginning_waits_longer_than_the_one_before() -> None:
    made = approved()
    pauses = []
    for _ in BEGIN_AFTER:
        ended(made, "redraw")
        [waiting] = made.durable.waiting("redraw")
        pauses.append(waiting.delay)

    assert pauses == sorted(BEGIN_AFTER)
    assert len(set(pauses)) == len(pauses)


def test_what_keeps_ending_is_shown_to_the_operator_and_begins_a_few_times_only() -> None:
    made = approved()

    counts = ended(made, "redraw", BEGINNINGS_AT_MOST + 2)

    [item] = made.read(lambda uow: uow.exceptions.of(MOTION))
    assert counts == [1] * BEGINNINGS_AT_MOST + [0, 0]
    assert (item.code, item.owner, item.opportunity_id) == ("redraw-failing", DANA.email, DEAL)
    assert "KeyError" in item.reason
    assert "at every start" in item.next_act


def test_two_endings_are_nobody_s_business() -> None:
    made = approved()

    ended(made, "redraw", 2)

    assert made.problems() == []


def test_once_it_succeeds_the_operator_hears_no_more_of_it() -> None:
    made = approved()
    ended(made, "redraw", BEGINNINGS_AT_MOST)

    made.advance(2 * HOUR)

    assert "redraw-failing" not in made.problems()


def test_a_start_begins_once_more_what_was_given_up() -> None:
    made = approved()
    ended(made, "redraw", BEGINNINGS_AT_MOST + 1)

    begun = restart_failed(made.ports, at_most=1000)
    made.advance(2 * HOUR)

    [card] = made.messenger.in_channel(CHANNEL)
    assert begun == 1
    assert "Approved by" in str(card.message)


def test_what_took_a_lost_segment_s_place_is_left_to_the_sweeper_of_losses() -> None:
    made = approved()
    with made.store.transaction() as uow:
        uow.enqueue(Segment("file", f"{MOTION}:3:file:r1", (MOTION, 3)))
    made.durable.end_waiting("file")

    restart_failed(made.ports)

    assert [each.id for each in made.durable.waiting("file")] == [f"{MOTION}:3:file:e1"]


def test_a_digest_that_ended_has_no_deal_to_name() -> None:
    made = world()
    with made.store.transaction() as uow:
        uow.enqueue(Segment("send_digest", "digest:x:1", ("nobody@meridian.example", "2026-11-23")))

    ended(made, "send_digest", BEGINNINGS_AT_MOST)

    [item] = made.read(lambda uow: uow.exceptions.of("nobody@meridian.example"))
    assert (item.code, item.opportunity_id) == ("send-digest-failing", None)


def test_endings_are_looked_for_from_where_the_last_look_found_none() -> None:
    made = approved()
    restart_failed(made.ports)
    made.clock.advance(DAY)
    restart_failed(made.ports)
    made.clock.advance(ENDINGS_OVERLAP / 4)

    made.durable.end_waiting("redraw")
    made.clock.advance(ENDINGS_OVERLAP / 4)

    assert restart_failed(made.ports) == 1


def test_an_ending_is_found_although_the_clock_was_set_back_since_the_last_look() -> None:
    made = approved()
    restart_failed(made.ports)
    made.clock.advance(-DAY)
    made.durable.end_waiting("redraw")

    assert restart_failed(made.ports) == 1


def test_every_segment_has_a_code_of_its_own_for_failing() -> None:
    assert len({failing(name) for name in SEGMENTS}) == len(SEGMENTS)


def test_a_handoff_made_in_full_leaves_nothing_to_begin_again() -> None:
    made = handed_off()

    assert restart_failed(made.ports) == 0


def test_what_another_process_started_a_moment_ago_is_not_started_twice() -> None:
    made = approved()
    made.durable.lose_waiting()
    made.clock.advance(IDLE)
    asked = made.durable.under_way

    def meanwhile() -> frozenset[str]:
        found = asked()
        made.durable.under_way = asked  # type: ignore[method-assign]  # the other process sees what is there
        assert restart_lost(made.ports) == 1
        return found

    made.durable.under_way = meanwhile  # type: ignore[method-assign]  # between the question and the answer

    assert restart_lost(made.ports) == 0
    assert len(made.durable.waiting("file")) == 1
