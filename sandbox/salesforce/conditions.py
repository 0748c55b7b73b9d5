"""WHERE and HAVING to SQL with bound parameters, with SOQL's nulls, types and text rules; knows no selection."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, tzinfo
from typing import assert_never

from sandbox.salesforce import dates, ids
from sandbox.salesforce.errors import SalesforceError, refused
from sandbox.salesforce.schema import IDS, NUMBERS, Field
from sandbox.salesforce.stamps import moment, precise_stamp, stamp
from sandbox.salesforce.store import Cell
from sandbox.salesforce.tree import Among, AmongRows, Compare, Condition, Expression, Joined, Negated, Query, Value

_UNQUOTED = frozenset({"boolean", "date", "datetime", *NUMBERS})


@dataclass(frozen=True)
class Sql:
    """A fragment and what is bound to its question marks, in order."""

    text: str
    params: tuple[Cell, ...] = ()


@dataclass(frozen=True)
class Term:
    """A compiled left-hand side: its SQL and the field whose type decides which values fit."""

    sql: str
    field: Field


@dataclass(frozen=True)
class Moment:
    """When and where a query runs: relative dates resolve in the user's time zone."""

    now: datetime
    zone: tzinfo


@dataclass(frozen=True)
class Conditions:
    """Compiles conditions; `term` resolves names and `subselect` compiles the query of a semi-join."""

    moment: Moment
    term: Callable[[Expression], Term]
    subselect: Callable[[Query], Sql]

    def sql(self, condition: Condition) -> Sql:
        """A fragment that is true or false, never null: SOQL has no third answer."""
        match condition:
            case Joined(word, terms):
                parts = [self.sql(term) for term in terms]
                text = f" {word} ".join(part.text for part in parts)
                return Sql(f"({text})", tuple(param for part in parts for param in part.params))
            case Negated(term):
                inner = self.sql(term)
                return Sql(f"(NOT {inner.text})", inner.params)
            case Compare(left, operator, value):
                return _compare(self._filterable(left), operator, value, self.moment)
            case Among(left, "IN", values, negated):
                return _among(self._filterable(left), values, self.moment, negated=negated)
            case Among(left, _, values, negated):
                return _includes(self._filterable(left), values, negated=negated)
            case AmongRows(left, query, negated):
                inner = self.subselect(query)
                column = self._filterable(left).sql
                test = "NOT IN" if negated else "IN"
                return Sql(f"({column} IS NOT NULL AND {column} {test} ({inner.text}))", inner.params)
            case _:
                assert_never(condition)

    def _filterable(self, left: Expression) -> Term:
        term = self.term(left)
        if not term.field["filterable"]:
            raise refused("INVALID_FIELD", f"field '{term.field.name}' can not be filtered in a query call")
        return term


def _compare(left: Term, operator: str, value: Value, when: Moment) -> Sql:
    column = left.sql
    if value.kind == "null" or (value.kind == "string" and not value.text):
        return _null_test(left, operator)
    if operator == "LIKE":
        return Sql(f"({column} IS NOT NULL AND {column} LIKE ? ESCAPE '\\')", (_pattern(left, value),))
    if value.kind == "period":
        return _in_period(left, operator, value.text, when)
    bound = _cell(left.field, value)
    if operator == "=":
        return Sql(f"({column} IS NOT NULL AND {column} = ?)", (bound,))
    if operator == "!=":
        return Sql(f"({column} IS NULL OR {column} <> ?)", (bound,))
    return Sql(f"({column} IS NOT NULL AND {column} {operator} ?)", (bound,))


def _null_test(left: Term, operator: str) -> Sql:
    if operator not in {"=", "!="}:
        raise refused("INVALID_QUERY_FILTER_OPERATOR", f"{left.field.name}: invalid operator for a null value")
    return Sql(f"({left.sql} IS {'NOT ' if operator == '!=' else ''}NULL)")


def _pattern(left: Term, value: Value) -> str:
    if value.kind != "string" or left.field.type in _UNQUOTED | IDS:
        raise refused(
            "INVALID_QUERY_FILTER_OPERATOR", f"{left.field.name}: invalid operator on {left.field.type} field"
        )
    # A backslash that escapes nothing is itself; LIKE's escape character must be doubled to mean that.
    return re.sub(r"\\(?![_%])", r"\\\\", value.text)


