"""Opening the database: SQLite in one file, or PostgreSQL; settings every connection needs, and a plain refusal.

Knows no table. The durable engine shares the engine opened here, so its needs (a millisecond clock inside SQLite)
are met here too.
"""

import math
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import URL, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.pool import ConnectionPoolEntry

from motions.errors import CosellError
from store.turns import Turns, factory

_PATIENCE = 30.0
_SQLITE_PRAGMAS = (
    f"PRAGMA busy_timeout={_PATIENCE * 1000:.0f}",
    "PRAGMA foreign_keys=ON",
    "PRAGMA journal_mode=WAL",
    # NORMAL may lose the last commits at a power cut, and with them the intent of an effect already sent.
    "PRAGMA synchronous=FULL",
)
_MILLISECONDS_NOW = "SELECT CAST(round((julianday('now') - 2440587.5) * 86400000) AS INTEGER)"
_POSTGRES_CHECK = text(
    "SELECT current_setting('transaction_read_only') = 'off' AND has_schema_privilege(current_schema(), 'CREATE')"
)
_POSTGRES_NAMES = {"postgres", "postgresql", "postgresql+psycopg"}

_Answer = str | int | float | None


class StoreUnusable(CosellError):
    """The database cannot be opened or written; the message names it and the fix."""


def open_engine(url: str) -> Engine:
    """An engine whose database is there and can be written; StoreUnusable otherwise."""
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise StoreUnusable(
            "the database URL cannot be read: write sqlite:///path/to/cosell.db or postgresql://user@host/name"
        ) from error
    if parsed.drivername in {"sqlite", "sqlite+pysqlite"}:
        return _open_sqlite(parsed)
    if parsed.drivername in _POSTGRES_NAMES:
        return _open_postgres(parsed.set(drivername="postgresql+psycopg"))
    raise StoreUnusable(f"{parsed.drivername} is not supported: use sqlite:///path or postgresql://host/name")


@contextmanager
def usable() -> Iterator[None]:
    """Whatever the database refuses while it is prepared becomes StoreUnusable, in one line."""
    try:
        yield
    except DBAPIError as error:
        said = (str(error.orig).strip().splitlines() or [type(error).__name__])[0]
        raise StoreUnusable(
            f"the database cannot be prepared ({said}). Nothing was started. Free some space on its disk, or mend what "
            "it names, and start again."
        ) from error


def _open_sqlite(url: URL) -> Engine:
    if not url.database or ":memory:" in url.database or url.query.get("mode") == "memory":
        raise StoreUnusable(
            "an in-memory database loses rows between threads: name a file, sqlite:///path/to/cosell.db"
        )
    path = Path(url.database)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreUnusable(
            f"{path.parent} cannot be created ({error.strerror}): name a folder we may write"
        ) from error
    # Connections to a file are cheap; the engine's 64 executor threads and the listeners each hold one at times.
    taking_turns = {"factory": factory(Turns(), _PATIENCE)}
    engine = create_engine(url, pool_size=16, max_overflow=64, hide_parameters=True, connect_args=taking_turns)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "checkout", _begin_immediate)
    event.listen(engine, "close", _close_clock)
    try:
        with engine.begin() as connection:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
    except DBAPIError as error:
        engine.dispose()
        raise StoreUnusable(
            f"{path} cannot be opened and written ({error.orig}): name a file in a folder we may write"
        ) from error
    return engine


def _open_postgres(url: URL) -> Engine:
    engine = create_engine(
        url,
        pool_pre_ping=True,
        pool_size=16,
        max_overflow=32,
        connect_args={"connect_timeout": 10},
        hide_parameters=True,
    )
    place = f"PostgreSQL database {url.database!r} at {url.host or url.query.get('host') or 'the local socket'}"
    try:
        with engine.connect() as connection:
            is_writable = connection.execute(_POSTGRES_CHECK).scalar_one()
    except DBAPIError as error:
        engine.dispose()
        raise StoreUnusable(f"{place} cannot be reached: check that it runs, the name and the credentials") from error
    if not is_writable:
        engine.dispose()
        raise StoreUnusable(f"{place} cannot be written: use the primary, and a role with CREATE on the schema")
    return engine


def _prepare_sqlite(connection: sqlite3.Connection, record: ConnectionPoolEntry) -> None:
    for pragma in _SQLITE_PRAGMAS:
        connection.execute(pragma)
    record.info["clock"] = _add_clock(connection)


def _begin_immediate(connection: sqlite3.Connection, _record: object, _proxy: object) -> None:
    # At every checkout, since SQLAlchemy's isolation_level option sets it back to the deferred default.
    connection.isolation_level = "IMMEDIATE"


def _close_clock(_connection: sqlite3.Connection, record: ConnectionPoolEntry) -> None:
    clock = record.info.pop("clock", None)
    if clock is not None:
        clock.close()


def _add_clock(connection: sqlite3.Connection) -> sqlite3.Connection:
    """Give SQLite milliseconds where DBOS asks for the time.

    DBOS stamps rows with strftime('%s','now') * 1000 on Python < 3.12, which is whole seconds and loses the order
    inside one, and with unixepoch('subsec') later, which is NULL before SQLite 3.42. Every other call is answered
    by the unchanged functions of a second, empty database.
    """
    clock = sqlite3.connect(":memory:", check_same_thread=False)

    def now() -> float:
        milliseconds: int = clock.execute(_MILLISECONDS_NOW).fetchone()[0]
        return _seconds(milliseconds)

    def strftime(*args: object) -> _Answer:
        return now() if args == ("%s", "now") else _ask(clock, "strftime", args)

    def unixepoch(*args: object) -> _Answer:
        return now() if args == ("subsec",) else _ask(clock, "unixepoch", args)

    connection.create_function("strftime", -1, strftime)
    connection.create_function("unixepoch", -1, unixepoch)
    return clock


def _seconds(milliseconds: int) -> float:
    """The float that, times 1000, is exactly this integer: a fraction would be stored as REAL or cut down."""
    seconds = milliseconds / 1000
    near = (seconds, math.nextafter(seconds, math.inf), math.nextafter(seconds, -math.inf))
    return next((value for value in near if value * 1000 == milliseconds), seconds)


def _ask(clock: sqlite3.Connection, function: str, args: tuple[object, ...]) -> _Answer:
    marks = ", ".join("?" for _ in args)
    answer: _Answer = clock.execute(f"SELECT {function}({marks})", args).fetchone()[0]
    return answer
