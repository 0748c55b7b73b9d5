"""One cell as canonical text for its column, or why it is not; knows no other column and no other row."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Final

from connectors.sheets.aliases import REVIEWS
from connectors.sheets.dates import NoDate, Order, date_in, order_of
from connectors.sheets.grids import Broken, Cell, Formula, Number
from connectors.sheets.headers import plain
from connectors.sheets.numbers import NoNumber, decimal_mark, number_in, score_in, spelt
from motions.partner_sheets import SheetColumn

_HOST: Final = re.compile(r"(?:https?://)?(?:www\.)?([a-z0-9-]+(?:\.[a-z0-9-]+)+)(?:[/:?#].*)?")
_EMAIL: Final = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_CURRENCY: Final = re.compile(r"[A-Z]{3}")
_SCIENTIFIC: Final = re.compile(r"\d([.,]\d+)?E\+?\d+", re.IGNORECASE)
_EXACT_TO: Final = 10**15  # digits beyond it are lost in a spreadsheet's numbers
_SERIALS: Final = range(36_526, 73_051)  # the days of 2000 to 2099 as a bare number
_LONGEST: Final = 2000
_PRINTABLE: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


class Unfit(ValueError):
    """The cell does not fit its column; carries the code and what to say."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True)
class Habits:
    """How a whole column is written, which settles what one cell alone would not."""

    order: Order | None = None
    mark: str | None = None
    is_share: bool = False  # scores as shares of one


@dataclass(frozen=True)
class Fit:
    """Canonical text, and the currency the cell itself showed."""

    text: str
    currency: str | None = None


def habits_of(column: SheetColumn, cells: Iterable[Cell]) -> Habits:
    """What the cells of one column say about the others."""
    seen = list(cells)
    texts = [cell for cell in seen if isinstance(cell, str)]
    if column in _DATES:
        return Habits(order=order_of(texts))
    if column is SheetColumn.SCORE:
        mark = decimal_mark(texts)
        numbers = [number for cell in seen if (number := _number(cell, mark)) is not None]
        is_share = bool(numbers) and max(numbers) <= 1 and any(_is_broken(number) for number in numbers)
        return Habits(mark=mark, is_share=is_share)
    return Habits(mark=decimal_mark(texts)) if column is SheetColumn.AMOUNT else Habits()


def fitted(column: SheetColumn, cell: Cell, habits: Habits) -> Fit | None:
    """The cell's canonical text; None when it says nothing. Raises Unfit."""
    match cell:
        case None:
            return None
        case Formula():
            raise Unfit("formula", f"holds the formula {cell.text[:60]}, which is not computed: paste its value")
        case Broken():
            raise Unfit("error-value", f"holds the error {cell.text}")
        case str() if cell in _NOTHING:
            return None
    return _READERS.get(column, _text)(cell, habits)


def _number(cell: Cell, mark: str | None) -> Decimal | None:
    if isinstance(cell, Number):
        return cell.value
    try:
        return number_in(cell, mark).value if isinstance(cell, str) else None
    except NoNumber:
        return None


def _is_broken(number: Decimal) -> bool:
    """Whether it has decimals; a remainder cannot be had of what is absurdly large."""
    return number != number.to_integral_value()


def _text(cell: Cell, _habits: Habits) -> Fit:
    match cell:
        case Number():
            return Fit(spelt(cell.value))
        case datetime():
            return Fit(cell.date().isoformat())
        case bool():
            return Fit(str(cell).lower())
        case _:
            return Fit(_PRINTABLE.sub("", str(cell))[:_LONGEST])


def _identifier(cell: Cell, habits: Habits) -> Fit:
    if isinstance(cell, Number) and abs(cell.value) >= _EXACT_TO:
        raise Unfit("id-as-number", f"holds {cell.value}: an id turned into a number, digits of which are lost")
    if isinstance(cell, str) and _SCIENTIFIC.fullmatch(cell):
        raise Unfit("id-as-number", f"holds {cell}: an id turned into a number, digits of which are lost")
    if isinstance(cell, datetime):
        raise Unfit("id-as-date", f"holds the date {cell.date()}: an id turned into a date")
    return Fit(" ".join(_text(cell, habits).text.split()))  # as a person's reference is kept


