"""Amounts and scores as people type them, in either convention, as exact numbers; knows no column."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Final

_SIGNS: Final = {"€": "EUR", "£": "GBP", "US$": "USD", "$": "USD", "¥": "JPY", "CHF": "CHF"}
_CODE: Final = re.compile(r"\b([A-Z]{3})\b")
_TIMES: Final = {"k": 1_000, "tsd": 1_000, "m": 1_000_000, "mio": 1_000_000, "mn": 1_000_000, "mm": 1_000_000}
_SHAPE: Final = re.compile(r"([-+]?)([\d.,]+)\s*([A-Za-z]*)\.?")
_THOUSANDS: Final = 3


class NoNumber(ValueError):
    """The text is no number; the message says why, for people."""


@dataclass(frozen=True)
class Told:
    """A number and the currency it was written with."""

    value: Decimal
    currency: str | None = None


def decimal_mark(texts: Iterable[str]) -> str | None:
    """Which mark a column writes before cents: settled by any of its cells that allows one reading only."""
    marks = {mark for text in texts if (mark := _mark_in(text))}
    return marks.pop() if len(marks) == 1 else None


def number_in(text: str, mark: str | None) -> Told:
    """The number and its currency; raises NoNumber."""
    bare, currency = _without_currency(text)
    found = _SHAPE.fullmatch(bare)
    if found is None or not any(sign.isdigit() for sign in bare):
        raise NoNumber(f"“{text}” is no number")
    sign, digits, times = found.groups()
    if times and times.lower() not in _TIMES:
        raise NoNumber(f"“{text}” is no number")
    try:
        value = Decimal(_plain(digits, mark))
    except InvalidOperation as error:
        raise NoNumber(f"“{text}” is no number") from error
    value *= _TIMES.get(times.lower(), 1)
    return Told(-value if sign == "-" else value, currency)


def score_in(text: str, mark: str | None) -> Decimal:
    """A score from '87', '87 %', '87/100'; raises NoNumber."""
    bare = re.sub(r"\s*(%|/\s*100|von 100|of 100)$", "", text.strip())
    return number_in(bare, mark).value


def spelt(value: Decimal) -> str:
    """One spelling for each number: '1234.50', '87'."""
    return f"{value:.0f}" if value == value.to_integral_value() else f"{value.normalize():f}"


def _without_currency(text: str) -> tuple[str, str | None]:
    bare = re.sub(r"[\s\u00a0\u202f']", "", text)
    if bare.startswith("(") and bare.endswith(")"):
        bare = f"-{bare[1:-1]}"
    for sign, code in _SIGNS.items():
        if sign in bare:
            return bare.replace(sign, ""), code
    if found := re.match(r"^([A-Z]{3})(?=[-+\d])|(?<=[\d.,])([A-Z]{3})$", bare) or re.search(
        r"(?<=\d)([A-Z]{3})$", bare
    ):
        code = next(group for group in found.groups() if group)
        return bare.replace(code, ""), code
    return bare, None


def _plain(digits: str, mark: str | None) -> str:
    comma, point = digits.count(","), digits.count(".")
    if comma and point:
        decimal = "," if digits.rfind(",") > digits.rfind(".") else "."
    elif comma + point == 1 and (mark or _decimals(digits) != _THOUSANDS):
        decimal = mark or ("," if comma else ".")
    else:
        decimal = mark if mark and digits.count(mark) == 1 else ""
    grouping = {",": ".", ".": ",", "": ",."}[decimal]
    for each in grouping:
        _must_group(digits, each, decimal)
        digits = digits.replace(each, "")
    return digits.replace(",", ".")


def _must_group(digits: str, mark: str, decimal: str) -> None:
    """A mark between thousands stands before three digits each time; otherwise the cell is not what it seems."""
    whole = digits.partition(decimal)[0] if decimal else digits
    if mark in whole and any(len(group) != _THOUSANDS for group in whole.split(mark)[1:]):
        raise InvalidOperation


def _mark_in(text: str) -> str | None:
    bare, _ = _without_currency(text)
    found = _SHAPE.fullmatch(bare.removesuffix("%"))
    if found is None:
        return None
    digits = found.group(2)
    comma, point = digits.count(","), digits.count(".")
    if comma and point:
        return "," if digits.rfind(",") > digits.rfind(".") else "."
    if comma + point == 1 and _decimals(digits) != _THOUSANDS:
        return "," if comma else "."
    return None


def _decimals(digits: str) -> int:
    return len(re.split("[.,]", digits)[-1])
