"""Triggers, matches, people and motions: what they are, not what they do."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from motions.deals import OpportunityId

PartnerKey = NewType("PartnerKey", str)  # 'aws', 'microsoft', ...: the key in partners.yml
MotionId = NewType("MotionId", str)
TriggerId = NewType("TriggerId", str)
ProposalId = NewType("ProposalId", str)
EffectKey = NewType("EffectKey", str)  # '{motion}:file.create': no epoch, no retry count
Token = NewType("Token", str)  # opaque, single use, carried by a button


class TriggerKind(StrEnum):
    """How a change reached us."""

    CRM_CHANGE = "crm change"
    ALERT = "deal alert"  # the signed webhook: the same change, sooner
    PERSON = "person"  # /cosell: the override


@dataclass(frozen=True)
class FieldChange:
    """One business field of a deal, before and after."""

    field: str
    before: str | None
    after: str | None


@dataclass(frozen=True)
class Trigger:
    """A change that made a deal worth evaluating."""

    id: TriggerId
    opportunity_id: OpportunityId
    kind: TriggerKind
    source_at: datetime  # when the *source* stamped the change: the three clocks start here
    seen_at: datetime
    changes: tuple[FieldChange, ...] = ()
    asked_by: str | None = None


class Band(StrEnum):
    """How sure a score is."""

    HIGH = "high"
    GREY = "grey"
    LOW = "low"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Reason:
    """One line of why, with the points (log-odds) it moved the score by and the record it rests on."""

    text: str
    points: float
    evidence: str


@dataclass(frozen=True)
class PartnerScore:
    """How well one partner fits one deal, and why."""

    partner: PartnerKey
    score: int  # 0-100
    band: Band
    reasons: tuple[Reason, ...]
    evidence_n: int  # closed deals with this partner behind the rate
    excluded_because: str | None = None


@dataclass(frozen=True)
class Match:
    """The ranked partners for one deal at one moment, with the rules that ranked them."""

    opportunity_id: OpportunityId
    trigger_id: TriggerId | None  # None: scored by the baseline, not by a change
    ranked: tuple[PartnerScore, ...]
    rule_version: str
    decided_at: datetime
    known: str | None = None  # what it was decided from, see `knowing`; None for the baseline

    @property
    def best(self) -> PartnerScore | None:
        """The first partner that is not excluded."""
        return next((score for score in self.ranked if score.excluded_because is None), None)


class Role(StrEnum):
    """What somebody may do here."""

    SELLER = "seller"
    ALLIANCE_MANAGER = "alliance manager"
    OPERATOR = "operator"
    ADMIN = "admin"
    PARTNER = "partner"  # anybody of a known partner company
    STRANGER = "stranger"


@dataclass(frozen=True)
class Person:
    """Somebody in Slack, by their own organisation's team id; never by a name or a text."""

    team_id: str
    user_id: str
    name: str
    role: Role
    email: str | None = None
    tz: str = "UTC"
    partner: PartnerKey | None = None

    @property
    def key(self) -> str:
        return f"{self.team_id}/{self.user_id}"

    @property
    def zone(self) -> ZoneInfo:
        """Their time zone; UTC for one that this machine's tables do not have."""
        try:
            return ZoneInfo(self.tz)
        except (ZoneInfoNotFoundError, ValueError):
            return ZoneInfo("UTC")


@dataclass(frozen=True)
class MessageRef:
    """A posted message: where it is and which it is."""

    channel: str
    ts: str


class MotionState(StrEnum):
    """Where a motion stands; docs/architecture.md draws the ways between."""

    MATCHED = "matched"  # partner chosen; brief and referral are being prepared
    AWAITING = "awaiting approval"  # a person decides, or answers the one question on the card
    FILING = "filing"
    IN_REVIEW = "in review"  # filed; the partner's portal decides
    ACCEPTED = "accepted"
    HANDED_OFF = "handed off"  # with the partner's seller; cold when nobody acts in time
    ENGAGED = "engaged"  # the partner acted; outcome logged
    DENIED = "denied"
    EXPIRED = "expired"
    REJECTED = "rejected"
    NEEDS_PERSON = "needs a person"  # an exception is open; nothing moves until it is cleared


@dataclass(frozen=True)
class Motion:
    """One partner's co-sell on one opportunity. `epoch` rises with every change of state."""

    id: MotionId
    opportunity_id: OpportunityId
    partner: PartnerKey
    state: MotionState
    epoch: int
    trigger_id: TriggerId
    triggered_at: datetime  # the source's stamp
    seen_at: datetime
    matched_at: datetime
    band: Band
    score: int
    reasons: tuple[Reason, ...]
    rule_version: str
    channel: str  # the alliance channel
    manager_email: str
    seller_email: str | None
    deal_name: str
    account_name: str
    next_act: str
    first_at: datetime | None = None  # first outside effect or approval request
    approved_at: datetime | None = None
    asked_at: datetime | None = None  # approval request delivered
    logged_at: datetime | None = None  # outcome written to the CRM
    due_at: datetime | None = None
    card: MessageRef | None = None
    handoff: MessageRef | None = None
    handoff_token: Token | None = None
    brief: str = ""
    brief_by: str = ""  # which writer wrote it
    missing: tuple[str, ...] = ()
    referral_id: str | None = None
    partner_stage: str | None = None
    pam: str | None = None
    next_step: str | None = None
    nudges: int = 0
    updated_at: datetime | None = None
    engagement: str | None = None  # what the partner makes of the deal: its own score of it,
    quality: str | None = None  # 0 to 100,
    best_actions: str | None = None  # and what it would do next

    @property
    def is_brought(self) -> bool:
        """Whether its partner brought the deal and a person of ours accepted it: nothing was ever handed over."""
        return self.state is MotionState.ENGAGED and self.handoff_token is None


@dataclass(frozen=True)
class ExceptionItem:
    """Something a person must decide: reason, owner, age and next act. One open item per (subject, code)."""

    id: str
    subject: str  # motion id, or opportunity id when there is no motion
    opportunity_id: OpportunityId | None
    code: str  # 'deal-incomplete', 'portal-refused', ...
    reason: str
    next_act: str
    owner: str  # e-mail address
    opened_at: datetime
    resolved_at: datetime | None = None