def _amount(cell: Cell, habits: Habits) -> Fit:
    if isinstance(cell, Number):
        return Fit(spelt(_not_negative(cell.value)), cell.currency)
    if not isinstance(cell, str):
        raise Unfit("no-number", f"holds {_text(cell, habits).text}, which is no amount")
    try:
        told = number_in(cell, habits.mark)
    except NoNumber as error:
        raise Unfit("no-number", f"holds {error}") from error
    return Fit(spelt(_not_negative(told.value)), told.currency)


def _not_negative(value: Decimal) -> Decimal:
    if value < 0:
        raise Unfit("negative", f"holds {spelt(value)}; an amount is not negative")
    return value


def _score(cell: Cell, habits: Habits) -> Fit:
    if not isinstance(cell, str | Number):
        raise Unfit("no-score", f"holds {_text(cell, habits).text}, which is no score")
    try:
        value = cell.value if isinstance(cell, Number) else score_in(cell, habits.mark)
    except NoNumber as error:
        raise Unfit("no-score", f"holds {error}") from error
    value = value * 100 if habits.is_share else value
    if not 0 <= value <= 100:  # noqa: PLR2004 - a score's own bounds
        raise Unfit("no-score", f"holds {spelt(value)}, which is not between 0 and 100")
    return Fit(spelt(value))


def _date(cell: Cell, habits: Habits) -> Fit:
    match cell:
        case datetime():
            return Fit(cell.date().isoformat())
        case Number() if _is_serial(cell.value):
            day = date.fromordinal(int(cell.value) + 693_594)  # the sheet's day 0 is 30 December 1899
            raise Unfit("date-as-number", f"holds the bare number {cell.value}; it may be {day}: format it as a date")
        case str():
            try:
                return Fit(date_in(cell, habits.order).isoformat())
            except NoDate as error:
                is_two = "may be" in str(error)
                raise Unfit("ambiguous-date" if is_two else "no-date", f"holds {error}") from error
        case _:
            raise Unfit("no-date", f"holds {_text(cell, habits).text}, which is no date")


def _is_serial(value: Decimal) -> bool:
    """Whether a bare number is a day's; `in` would compare it with each of them."""
    return _SERIALS.start <= value < _SERIALS.stop and not _is_broken(value)


def _website(cell: Cell, habits: Habits) -> Fit:
    text = _text(cell, habits).text.lower()
    found = _HOST.fullmatch(text)
    if found is None:
        raise Unfit("no-domain", f"holds “{text[:60]}”, which is no domain")
    return Fit(found.group(1))


def _currency(cell: Cell, habits: Habits) -> Fit:
    text = _text(cell, habits).text.upper()
    code = {"€": "EUR", "$": "USD", "US$": "USD", "£": "GBP"}.get(text, text)
    if not _CURRENCY.fullmatch(code):
        raise Unfit("no-currency", f"holds “{text[:20]}”, which is no currency such as EUR")
    return Fit(code)


def _status(cell: Cell, habits: Habits) -> Fit:
    text = _text(cell, habits).text
    review = REVIEWS.get(plain(text))
    if review is None:
        raise Unfit("no-status", f"holds “{text[:40]}”: write accepted, rejected, action required or pending")
    return Fit(review.value)


def _email(cell: Cell, habits: Habits) -> Fit:
    text = _text(cell, habits).text.lower()
    if not _EMAIL.fullmatch(text):
        raise Unfit("no-email", f"holds “{text[:60]}”, which is no e-mail address")
    return Fit(text)


_NOTHING: Final = {"-", "--", "n/a", "N/A", "#", "?", "none", "None", "k.A.", "\u2013", "\u2014"}
_DATES: Final = {SheetColumn.CLOSE_DATE, SheetColumn.SCORED_ON}
_READERS: Final[Mapping[SheetColumn, Callable[[Cell, Habits], Fit]]] = {
    SheetColumn.CRM_ID: _identifier,
    SheetColumn.REFERENCE: _identifier,
    SheetColumn.AMOUNT: _amount,
    SheetColumn.SCORE: _score,
    SheetColumn.CLOSE_DATE: _date,
    SheetColumn.SCORED_ON: _date,
    SheetColumn.WEBSITE: _website,
    SheetColumn.CURRENCY: _currency,
    SheetColumn.STATUS: _status,
    SheetColumn.PARTNER_EMAIL: _email,
}
