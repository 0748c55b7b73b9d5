"""A filed referral and its deal: hands to change either, and what then stands on both sides."""

from datetime import date
from typing import Any

from motions.cards import gather_card
from motions.effects import EffectStatus
from motions.referrals import Field
from motions.reviewing import watch_portal
from motions.surfaces import MotionCard
from tests.fakes.world import MOTION, SECOND, World

LATER, OTHER = date(2027, 6, 30), date(2027, 9, 30)
CLOSE, SPEND, STEPS, STAGE = Field.CLOSE_DATE, Field.MONTHLY_SPEND, Field.NEXT_STEPS, Field.STAGE


def says(made: World, field: Field) -> str | None:
    return made.portal.says("O1", field)


def moves(made: World, **changes: Any) -> None:
    """Somebody saves the deal; the bot reads it."""
    made.change(**changes)
    made.poll()


def in_portal(made: World, **changes: str | None) -> None:
    """A colleague changes the referral in the portal's own pages; the sweep comes by."""
    made.clock.advance(SECOND)
    made.portal.colleague("O1", **changes)
    watch_portal("aws", made.ports)
    made.durable.settle()


def writes(made: World) -> int:
    return made.portal.referrals[0].changes


def amendments(made: World) -> list[EffectStatus]:
    return [e.status for e in made.read(lambda uow: uow.effects.of(MOTION)) if e.kind == "aws.amend"]


def exception(made: World, code: str) -> str:
    items = made.read(lambda uow: uow.exceptions.of(MOTION))
    (found,) = [item for item in items if item.code == code]
    return str(found.reason)


def card(made: World) -> MotionCard:
    return gather_card(MOTION, made.ports, mention=False)[0]
