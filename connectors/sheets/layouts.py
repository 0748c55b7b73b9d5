"""A partner's own layout: which columns its people key, what each must hold, and how a referral fills them.

Layouts are data; an operator's own stands beside the other files of the configuration. Writes nothing.
"""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from connectors.sheets.dates import NoDate, date_in
from connectors.sheets.grids import Number
from connectors.sheets.numbers import NoNumber, number_in
from connectors.sheets.values import Habits, Unfit, fitted
from motions.errors import UserMistake
from motions.partner_sheets import SheetColumn
from motions.referrals import Field, FormField, InputKind, Problem, Referral

SHIPPED: Final = Path(__file__).parent / "google.toml"
_COUNTRY: Final = re.compile(r"[A-Z]{2}")
_MOST: Final = 10**15  # of money; a spreadsheet's numbers are exact to there
_SEVERAL: Final = ";"  # between several values of one cell, without blanks


class Column(BaseModel):
    """One column of a layout."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    heading: str
    group: str = ""  # where it stands in the partner's own form
    field: Field | None = None
    fixed: Literal["crm_id"] | None = None
    required: bool = False
    format: Literal["text", "domain", "country", "money", "future date"] = "text"
    options: tuple[str, ...] = ()
    shortest: int = 0
    longest: int = 2000


class Layout(BaseModel):
    """What one partner wants filed, and in which order."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: str
    partner: str
    column: tuple[Column, ...]


@dataclass(frozen=True)
class Filled:
    """One column as a referral fills it."""

    column: Column
    value: str
    problem: Problem | None


def load_layout(path: Path) -> Layout:
    """The layout of a file; UserMistake names what is wrong with it."""
    try:
        return _ADAPTER.validate_python(tomllib.loads(path.read_text("utf-8")))
    except (OSError, tomllib.TOMLDecodeError, ValidationError) as error:
        raise UserMistake(f"The layout {path.name} cannot be used ({error}).") from error


def fill(layout: Layout, referral: Referral, today: date) -> tuple[Filled, ...]:
    """Every column with its value and what the partner would say against it."""
    told = _told(referral)
    filled = []
    for column in layout.column:
        value = referral.crm_id if column.field is None else told.get(column.field, "")
        filled.append(Filled(column, *_judged(column, value.strip(), today)))
    return tuple(filled)


def lines_of_schema(layout: Layout) -> Mapping[str, str]:
    """Every column with its limits and options, line by line, so that a change of it can be told."""
    lines = {}
    for each in layout.column:
        limits = [each.format, f"{each.shortest} to {each.longest}"]
        lines[f"field cells.{each.heading}"] = ", ".join((["required"] if each.required else []) + limits)
        lines |= {f"option cells.{each.heading}={option}": "" for option in each.options}
    return lines


def judge(layout: Layout, cells: Mapping[str, str], today: date) -> tuple[Problem, ...]:
    """What the partner would say against a filled row by its headings: days pass between a draft and its filing."""
    found = (_judged(column, cells.get(column.heading, ""), today)[1] for column in layout.column)
    return tuple(problem for problem in found if problem is not None)


def form_of(filled: Sequence[Filled]) -> tuple[FormField, ...]:
    """The lines a person sees and may edit."""
    return tuple(
        FormField(
            each.column.field,
            each.column.heading,
            each.value or None,
            _kind(each.column),
            each.column.options,
            _NOTES.get(each.column.field),
        )
        for each in filled
        if each.column.field is not None
    )


def _told(referral: Referral) -> dict[Field, str]:
    account, money = referral.account, referral.annual_value
    found = {
        Field.TITLE: referral.title,
        Field.CUSTOMER: account.name,
        Field.WEBSITE: account.website,
        Field.COUNTRY: account.country,
        Field.STATE: account.state,
        Field.CITY: account.city,
        Field.STREET: account.street,
        Field.POSTAL_CODE: account.postal_code,
        Field.INDUSTRY: account.industry,
        Field.EMPLOYEES: str(account.employees) if account.employees is not None else None,
        Field.PROBLEM: referral.problem,
        Field.USE_CASE: referral.use_case,
        Field.SOLUTION: referral.solution_name or referral.product,
        Field.DELIVERY_MODEL: _SEVERAL.join(referral.delivery_models),
        Field.HELP_WANTED: _SEVERAL.join(referral.help_wanted),
        Field.AMOUNT: f"{money.amount:.2f} {money.currency}" if money else None,
        Field.CLOSE_DATE: referral.close_date.isoformat() if referral.close_date else None,
        Field.STAGE: referral.stage.value if referral.stage else None,
        Field.NEXT_STEPS: referral.next_steps,
        Field.KIND: referral.kind,
    }
    return {name: value for name, value in found.items() if value} | dict(referral.answers)


def _judged(column: Column, value: str, today: date) -> tuple[str, Problem | None]:
    """The value as the partner wants it, and what is wrong with it."""
    if not value:
        return "", _problem(column, "required", "is empty", "give it") if column.required else None
    if column.options and value not in column.options:
        wanted = f"choose one of: {', '.join(column.options)}"
        return value, _problem(column, "unlisted", f"is “{value}”, which is not on the list", wanted)
    if not column.shortest <= len(value) <= column.longest:
        wanted = f"write {column.shortest} to {column.longest} characters"
        return value, _problem(column, "length", f"has {len(value)} characters", wanted)
    try:
        return _FORMATS[column.format](value, today), None
    except (Unfit, NoNumber, NoDate, ValueError) as error:
        return value, _problem(column, column.format.replace(" ", "-"), str(error), _WANTED[column.format])


def _problem(column: Column, code: str, what: str, fix: str) -> Problem:
    return Problem(column.field, code, f"{column.heading} {what}.", f"{column.heading}: {fix}")


def _text(value: str, _today: date) -> str:
    return value


def _domain(value: str, _today: date) -> str:
    fit = fitted(SheetColumn.WEBSITE, value, Habits())
    return fit.text if fit is not None else value


def _country(value: str, _today: date) -> str:
    if not _COUNTRY.fullmatch(value):
        raise ValueError(f"is “{value}”")
    return value


def _money(value: str, _today: date) -> str:
    told = number_in(value, None)
    if told.currency is None or not 0 < told.value < _MOST:
        raise ValueError(f"is “{value}”")
    return f"{told.value.quantize(Decimal('0.01'))} {told.currency}"


def _future(value: str, today: date) -> str:
    day = date_in(value, None)
    if day < today:
        raise ValueError(f"is {day}, which is over")
    return day.isoformat()


def cell_of(column: Column, value: str) -> str | date | Number:
    """The value as a spreadsheet types it."""
    if column.format == "future date":
        return date.fromisoformat(value)
    if column.format == "money":
        told = number_in(value, ".")
        return Number(told.value, told.currency)
    return value


def _kind(column: Column) -> InputKind:
    if column.options:
        return InputKind.CHOICE
    if column.format == "future date":
        return InputKind.DATE
    return InputKind.LONG_TEXT if column.field is Field.PROBLEM else InputKind.TEXT


_ADAPTER = TypeAdapter(Layout)
_NOTES: Final = {Field.AMOUNT: "the deal's own value, as the CRM has it"}
_FORMATS: Final = {"text": _text, "domain": _domain, "country": _country, "money": _money, "future date": _future}
_WANTED: Final = {
    "text": "write it otherwise",
    "domain": "give the customer's own domain, such as acme.example",
    "country": "give the two letters of the country, such as DE",
    "money": "give an amount above 0 with its currency, such as 54000 USD",
    "future date": "give a day that is not over, such as 2027-03-31",
}
