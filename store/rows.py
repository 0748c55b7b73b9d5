"""Moving between frozen dataclasses and rows of the same names, on either database; knows no table."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from functools import cache
from typing import Any, ClassVar, Protocol, TypeVar

from sqlalchemy import (
    ColumnElement,
    CursorResult,
    Delete,
    Executable,
    Integer,
    ScalarSelect,
    Table,
    Update,
    bindparam,
    func,
    literal,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import RowMapping
from sqlalchemy.orm import Session


class Record(Protocol):
    """Any dataclass instance."""

    __dataclass_fields__: ClassVar[dict[str, Any]]


R = TypeVar("R", bound=Record)
T = TypeVar("T")


def values_of(record: Record) -> dict[str, object]:
    """The fields of one record by name, nested values untouched."""
    return {field.name: getattr(record, field.name) for field in fields(record)}


def record_from(kind: type[R], row: RowMapping | Mapping[str, Any]) -> R:
    """The record a row holds; columns the record has no field for are left out."""
    return kind(**{field.name: row[field.name] for field in fields(kind)})


def insert_into(table: Table, session: Session) -> sqlite.Insert | postgresql.Insert:
    """An INSERT that knows ON CONFLICT, in the dialect of this session."""
    return _insert_in(session.get_bind().dialect.name, table)


def insert_new(table: Table, values: Mapping[str, object], session: Session) -> bool:
    """Insert one row; False when a unique key says it is there already."""
    return session.execute(_insert_new(table, session.get_bind().dialect.name), dict(values)).first() is not None


@cache  # one for each table: making the statement anew took a third of the time of keeping an envelope
def _insert_new(table: Table, dialect: str) -> Executable:
    return _insert_in(dialect, table).on_conflict_do_nothing().returning(*table.primary_key)


def _insert_in(dialect: str, table: Table) -> sqlite.Insert | postgresql.Insert:
    return sqlite.insert(table) if dialect == "sqlite" else postgresql.insert(table)


def update_rows(statement: Update | Delete, session: Session) -> int:
    """Run an UPDATE or DELETE; how many rows it changed."""
    result = session.execute(statement)
    assert isinstance(result, CursorResult)
    return result.rowcount


def counted(table: Table, *wanted: ColumnElement[bool]) -> ScalarSelect[int]:
    """How many rows there are, counted no further than to the parameter `most`."""
    found = select(literal(1)).select_from(table).where(*wanted).limit(bindparam("most", type_=Integer)).subquery()
    return select(func.count()).select_from(found).scalar_subquery()


def in_chunks(items: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    """The items in order, at most `size` at a time: databases bound the parameters of one statement."""
    return (items[start : start + size] for start in range(0, len(items), size))
