"""The machine's clock is set back an hour, or leaps ahead: nothing happens twice, and nothing waits beyond the jump."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from motions.approvals import approve
from motions.asking import answer
from motions.model import MotionState
from motions.nudging import sweep_cold
from motions.referrals import Review
from motions.reviewing import watch_portal
from motions.surfaces import ClickOutcome
from motions.sweeping import IDLE, expire_cards, restart_lost
from tests.fakes.world import CHANNEL, DANA, DAY, PRIYA, SECOND, SHARED, World
from tests.motions.stages import approved, awaiting, handed_off, in_review, play_on

HOUR = timedelta(hours=1)
STAGES = [awaiting, approved, in_review, handed_off]


@pytest.mark.parametrize("jump", [-HOUR, -30 * SECOND, HOUR, DAY], ids=str)
@pytest.mark.parametrize("stage", STAGES, ids=lambda stage: stage.__name__)
def test_whenever_the_clock_jumps_a_motion_ends_with_one_of_everything(
    stage: Callable[[], World], jump: timedelta
) -> None:
    made = stage()

    made.clock.advance(jump)
    made.advance(max(-jump, timedelta()))
    play_on(made)

    assert len(made.messenger.in_channel(CHANNEL)) == 1
    assert len([p for p in made.messenger.in_channel(SHARED) if p.thread_ts is None]) == 1
    assert len(made.portal.referrals) == 1
    assert len(made.org.tasks) == 2


@pytest.mark.parametrize("jump", [-HOUR, DAY], ids=str)
def test_a_call_under_way_as_the_process_dies_and_the_clock_jumps_is_looked_up_soon(jump: timedelta) -> None:
    made = approved()
    made.portal.lose_answer("create")
    made.durable.settle()
    made.clock.advance(jump)
    made.durable.lose_waiting()

    made.advance(max(-jump, timedelta()) + IDLE)
    restart_lost(made.ports)
    made.advance(2 * IDLE)

    assert made.state is MotionState.IN_REVIEW
    assert len(made.portal.referrals) == 1


def test_a_partner_s_answer_is_seen_at_once_although_the_next_poll_is_an_hour_off() -> None:
    made = in_review()
    made.clock.advance(-HOUR)
    made.portal.review("O1", Review.ACCEPTED)

    watch_portal("aws", made.ports)
    made.durable.settle()

    assert made.state is MotionState.HANDED_OFF


def test_a_click_counts_although_the_clock_was_set_back_to_before_its_card() -> None:
    made = awaiting()
    made.clock.advance(-HOUR)

    assert approve(made.token, PRIYA, made.ports).outcome is ClickOutcome.DONE


def test_a_card_withdrawn_by_a_clock_that_leapt_ahead_says_so_and_can_be_asked_for_again() -> None:
    made = awaiting()
    made.clock.advance(6 * DAY)
    expire_cards(made.ports)
    made.durable.settle()
    [card] = made.messenger.in_channel(CHANNEL)
    withdrawn = str(card.message)
    made.clock.advance(-6 * DAY)

    answer("Acmeco GTX rollout", DANA, made.ports)
    made.durable.settle()

    assert "Withdrawn: nobody decided in time" in withdrawn
    assert made.state is MotionState.AWAITING
    assert len(made.messenger.in_channel(CHANNEL)) == 1


def test_a_reminder_sent_early_is_not_sent_again_when_its_day_comes() -> None:
    made = handed_off()
    made.clock.advance(2 * DAY)
    sweep_cold(made.ports)
    made.durable.settle()
    made.clock.advance(-2 * DAY)

    early = sweep_cold(made.ports)
    made.clock.advance(2 * DAY)
    again = sweep_cold(made.ports)
    made.durable.settle()

    assert (early, again) == (0, 0)
    assert len([p for p in made.messenger.in_channel(SHARED) if ":nudge." in p.key]) == 1