def _among(left: Term, values: tuple[Value, ...], when: Moment, *, negated: bool) -> Sql:
    parts = [_compare(left, "=", value, when) for value in values if value.kind == "period"]
    nulls = [value for value in values if value.kind == "null" or (value.kind == "string" and not value.text)]
    plain = [value for value in values if value.kind != "period" and value not in nulls]
    if plain:
        marks = ", ".join("?" for _ in plain)
        cells = tuple(_cell(left.field, value) for value in plain)
        parts.append(Sql(f"({left.sql} IS NOT NULL AND {left.sql} IN ({marks}))", cells))
    if nulls:
        parts.append(Sql(f"({left.sql} IS NULL)"))
    text = " OR ".join(part.text for part in parts)
    return Sql(f"({'NOT ' if negated else ''}({text}))", tuple(cell for part in parts for cell in part.params))


def _includes(left: Term, values: tuple[Value, ...], *, negated: bool) -> Sql:
    if left.field.type != "multipicklist":
        raise refused(
            "INVALID_QUERY_FILTER_OPERATOR", f"{left.field.name}: includes/excludes only work on multi-select picklists"
        )
    every = [[part.strip() for part in value.text.split(";")] for value in values]
    one = f"(';' || COALESCE({left.sql}, '') || ';' LIKE '%;' || ? || ';%')"
    text = " OR ".join(" AND ".join(one for _ in parts) for parts in every)
    return Sql(f"({'NOT ' if negated else ''}({text}))", tuple(part for parts in every for part in parts))


def _in_period(left: Term, operator: str, literal: str, when: Moment) -> Sql:
    if left.field.type not in {"date", "datetime"}:
        raise _wrong_type(left.field)
    first, after = dates.days_of(literal, when.now.astimezone(when.zone).date())
    start, end = _bound(left.field, first, when), _bound(left.field, after, when)
    column = left.sql
    match operator:
        case "=":
            return Sql(f"({column} IS NOT NULL AND {column} >= ? AND {column} < ?)", (start, end))
        case "!=":
            return Sql(f"({column} IS NULL OR {column} < ? OR {column} >= ?)", (start, end))
        case "<" | ">=":
            return Sql(f"({column} IS NOT NULL AND {column} {operator} ?)", (start,))
        case _:
            # `<=` reaches to the period's end and `>` begins after it.
            return Sql(f"({column} IS NOT NULL AND {column} {'<' if operator == '<=' else '>='} ?)", (end,))


def _bound(field: Field, day: date, when: Moment) -> str:
    if field.type == "date":
        return day.isoformat()
    return stamp(datetime.combine(day, time(), when.zone).astimezone(UTC))


def _cell(field: Field, value: Value) -> Cell:
    """The value as the column stores it; raises when the types do not fit."""
    if field.type in NUMBERS and value.kind == "number":
        return float(value.text)
    if field.type == "boolean" and value.kind == "boolean":
        return int(value.text == "true")
    if field.type == "date" and value.kind == "date":
        return _checked(value)
    if field.type == "datetime" and value.kind == "datetime":
        return _checked(value)
    if field.type in IDS and value.kind == "string":
        return _id(field, value.text)
    if field.type not in _UNQUOTED | IDS and value.kind == "string":
        return re.sub(r"\\([_%])", r"\1", value.text)
    raise _wrong_type(field)


def _checked(value: Value) -> str:
    try:
        return date.fromisoformat(value.text).isoformat() if value.kind == "date" else precise_stamp(moment(value.text))
    except ValueError as bad:
        raise refused("MALFORMED_QUERY", f"invalid {value.kind}: {value.text}") from bad


def _id(field: Field, text: str) -> str:
    full = ids.normalise(text)
    if full is None:
        raise refused("INVALID_QUERY_FILTER_OPERATOR", f"{field.name}: invalid ID field: {text}")
    return full


def _wrong_type(field: Field) -> SalesforceError:
    quoting = "should not be enclosed in quotes" if field.type in _UNQUOTED else "should be enclosed in quotes"
    kind = field.type if field.type in _UNQUOTED else "string"
    return refused(
        "INVALID_FIELD", f"value of filter criterion for field '{field.name}' must be of type {kind} and {quoting}"
    )
