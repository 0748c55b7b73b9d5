"""The desk as people see it, as values: lists, filters, pages, and one thing of a list to act on."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from motions.model import ExceptionItem, MotionState, PartnerKey, Role, Token
from motions.surfaces import BesideLine, MotionCard, QueueLine

OVERVIEW, PAGE = 6, 20  # lines of each list at first, and of one list alone


class Pile(StrEnum):
    """One list of a desk."""

    DECIDE = "decide"
    STUCK = "stuck"
    COLD = "cold"
    UNDER_WAY = "under-way"
    ASLEEP = "asleep"  # what its owner put off


@dataclass(frozen=True)
class Look:
    """How somebody looks at their desk; None: everything."""

    pile: Pile | None = None  # None: the first few of each list
    page: int = 0
    partner: PartnerKey | None = None
    region: str | None = None
    segment: str | None = None
    owner: str | None = None  # e-mail of who looks after it; only who sees everybody's may choose


EVERYTHING = Look()


@dataclass(frozen=True)
class Choices:
    """What the desk may be narrowed to; value and what it is called."""

    partners: tuple[tuple[str, str], ...] = ()
    regions: tuple[tuple[str, str], ...] = ()
    segments: tuple[tuple[str, str], ...] = ()
    owners: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class PartnerGlance:
    """How it goes with one partner: what is open now, and what came of the last thirty days' motions."""

    name: str
    to_decide: int
    in_review: int
    with_seller: int  # handed off, and nobody acted yet
    filed: int  # in thirty days, decided or not
    accepted: int
    taken: int  # of the accepted ones, those their seller acted on


@dataclass(frozen=True)
class HomeView:
    """The Home tab: one person's queue and what is stuck, as far as they look."""

    name: str
    role: Role
    to_decide: tuple[QueueLine, ...]
    under_way: tuple[QueueLine, ...]
    going_cold: tuple[QueueLine, ...]
    exceptions: tuple[ExceptionItem, ...]
    counts: tuple[tuple[MotionState, int], ...]
    stopped: str | None = None  # who stopped everything, when and why
    beside: tuple[BesideLine, ...] = ()  # of what is to decide
    look: Look = EVERYTHING
    choices: Choices = Choices()
    totals: Mapping[Pile, int] = field(default_factory=dict)  # of the lists in sight, however many lines are shown
    last_page: int = 0  # of the list that is looked at alone
    asleep: tuple[tuple[QueueLine | ExceptionItem, datetime], ...] = ()  # until when
    glance: tuple[PartnerGlance, ...] = ()
    done_alone: int = 0  # since yesterday, or since Friday
    held: tuple[str, ...] = ()  # headlines of what was held back for them


@dataclass(frozen=True)
class DeskItem:
    """One thing of a list, in full, with what may be done about it there."""

    ref: str  # 'motion:…' or 'exception:…'
    title: str
    card: MotionCard | None  # None: it is about no motion
    problem: ExceptionItem | None
    link: str | None  # the deal in the CRM
    token: Token | None  # of the request this person may decide; None: nothing, or not they
    owner: str  # e-mail
    owners: tuple[tuple[str, str], ...]  # whom it may be given to; (): not by this person
    asleep_until: datetime | None


class Rest(StrEnum):
    """How long something is put off."""

    TOMORROW = "until tomorrow morning"
    THREE_DAYS = "for three days"
    WEEK = "for a week"
    WAKE = "no longer"


@dataclass(frozen=True)
class Handling:
    """What somebody does about one thing of their desk; None: leaves it as it is."""

    approve: bool = False
    deny: str | None = None  # the reason
    rest: Rest | None = None
    owner: str | None = None  # e-mail


@dataclass(frozen=True)
class Batch:
    """Like proposals to be approved in one go, each shown whole and sealed on its own."""

    partner_name: str
    cards: tuple[MotionCard, ...]
    left: int  # more of them that did not fit
