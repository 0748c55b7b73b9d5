"""The published validations of the change types for private offers; changes nothing.

Source: AWS Marketplace API reference, Work with private offers (synchronous validations), read in November 2026.
"""

import re
from collections.abc import Callable, Iterator
from datetime import date

from sandbox.aws.wire import Body, dig, structs, text, texts

CURRENCIES = ("USD", "AUD", "EUR", "GBP", "JPY")
_ILLEGAL = re.compile(r"[\\<>]")
_ACCOUNT = re.compile(r"\d{12}", re.ASCII)
_DURATION = re.compile(r"P(?=\d)(\d+Y)?(\d+M)?(\d+D)?", re.ASCII)
_AMOUNT = re.compile(r"\d+(\.\d{1,2})?", re.ASCII)
_MOST_BUYERS = 26
_LONGEST_DESCRIPTION = 255


def complaints(kind: str, details: Body) -> Iterator[str]:
    """What StartChangeSet itself refuses in one change."""
    check = CHECKS.get(kind)
    if check is None:
        yield f"ChangeType {kind} is not supported for Offer@1.0."
    else:
        yield from check(details)


def is_day(value: str) -> bool:
    """Whether a text is a day as the service writes one."""
    try:
        return len(value) == len("2026-11-22") and bool(date.fromisoformat(value))
    except ValueError:
        return False


def _create(details: Body) -> Iterator[str]:
    yield from _words(details, "ProductId", 50, is_required=True)
    yield from _words(details, "Name", 150)


def _information(details: Body) -> Iterator[str]:
    if not {"Name", "Description", "PreExistingAgreement"} & set(details):
        yield "At least one of the properties must be provided."
    yield from _words(details, "Name", 150)
    if "Description" in details and not 1 <= len(text(details, "Description")) <= _LONGEST_DESCRIPTION:
        yield f"Description: length must be between 1 and {_LONGEST_DESCRIPTION} characters."


def _targeting(details: Body) -> Iterator[str]:
    buyers = texts(details, "PositiveTargeting.BuyerAccounts")
    if "PositiveTargeting" not in details and "NegativeTargeting" not in details:
        yield "Provide PositiveTargeting or NegativeTargeting."
    if dig(details, "PositiveTargeting.BuyerAccounts") is not None and not 1 <= len(buyers) <= _MOST_BUYERS:
        yield f"BuyerAccounts: list size must be between 1 and {_MOST_BUYERS}."
    if bad := [buyer for buyer in buyers if not _ACCOUNT.fullmatch(buyer)]:
        yield f"BuyerAccounts: AWS account IDs must be 12-digit numbers: {', '.join(bad)}."


def _validity(details: Body) -> Iterator[str]:
    for term in _terms(details):
        if text(term, "Type") != "ValidityTerm":
            yield "Terms[].Type can only be ValidityTerm."
        duration = dig(term, "AgreementDuration")
        if duration is not None and not _DURATION.fullmatch(str(duration)):
            yield "AgreementDuration must be an ISO 8601 duration."
        for name in ("AgreementStartDate", "AgreementEndDate"):
            if name in term and not is_day(text(term, name)):
                yield f"{name} must be formatted like YYYY-MM-DD."
    yield from _needs_terms(details)


def _payments(details: Body) -> Iterator[str]:
    for term in _terms(details):
        if text(term, "Type") != "PaymentScheduleTerm":
            yield "Terms[].Type can only be PaymentScheduleTerm."
        if text(term, "CurrencyCode") not in CURRENCIES:
            yield f"CurrencyCode: supported currencies are {', '.join(CURRENCIES)}."
        charges = structs(term, "Schedule")
        if not charges:
            yield "Schedule is required."
        for charge in charges:
            if not _AMOUNT.fullmatch(text(charge, "ChargeAmount")):
                yield "ChargeAmount must be a non-negative decimal with up to 2 decimal places, as a string."
            if not is_day(text(charge, "ChargeDate")):
                yield "ChargeDate must be formatted like YYYY-MM-DD."
    yield from _needs_terms(details)


def _availability(details: Body) -> Iterator[str]:
    if not is_day(text(details, "AvailabilityEndDate")):
        yield "AvailabilityEndDate is required, formatted like YYYY-MM-DD."


def _any_terms(details: Body) -> Iterator[str]:
    yield from _needs_terms(details)


def _release(details: Body) -> Iterator[str]:
    if details:
        yield "DetailsDocument must be empty ({}) for ReleaseOffer."


def _needs_terms(details: Body) -> Iterator[str]:
    if not _terms(details):
        yield "Terms is required."


def _terms(details: Body) -> list[Body]:
    return structs(details, "Terms")


def _words(details: Body, name: str, most: int, *, is_required: bool = False) -> Iterator[str]:
    value = dig(details, name)
    if value is None and not is_required:
        return
    if not isinstance(value, str) or not 1 <= len(value) <= most:
        yield f"{name}: length must be between 1 and {most} characters."
    elif _ILLEGAL.search(value):
        yield f"{name} must not contain illegal characters (\\, <, >)."


CHECKS: dict[str, Callable[[Body], Iterator[str]]] = {
    "CreateOffer": _create,
    "UpdateInformation": _information,
    "UpdateTargeting": _targeting,
    "UpdateValidityTerms": _validity,
    "UpdatePaymentScheduleTerms": _payments,
    "UpdateAvailability": _availability,
    "UpdatePricingTerms": _any_terms,
    "UpdateLegalTerms": _any_terms,
    "UpdateSupportTerms": _any_terms,
    "ReleaseOffer": _release,
}
