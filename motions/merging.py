"""What becomes of one field that two sides keep in step: a table from what each says to what is done; pure.

Each side is held against what it said when both were last agreed, so a write of ours is no change of theirs, and what
they wrote is no change of ours: nothing can go round in circles. Knows no portal, no CRM and no motion.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator

from motions.referrals import Field


class Direction(StrEnum):
    """Which way a field's changes go."""

    TO_PORTAL = "to_portal"  # the CRM's changes are sent
    TO_CRM = "to_crm"  # the portal's changes are told
    BOTH = "both"
    OFF = "off"


class Turn(StrEnum):
    """What is to be done about one field."""

    NOTHING = "nothing"
    AGREE = "agree"  # both say the same, or it is seen for the first time: remember it
    SEND = "send"
    TAKE = "take"  # the portal's change is news for the CRM
    CONFLICT = "conflict"  # both changed it: a person decides, nothing is overwritten


@dataclass(frozen=True)
class Agreed:
    """What each side said of a field when both were last agreed; the two may differ, since each has its own words."""

    ours: str | None
    theirs: str | None


# What goes on changing after a referral was filed, and may change at the partner's.
KEPT = (Field.STAGE, Field.CLOSE_DATE, Field.AMOUNT, Field.MONTHLY_SPEND, Field.NEXT_STEPS)
WORTHS = {Field.AMOUNT, Field.MONTHLY_SPEND}  # those of them that are made of what the deal is worth
# What a policy without a table does, as the version before did it: the portal is followed, and nothing is sent.
FOLLOW_ONLY = {Field.STAGE: Direction.TO_CRM, Field.NEXT_STEPS: Direction.TO_CRM}

SENDS = {Direction.TO_PORTAL, Direction.BOTH}
TAKES = {Direction.TO_CRM, Direction.BOTH}


def _kept_only(table: dict[Field, Direction]) -> dict[Field, Direction]:
    if strangers := [field.value for field in table if field not in KEPT]:
        known = ", ".join(KEPT)
        raise ValueError(f"{', '.join(strangers)} cannot be kept in step once a referral is filed: name {known}")
    return table


Directions = Annotated[dict[Field, Direction], AfterValidator(_kept_only)]


def turn_of(direction: Direction, agreed: Agreed | None, ours: str | None, theirs: str | None) -> Turn:
    """What to do about a field of which the sides now say this; what the CRM leaves blank empties nothing."""
    if direction is Direction.OFF:
        return Turn.NOTHING
    if agreed is None or ours == theirs:
        return Turn.NOTHING if agreed == Agreed(ours, theirs) else Turn.AGREE
    we_moved = ours not in {None, agreed.ours}
    they_moved = theirs != agreed.theirs
    if direction is Direction.TO_CRM:
        return Turn.TAKE if they_moved else Turn.NOTHING
    if we_moved:
        return Turn.CONFLICT if they_moved else Turn.SEND
    return Turn.TAKE if they_moved and direction is Direction.BOTH else Turn.NOTHING


@dataclass(frozen=True)
class Sides:
    """What is known of every field before a decision."""

    agreed: Mapping[Field, Agreed]
    ours: Mapping[Field, str]
    theirs: Mapping[Field, str | None]


def turns(table: Mapping[Field, Direction], sides: Sides) -> dict[Field, Turn]:
    """What to do about each field of the table; only what there is something to do about."""
    found = {
        field: turn_of(direction, sides.agreed.get(field), sides.ours.get(field), sides.theirs.get(field))
        for field, direction in table.items()
    }
    return {field: turn for field, turn in found.items() if turn is not Turn.NOTHING}
