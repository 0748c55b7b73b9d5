"""Which Salesforce field holds what we call what, and what fits into it; pure, and knows no call.

The names on the left are ours (`motions.deals`), the names on the right are the org's. A name the org does not have,
or hides from our user, is left out: only a handful of columns are vital.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

from connectors.salesforce.refusals import hidden
from motions.deals import Stage

COSELL_FIELDS: Mapping[str, str] = {
    "status": "Cosell_Status__c",
    "partners": "Cosell_Partners__c",
    "rationale": "Cosell_Rationale__c",
    "referral_id": "Cosell_Referral_Id__c",
    "pam": "Cosell_PAM__c",
    "partner_stage": "Cosell_Partner_Stage__c",
    "next_step": "Cosell_Next_Step__c",
    "score": "Cosell_P2B_Score__c",
    "thread": "Cosell_Thread__c",
    "offer_id": "Cosell_Offer_Id__c",
    "engagement": "Cosell_Engagement_Score__c",
    "quality": "Cosell_Deal_Quality__c",
    "best_actions": "Cosell_Next_Best_Actions__c",
}

MOTION_FIELDS: Mapping[str, str] = {
    "partners": "Partner_Name__c",
    "status": "Status__c",
    "rationale": "Rationale__c",
    "referral_id": "Referral_Id__c",
    "referral_source": "Referral_Source__c",
    "pam": "PAM_Name__c",
    "pam_email": "PAM_Email__c",
    "partner_stage": "Partner_Stage__c",
    "next_step": "Next_Step__c",
    "next_step_due": "Next_Step_Due__c",
    "score": "P2B_Score__c",
    "score_reasons": "Score_Reasons__c",
    "thread": "Slack_Thread__c",
    "updated_at": "Last_Bot_Update__c",
    "offer_id": "Offer_Id__c",
    "engagement": "Engagement_Score__c",
    "quality": "Deal_Quality__c",
    "best_actions": "Next_Best_Actions__c",
}

# What was quoted for a deal, read and never written; an org without the status has no quotes.
QUOTE_FIELDS: Mapping[str, str] = {
    "number": "Quote_Number__c",
    "status": "Quote_Status__c",
    "amount": "Quote_Amount__c",
    "months": "Quote_Term_Months__c",
    "valid_until": "Quote_Valid_Until__c",
    "product": "Quote_Marketplace_Product__c",
    "buyer_account": "Buyer_AWS_Account__c",
}
QUOTE_APPROVED = frozenset({"approved", "accepted"})  # of the status, in lower case

# The standard picklist; an open stage of the org's own counts as qualified.
STAGES: Mapping[str, Stage] = {
    "Prospecting": Stage.DISCOVERY,
    "Qualification": Stage.QUALIFIED,
    "Needs Analysis": Stage.QUALIFIED,
    "Value Proposition": Stage.DEMO,
    "Id. Decision Makers": Stage.DEMO,
    "Perception Analysis": Stage.DEMO,
    "Proposal/Price Quote": Stage.PROPOSAL,
    "Negotiation/Review": Stage.COMMITTED,
}

VITAL = ("Id", "Name", "StageName", "IsClosed", "IsWon", "CreatedDate", "SystemModstamp")
_USEFUL = {
    "LastModifiedById": "who changed the deal last",
    "Amount": "the amount",
    "CloseDate": "the close date",
    "Type": "the kind of deal",
    "NextStep": "the seller's next step",
    "Description": "the deal's description",
    "AccountId": "the account",
    "OwnerId": "the owner",
}
_ACCOUNT = {
    "Name": "the account's name",
    "Website": "the account's website",
    "Industry": "the account's industry",
    "NumberOfEmployees": "the account's size",
    "BillingStreet": "the account's street",
    "BillingCity": "the account's city",
    "BillingState": "the account's state",
    "BillingPostalCode": "the account's postal code",
    "BillingCountry": "the account's country",
}
_OWNER = {"Name": "the owner's name", "Email": "the owner's e-mail address"}
# Only orgs with these features switched on have them, so their absence is no news.
_BY_FEATURE = ("CurrencyIsoCode",)
_ACCOUNT_BY_FEATURE = ("BillingStateCode", "BillingCountryCode")

_NUMBERS = frozenset({"double", "int", "currency", "percent"})
_CUT = frozenset({"string", "textarea", "picklist", "combobox"})  # a cut URL or address would be a wrong one


@dataclass(frozen=True)
class FieldShape:
    """What describe says of one field our user may read."""

    name: str
    type: str
    length: int
    can_update: bool
    can_create: bool


Shape = Mapping[str, FieldShape]


@dataclass(frozen=True)
class FieldMap:
    """How one org names and words things; the default is our own package on a standard org."""

    cosell: Mapping[str, str] = field(default_factory=lambda: COSELL_FIELDS)
    motion: Mapping[str, str] = field(default_factory=lambda: MOTION_FIELDS)
    stages: Mapping[str, Stage] = field(default_factory=lambda: STAGES)
    product: str | None = None  # the opportunity field that names what is sold; None: the end of the deal's name
    owner_region: str | None = "Department"  # the user field that names the owner's region
    competitors: str | None = "MainCompetitors__c"  # the opportunity field that names who we compete with
    currency: str = "USD"  # of an org with a single currency
    loss_reason: str = "Loss_Reason__c"  # why a deal was lost; an org without it says nothing
    quote: Mapping[str, str] = field(default_factory=lambda: QUOTE_FIELDS)


@dataclass(frozen=True)
class Columns:
    """What to select of a deal, and what our user may not read, named for people."""

    names: tuple[str, ...]
    unreadable: tuple[str, ...]


def deal_columns(fields: FieldMap, *, deal: Shape, account: Shape, owner: Shape) -> Columns:
    """The readable columns of a deal with its account and owner; NotVisible when a vital one is not."""
    for name in VITAL:
        if name not in deal:
            raise hidden(f"Opportunity.{name}")
    named = [name for name in (fields.product, fields.competitors) if name]
    extras = [*_BY_FEATURE, fields.loss_reason, *fields.cosell.values(), *fields.quote.values(), *named]
    names = [*VITAL, *(name for name in (*_USEFUL, *dict.fromkeys(extras)) if name in deal)]
    unreadable = [label for name, label in _USEFUL.items() if name not in deal]
    if "AccountId" in deal:
        names += [f"Account.{name}" for name in (*_ACCOUNT, *_ACCOUNT_BY_FEATURE) if name in account]
        unreadable += [label for name, label in _ACCOUNT.items() if name not in account]
    if "OwnerId" in deal:
        of_owner = (*_OWNER, *([fields.owner_region] if fields.owner_region else []))
        names += [f"Owner.{name}" for name in of_owner if name in owner]
        unreadable += [label for name, label in _OWNER.items() if name not in owner]
    return Columns(tuple(names), tuple(unreadable))


def of_deal(fields: FieldMap) -> tuple[str, ...]:
    """What we read of a deal in any org: our own fields and the org's product too."""
    own = [*fields.cosell.values(), *([fields.product] if fields.product else [])]
    return (*VITAL, *_USEFUL, *own)


