"""Who looks after whom, when they work, and who stands in: coverage.yml, validated when it is loaded."""

from datetime import date, time, timedelta
from enum import StrEnum

from pydantic import Field, model_validator

from motions.model import PartnerKey
from motions.strict import Strict


class Day(StrEnum):
    """A day of the week, as the file names it."""

    MON = "mon"
    TUE = "tue"
    WED = "wed"
    THU = "thu"
    FRI = "fri"
    SAT = "sat"
    SUN = "sun"


WEEK = tuple(Day)  # in the order of `date.weekday`
_WORKING = WEEK[:5]
_DAY = timedelta(days=1)
_LOOKED_THROUGH = 60  # days, for one somebody works on; who is away for longer works as ever


class Hours(Strict):
    """When somebody works who does not work from Monday to Friday, or wants their digest at another hour."""

    email: str
    days: tuple[Day, ...] = Field(default=_WORKING, min_length=1)
    digest_at: time | None = None  # None: as in policy.yml


class Away(Strict):
    """Days on which a manager's backup is asked instead."""

    email: str
    first: date
    last: date


class CoverageRow(Strict):
    """Which alliance channel and manager look after a partner in a region; the first row that fits wins."""

    partner: PartnerKey
    region: str = "*"
    channel: str
    manager: str  # e-mail
    backup: str


class Coverage(Strict):
    """Who looks after whom, who operates, and who is away."""

    rows: tuple[CoverageRow, ...]
    operators: tuple[str, ...]  # e-mails; the first owns exceptions nobody else owns
    admins: tuple[str, ...] = ()
    away: tuple[Away, ...] = ()
    hours: tuple[Hours, ...] = ()
    ops_channel: str | None = None  # of our own; None: operators are told in a direct message

    @model_validator(mode="after")
    def _has_an_operator(self) -> "Coverage":
        if not self.operators:
            raise ValueError("coverage needs at least one operator: exceptions must have an owner")
        return self

    def row(self, partner: PartnerKey, region: str | None) -> CoverageRow | None:
        """The first row for this partner and region ('*' fits every region)."""
        return next((r for r in self.rows if r.partner == partner and r.region in {"*", region}), None)

    @property
    def staff(self) -> tuple[str, ...]:
        """The e-mails of all who look after partners, stand in or operate, in a fixed order."""
        return tuple(sorted({*(email for row in self.rows for email in (row.manager, row.backup)), *self.operators}))

    def manager_on(self, row: CoverageRow, day: date) -> str:
        """The manager's e-mail, or the backup's while the manager is away."""
        return row.backup if self._is_away(row.manager, day) else row.manager

    def works_on(self, email: str, day: date) -> bool:
        """Whether this is a working day of somebody: by their own hours, and not while they are away."""
        own = self._hours_of(email)
        return WEEK[day.weekday()] in (own.days if own else _WORKING) and not self._is_away(email, day)

    def next_working_day(self, email: str, day: date) -> date:
        """The first day from this one on that somebody works on."""
        return self._working_day(email, day, _DAY)

    def last_working_day(self, email: str, before: date) -> date:
        """The last day before this one that somebody worked on."""
        return self._working_day(email, before - _DAY, -_DAY)

    def digest_at(self, email: str, otherwise: time) -> time:
        """The local hour at which somebody wants their digest."""
        own = self._hours_of(email)
        return own.digest_at if own and own.digest_at else otherwise

    def _hours_of(self, email: str) -> Hours | None:
        """In whatever letters the file and Slack spell it."""
        who = email.casefold()
        return next((each for each in self.hours if each.email.casefold() == who), None)

    def _is_away(self, email: str, day: date) -> bool:
        who = email.casefold()
        return any(each.email.casefold() == who and each.first <= day <= each.last for each in self.away)

    def _working_day(self, email: str, first: date, step: timedelta) -> date:
        days = (first + step * n for n in range(_LOOKED_THROUGH))
        return next((day for day in days if self.works_on(email, day)), first)
