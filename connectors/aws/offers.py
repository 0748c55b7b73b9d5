"""Quotes in the words of the AWS Marketplace: what an offer needs of one, the changes that draft it, what was answered.

Pure. Rules: the Catalog API's published validations for private offers, checked November 2026.
"""

import json
import re
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from connectors.aws.catalog import CREATE, CREATED, MADE_HERE, SYSTEM
from connectors.aws.client import Record
from connectors.aws.requirements import at
from connectors.texts import one_line
from motions.deals import Money, Quote
from motions.errors import Rejected
from motions.offers import Check, Listing, Whose

CURRENCIES = ("USD", "AUD", "EUR", "GBP", "JPY")
_WHOLE_ONLY = frozenset({"JPY"})
_LONGEST_MONTHS = 60
_NAME_LENGTH = 150
_OFFER = "Offer@1.0"
_FOR_SALE = frozenset({"Public", "Limited"})

_ACCOUNT = re.compile(r"\d{12}", re.ASCII)
_PRODUCT = re.compile(r"[A-Za-z0-9-]{1,50}", re.ASCII)
_ILLEGAL = re.compile(r"[\\<>]")


def judged(quote: Quote, today: date) -> tuple[Check, ...]:
    """What an offer needs of a quote, each met or with what to do."""
    return (_account(quote), _product(quote), _price(quote.amount), _term(quote.months), _last_day(quote, today))


def changes_for(quote: Quote) -> list[dict[str, object]]:
    """The change set that drafts a quote that was judged; whoever publishes adds dimensions, EULA and support terms."""
    assert quote.amount is not None
    assert quote.valid_until is not None
    name = _ILLEGAL.sub(" ", one_line(f"Private offer {quote.number or ''}"))[:_NAME_LENGTH].strip()
    until = quote.valid_until.isoformat()
    payment = {"ChargeDate": until, "ChargeAmount": _spelled(quote.amount)}
    schedule = {"Type": "PaymentScheduleTerm", "CurrencyCode": quote.amount.currency, "Schedule": [payment]}
    create = {"ChangeType": CREATE, "ChangeName": CREATED, "Entity": {"Type": _OFFER}}
    return [
        {**create, "DetailsDocument": {"ProductId": quote.product, "Name": name}},
        _change("UpdateInformation", {"Name": name, "Description": f"Drafted from quote {quote.number or name}"[:255]}),
        _change("UpdateTargeting", {"PositiveTargeting": {"BuyerAccounts": [quote.buyer_account]}}),
        _change("UpdateValidityTerms", {"Terms": [{"Type": "ValidityTerm", "AgreementDuration": f"P{quote.months}M"}]}),
        _change("UpdatePaymentScheduleTerms", {"Terms": [schedule]}),
        _change("UpdateAvailability", {"AvailabilityEndDate": until}),
    ]


def listing_from(entity: Record) -> Listing:
    """A product as the marketplace describes it."""
    details = details_of(entity)
    title, standing = at(details, "Description.ProductTitle"), at(details, "Description.Visibility")
    return Listing(one_line(str(title or "")), standing in _FOR_SALE, one_line(str(standing or "unknown")))


def standing_of(entity: Record) -> str:
    """The state of an offer: Draft, or Released."""
    return one_line(str(details_of(entity).get("State") or "state not told"))


def offer_made(change_set: Record) -> str | None:
    """The offer a change set made, None while it is being made; raises Rejected when it was not."""
    status = str(change_set.get("Status") or "")
    if status in {"PREPARING", "APPLYING"}:
        return None
    made = _created(change_set) if status == "SUCCEEDED" else None
    if made is None:
        said = "; ".join(_errors(change_set)) or one_line(
            str(change_set.get("FailureDescription") or "no reason given")
        )
        raise Rejected(SYSTEM, f"the draft was not made ({change_set.get('FailureCode') or status}): {said}")
    return made


def details_of(entity: Record) -> Mapping[str, object]:
    """What an entity's document holds; older answers have it as a text only."""
    document = entity.get("DetailsDocument")
    if isinstance(document, Mapping):
        return document
    found = json.loads(entity.get("Details") or "{}")
    return found if isinstance(found, Mapping) else {}


def _change(kind: str, details: Mapping[str, object]) -> dict[str, object]:
    return {"ChangeType": kind, "Entity": {"Type": _OFFER, "Identifier": MADE_HERE}, "DetailsDocument": details}


def _created(change_set: Record) -> str | None:
    for change in _changes(change_set):
        if change.get("ChangeType") == CREATE:
            entity = change.get("Entity")
            named = entity.get("Identifier") if isinstance(entity, Mapping) else None
            return str(named).partition("@")[0] if named else None
    return None


def _errors(change_set: Record) -> list[str]:
    found = (error for change in _changes(change_set) for error in change.get("ErrorDetailList") or ())
    return [one_line(f"{error.get('ErrorMessage') or ''} ({error.get('ErrorCode')})")[:300] for error in found]


def _changes(change_set: Record) -> Sequence[Record]:
    return change_set.get("ChangeSet") or ()


def _account(quote: Quote) -> Check:
    what, account = "The buyer's AWS account is known", quote.buyer_account or ""
    fix = "" if _ACCOUNT.fullmatch(account) else "Ask the customer for the 12 digits of its AWS account."
    return Check(Whose.OURS, what, account or "none on the deal", fix)


def _product(quote: Quote) -> Check:
    what, product = "The quote names our product", quote.product or ""
    fix = "" if _PRODUCT.fullmatch(product) else "Enter the id of our Marketplace product (prod-…) on the deal."
    return Check(Whose.OURS, what, product or "none on the deal", fix)


def _price(amount: Money | None) -> Check:
    what = "The price can be charged"
    if amount is None or amount.amount <= 0:
        return Check(Whose.OURS, what, str(amount or "no amount"), "Enter the price for the whole term on the quote.")
    if amount.currency not in CURRENCIES:
        return Check(Whose.OURS, what, str(amount), f"Quote it in one of {', '.join(CURRENCIES)}.")
    unit = _unit(amount)
    fix = "" if amount.amount == amount.amount.quantize(unit) else f"Round the price to {unit}."
    return Check(Whose.OURS, what, str(amount), fix)


def _term(months: int | None) -> Check:
    is_fit = months is not None and 1 <= months <= _LONGEST_MONTHS
    fix = "" if is_fit else f"Enter the term of the contract, 1 to {_LONGEST_MONTHS} months."
    return Check(Whose.OURS, "The term is known", f"{months} months" if months is not None else "no term", fix)


def _last_day(quote: Quote, today: date) -> Check:
    last = quote.valid_until
    fix = "" if last is not None and last > today else "Enter until when the quote is valid, a day to come."
    return Check(Whose.OURS, "It can still be accepted", f"until {last}" if last else "no last day", fix)


def _spelled(amount: Money) -> str:
    return str(amount.amount.quantize(_unit(amount)))


def _unit(amount: Money) -> Decimal:
    return Decimal(1) if amount.currency in _WHOLE_ONLY else Decimal("0.01")
