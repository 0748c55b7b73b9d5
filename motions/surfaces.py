"""What people see, as values: cards, notes, answers. Handlers draw them; nothing here knows Block Kit."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from motions.correction_surfaces import CorrectionRequest
from motions.deals import Money
from motions.effects import Undo
from motions.grant_surfaces import GrantCard, NothingShared
from motions.invitation_surfaces import InvitationCard
from motions.joint import JointForecast
from motions.model import ExceptionItem, Motion, Role, Token
from motions.offer_surfaces import OfferCard
from motions.proposals import Proposal
from motions.referrals import FormField
from motions.sheet_surfaces import SheetCard


@dataclass(frozen=True)
class Milestone:
    """One line of a motion's story as the card shows it: 'Approved by Priya Raman'."""

    text: str
    at: datetime


@dataclass(frozen=True)
class Consequence:
    """One thing an approval leads to, and what can be done about it afterwards."""

    what: str
    undo: Undo
    how: str  # 'it can only be closed as lost'


@dataclass(frozen=True)
class CrmRequest:
    """The match waiting to be written to the CRM, beside the referral: exactly these fields."""

    token: Token
    fields: tuple[tuple[str, str], ...]  # label, value


@dataclass(frozen=True)
class MotionCard:
    """The one card of a motion in its alliance channel; redrawn in place at every change of state."""

    motion: Motion
    partner_name: str
    deal_facts: tuple[tuple[str, str], ...]  # label, value: amount, close date, stage, seller, ...
    deal_url: str
    manager_slack_id: str | None  # mentioned on the first posting
    proposal: Proposal | None
    token: Token | None  # None: there is nothing to decide (any more)
    expires_at: datetime | None
    milestones: tuple[Milestone, ...]
    problems: tuple[ExceptionItem, ...]
    consequences: tuple[Consequence, ...] = ()
    people_needed: int = 1
    first_name: str | None = None  # who of two approved it first
    take_back: Token | None = None  # while it is approved and nothing has left
    crm: CrmRequest | None = None
    stopped: str | None = None  # who stopped everything, when and why
    held: str | None = None  # what its portal asks for changed since: why it is not sent, and until when
    elsewhere: tuple[str, ...] = ()  # the same deal in other partners' portals
    to_file: Token | None = None  # while a pack waits to be filed by a person, who then says its reference
    correction: CorrectionRequest | None = None


@dataclass(frozen=True)
class HandoffMessage:
    """The context for the partner's seller, in the channel both companies read: released fields only."""

    partner_name: str
    recipient_slack_id: str | None
    recipient_name: str
    text: str
    written_by: str
    fields: tuple[tuple[str, str], ...]
    next_step: str
    owner_name: str  # who does the next step, on our side
    due: str
    token: Token  # of every button
    taken_by: str | None = None
    declined_by: str | None = None
    is_stub: bool = False  # not everybody who reads there may see the deal: they press Details


@dataclass(frozen=True)
class Note:
    """A short message to one person or one thread: what happened, what it means, what to do."""

    headline: str
    lines: tuple[str, ...] = ()
    link: tuple[str, str] | None = None  # label, url
    mention_slack_id: str | None = None
    quote: str = ""  # somebody else's words, shown as a quotation


@dataclass(frozen=True)
class Nudge:
    """A reminder in the thread of a handoff nobody has acted on; released words only."""

    recipient_slack_id: str | None
    recipient_name: str
    next_step: str
    due: str
    count: int
    token: Token | None = None  # of the handoff: for fewer of these; None: one of before there was a button


@dataclass(frozen=True)
class QueueLine:
    """One motion in a queue: what it is, what it waits for, since when."""

    motion: Motion
    partner_name: str
    waits_for: str
    since: datetime
    link: str | None  # the deal in the CRM
    worth: Money | None = None


@dataclass(frozen=True)
class BesideLine:
    """What waits for a decision beside motions, on a card in a channel: a deal a partner brings, a private offer."""

    name: str  # 'Acme: Freight visibility, a deal AWS brings'
    waits_for: str
    since: datetime
    channel: str


@dataclass(frozen=True)
class Digest:
    """One person's or one channel's morning: what needs them, what is going cold, what is stuck."""

    day: str
    to_decide: tuple[QueueLine, ...]
    going_cold: tuple[QueueLine, ...]
    exceptions: tuple[ExceptionItem, ...]
    done_alone: int | None  # what the bot did since the last digest without anybody; None: it is a channel's
    beside: tuple[BesideLine, ...] = ()  # of what is to decide
    more_to_decide: int = 0  # beyond the lines above
    more_cold: int = 0
    more_stuck: int = 0


@dataclass(frozen=True)
class FirstSteps:
    """What somebody who looks at the bot for the first time can try."""

    role: Role


@dataclass(frozen=True)
class Welcome:
    """What is asked in a channel the bot was added to and nobody set up."""

    token: Token  # of the form that answers
    admins: tuple[str, ...]  # Slack ids of those who may


Complaints = Mapping[str, str]  # input of a form -> what is wrong with it

Surface = (
    MotionCard
    | HandoffMessage
    | Note
    | Nudge
    | Digest
    | FirstSteps
    | Welcome
    | JointForecast
    | GrantCard
    | NothingShared
    | InvitationCard
    | OfferCard
    | SheetCard
)


class ClickOutcome(StrEnum):
    """Whether a click changed anything."""

    DONE = "done"
    CHANGED_NOTHING = "changed nothing"


@dataclass(frozen=True)
class ClickReply:
    """What a click led to, for the clicker's eyes; a click that changes nothing is always explained."""

    outcome: ClickOutcome
    text: str


@dataclass(frozen=True)
class EditForm:
    """The modal behind Edit and Answer: typed fields with the portal's own option lists."""

    token: Token
    title: str
    intro: str
    fields: tuple[FormField, ...]
