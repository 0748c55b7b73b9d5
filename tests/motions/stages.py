"""A world in which the motion has got so far."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from motions.approvals import approve
from motions.deals import Money
from motions.model import MotionState
from motions.referrals import Review
from motions.surfaces import ClickOutcome
from tests.fakes.world import PRIYA, SECOND, World, world

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
