"""SQLite's one writer at a time, in the order of asking; knows of a statement whether it writes, and no more.

SQLite itself lets a connection that finds the write lock taken sleep and look again, longer each time: under a
steady load the unlucky one waits for seconds. All connections of one file are in one process here (see the process
lock), so whoever ends hands the turn to whoever waits longest.
"""

import sqlite3
import threading
from collections import deque
from collections.abc import Callable
from typing import Any

from motions.urgency import is_urgent

_WRITING = ("INSERT", "UPDATE", "DELETE", "REPLACE", "BEGIN IMMEDIATE")
_LONGEST = max(len(word) for word in _WRITING)


class Turns:
    """A lock that is handed on in the order of asking."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._is_taken = False
        self._waiting: deque[threading.Lock] = deque()

    def take(self, patience: float, *, first: bool = False) -> bool:
        """Wait for the turn, before all others that wait if `first`; False when it did not come in time."""
        with self._lock:
            if not self._is_taken:
                self._is_taken = True
                return True
            mine = threading.Lock()
            mine.acquire()
            self._waiting.insert(0 if first else len(self._waiting), mine)
        if mine.acquire(timeout=patience):
            return True
        with self._lock:
            if mine in self._waiting:
                self._waiting.remove(mine)
                return False
        return True  # it came in the last moment

    def hand_on(self) -> None:
        """Give the turn to who waits longest."""
        with self._lock:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._is_taken = False


def factory(turns: Turns, patience: float) -> Callable[..., sqlite3.Connection]:
    """What `sqlite3.connect` makes connections with, so that their write transactions take these turns."""

    def connection(*args: Any, **given: Any) -> _Connection:
        made = _Connection(*args, **given)
        made.turns, made.patience = turns, patience
        return made

    return connection


class _Connection(sqlite3.Connection):
    turns: Turns
    patience: float
    has_turn = False

    def cursor(self, _factory: object = None) -> "_Cursor":  # type: ignore[override] # nobody here names another
        return super().cursor(_Cursor)

    def execute(self, statement: str, *given: Any) -> "_Cursor":
        return self.cursor().execute(statement, *given)  # sqlite3's own takes a plain cursor

    def commit(self) -> None:
        try:
            super().commit()
        finally:
            self.settle()

    def rollback(self) -> None:
        try:
            super().rollback()
        finally:
            self.settle()

    def close(self) -> None:
        super().close()
        self._hand_on()

    def ask(self, statement: str) -> None:
        """Wait for the turn when this statement is the first that writes in its transaction."""
        if self.has_turn or not _writes(statement):
            return
        if not self.turns.take(self.patience, first=is_urgent()):
            raise sqlite3.OperationalError("database is locked")
        self.has_turn = True

    def settle(self) -> None:
        """Hand the turn on when no transaction is open any more."""
        if self.has_turn and not self.in_transaction:
            self._hand_on()

    def _hand_on(self) -> None:
        if self.has_turn:
            self.has_turn = False
            self.turns.hand_on()


class _Cursor(sqlite3.Cursor):
    connection: _Connection

    def execute(self, statement: str, *given: Any) -> "_Cursor":
        self.connection.ask(statement)
        try:
            return super().execute(statement, *given)
        finally:
            self.connection.settle()

    def executemany(self, statement: str, *given: Any) -> "_Cursor":
        self.connection.ask(statement)
        try:
            return super().executemany(statement, *given)
        finally:
            self.connection.settle()


def _writes(statement: str) -> bool:
    return statement.lstrip()[:_LONGEST].upper().startswith(_WRITING)
