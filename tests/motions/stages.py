"""A world in which the motion has got so far."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from motions.approvals import approve
from motions.deals import Money
from motions.handoffs import take
from motions.model import MotionState
from motions.referrals import Review
from motions.reviewing import watch_portal
from motions.surfaces import ClickOutcome
from motions.sweeping import IDLE, restart_lost
from tests.fakes.world import ALEX, CHANNEL, MINUTE, PRIYA, SECOND, SHARED, World, world

POLL = timedelta(seconds=5)  # a little longer than the default wait before the first look at a review
PAM = {"pam_name": "Jordan Blake", "pam_email": "jordan.blake@aws-partner.example", "partner_stage": "Qualified"}


def awaiting(**policy: Any) -> World:
    """A deal moved on and its card waits for a decision."""
    made = world(**policy)
    made.change(stage_name="Proposal")
    made.poll()
    assert made.state is MotionState.AWAITING
    return made


def asking(amount: int, currency: str = "USD", **policy: Any) -> World:
    """The same for a deal of this size: 19,000 is grey, from 20,000 on it is high."""
    made = world(**policy)
    made.change(stage_name="Proposal", amount=Money(Decimal(amount), currency))
    made.poll()
    assert made.state is MotionState.AWAITING
    return made


def approved(**policy: Any) -> World:
    """Approved a second later; nothing filed yet."""
    made = awaiting(**policy)
    made.clock.advance(SECOND)
    assert approve(made.token, PRIYA, made.ports).outcome is ClickOutcome.DONE
    return made


def in_review(**policy: Any) -> World:
    """Filed; the partner has not decided."""
    made = approved(**policy)
    made.durable.settle()
    assert made.state is MotionState.IN_REVIEW
    return made


def handed_off(**policy: Any) -> World:
    """Accepted, written back and handed over."""
    made = in_review(**policy)
    made.portal.review("O1", Review.ACCEPTED, **PAM)
    made.advance(POLL)
    assert made.state is MotionState.HANDED_OFF
    return made


def play_on(made: World) -> None:
    """Everything that is left to do, by people and by time."""
    for _ in range(12):
        made.poll()
        made.clock.advance(IDLE)
        restart_lost(made.ports)
        made.durable.settle()
        motion = made.motion
        if motion.state is MotionState.AWAITING and motion.card is not None:
            assert made.token in button_tokens(made)
            assert approve(made.token, PRIYA, made.ports).outcome is ClickOutcome.DONE
        if motion.state is MotionState.IN_REVIEW and made.portal.referrals[0].status.review is Review.PENDING:
            made.portal.review("O1", Review.ACCEPTED, **PAM)
        watch_portal("aws", made.ports)
        made.advance(POLL)
        if made.state is MotionState.HANDED_OFF and made.motion.handoff is not None:
            token = made.motion.handoff_token
            assert token is not None
            made.advance(MINUTE)
            assert str(token) in str(made.messenger.in_channel(SHARED)[0].message)
            take(token, ALEX, made.ports)
    made.advance(MINUTE)
    assert made.state is MotionState.ENGAGED


def button_tokens(made: World) -> str:
    """What the one card holds, its button's token too."""
    [card] = made.messenger.in_channel(CHANNEL)
    return str(card.message)
