"""After the handoff the partner's portal is followed: its stage, close date and next step, once each, and no more."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from motions.following import follow_portal, record_news
from motions.handoffs import take
from motions.model import MotionId, MotionState
from motions.referrals import Review
from motions.reviewing import watch_portal
from motions.spaces import JointField, Line, Value
from tests.fakes.world import ALEX, AWS, CHANNEL, DEAL, MINUTE, MOTION, World
from tests.motions.stages import PAM, POLL, handed_off, in_review

NEWS = {"partner_stage": "Committed", "partner_close_date": date(2027, 3, 1), "next_step": "Legal review"}


def theirs(made: World, name: JointField) -> Value | None:
    """The partner's figure in the joint pipeline."""
    line: Line | None = made.read(lambda uow: uow.spaces.line(AWS, DEAL))
    assert line is not None
    return line.theirs.of(name)


def hear(made: World, **said: object) -> int:
    """The partner changes the referral in its portal, and the sweep comes by; how many looks it asked for."""
    made.portal.review("O1", Review.ACCEPTED, **said)
    woken = watch_portal("aws", made.ports)
    made.durable.settle()
    return woken


def test_what_the_partner_moves_reaches_the_crm_and_the_forecast() -> None:
    made = handed_off()

    woken = hear(made, **NEWS)

    assert woken == 1
    assert (made.motion.partner_stage, made.motion.next_step) == ("Committed", "Legal review")
    assert (made.org.get(DEAL).cosell.partner_stage, made.org.get(DEAL).cosell.next_step) == (
        "Committed",
        "Legal review",
    )
    assert theirs(made, JointField.CLOSE_DATE) == date(2027, 3, 1)


def test_what_the_partner_makes_of_the_deal_reaches_crm_and_card_and_only_when_it_changes() -> None:
    made = handed_off()
    told = {"engagement": "High", "quality": "82", "best_actions": "Name the workload's owner"}

    hear(made, **told)
    written = made.events(MOTION).count("effect.done")
    hear(made, **told)
    hear(made, engagement=None, quality=None, best_actions=None)

    cosell = made.org.get(DEAL).cosell
    assert (cosell.engagement, cosell.quality, cosell.best_actions) == ("High", "82", "Name the workload's owner")
    assert made.motion.quality == "82"
    assert "engagement High; quality 82 of 100" in str(made.messenger.in_channel(CHANNEL)[0].message)
    assert made.events(MOTION).count("effect.done") == written


def test_where_it_stands_at_the_handoff_is_looked_at_once() -> None:
    made = in_review()
    made.portal.review("O1", Review.ACCEPTED, **PAM, partner_close_date=date(2027, 2, 1))

    made.advance(POLL)

    assert theirs(made, JointField.CLOSE_DATE) == date(2027, 2, 1)


def test_the_same_again_writes_nothing() -> None:
    made = handed_off()
    hear(made, **NEWS)
    before, events = made.org.get(DEAL), made.events(MOTION)

    hear(made)

    assert made.org.get(DEAL) == before
    assert made.events(MOTION) == events


def test_the_same_once_somebody_of_the_partner_took_it_on() -> None:
    made = handed_off()
    assert made.motion.handoff_token is not None
    take(made.motion.handoff_token, ALEX, made.ports)
    made.durable.settle()

    assert hear(made, **NEWS) == 1

    assert made.state is MotionState.ENGAGED
    assert made.org.get(DEAL).cosell.partner_stage == "Committed"


def test_a_look_that_reads_back_what_was_before_is_repeated() -> None:
    made = handed_off()
    made.portal.review("O1", Review.ACCEPTED, **NEWS)
    made.portal.read_back_older()

    watch_portal("aws", made.ports)
    made.durable.settle()
    made.advance(MINUTE)

    assert made.motion.partner_stage == "Committed"


def test_a_deal_that_left_the_pipeline_is_followed_in_the_crm() -> None:
    made = handed_off()
    with made.store.transaction() as uow:
        uow.deals.save([replace(made.org.get(DEAL), is_closed=True)])

    hear(made, **NEWS)

    assert made.motion.partner_stage == "Committed"


@pytest.mark.parametrize("segment", [follow_portal, record_news])
def test_what_is_not_there_any_more_is_not_followed(segment: Callable[..., None]) -> None:
    made = in_review()
    calls = list(made.portal.calls)

    segment(MOTION, 0, 1, made.ports)
    segment(MotionId("gone"), 0, 1, made.ports)

    assert made.portal.calls == calls
    assert made.motion.partner_stage is None


def test_what_the_portal_does_not_say_stays() -> None:
    made = handed_off()
    hear(made, **NEWS)

    hear(made, partner_stage=None, partner_close_date=None, next_step=None)

    assert (made.motion.partner_stage, made.motion.next_step) == ("Committed", "Legal review")
    assert theirs(made, JointField.CLOSE_DATE) == date(2027, 3, 1)
