"""Column types that keep a value exactly as the domain gave it, on both databases; knows no table."""

from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum
from json import loads
from typing import Any, Generic, TypeVar
from zlib import compress, decompress
from zlib import error as ZlibError  # noqa: N812 - a class

from pydantic import TypeAdapter
from sqlalchemy import DateTime, Dialect, Numeric, Text
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator

from motions.proposals import canonical_json

E = TypeVar("E", bound=StrEnum)
T = TypeVar("T")


class UtcDateTime(TypeDecorator[datetime]):
    """An aware moment, in UTC; a naive one is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        moment = in_utc(value)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if dialect.name == "sqlite" else value.astimezone(UTC)


class EnumText(TypeDecorator[E], Generic[E]):
    """A StrEnum by its value, so that a row reads as the documents do."""

    impl = Text
    cache_ok = True

    def __init__(self, kind: type[E]) -> None:
        super().__init__()
        self.kind = kind

    def process_bind_param(self, value: E | None, _dialect: Dialect) -> str | None:
        return None if value is None else self.kind(value).value

    def process_result_value(self, value: str | None, _dialect: Dialect) -> E | None:
        return None if value is None else self.kind(value)


class Nested(TypeDecorator[T], Generic[T]):
    """A frozen dataclass or a tuple of them, as JSON text; equal values have equal text."""

    impl = Text
    cache_ok = True

    def __init__(self, kind: type[T]) -> None:
        super().__init__()
        self.kind = kind
        self._adapter: TypeAdapter[T] = TypeAdapter(kind)

    def process_bind_param(self, value: T | None, _dialect: Dialect) -> str | None:
        return None if value is None else self._adapter.dump_json(value).decode()

    def process_result_value(self, value: str | None, _dialect: Dialect) -> T | None:
        return None if value is None else self._adapter.validate_json(value)


class CanonicalJson(TypeDecorator[Any]):
    """A JSON object in its one canonical spelling, as text: what was hashed is what is kept, byte for byte."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: object, _dialect: Dialect) -> str:
        return canonical_json(value)

    def process_result_value(self, value: str | None, _dialect: Dialect) -> Any:
        return None if value is None else loads(value)


class PackedText(TypeDecorator[str]):
    """A long text nobody looks at in the table: compressed on SQLite; PostgreSQL does so itself."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> Any:
        if value is None or dialect.name != "sqlite":
            return value
        return compress(value.encode())  # SQLite keeps bytes as they are, whatever the column's declared type

    def process_result_value(self, value: str | bytes | None, _dialect: Dialect) -> str | None:
        if not isinstance(value, bytes):
            return value
        try:
            return decompress(value).decode()
        except ZlibError as error:
            raise ValueError(f"a packed text is damaged: {error}") from error


def in_utc(moment: datetime) -> datetime:
    """The same moment in UTC; ValueError when it has no time zone."""
    if moment.tzinfo is None:
        raise ValueError(f"{moment.isoformat()} has no time zone: the store keeps aware times only")
    return moment.astimezone(UTC)


class SegmentOf(FunctionElement[str]):
    """The industry of the account in a deal's snapshot, as both databases can index it.

    An index of migration 15 is made of it: spelled otherwise, no search would use that any more.
    """

    type = Text()
    inherit_cache = True


@compiles(SegmentOf, "sqlite")
def _in_sqlite(element: SegmentOf, compiler: SQLCompiler, **given: Any) -> str:
    return f"json_extract({compiler.process(element.clauses, **given)}, '$.account.industry')"


@compiles(SegmentOf, "postgresql")
def _in_postgresql(element: SegmentOf, compiler: SQLCompiler, **given: Any) -> str:
    return f"(({compiler.process(element.clauses, **given)})::json -> 'account' ->> 'industry')"


class WorthOf(FunctionElement[Decimal]):
    """The amount in a deal's snapshot as a number to order by; its currency is not looked at."""

    type = Numeric()
    inherit_cache = True


@compiles(WorthOf, "sqlite")
def _worth_in_sqlite(element: WorthOf, compiler: SQLCompiler, **given: Any) -> str:
    return f"CAST(json_extract({compiler.process(element.clauses, **given)}, '$.amount.amount') AS REAL)"


@compiles(WorthOf, "postgresql")
def _worth_in_postgresql(element: WorthOf, compiler: SQLCompiler, **given: Any) -> str:
    return f"(({compiler.process(element.clauses, **given)})::json -> 'amount' ->> 'amount')::numeric"
