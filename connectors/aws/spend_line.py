"""What the customer would spend with AWS each month, as exact money; converts at an operator's rate or not at all."""

import re
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from connectors.aws import values
from connectors.aws.lines import line, wrong
from connectors.aws.requirements import LABELS
from connectors.lines import Line
from connectors.texts import one_line
from motions.deals import Money
from motions.referrals import Field, InputKind, Problem, Referral

_CENT = Decimal("0.01")
_MOST = Decimal(10) ** 15
_AMOUNT = re.compile(
    r"(?:(?P<ahead>USD|EUR|\$|€) ?)?(?P<digits>\d{1,3}(?:,\d{3})+|\d{1,15})(?P<cents>\.\d{1,10})?"
    r"(?: ?(?P<behind>USD|EUR|\$|€))?",
    re.IGNORECASE | re.ASCII,
)
_SIGNS = {"$": "USD", "€": "EUR"}


def spend_line(referral: Referral, today: date) -> Line:
    """The monthly spend, from an answer or as derived from the deal."""
    answer = one_line(referral.answers.get(Field.MONTHLY_SPEND))
    currency = _currency_asked(referral)
    spend, note = _amount_of(answer, currency) if answer else referral.monthly_spend, referral.monthly_spend_note
    why = ""
    if spend and spend.currency not in values.CURRENCIES and _is_sound(spend.amount):
        found = referral.rates.converted(spend, values.CURRENCIES, today)
        if isinstance(found, str):
            why = found
        else:
            spend, note = found.money, "; ".join(part for part in (note, found.said) if part)
    problem = _problem_with(spend, answer, why)
    accepted = None if problem else spend
    shown = f"{_cents(accepted):f}" if accepted else answer
    entry = {"Amount": shown, "CurrencyCode": currency, "Frequency": "Monthly", "TargetCompany": "AWS"}
    if accepted:
        entry["CurrencyCode"] = accepted.currency
    return line(
        Field.MONTHLY_SPEND,
        shown,
        {"create.Project.ExpectedCustomerSpend": [entry] if accepted else None},
        kind=InputKind.NUMBER,
        note="as entered" if answer else note,
        label=f"{LABELS[Field.MONTHLY_SPEND]} ({entry['CurrencyCode']})",
        problem=problem,
    )


def _currency_asked(referral: Referral) -> str:
    # A bare number typed into the form is in the currency its label names.
    known = referral.monthly_spend or referral.annual_value
    return known.currency if known and known.currency in values.CURRENCIES else values.CURRENCIES[0]


def _problem_with(spend: Money | None, answer: str, why: str) -> Problem | None:
    if spend is None:
        if not answer:
            return None  # missing, which the requirement table reports
        return wrong(Field.MONTHLY_SPEND, "INVALID_STRING_FORMAT", f"“{answer}” is not an amount of money.")
    if spend.currency not in values.CURRENCIES:
        told = f", and {why}" if why else ""
        message = f"The deal is in {spend.currency}; AWS takes {' or '.join(values.CURRENCIES)} only{told}."
        fix = "Give the monthly spend in the currency asked for, or enter a rate of today in rates.yml."
        return wrong(Field.MONTHLY_SPEND, "INVALID_VALUE", message, fix)
    if not _is_sound(spend.amount):
        return wrong(Field.MONTHLY_SPEND, "VALUE_OUT_OF_RANGE", "Monthly spend must be above zero.")
    return None


def _amount_of(text: str, currency: str) -> Money | None:
    found = _AMOUNT.fullmatch(text)
    if found is None:
        return None
    named = (found["ahead"] or found["behind"] or "").upper()
    amount = Decimal(found["digits"].replace(",", "") + (found["cents"] or ""))
    return Money(amount, _SIGNS.get(named, named) or currency)


def _is_sound(amount: Decimal) -> bool:
    return amount.is_finite() and _CENT <= amount < _MOST


def _cents(money: Money) -> Decimal:
    return money.amount.quantize(_CENT, rounding=ROUND_HALF_UP)
