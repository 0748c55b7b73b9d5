"""A database below the store: any table's rows by name, read and written in bulk, as no part of the program may."""

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from typing import Any, Protocol

import psycopg
from psycopg import sql

Row = dict[str, Any]


class Database(Protocol):
    """One open database; `close` keeps what was written."""

    @property
    def tables(self) -> Mapping[str, Sequence[str]]:
        """Columns by table."""

    def rows(self, table: str) -> Iterator[Row]:
        """Every row, in the order of insertion as far as there is one."""

    def insert(self, table: str, rows: Sequence[Sequence[object]]) -> None:
        """Rows with a value for every column, in the order of `tables`."""

    def execute(self, statement: str) -> None:
        """One statement without parameters."""

    def size(self) -> int:
        """How many bytes it takes."""

    def close(self) -> None:
        """Finish writing."""


def open_database(url: str) -> Database:
    """The SQLite file or PostgreSQL database of a store's URL."""
    return SqliteFile(url.removeprefix("sqlite:///")) if url.startswith("sqlite") else PostgresDatabase(url)


class SqliteFile:
    """A file nobody else has open; a power cut while it is filled costs the bench, nobody's motions."""

    def __init__(self, path: str) -> None:
        self._connection = sqlite3.connect(path, isolation_level=None)
        for pragma in ("journal_mode=OFF", "synchronous=OFF", "cache_size=-1000000"):
            self._connection.execute(f"PRAGMA {pragma}")
        names = [name for (name,) in self._connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        self.tables: Mapping[str, Sequence[str]] = {
            name: [column[1] for column in self._connection.execute(f'PRAGMA table_info("{name}")')]
            for name in names
            if not name.startswith("sqlite_")
        }

    def rows(self, table: str) -> Iterator[Row]:
        """Every row by column."""
        columns = self.tables[table]
        listed = ", ".join(f'"{column}"' for column in columns)
        for row in self._connection.execute(f'SELECT {listed} FROM "{table}" ORDER BY rowid'):  # noqa: S608 - its own names
            yield dict(zip(columns, row, strict=True))

    def insert(self, table: str, rows: Sequence[Sequence[object]]) -> None:
        """One transaction a call."""
        marks = ", ".join("?" for _ in self.tables[table])
        self._connection.execute("BEGIN")
        self._connection.executemany(f'INSERT INTO "{table}" VALUES ({marks})', rows)  # noqa: S608 - the same
        self._connection.execute("COMMIT")

    def execute(self, statement: str) -> None:
        """Committed at once."""
        self._connection.execute(statement)

    def size(self) -> int:
        """The pages in use."""
        (pages,), (page,) = (
            self._connection.execute(f"PRAGMA {name}").fetchone() for name in ("page_count", "page_size")
        )
        return int(pages) * int(page)

    def close(self) -> None:
        """Back to the journal the store uses."""
        self._connection.execute("PRAGMA journal_mode=WAL")
        self._connection.close()


class PostgresDatabase:
    """A database nobody else is connected to, filled by COPY."""

    def __init__(self, url: str) -> None:
        self._connection = psycopg.connect(url, autocommit=True)
        tables: dict[str, list[str]] = {}
        asked = """SELECT table_schema, table_name, column_name FROM information_schema.columns
            WHERE table_schema IN ('public', 'dbos') AND table_name IN (
                SELECT table_name FROM information_schema.tables WHERE table_type = 'BASE TABLE')
            ORDER BY table_schema DESC, table_name, ordinal_position"""
        self._schemas: dict[str, str] = {}
        for schema, table, column in self._connection.execute(asked):
            self._schemas[table] = schema
            tables.setdefault(table, []).append(column)
        self.tables: Mapping[str, Sequence[str]] = tables

    def rows(self, table: str) -> Iterator[Row]:
        """Every row by column; what was inserted first comes first, as nothing was deleted or updated much."""
        by = sql.SQL("ORDER BY seq") if "seq" in self.tables[table] else sql.SQL("")
        with closing(self._connection.cursor()) as cursor:
            cursor.execute(sql.SQL("SELECT * FROM {} {}").format(self._name(table), by))
            for row in cursor:
                yield dict(zip(self.tables[table], row, strict=True))

    def insert(self, table: str, rows: Sequence[Sequence[object]]) -> None:
        """One COPY a call."""
        statement = sql.SQL("COPY {} FROM STDIN").format(self._name(table))
        with closing(self._connection.cursor()) as cursor, cursor.copy(statement) as copy:
            for row in rows:
                copy.write_row(row)

    def execute(self, statement: str) -> None:
        """Committed at once."""
        self._connection.execute(statement.encode())

    def size(self) -> int:
        """As the server counts it."""
        row = self._connection.execute("SELECT pg_database_size(current_database())").fetchone()
        assert row is not None
        return int(row[0])

    def close(self) -> None:
        """Let sequences go on behind the copies, and the planner know what there is."""
        for table, columns in self.tables.items():
            if "seq" in columns and self._schemas[table] == "public":
                self._connection.execute(
                    f"SELECT setval(s, (SELECT max(seq) + 1 FROM {table})) "  # noqa: S608 - its own names
                    f"FROM pg_get_serial_sequence('{table}', 'seq') s WHERE s IS NOT NULL".encode()
                )
        self._connection.execute("VACUUM ANALYZE")
        self._connection.close()

    def _name(self, table: str) -> sql.Identifier:
        return sql.Identifier(self._schemas[table], table)
