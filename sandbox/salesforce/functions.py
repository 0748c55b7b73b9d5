"""SOQL's functions to SQL: aggregates, calendar parts and the presentational ones; knows no clause."""

from typing import Any

from sandbox.salesforce.conditions import Term
from sandbox.salesforce.errors import SalesforceError, refused
from sandbox.salesforce.schema import NUMBERS, Field
from sandbox.salesforce.scope import Scope
from sandbox.salesforce.tree import Call, Column, Expression, FieldPath, Query

AGGREGATES = frozenset({"COUNT", "COUNT_DISTINCT", "SUM", "AVG", "MIN", "MAX"})
# What Salesforce would format or translate is given as stored.
PRESENTATIONAL = frozenset({"FORMAT", "TOLABEL", "CONVERTCURRENCY", "CONVERTTIMEZONE"})
_CALENDAR = {
    "YEAR": ("CAST(substr({0}, 1, 4) AS INTEGER)", "int"),
    "QUARTER": ("(CAST(substr({0}, 6, 2) AS INTEGER) + 2) / 3", "int"),
    "MONTH": ("CAST(substr({0}, 6, 2) AS INTEGER)", "int"),
    "DAY_IN_MONTH": ("CAST(substr({0}, 9, 2) AS INTEGER)", "int"),
    "DAY_ONLY": ("substr({0}, 1, 10)", "date"),
}


def is_aggregate(query: Query) -> bool:
    """Whether the query answers with AggregateResult rows."""
    calls = [each.expression for each in query.selections if isinstance(each, Column)]
    return bool(query.group) or any(isinstance(call, Call) and call.name in AGGREGATES for call in calls)


def term_of(expression: Expression, scope: Scope) -> Term:
    """SQL and result type of a field or function; raises SalesforceError."""
    if isinstance(expression, FieldPath):
        sql, field, _ = scope.column(expression.steps)
        return Term(sql, field)
    if expression.argument is None:
        raise refused("MALFORMED_QUERY", f"unexpected token: '{expression.name}()'")
    sql, field, _ = scope.column(expression.argument.steps)
    if expression.name in AGGREGATES:
        return _aggregate(expression.name, sql, field)
    if expression.name in PRESENTATIONAL:
        return Term(sql, field)
    calendar = expression.name.removeprefix("CALENDAR_").removeprefix("FISCAL_")
    if calendar in _CALENDAR and field.type in {"date", "datetime"}:
        text, kind = _CALENDAR[calendar]
        return Term(text.format(sql), result_field(field.name, kind))
    raise unknown_function(expression)


def unknown_function(call: Call) -> SalesforceError:
    """A function this org does not know, or knows for another type of field."""
    return refused("MALFORMED_QUERY", f"unexpected token: '{call.name}'")


def result_field(name: str, kind: str) -> Field:
    """The field a computed column behaves as."""
    about: dict[str, Any] = {"filterable": True, "sortable": True, "groupable": True, "referenceTo": []}
    return Field(name, kind, about)


def _aggregate(name: str, sql: str, field: Field) -> Term:
    if name in {"COUNT", "COUNT_DISTINCT"}:
        inner = f"DISTINCT {sql}" if name == "COUNT_DISTINCT" else sql
        return Term(f"COUNT({inner})", result_field(field.name, "int"))
    if (name in {"SUM", "AVG"} and field.type not in NUMBERS) or field.type == "boolean":
        raise refused("MALFORMED_QUERY", f"field {field.name} does not support aggregate operator {name}")
    kind = "double" if name == "AVG" else field.type
    return Term(f"{name}({sql})", result_field(field.name, kind))
