"""Rates of exchange: used with their day and source while they are fresh, and never otherwise."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from pydantic import ValidationError

from motions.deals import Money
from motions.rates import NO_RATES, Converted, Rate, Rates

TODAY = date(2026, 11, 22)
POUNDS = Money(Decimal("1200.00"), "GBP")
WANTED = ("USD", "EUR")


def rate(**changes: Any) -> Rate:
    told = {"currency": "GBP", "to": "USD", "rate": "1.2684", "date": "2026-11-20", "source": "ECB"}
    return Rate.model_validate(told | changes)


def test_money_is_converted_and_the_words_say_how() -> None:
    found = Rates((rate(),)).converted(POUNDS, WANTED, TODAY)

    assert found == Converted(Money(Decimal("1522.08"), "USD"), "GBP 1,200.00 at 1.2684 of 2026-11-20 (ECB)")


def test_the_first_wanted_currency_and_the_newest_rate_are_taken() -> None:
    rows = (rate(to="EUR", rate="1.15"), rate(rate="1.2", date="2026-11-18"), rate(rate="1.3"))

    found = Rates(rows).converted(POUNDS, WANTED, TODAY)

    assert isinstance(found, Converted)
    assert found.money == Money(Decimal("1560.00"), "USD")


def test_half_a_cent_goes_up() -> None:
    found = Rates((rate(rate="0.5"),)).converted(Money(Decimal("0.01"), "GBP"), WANTED, TODAY)

    assert isinstance(found, Converted)
    assert found.money.amount == Decimal("0.01")


@pytest.mark.parametrize(
    ("rows", "why"),
    [
        ((), "has no rate for GBP"),
        ((rate(currency="CHF"),), "has no rate for GBP"),
        ((rate(to="JPY"),), "has no rate for GBP"),
        ((rate(date="2026-11-14"),), "of 2026-11-14, too old to use"),
        ((rate(date="2026-11-23"),), "of 2026-11-23, which is yet to come"),
    ],
)
def test_without_a_usable_rate_nothing_is_converted(rows: tuple[Rate, ...], why: str) -> None:
    found = Rates(rows).converted(POUNDS, WANTED, TODAY)

    assert isinstance(found, str)
    assert why in found


def test_a_rate_may_be_used_to_the_last_day_of_its_time() -> None:
    assert isinstance(Rates((rate(date="2026-11-15"),)).converted(POUNDS, WANTED, TODAY), Converted)


def test_without_rates_nothing_is_converted() -> None:
    assert isinstance(NO_RATES.converted(POUNDS, WANTED, TODAY), str)


@pytest.mark.parametrize(
    "changes", [{"rate": "0"}, {"rate": "-1"}, {"currency": "Pounds"}, {"source": ""}, {"to": "usd"}]
)
def test_a_row_that_cannot_be_is_refused(changes: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        rate(**changes)
