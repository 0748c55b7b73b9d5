"""The canonical referral: one set of fields for every portal; knows no portal's words."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from motions.deals import Account, Money, Stage
from motions.effects import Recovery, Undo
from motions.rates import NO_RATES, Rates


class Field(StrEnum):
    """The canonical fields a person may be asked for or may edit (reference: portals, field map)."""

    TITLE = "title"
    CUSTOMER = "customer"
    WEBSITE = "website"
    COUNTRY = "country"
    STATE = "state"
    CITY = "city"
    STREET = "street"
    POSTAL_CODE = "postal_code"
    INDUSTRY = "industry"
    EMPLOYEES = "employees"
    CONTACT = "contact"  # somebody at the customer: `Sue Smith <sue@acme.example> +15550100`
    CONSENT = "consent"  # what lets us name that person to the partner; tells our own people, is never sent
    PROBLEM = "problem"
    USE_CASE = "use_case"
    SOLUTION = "solution"
    DELIVERY_MODEL = "delivery_model"
    HELP_WANTED = "help_wanted"
    AMOUNT = "amount"  # the deal's own
    MONTHLY_SPEND = "monthly_spend"
    CLOSE_DATE = "close_date"
    STAGE = "stage"
    LOSS_REASON = "loss_reason"  # why a deal was lost; a referral has it once it is closed
    NEXT_STEPS = "next_steps"
    KIND = "kind"
    SELLER = "seller"  # who of us works the deal; no portal of today asks for it
    OTHER_DEALS = "other_deals"  # referrals that look alike, and a person said are not this deal; is never sent


@dataclass(frozen=True)
class Referral:
    """What we would tell a partner about one deal, before any portal's vocabulary."""

    crm_id: str
    title: str
    account: Account
    stage: Stage | None  # None: it stays home
    annual_value: Money | None  # what the deal is worth to us
    monthly_spend: Money | None  # what the customer would spend with the partner each month
    monthly_spend_note: str | None  # how code derived it; shown on the card
    close_date: date | None
    problem: str | None
    next_steps: str | None
    kind: str | None
    product: str | None
    use_case: str | None = None
    delivery_models: tuple[str, ...] = ()
    help_wanted: tuple[str, ...] = ()
    contact: str | None = None
    consent: str | None = None
    loss_reason: str | None = None  # of a lost deal, in the CRM's words
    solution_name: str | None = None  # picks among the portal's active solutions; None: the first
    answers: Mapping[Field, str] = field(default_factory=dict)  # what people typed on the card; always wins
    rates: Rates = NO_RATES  # for a portal that takes few currencies
    our_domains: tuple[str, ...] = ()  # a customer's website is none of these


class InputKind(StrEnum):
    """How a person types a field."""

    TEXT = "text"
    LONG_TEXT = "long text"
    CHOICE = "choice"
    DATE = "date"
    NUMBER = "number"


@dataclass(frozen=True)
class FormField:
    """One line of a referral as a person sees it and may edit it."""

    field: Field
    label: str
    value: str | None
    kind: InputKind
    options: tuple[str, ...] = ()  # the portal's own list, for CHOICE
    note: str | None = None  # where the value came from, when that is not obvious


@dataclass(frozen=True)
class Problem:
    """Why a portal would bounce the referral, in words a person can act on."""

    field: Field | None
    code: str
    message: str
    fix: str


@dataclass(frozen=True)
class Draft:
    """A portal's own request built from a canonical referral; `payload` is exactly what would be sent."""

    portal: str
    schema_version: str
    payload: Mapping[str, object]
    form: tuple[FormField, ...]
    problems: tuple[Problem, ...]

    @property
    def is_ready(self) -> bool:
        return not self.problems


@dataclass(frozen=True)
class LookAlike:
    """A referral in the portal that may be the same deal."""

    referral_id: str
    title: str
    customer: str
    same_crm_id: bool
    why: str
    website: str | None = None
    worth: Money | None = None
    is_monthly: bool = False  # the worth is what the customer would spend with the partner each month
    close_date: date | None = None


@dataclass(frozen=True)
class FilingStep:
    """One call of a portal's filing saga.

    `send` performs it and returns the external id; `find` looks for an earlier outcome by our own key and
    returns the id, or None when it surely did not happen. Both get the ids of the earlier steps by name. What a lost
    answer allows, and what can be done about the call afterwards, only the connector knows: it declares both.
    """

    name: str
    send: Callable[[Mapping[str, str]], str]
    find: Callable[[Mapping[str, str]], str | None]
    recovery: Recovery
    undo: Undo


class Review(StrEnum):
    """What the partner's portal says of a filed referral."""

    PENDING = "pending"
    ACCEPTED = "accepted"
    ACTION_REQUIRED = "action required"
    REJECTED = "rejected"


@dataclass(frozen=True)
class ReferralStatus:
    """Where a filed referral stands, from both sides."""

    referral_id: str
    review: Review
    modified_at: datetime  # the portal's own stamp
    partner_stage: str | None = None
    partner_close_date: date | None = None
    next_step: str | None = None
    pam_name: str | None = None
    pam_email: str | None = None
    seller_name: str | None = None
    seller_email: str | None = None
    comments: str | None = None
    engagement: str | None = None  # the partner's own score of the deal
    quality: str | None = None  # 0 to 100
    best_actions: str | None = None  # what the partner would do next
    waits_for: str | None = None  # what a person must do before the partner can decide at all
    form: tuple[FormField, ...] = ()  # what may be corrected from here, while the partner asks for changes

    @property
    def insights(self) -> dict[str, str | None]:
        """What the partner makes of the deal, by the names a motion has for it; what it does not say is left out."""
        told = {"engagement": self.engagement, "quality": self.quality, "best_actions": self.best_actions}
        return {name: value for name, value in told.items() if value is not None}

    @property
    def pam(self) -> str | None:
        """The partner's manager in one line: 'Jordan Ellis <jordan@...>'."""
        named = (self.pam_name, f"<{self.pam_email}>" if self.pam_email else None)
        return " ".join(filter(None, named)) or None
