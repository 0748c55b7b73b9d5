"""What an edition tells an alliance channel: the figures of a week, a month or a quarter beside those before it."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from motions.deals import Money
from motions.sheet_drops import SharedFile

_DAY = timedelta(days=1)


class Span(StrEnum):
    """How long the time is that an edition is of."""

    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"


_MONTHS = {Span.MONTH: 1, Span.QUARTER: 3}


@dataclass(frozen=True)
class Period:
    """A week from Monday, a month or a quarter of the calendar."""

    span: Span
    first: date
    past: date  # the first day after it

    @classmethod
    def around(cls, span: Span, day: date) -> "Period":
        """The one that a day lies in."""
        if span is Span.WEEK:
            monday = day - day.weekday() * _DAY
            return cls(span, monday, monday + 7 * _DAY)
        months = _MONTHS[span]
        start = (day.year * 12 + day.month - 1) // months * months
        return cls(span, _first_of(start), _first_of(start + months))

    def before(self) -> "Period":
        """The one that ends where this one begins."""
        return Period.around(self.span, self.first - _DAY)


@dataclass(frozen=True)
class Tally:
    """What one period brought."""

    period: Period
    matched: int
    approved: int
    accepted: int

    @property
    def is_empty(self) -> bool:
        """Whether nothing at all came."""
        return not (self.matched or self.approved or self.accepted)


@dataclass(frozen=True)
class Acceptance:
    """A deal the partner accepted."""

    account_name: str
    deal_name: str
    partner_name: str
    link: str | None  # the deal in the CRM
    worth: Money | None


@dataclass(frozen=True)
class Edition:
    """One channel's figures; the last tally is of the period it is told about."""

    partners: tuple[str, ...]
    tallies: tuple[Tally, ...]  # oldest first
    largest: tuple[Acceptance, ...]  # of what was accepted


@dataclass(frozen=True)
class Picture:
    """A drawing as Slack takes it, with the words that stand above it and those for whoever does not see it."""

    file: SharedFile
    words: str
    alt: str


def _first_of(month: int) -> date:
    return date(month // 12, month % 12 + 1, 1)
