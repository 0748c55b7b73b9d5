"""Rates of exchange an operator entered, with day and source; converts where a partner takes no other currency.

Knows no market: what nobody entered, or entered too long ago, is a question for a person.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from pydantic import BaseModel, ConfigDict, Field

from motions.deals import Money

CENT = Decimal("0.01")


class Rate(BaseModel):
    """One row of rates.yml: what one unit of a currency is worth in another."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    currency: str = Field(pattern=r"^[A-Z]{3}$")
    to: str = Field(pattern=r"^[A-Z]{3}$")
    rate: Decimal = Field(gt=0)
    date: date
    source: str = Field(min_length=1)


@dataclass(frozen=True)
class Converted:
    """Money in another currency, and the words that say how it came about."""

    money: Money
    said: str


@dataclass(frozen=True)
class Rates:
    """The rates as entered, and for how long one may be used."""

    rows: tuple[Rate, ...] = ()
    fresh_for: timedelta = timedelta(days=7)

    def converted(self, money: Money, wanted: Sequence[str], today: date) -> Converted | str:
        """The money in the first wanted currency with a usable rate; else why there is none."""
        known = [row for row in self.rows if row.currency == money.currency and row.to in wanted]
        usable = [row for row in known if timedelta() <= today - row.date <= self.fresh_for]
        if usable:
            row = min(usable, key=lambda one: (wanted.index(one.to), today - one.date))
            exact = (money.amount * row.rate).quantize(CENT, ROUND_HALF_UP)
            return Converted(Money(exact, row.to), f"{money} at {row.rate} of {row.date.isoformat()} ({row.source})")
        if not known:
            return f"rates.yml has no rate for {money.currency}"
        newest = max(known, key=lambda one: one.date)
        if newest.date > today:
            return f"the rate for {money.currency} in rates.yml is of {newest.date.isoformat()}, which is yet to come"
        return f"the rate for {money.currency} in rates.yml is of {newest.date.isoformat()}, too old to use"


NO_RATES = Rates()
