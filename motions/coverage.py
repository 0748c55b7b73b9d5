"""Who looks after whom, when they work, and who stands in: coverage.yml, validated when it is loaded."""

from datetime import date, time
from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field, model_validator

from motions.model import PartnerKey


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


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
_WORKING = frozenset(WEEK[:5])


class Hours(_Strict):
    """When somebody works who does not work from Monday to Friday, or wants their digest at another hour."""

    email: str
    days: tuple[Day, ...] = Field(default=tuple(WEEK[:5]), min_length=1)
    digest_at: time | None = None  # None: as in policy.yml


class Away(_Strict):
    """Days on which a manager's backup is asked instead."""

    email: str
    first: date
    last: date


class CoverageRow(_Strict):
    """Which alliance channel and manager look after a partner in a region; the first row that fits wins."""

    partner: PartnerKey
    region: str = "*"
    channel: str
    manager: str  # e-mail
    backup: str


class Coverage(_Strict):
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

    def works_on(self, email: str, day: date) -> bool:
        """Whether this is a working day of somebody: by their own hours, and not while they are away."""
        is_away = any(away.email == email and away.first <= day <= away.last for away in self.away)
        return not is_away and WEEK[day.weekday()] in self._days_of(email)

    def digest_at(self, email: str, otherwise: time) -> time:
        """The local hour at which somebody wants their digest."""
        return next((each.digest_at for each in self.hours if each.email == email and each.digest_at), otherwise)

    def manager_on(self, row: CoverageRow, day: date) -> str:
        """The manager's e-mail, or the backup's while the manager is away."""
        is_away = any(a.email == row.manager and a.first <= day <= a.last for a in self.away)
        return row.backup if is_away else row.manager

    def _days_of(self, email: str) -> frozenset[Day]:
        return next((frozenset(each.days) for each in self.hours if each.email == email), _WORKING)
