"""Dates as people type them; a column settles which of two numbers is the day, and nothing else does."""

import re
import unicodedata
from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from typing import Final

from connectors.sheets.aliases import MONTHS

_ISO: Final = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ].*)?")
_NUMBERS: Final = re.compile(r"(\d{1,2})([./-])(\d{1,2})\2(\d{4}|\d{2})(?: .*)?")
_DAY_FIRST: Final = re.compile(r"(\d{1,2})\.?[ -]([a-z]+)\.?,?[ -](\d{4}|\d{2})")
_MONTH_FIRST: Final = re.compile(r"([a-z]+)\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})")
_MONTHS: Final = 12


class Order(StrEnum):
    """Which of two numbers stands first."""

    DAY = "day first"
    MONTH = "month first"


class NoDate(ValueError):
    """The text is no date, or may be two; the message says why, for people."""


def order_of(texts: Iterable[str]) -> Order | None:
    """Which comes first in a column: told by its dates that can be read in one way only; None when none tells."""
    orders = {order for text in texts if (order := _told_by(text))}
    return orders.pop() if len(orders) == 1 else None


def date_in(text: str, order: Order | None) -> date:
    """The date; raises NoDate."""
    said = unicodedata.normalize("NFKD", text.strip()).encode("ascii", "ignore").decode().casefold()
    try:
        if found := _ISO.fullmatch(text.strip()):
            return date(*(int(part) for part in found.groups()))
        if found := _NUMBERS.fullmatch(text.strip()):
            return _of_numbers(text, found, order)
        if (found := _DAY_FIRST.fullmatch(said)) and found.group(2) in MONTHS:
            return date(_year(found.group(3)), MONTHS[found.group(2)], int(found.group(1)))
        if (found := _MONTH_FIRST.fullmatch(said)) and found.group(1) in MONTHS:
            return date(int(found.group(3)), MONTHS[found.group(1)], int(found.group(2)))
    except NoDate:
        raise
    except ValueError as error:
        raise NoDate(f"“{text}” is no day of any calendar") from error
    raise NoDate(f"“{text}” is no date")


def _of_numbers(text: str, found: re.Match[str], order: Order | None) -> date:
    first, mark, second, year = int(found.group(1)), found.group(2), int(found.group(3)), _year(found.group(4))
    told = Order.DAY if mark == "." else _told_by(text) or order
    if told is None and first != second:
        raise NoDate(f"“{text}” may be {first}/{second} or {second}/{first} (day/month)")
    day, month = (second, first) if told is Order.MONTH else (first, second)
    return date(year, month, day)


def _told_by(text: str) -> Order | None:
    found = _NUMBERS.fullmatch(text.strip())
    if found is None or found.group(2) == ".":
        return None
    first, second = int(found.group(1)), int(found.group(3))
    if first > _MONTHS >= second:
        return Order.DAY
    return Order.MONTH if second > _MONTHS >= first else None


def _year(text: str) -> int:
    return int(text) + 2000 if len(text) == 2 else int(text)  # noqa: PLR2004 - '27' is 2027: no deal closes in 1927
