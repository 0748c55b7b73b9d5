"""Private offers, as values: what must be true before a partner's marketplace drafts a quote, and where that stands.

An offer here is a draft. Publishing one is nobody's word in this program: people do it in the marketplace itself.
Knows no marketplace's own words and no SQL.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import NewType, Protocol, runtime_checkable

from motions.deals import Opportunity, OpportunityId, Quote
from motions.model import MotionId, PartnerKey

OfferId = NewType("OfferId", str)  # 'offer:{motion}': one for each motion


class OfferState(StrEnum):
    """Where the draft of a private offer stands."""

    PROPOSED = "proposed"  # its checks are on the card, and a person decides
    DRAFTING = "drafting"  # somebody said yes, and the marketplace makes it
    DRAFTED = "drafted"  # it is there, unpublished, and hangs on the referral
    WITHDRAWN = "withdrawn"  # the deal is closed, or its quote is gone


class Whose(StrEnum):
    """Which company sees to it that a check is met."""

    OURS = "ours"
    THEIRS = "theirs"


@dataclass(frozen=True)
class Check:
    """One thing that has to be true before an offer is drafted."""

    whose: Whose
    what: str  # 'The quote is approved'
    found: str  # what was found: 'Q-17, approved'
    fix: str = ""  # what to do, and where; empty: it is met

    @property
    def is_met(self) -> bool:
        return not self.fix


@dataclass(frozen=True)
class Listing:
    """A product of ours as the marketplace lists it."""

    title: str
    is_for_sale: bool  # an offer can be made for it
    standing: str  # in the marketplace's own word


@dataclass(frozen=True)
class PrivateOffer:
    """The draft of one motion's private offer, and our decision. `epoch` rises with every change of state."""

    id: OfferId
    motion_id: MotionId
    opportunity_id: OpportunityId
    partner: PartnerKey
    portal: str  # the portal's key
    state: OfferState
    epoch: int
    deal_name: str
    customer: str
    referral_id: str
    quote: Quote
    checks: tuple[Check, ...]
    channel: str  # the alliance channel
    manager_email: str
    next_act: str
    seen_at: datetime
    updated_at: datetime
    approved_by: str | None = None
    approved_at: datetime | None = None
    offer_id: str | None = None  # the marketplace's own, once the draft is there
    standing: str | None = None  # the draft's state, in the marketplace's own word
    refusals: int = 0  # how often the marketplace did not make it

    @property
    def is_ready(self) -> bool:
        """Whether nothing but a person's yes is missing."""
        return all(check.is_met for check in self.checks)


class PrivateOffers(Protocol):
    """The private offers; each is stored once."""

    def add(self, offer: PrivateOffer) -> bool:
        """False when an offer with this id exists."""

    def get(self, offer_id: OfferId) -> PrivateOffer | None: ...
    def locked(self, offer_id: OfferId) -> PrivateOffer | None:
        """The offer, which nobody else changes until this transaction ends."""

    def undecided(self) -> Sequence[PrivateOffer]:
        """Those that are proposed or being drafted, oldest first."""

    def change(self, offer_id: OfferId, *, epoch: int, changes: Mapping[str, object]) -> bool:
        """Set these fields if the offer is still in this epoch: the compare-and-swap. False: it moved."""


class Marketplace(Protocol):
    """Where a partner sells our products. Raises Unavailable, OutcomeUnknown, Rejected, AuthExpired.

    There is no way to publish through it.
    """

    def judge(self, quote: Quote, today: date) -> Sequence[Check]:
        """What an offer needs of a quote before it could be drafted, each met or with what to do; pure."""

    def listing(self, product: str) -> Listing | None:
        """A product of ours, or None when the marketplace knows none like it."""

    def request(self, quote: Quote) -> Mapping[str, object]:
        """Exactly what would be sent to have a quote drafted that was judged and lacks nothing; pure."""

    def start(self, request: Mapping[str, object], key: str) -> str:
        """Have the draft made under our key, and return what to ask for the outcome; the same key makes one."""

    def find(self, request: Mapping[str, object], key: str) -> str | None:
        """What `start` returned, or would have, when the draft was asked for under this key; else None."""

    def outcome(self, started: str) -> str | None:
        """The id of the draft, None while it is being made; raises Rejected when it was not."""

    def standing(self, offer_id: str) -> str:
        """Where an offer stands, in the marketplace's own word."""

    def link(self, referral_id: str, offer_id: str) -> None:
        """Hang an offer on a filed referral; what hangs there already is left."""

    def is_linked(self, referral_id: str, offer_id: str) -> bool:
        """Whether it hangs there."""


@runtime_checkable
class Selling(Protocol):
    """A portal whose partner has a marketplace."""

    @property
    def marketplace(self) -> Marketplace | None:
        """The marketplace, or None when none belongs to what is filed there."""


def why_changed(offer: PrivateOffer, deal: Opportunity | None) -> str | None:
    """Why an offer may not be drafted on its deal as it is now, or None."""
    if deal is None or deal.quote != offer.quote:
        return "the quote changed"
    return "the deal was lost" if is_lost(deal) else None


def is_lost(deal: Opportunity) -> bool:
    """Whether nobody is offered anything for this deal any more."""
    return deal.is_closed and not deal.is_won


def offer_id_of(motion_id: MotionId) -> OfferId:
    """The one offer of a motion."""
    return OfferId(f"offer:{motion_id}")
