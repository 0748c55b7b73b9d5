"""The deal as the CRM tells it: opportunity, account, contacts, activities; knows no CRM's field names."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import NewType

OpportunityId = NewType("OpportunityId", str)  # the CRM's 18-character id


@dataclass(frozen=True)
class Money:
    """An exact amount in one currency (ISO 4217)."""

    amount: Decimal
    currency: str

    def __str__(self) -> str:
        return f"{self.currency} {self.amount:,.2f}"


class Stage(StrEnum):
    """Where a deal stands, in our words; each CRM's picklist is mapped onto these."""

    DISCOVERY = "discovery"
    QUALIFIED = "qualified"
    DEMO = "demo"
    PROPOSAL = "proposal"
    COMMITTED = "committed"
    WON = "won"
    LOST = "lost"


@dataclass(frozen=True)
class Account:
    """The customer, as far as the CRM knows it."""

    id: str
    name: str
    website: str | None = None
    industry: str | None = None
    employees: int | None = None
    country: str | None = None  # ISO 3166 alpha-2 when the CRM gives or names a known country
    state: str | None = None
    city: str | None = None
    postal_code: str | None = None
    street: str | None = None


@dataclass(frozen=True)
class Owner:
    """The seller who owns the deal in the CRM."""

    id: str
    name: str
    email: str | None = None
    region: str | None = None


@dataclass(frozen=True)
class Quote:
    """What we quoted for a deal, as the CRM has it; whatever it does not say is None."""

    number: str | None
    is_approved: bool  # by our own people
    amount: Money | None = None  # for the whole term
    months: int | None = None  # how long the contract runs
    valid_until: date | None = None
    product: str | None = None  # what is sold, by the id a partner's marketplace knows it under
    buyer_account: str | None = None  # the customer's account there
    amount_from: str = ""  # the fields of the CRM that the quote is made of: 'Opportunity.Quote_Amount__c, ...'
    buyer_from: str = ""  # and the customer's account


@dataclass(frozen=True)
class CosellFields:
    """What the CRM shows of a motion: our own fields on the opportunity (reference: CRM summary fields)."""

    status: str | None = None
    partners: str | None = None
    rationale: str | None = None
    referral_id: str | None = None
    pam: str | None = None
    partner_stage: str | None = None
    next_step: str | None = None
    score: str | None = None
    thread: str | None = None
    offer_id: str | None = None  # the draft of a private offer
    engagement: str | None = None
    quality: str | None = None
    best_actions: str | None = None


@dataclass(frozen=True)
class Opportunity:
    """One deal as last read from the CRM; `modified_at` is the CRM's own stamp (SystemModstamp)."""

    id: OpportunityId
    name: str
    stage: Stage
    stage_name: str  # as the CRM words it
    is_closed: bool
    is_won: bool
    modified_at: datetime
    created_at: datetime
    modified_by: str | None = None
    owner: Owner | None = None
    account: Account | None = None
    amount: Money | None = None
    close_date: date | None = None
    kind: str | None = None  # 'New Business', 'Existing Business', ...
    product: str | None = None
    next_step: str | None = None
    description: str | None = None
    competitors: tuple[str, ...] = ()  # as the CRM names them
    loss_reason: str | None = None  # why it was lost, in the CRM's words
    cosell: CosellFields = field(default_factory=CosellFields)
    quote: Quote | None = None


@dataclass(frozen=True)
class Contact:
    """Somebody at the customer."""

    id: str
    name: str
    title: str | None = None
    email: str | None = None
    phone: str | None = None
    role: str | None = None


@dataclass(frozen=True)
class Activity:
    """One task or event on the deal."""

    id: str
    kind: str  # 'task' or 'event'
    subject: str
    on: date | None = None


@dataclass(frozen=True)
class DealContext:
    """Everything a brief may use about one deal, read from the CRM in one go."""

    deal: Opportunity
    contacts: tuple[Contact, ...] = ()
    activities: tuple[Activity, ...] = ()
    unreadable: tuple[str, ...] = ()  # what our CRM user may not read, named for people
    # Canonical field -> the fields of the CRM it is made of, 'Opportunity.Amount'; a fact without any goes nowhere.
    origins: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
