"""What the whole deal is worth, as exact money in its own currency; knows no rate of exchange."""

import re
from decimal import ROUND_HALF_UP, Decimal

from connectors.lines import Line
from connectors.microsoft import values
from connectors.microsoft.lines import line, wrong
from connectors.microsoft.requirements import DETAILS, LABELS
from connectors.texts import one_line
from motions.deals import Money
from motions.referrals import Field, InputKind, Problem, Referral

_CENT = Decimal("0.01")
_MOST = Decimal(10) ** 13
_AMOUNT = re.compile(
    r"(?:(?P<ahead>[A-Z]{3}|\$|€) ?)?(?P<digits>\d{1,3}(?:,\d{3})+|\d{1,13})(?P<cents>\.\d{1,10})?"
    r"(?: ?(?P<behind>[A-Z]{3}|\$|€))?",
    re.IGNORECASE | re.ASCII,
)
_SIGNS = {"$": "USD", "€": "EUR"}


def value_line(referral: Referral) -> Line:
    """The deal's value, from an answer or as the CRM has it; never what the customer would spend a month."""
    answer = one_line(referral.answers.get(Field.AMOUNT))
    currency = referral.annual_value.currency if referral.annual_value else "USD"
    worth = _amount_of(answer, currency) if answer else referral.annual_value
    problem = _problem_with(worth, answer)
    accepted = None if problem else worth
    shown = f"{_cents(accepted):f}" if accepted else answer
    named = accepted.currency if accepted else currency
    # The seal holds no floats: the value is a text until it is sent, and a JSON number then.
    sent = {DETAILS + "dealValue": shown, DETAILS + "currency": named} if accepted else {}
    return line(
        Field.AMOUNT,
        shown,
        sent,
        kind=InputKind.NUMBER,
        note="as entered" if answer else "the whole deal, not what is spent a month" if accepted else None,
        label=f"{LABELS[Field.AMOUNT]} ({named})",
        problem=problem,
    )


def _problem_with(worth: Money | None, answer: str) -> Problem | None:
    if worth is None:
        if not answer:
            return None  # missing, which the requirement table reports
        return wrong(Field.AMOUNT, "invalidFormat", f"“{answer}” is not an amount of money.")
    if worth.currency not in values.listed("currencies"):
        return wrong(Field.AMOUNT, "invalidValue", f"“{worth.currency}” is not the code of a currency (ISO 4217).")
    if not worth.amount.is_finite() or not _CENT <= worth.amount < _MOST:
        return wrong(Field.AMOUNT, "outOfRange", "The deal value must be above zero.")
    return None


def _amount_of(text: str, currency: str) -> Money | None:
    found = _AMOUNT.fullmatch(text)
    if found is None:
        return None
    named = (found["ahead"] or found["behind"] or "").upper()
    amount = Decimal(found["digits"].replace(",", "") + (found["cents"] or ""))
    return Money(amount, _SIGNS.get(named, named) or currency)


def _cents(money: Money) -> Decimal:
    return money.amount.quantize(_CENT, rounding=ROUND_HALF_UP)
