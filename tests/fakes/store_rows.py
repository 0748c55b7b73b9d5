"""What the store in memory holds, and the one thing it refuses: a time without a zone."""

from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any

from motions.attention_records import Ping
from motions.deals import Opportunity, OpportunityId
from motions.doubts import Doubt
from motions.effects import Effect, Stop
from motions.grant_terms import Grant, GrantId
from motions.imports import ImportItem, SheetImport
from motions.invitations import Invitation, InvitationId
from motions.model import (
    EffectKey,
    ExceptionItem,
    Match,
    Motion,
    MotionId,
    PartnerKey,
    Token,
    Trigger,
    TriggerId,
)
from motions.offers import OfferId, PrivateOffer
from motions.partner_sheets import SheetColumn
from motions.proposals import Approval, Proposal, StandingApproval
from motions.records import (
    Envelope,
    LogEntry,
    Segment,
)
from motions.revisions import Revision
from motions.schema_records import PortalSchema
from motions.spaces import Line, Space


@dataclass(frozen=True)
class Letter:
    """An envelope in the inbox."""

    envelope: Envelope
    handled_at: datetime | None = None


@dataclass
class Rows:
    """Everything a store holds; values are frozen, so copying the containers copies the state."""

    deals: dict[OpportunityId, Opportunity] = field(default_factory=dict)
    watermarks: dict[str, datetime] = field(default_factory=dict)
    triggers: dict[TriggerId, Trigger] = field(default_factory=dict)
    matches: list[Match] = field(default_factory=list)
    motions: dict[MotionId, Motion] = field(default_factory=dict)
    decisions: dict[Token, tuple[Approval, Proposal]] = field(default_factory=dict)
    standings: dict[Token, StandingApproval] = field(default_factory=dict)
    grants: dict[GrantId, Grant] = field(default_factory=dict)
    stop: Stop | None = None
    worked_at: datetime | None = None
    doubt: Doubt | None = None
    pings: dict[str, Ping] = field(default_factory=dict)
    told: set[str] = field(default_factory=set)
    fewer_reminders: dict[str, int] = field(default_factory=dict)
    effects: dict[EffectKey, Effect] = field(default_factory=dict)
    log: list[LogEntry] = field(default_factory=list)
    exceptions: list[ExceptionItem] = field(default_factory=list)
    inbox: dict[str, Letter] = field(default_factory=dict)
    spaces: dict[PartnerKey, Space] = field(default_factory=dict)
    lines: dict[tuple[PartnerKey, OpportunityId], Line] = field(default_factory=dict)
    headings: dict[tuple[PartnerKey, str], SheetColumn] = field(default_factory=dict)
    imports: list[SheetImport] = field(default_factory=list)
    items: list[ImportItem] = field(default_factory=list)
    invitations: dict[InvitationId, Invitation] = field(default_factory=dict)
    offers: dict[OfferId, PrivateOffer] = field(default_factory=dict)
    snoozes: dict[tuple[str, str], datetime] = field(default_factory=dict)
    revisions: dict[int, Revision] = field(default_factory=dict)
    schemas: dict[str, PortalSchema] = field(default_factory=dict)
    enqueued: list[Segment] = field(default_factory=list)

    def copied(self) -> "Rows":
        """The same rows in containers of their own."""
        copies: dict[str, Any] = {name: _copy(kept) for name, kept in vars(self).items()}
        return Rows(**copies)


def _copy(kept: object) -> object:
    return kept.copy() if isinstance(kept, dict | list) else kept


def must_be_aware(record: object) -> None:
    for each in fields(record):  # type: ignore[arg-type]  # every value of the domain is a dataclass
        value = getattr(record, each.name)
        if isinstance(value, datetime):
            aware(value)


def aware(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError(f"{moment.isoformat()} has no time zone: the store keeps aware times only")
    return moment
