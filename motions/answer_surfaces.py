"""What people are answered in words of their own question: the values behind each reply to a command."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from motions.deals import Opportunity
from motions.grant_surfaces import GrantList, GrantOffer
from motions.joint import JointForecast
from motions.model import Band, ExceptionItem, Motion, Reason
from motions.proposals import StandingApproval
from motions.rule_surfaces import RuleList
from motions.setup_surfaces import SetupList
from motions.surfaces import BesideLine, QueueLine


@dataclass(frozen=True)
class DealAnswer:
    """`/cosell <deal>`: where this deal's co-sell stands, from our own store."""

    deal: Opportunity
    deal_url: str
    band: Band | None
    score: int | None
    reasons: tuple[Reason, ...]
    partner_name: str | None
    motion: Motion | None
    started: bool  # this very command started the motion
    note: str  # one sentence: what happens next


@dataclass(frozen=True)
class ChoiceAnswer:
    """The deals an ambiguous name may mean."""

    asked: str
    choices: tuple[Opportunity, ...]
    more: int
    command: str = "/cosell"  # what to type before the chosen deal's id


@dataclass(frozen=True)
class QueueAnswer:
    """`/cosell queue`: what waits for the asker."""

    lines: tuple[QueueLine, ...]
    exceptions: tuple[ExceptionItem, ...]
    whose: str  # 'yours', 'everybody's'
    beside: tuple[BesideLine, ...] = ()


@dataclass(frozen=True)
class WhyAnswer:
    """`/cosell why <deal>`: every ranked partner with its reasons and the rule version."""

    deal: Opportunity
    deal_url: str
    ranked: tuple[tuple[str, int, Band, tuple[Reason, ...], str | None], ...]  # name, score, band, reasons, excluded
    rule_version: str
    decided_at: datetime


@dataclass(frozen=True)
class StatusAnswer:
    """`/cosell status`: the counts, and how fresh they are."""

    counts: tuple[tuple[str, int], ...]  # state or band -> how many
    open_exceptions: int
    last_read_at: datetime | None  # CRM watermark
    writer: str
    stopped: str | None = None  # who stopped everything, when and why


@dataclass(frozen=True)
class StandingLine:
    """One standing approval in the list; the button that revokes it carries its token."""

    standing: StandingApproval
    partner_name: str
    why_out: str | None  # why it counts no more, though nobody revoked it


@dataclass(frozen=True)
class StandingList:
    """`/cosell standing`: what files without a click, and what would have."""

    lines: tuple[StandingLine, ...]


@dataclass(frozen=True)
class StandingOffer:
    """`/cosell standing <terms>`: exactly what they mean, and the button that gives it."""

    standing: StandingApproval
    partner_name: str
    two_people_from: Decimal | None


@dataclass(frozen=True)
class DoneAnswer:
    """What a command did, in a sentence or two."""

    text: str


@dataclass(frozen=True)
class HelpAnswer:
    """`/cosell help`."""


@dataclass(frozen=True)
class ProblemAnswer:
    """What happened, whether anything was written, what to do."""

    what: str
    written: str
    do: str


Answer = (
    DealAnswer
    | ChoiceAnswer
    | QueueAnswer
    | WhyAnswer
    | StatusAnswer
    | StandingList
    | StandingOffer
    | GrantOffer
    | GrantList
    | DoneAnswer
    | HelpAnswer
    | ProblemAnswer
    | JointForecast
    | RuleList
    | SetupList
)