def of_account() -> tuple[str, ...]:
    """What we read of an account in any org."""
    return tuple(_ACCOUNT)


def of_owner(fields: FieldMap) -> tuple[str, ...]:
    """What we read of a deal's owner in any org."""
    return (*_OWNER, *([fields.owner_region] if fields.owner_region else []))


def writable(
    names: Mapping[str, str], values: Mapping[str, str | None], shape: Shape
) -> Iterator[tuple[str, FieldShape, str]]:
    """(our name, the org's field, the value) of everything given that the org has a field for."""
    for ours, value in values.items():
        theirs = shape.get(names.get(ours, ours))
        if value is not None and theirs is not None and theirs.can_update:
            yield ours, theirs, value


def fitted(value: str, shape: FieldShape) -> str:
    """The value as the field will hold it: trimmed, and cut at a word boundary with an ellipsis when too long."""
    text = value.replace("\r\n", "\n").strip()
    if shape.type in _NUMBERS:
        return plain_number(text) or text
    if shape.type not in _CUT or len(text) <= shape.length or not shape.length:
        return text
    head, next_char = text[: shape.length - 1], text[shape.length - 1]
    whole, *_ = (head + next_char).rsplit(None, 1)
    return (whole if len(whole) <= len(head) else head).rstrip(" ,;:") + "…"


def plain_number(text: str) -> str | None:
    """'72.0' -> '72': one spelling for each number; None when it is none."""
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    if not number.is_finite():
        return None
    return f"{number:f}".rstrip("0").rstrip(".") if number % 1 else f"{number:.0f}"


def wire_value(text: str, shape: FieldShape) -> str | int | float | None:
    """A fitted value as JSON carries it; blank empties the field."""
    if not text:
        return None
    if shape.type in _NUMBERS and plain_number(text):
        number = Decimal(text)
        return float(number) if number % 1 else int(number)
    return text
