"""The values a parsed query is made of; knows neither text nor SQL."""

from dataclasses import dataclass
from typing import Literal as Choice
from typing import TypeAlias

Kind: TypeAlias = Choice["string", "number", "boolean", "null", "date", "datetime", "period"]


@dataclass(frozen=True)
class FieldPath:
    """`Account.Owner.Name`, as written."""

    steps: tuple[str, ...]


@dataclass(frozen=True)
class Call:
    """`COUNT(Id)`, `CALENDAR_YEAR(CloseDate)`, `FIELDS(ALL)`; the name in upper case."""

    name: str
    argument: FieldPath | None


Expression: TypeAlias = FieldPath | Call


@dataclass(frozen=True)
class Value:
    kind: Kind
    text: str


@dataclass(frozen=True)
class Compare:
    left: Expression
    operator: str
    value: Value


@dataclass(frozen=True)
class Among:
    """IN and NOT IN a list, INCLUDES and EXCLUDES."""

    left: Expression
    word: Choice["IN", "INCLUDES"]
    values: tuple[Value, ...]
    negated: bool


@dataclass(frozen=True)
class AmongRows:
    """IN and NOT IN a query."""

    left: Expression
    query: "Query"
    negated: bool


@dataclass(frozen=True)
class Joined:
    word: Choice["AND", "OR"]
    terms: tuple["Condition", ...]


@dataclass(frozen=True)
class Negated:
    term: "Condition"


Condition: TypeAlias = Compare | Among | AmongRows | Joined | Negated


@dataclass(frozen=True)
class Column:
    expression: Expression
    alias: str | None


@dataclass(frozen=True)
class TypeOf:
    relationship: str
    branches: tuple[tuple[str, tuple[FieldPath, ...]], ...]
    otherwise: tuple[FieldPath, ...]


@dataclass(frozen=True)
class Ordering:
    expression: Expression
    descending: bool
    nulls_last: bool


@dataclass(frozen=True)
class Query:
    selections: tuple["Column | TypeOf | Query", ...]
    source: str
    alias: str | None = None
    scope: str | None = None
    where: Condition | None = None
    group: tuple[Expression, ...] = ()
    having: Condition | None = None
    order: tuple[Ordering, ...] = ()
    limit: int | None = None
    offset: int = 0
    all_rows: bool = False
