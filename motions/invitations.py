"""Deals a partner brings, as values: what its portal tells of an invitation, and where our answer to it stands.

Knows no portal's own words and no SQL.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import NewType, Protocol, runtime_checkable

from motions.deals import Money, OpportunityId
from motions.model import PartnerKey

InvitationId = NewType("InvitationId", str)  # the portal's own


class InvitationState(StrEnum):
    """Where our answer to an invitation stands."""

    PENDING = "pending"  # a person of ours decides
    ACCEPTING = "accepting"  # somebody said yes, and the portal is being told
    REJECTING = "rejecting"  # somebody said no, and the portal is being told
    LINKING = "linking"  # accepted; somebody named the deal for it, whose motion is being opened
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    EXPIRED = "expired"


SETTLED = (InvitationState.ACCEPTED, InvitationState.REJECTED, InvitationState.EXPIRED)
ANSWERING = (InvitationState.ACCEPTING, InvitationState.REJECTING, InvitationState.LINKING)


@dataclass(frozen=True)
class Facts:
    """What a partner tells of a deal before anybody accepts it; every text is the partner's."""

    customer: str
    title: str
    asks: str  # the customer's problem, as the partner puts it
    website: str | None = None
    country: str | None = None
    industry: str | None = None
    monthly_spend: Money | None = None
    close_date: date | None = None
    contacts: tuple[str, ...] = ()  # the partner's people: 'Jordan Ellis, PDM, jordan@...'
    message: str = ""


@dataclass(frozen=True)
class Offered:
    """An invitation as its portal has it now; `status` is PENDING or one of SETTLED."""

    id: InvitationId
    status: InvitationState
    invited_at: datetime
    expires_at: datetime
    facts: Facts
    reason: str | None = None  # why it was rejected


@dataclass(frozen=True)
class Candidate:
    """One of our deals that may be the one a partner brings."""

    opportunity_id: OpportunityId
    name: str
    why: str  # 'same web address'
    filed_as: str | None = None  # with this partner already


@dataclass(frozen=True)
class Invitation:
    """One deal a partner brings, and our answer. `epoch` rises with every change of state."""

    id: InvitationId
    partner: PartnerKey
    portal: str  # the portal's key
    state: InvitationState
    epoch: int
    facts: Facts
    candidates: tuple[Candidate, ...]
    invited_at: datetime
    expires_at: datetime
    seen_at: datetime
    channel: str  # the alliance channel
    manager_email: str
    next_act: str
    updated_at: datetime
    opportunity_id: OpportunityId | None = None  # the deal somebody chose for it
    referral_id: str | None = None  # what it became in the portal
    answered_by: str | None = None  # a person of ours; None when it was settled in the portal, or by time
    answered_at: datetime | None = None
    reason: str | None = None  # why it was rejected
    refusals: int = 0  # how often the portal did not take our answer
    days_left: int = 0  # as the card shows it

    @property
    def needs_deal(self) -> bool:
        """Whether it was accepted, and no deal in the CRM stands for it."""
        return self.state is InvitationState.ACCEPTED and self.opportunity_id is None


class Invitations(Protocol):
    """The invitations; each is stored once."""

    def add(self, invitation: Invitation) -> bool:
        """False when an invitation with this id exists."""

    def get(self, invitation_id: InvitationId) -> Invitation | None: ...
    def locked(self, invitation_id: InvitationId) -> Invitation | None:
        """The invitation, which nobody else changes until this transaction ends."""

    def known(self, ids: Sequence[InvitationId]) -> frozenset[InvitationId]:
        """Which of these are stored."""

    def unsettled(self, partner: PartnerKey) -> Sequence[Invitation]:
        """A partner's that are not in one of SETTLED, by when they expire."""

    def of_deal(self, opportunity_id: OpportunityId, partner: PartnerKey) -> Sequence[Invitation]:
        """Those for which somebody chose this deal, oldest first."""

    def change(self, invitation_id: InvitationId, *, epoch: int, changes: Mapping[str, object]) -> bool:
        """Set these fields if the invitation is still in this epoch: the compare-and-swap. False: it moved."""


@runtime_checkable
class Inviting(Protocol):
    """A portal whose partner brings deals itself. Raises Unavailable, OutcomeUnknown, Rejected, AuthExpired."""

    @property
    def reasons(self) -> Sequence[str]:
        """What an invitation may be rejected for, in the portal's words."""

    def pending(self) -> Sequence[InvitationId]:
        """Every invitation that waits for our answer, the oldest first."""

    def invitation(self, invitation_id: InvitationId) -> Offered:
        """One invitation, decoded; raises NotVisible when there is none."""

    def accept(self, invitation_id: InvitationId, key: str) -> str:
        """Have it accepted under our key, and return what to ask for the outcome; the same key accepts once."""

    def find_acceptance(self, invitation_id: InvitationId) -> str | None:
        """What `accept` returned, or would have, when an acceptance is under way or done; else None."""

    def outcome(self, invitation_id: InvitationId, task: str | None = None) -> str:
        """The referral an accepted one became; raises Unavailable while that is not known, Rejected when it failed.

        With `task`, what `accept` returned, only that acceptance can have failed: an earlier one did before.
        """

    def reject(self, invitation_id: InvitationId, reason: str) -> None:
        """Decline it for one of `reasons`."""
