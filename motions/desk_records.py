"""What desks and editions read and what people put off, as the domain sees it stored; knows no SQL."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from motions.deals import OpportunityId
from motions.model import MotionId


@dataclass(frozen=True)
class Moments:
    """When a motion was matched, approved and accepted by the partner, and nothing else of it."""

    id: MotionId
    opportunity_id: OpportunityId
    matched_at: datetime
    approved_at: datetime | None
    accepted_at: datetime | None


@dataclass(frozen=True)
class Sleeper:
    """Whose snoozes count, and at which moment."""

    person: str  # `Person.key`
    at: datetime


class Snoozes(Protocol):
    """Until when a person does not want to see a motion or an exception; one moment for each of the two."""

    def put(self, person: str, subject: str, until: datetime, *, now: datetime) -> None:
        """Put it off, or to another moment; this person's that are over by `now` are forgotten."""

    def wake(self, person: str, subject: str) -> None:
        """See it again at once."""

    def of(self, person: str, now: datetime) -> Mapping[str, datetime]:
        """What this person has put off past `now`, and until when."""
