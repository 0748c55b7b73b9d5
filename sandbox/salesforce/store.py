"""Rows in SQLite, one table an object and one column a field; knows SQL, no Salesforce rule."""

import sqlite3
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from sandbox.salesforce.schema import IDS, NUMBERS, Schema, SObject

Cell: TypeAlias = str | int | float | None
Row: TypeAlias = dict[str, Cell]
Params: TypeAlias = Sequence[Cell]

# What a reference to several kinds of object shows of each kind; Salesforce calls that object Name.
_NAME_PARTS = {
    "Account": ("Name", "NULL", "NULL", "NULL", "Phone", "NULL"),
    "Contact": ("Name", "FirstName", "LastName", "Email", "Phone", "Title"),
    "Opportunity": ("Name", "NULL", "NULL", "NULL", "NULL", "NULL"),
    "Product2": ("Name", "NULL", "NULL", "NULL", "NULL", "NULL"),
    "Cosell_Motion__c": ("Name", "NULL", "NULL", "NULL", "NULL", "NULL"),
    "User": ("Name", "FirstName", "LastName", "Email", "Phone", "Title"),
}


@dataclass
class Transaction:
    """The one under way; `undo` lets its block end quietly and leave nothing behind."""

    is_doomed: bool = False

    def undo(self) -> None:
        """Roll back when the block ends."""
        self.is_doomed = True


class Store:
    """One connection behind one lock: requests take turns, so a transaction needs no retry."""

    def __init__(self, path: Path, schema: Schema) -> None:
        self._lock = threading.RLock()
        self._depth = 0
        self._connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._connection.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;")
        self._tables = [each for each in schema.objects.values() if each.prefix]
        for table in self._tables:
            self._connection.executescript(_create_table(table))
        self._connection.executescript(_create_name_view())

    def close(self) -> None:
        """Close the file; nothing may be asked afterwards."""
        with self._lock:
            self._connection.close()

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """All or nothing; nests, and an inner failure undoes the inner part alone."""
        with self._lock:
            self._begin()
            under_way = Transaction()
            try:
                yield under_way
            except BaseException:
                self._end(keep=False)
                raise
            self._end(keep=not under_way.is_doomed)

    def select(self, sql: str, params: Params = ()) -> list[tuple[Cell, ...]]:
        """The rows of a query."""
        with self._lock:
            return self._connection.execute(sql, params).fetchall()

    def get(self, sobject: str, record_id: str) -> Row | None:
        """One row by id, deleted or not."""
        found = self.find(sobject, "Id", record_id)
        return found[0] if found else None

    def find(self, sobject: str, column: str, value: Cell) -> list[Row]:
        """The rows whose column equals a value, deleted ones too."""
        with self._lock:
            cursor = self._connection.execute(
                f'SELECT * FROM "{sobject}" WHERE "{column}" = ?',  # noqa: S608 - names come from the schema
                (value,),
            )
            names = [each[0] for each in cursor.description]
            return [dict(zip(names, row, strict=True)) for row in cursor]

    def insert(self, sobject: str, rows: Iterable[Mapping[str, Cell]], columns: Sequence[str]) -> None:
        """Add rows; columns a row lacks stay null."""
        names = ", ".join(f'"{name}"' for name in columns)
        marks = ", ".join("?" for _ in columns)
        with self._lock:
            self._connection.executemany(
                f'INSERT INTO "{sobject}" ({names}) VALUES ({marks})',  # noqa: S608 - names come from the schema
                (tuple(row.get(name) for name in columns) for row in rows),
            )

    def update(self, sobject: str, record_id: str, values: Mapping[str, Cell]) -> None:
        """Set columns of one row."""
        assignments = ", ".join(f'"{name}" = ?' for name in values)
        with self._lock:
            self._connection.execute(
                f'UPDATE "{sobject}" SET {assignments} WHERE "Id" = ?',  # noqa: S608 - names come from the schema
                (*values.values(), record_id),
            )

    def count(self, sobject: str) -> int:
        """How many rows there are, deleted ones too."""
        return int(self.select(f'SELECT COUNT(*) FROM "{sobject}"')[0][0] or 0)  # noqa: S608 - from the schema

    def clear(self) -> None:
        """Forget every row."""
        with self.transaction():
            for table in self._tables:
                self._connection.execute(f'DELETE FROM "{table.name}"')  # noqa: S608 - from the schema

    def _begin(self) -> None:
        self._connection.execute(f"SAVEPOINT s{self._depth}" if self._depth else "BEGIN IMMEDIATE")
        self._depth += 1

    def _end(self, *, keep: bool) -> None:
        self._depth -= 1
        if self._depth == 0:
            self._connection.execute("COMMIT" if keep else "ROLLBACK")
            return
        if not keep:
            self._connection.execute(f"ROLLBACK TO s{self._depth}")
        self._connection.execute(f"RELEASE s{self._depth}")


def _create_table(sobject: SObject) -> str:
    columns = []
    for field in sobject.fields.values():
        if field.name == "Id":
            columns.append('"Id" TEXT PRIMARY KEY')
        elif field.type in IDS:
            columns.append(f'"{field.name}" TEXT')
        elif field.type == "boolean":
            columns.append(f'"{field.name}" INTEGER DEFAULT 0')
        elif field.type in NUMBERS:
            columns.append(f'"{field.name}" {"INTEGER" if field.type == "int" else "REAL"}')
        else:
            columns.append(f'"{field.name}" TEXT COLLATE NOCASE')
    indexed = [
        name for name in ("AccountId", "OpportunityId", "WhatId", "SystemModstamp") if name.lower() in sobject.fields
    ]
    indexes = "".join(
        f'CREATE INDEX IF NOT EXISTS "{sobject.name}_{name}" ON "{sobject.name}" ("{name}");' for name in indexed
    )
    return f'CREATE TABLE IF NOT EXISTS "{sobject.name}" ({", ".join(columns)});{indexes}'


def _create_name_view() -> str:
    names = ("Name", "FirstName", "LastName", "Email", "Phone", "Title")
    selects = [
        f'SELECT "Id", {", ".join(f"{part} AS {name}" for part, name in zip(parts, names, strict=True))}, '  # noqa: S608
        f'\'{sobject}\' AS "Type" FROM "{sobject}"'
        for sobject, parts in _NAME_PARTS.items()
    ]
    return f'CREATE VIEW IF NOT EXISTS "Name" AS {" UNION ALL ".join(selects)};'
