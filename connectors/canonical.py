"""A canonical referral as a JSON document: what stands in a file, and the referral it means; knows no portal."""

from datetime import date
from decimal import Decimal
from typing import Annotated

from pydantic import Field, TypeAdapter, ValidationError

from connectors.checking import NotReadable
from motions.deals import Account, Money, Stage
from motions.rates import Rate, Rates
from motions.referrals import Field as ReferralField
from motions.referrals import Referral
from motions.strict import Strict

MARK = "crm_id"  # a document that has it is a canonical referral
_Currency = Annotated[str, Field(pattern=r"^[A-Z]{3}$")]


class Amount(Strict):
    """Exact money."""

    amount: Decimal
    currency: _Currency


class Customer(Strict):
    """The customer, in the CRM's words."""

    name: str = ""
    website: str | None = None
    industry: str | None = None
    employees: int | None = None
    country: str | None = None  # a code or an English name
    state: str | None = None
    city: str | None = None
    postal_code: str | None = None
    street: str | None = None


class Offering(Strict):
    """One of our active solutions in the portal; a check cannot ask for them."""

    id: str
    name: str


class CanonicalReferral(Strict):
    """The document: every key but `crm_id` may be left out, and is then a question."""

    crm_id: str
    title: str = ""
    customer: Customer = Customer()
    stage: str | None = None
    annual_value: Amount | None = None
    monthly_spend: Amount | None = None
    close_date: str | None = None
    problem: str | None = None
    next_steps: str | None = None
    kind: str | None = None
    product: str | None = None
    use_case: str | None = None
    delivery_models: tuple[str, ...] = ()
    help_wanted: tuple[str, ...] = ()
    contact: str | None = None
    consent: str | None = None
    solution_name: str | None = None
    solutions: tuple[Offering, ...] = ()
    answers: dict[ReferralField, str] = Field(default_factory=dict)
    our_domains: tuple[str, ...] = ()
    rates: tuple[Rate, ...] = ()


def read_canonical(document: object) -> CanonicalReferral:
    """The document, typed; NotReadable names every place that is not of the documented shape."""
    try:
        return _ADAPTER.validate_python(document)
    except ValidationError as error:
        said = "; ".join(f"{'.'.join(str(part) for part in e['loc'])}: {e['msg']}" for e in error.errors())
        raise NotReadable(f"This is no canonical referral: {said}. See docs/connectors.md for its keys.") from error


def referral_of(document: CanonicalReferral) -> Referral:
    """The referral; a stage or date that is none is kept as if somebody had typed it, for the portal to complain of."""
    stage = _stage(document.stage)
    close_date = _date(document.close_date)
    typed = dict(document.answers)
    if document.stage and stage is None:
        typed.setdefault(ReferralField.STAGE, document.stage)
    if document.close_date and close_date is None:
        typed.setdefault(ReferralField.CLOSE_DATE, document.close_date)
    return Referral(
        crm_id=document.crm_id,
        title=document.title,
        account=Account(id="", **document.customer.model_dump()),
        stage=stage,
        annual_value=_money(document.annual_value),
        monthly_spend=_money(document.monthly_spend),
        monthly_spend_note=None,
        close_date=close_date,
        problem=document.problem,
        next_steps=document.next_steps,
        kind=document.kind,
        product=document.product,
        use_case=document.use_case,
        delivery_models=document.delivery_models,
        help_wanted=document.help_wanted,
        contact=document.contact,
        consent=document.consent,
        solution_name=document.solution_name,
        answers=typed,
        rates=Rates(document.rates),
        our_domains=tuple(one.lower() for one in document.our_domains),
    )


_ADAPTER = TypeAdapter(CanonicalReferral)


def _money(given: Amount | None) -> Money | None:
    return Money(given.amount, given.currency) if given else None


def _stage(text: str | None) -> Stage | None:
    return Stage(text) if text in set(Stage) else None


def _date(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None
