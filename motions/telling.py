"""Reading figures as people write them, in a form, a sheet or another program: values, or what is wrong with them.

It refuses to know where they came from, and stores nothing.
"""

import re
from collections.abc import Callable, Collection, Mapping
from datetime import date
from decimal import Decimal

from motions.deals import Money, Stage
from motions.joint_forms import Typed
from motions.spaces import JointField, Line, Value
from motions.stages import stage_named
from motions.surfaces import Complaints

# Nobody's deal is larger, and a total of many still has every digit.
_AMOUNT = re.compile(r"[0-9]{1,15}(\.[0-9]{1,2})?")
_GROUPED = re.compile(r"[0-9]{1,3}(,[0-9]{3})+(\.[0-9]{1,2})?")
_CURRENCY = re.compile(r"[A-Z]{3}")
_EARLIEST, _LATEST = date(2000, 1, 1), date(2100, 1, 1)


def read_figures(typed: Typed, line: Line, released: Collection[str]) -> tuple[Mapping[JointField, Value], Complaints]:
    """The figures somebody wrote of a deal; with any complaint none of them counts."""
    readers: Mapping[JointField, tuple[str, Callable[[str], Value]]] = {
        JointField.STAGE: (typed.stage, _stage),
        JointField.AMOUNT: (typed.amount, lambda text: _amount(text, typed.currency, line)),
        JointField.CLOSE_DATE: (typed.close_date, _day),
    }
    values: dict[JointField, Value] = {}
    complaints: dict[str, str] = {}
    for name, (text, read) in readers.items():
        if not text.strip():
            continue
        try:
            values[name] = read(text.strip())
        except _Unreadable as error:
            complaints[error.place or name.value] = str(error)
        if name.value not in released:
            complaints[name.value] = "This is not shared for this deal, so it was not taken."
    if typed.currency.strip() and not typed.amount.strip():
        complaints["currency"] = "Write the amount as well."
    if not values and not complaints:
        complaints["stage"] = "Nothing was written. Fill in what changed."
    return values, complaints


class _Unreadable(ValueError):
    def __init__(self, message: str, place: str = "") -> None:
        super().__init__(message)
        self.place = place


def _stage(text: str) -> Stage:
    stage = stage_named(text)
    if stage is None:
        known = ", ".join(stage.value for stage in Stage)
        raise _Unreadable(f"“{text[:40]}” is no stage we know. Write 1 to 6, or one of: {known}.")
    return stage


def _amount(text: str, currency: str, line: Line) -> Money:
    bare = text.replace(",", "") if _GROUPED.fullmatch(text) else text
    if not _AMOUNT.fullmatch(bare):
        raise _Unreadable(f"“{text[:40]}” is no amount. Write digits, such as 2200000 or 2,200,000.50.")
    said = currency.strip().upper() or _known_currency(line)
    if not _CURRENCY.fullmatch(said):
        raise _Unreadable("Name the currency by its three letters, such as USD.", "currency")
    return Money(Decimal(bare), said)


def _known_currency(line: Line) -> str:
    """The currency the partner named before, else ours."""
    amounts = (line.theirs.amount, line.ours.amount)
    return next((amount.currency for amount in amounts if amount is not None), "")


def _day(text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise _Unreadable(f"“{text[:40]}” is no date. Write it as 2027-03-31.") from None
    if not _EARLIEST <= day <= _LATEST:
        raise _Unreadable(f"{day} cannot be meant. Write the day the deal closes, as 2027-03-31.")
    return day
