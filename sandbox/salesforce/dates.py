"""SOQL's relative dates (TODAY, LAST_N_DAYS:30, THIS_QUARTER) as half-open ranges of days; knows no SQL."""

from datetime import date, timedelta

from sandbox.salesforce.errors import SalesforceError, refused

_UNITS = frozenset({"DAY", "WEEK", "MONTH", "QUARTER", "YEAR"})
_NAMED = {"TODAY": (0, 1), "YESTERDAY": (-1, 0), "TOMORROW": (1, 2), "LAST_90_DAYS": (-90, 1), "NEXT_90_DAYS": (1, 91)}


def days_of(literal: str, today: date) -> tuple[date, date]:
    """First day and the day after the last one; raises SalesforceError for words that are no date."""
    word, _, number = literal.upper().replace("FISCAL_", "").partition(":")
    if word in _NAMED and not number:
        start, end = _NAMED[word]
        return today + timedelta(start), today + timedelta(end)
    if number.isdigit():
        return _counted(literal, word, int(number), today)
    which, _, unit = word.partition("_")
    if which in _STEPS and unit in _UNITS and unit != "DAY":
        first = _shift(_start(today, unit), unit, _STEPS[which])
        return first, _shift(first, unit, 1)
    raise _unknown(literal)


_STEPS = {"LAST": -1, "THIS": 0, "NEXT": 1}


def _unknown(literal: str) -> SalesforceError:
    return refused("MALFORMED_QUERY", f"unexpected token: '{literal}'")


def _counted(literal: str, word: str, count: int, today: date) -> tuple[date, date]:
    parts = word.split("_")
    unit = next((part.removesuffix("S") for part in parts if part.removesuffix("S") in _UNITS), "")
    if not unit:
        raise _unknown(literal)
    current = _start(today, unit)
    following = _shift(current, unit, 1)
    if parts[-1] == "AGO" and parts[0] == "N":
        return _shift(current, unit, -count), _shift(current, unit, 1 - count)
    if parts[:2] == ["NEXT", "N"]:
        return following, _shift(following, unit, count)
    if parts[:2] == ["LAST", "N"]:
        # The last n days reach into today; the last n weeks, months, … end before the running one.
        return _shift(current, unit, -count), following if unit == "DAY" else current
    raise _unknown(literal)


def _start(day: date, unit: str) -> date:
    """The first day of the unit a day lies in; weeks start on Sunday, as in the en_US locale."""
    match unit:
        case "WEEK":
            return day - timedelta((day.weekday() + 1) % 7)
        case "MONTH":
            return day.replace(day=1)
        case "QUARTER":
            return day.replace(month=day.month - (day.month - 1) % 3, day=1)
        case "YEAR":
            return day.replace(month=1, day=1)
        case _:
            return day


def _shift(first: date, unit: str, by: int) -> date:
    """A unit's first day moved by whole units."""
    if unit in {"DAY", "WEEK"}:
        return first + timedelta(by * (7 if unit == "WEEK" else 1))
    months = {"MONTH": 1, "QUARTER": 3, "YEAR": 12}[unit] * by
    year, month = divmod(first.year * 12 + first.month - 1 + months, 12)
    return date(year, month + 1, 1)
