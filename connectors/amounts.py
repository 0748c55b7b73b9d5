"""An amount as a portal's record tells it, exact or not at all; knows no portal."""

from decimal import Decimal, InvalidOperation

from motions.deals import Money


def money(amount: object, currency: str | None) -> Money | None:
    """The amount in its currency; None when either is missing or no number."""
    if amount is None or isinstance(amount, bool) or not currency:
        return None
    try:
        value = Decimal(str(amount))
    except InvalidOperation:
        return None
    return Money(value, currency) if value.is_finite() else None
