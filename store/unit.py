"""One transaction over every repository, and the segments that commit with it; knows no engine of segments."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy import Engine, event
from sqlalchemy.orm import Session

from motions.records import (
    Deals,
    Decisions,
    Effects,
    Exceptions,
    Inbox,
    Log,
    Matches,
    Motions,
    Segment,
    UnitOfWork,
)
from store.deals import SqlDeals
from store.decisions import SqlDecisions
from store.effects import SqlEffects
from store.exceptions import SqlExceptions
from store.inbox import SqlInbox
from store.log import SqlLog
from store.matches import SqlMatches
from store.motions import SqlMotions

Enqueue = Callable[[Session, Segment], None]


class SqlStore:
    """The store on an engine; `enqueue` writes a segment into the transaction of its session."""

    def __init__(self, engine: Engine, enqueue: Enqueue) -> None:
        self._engine = engine
        self._enqueue = enqueue
        self._thread = threading.local()

    @contextmanager
    def transaction(self) -> Iterator[UnitOfWork]:
        """Commits on success, rolls back on an error; RuntimeError when this thread has one open already."""
        # On SQLite the second would wait half a minute for the first, which waits for the second.
        if getattr(self._thread, "is_busy", False):
            raise RuntimeError("a store transaction is open on this thread: they are never nested")
        self._thread.is_busy = True
        try:
            with Session(self._engine) as session, session.begin():
                yield unit_of_work(session, self._enqueue)
        finally:
            self._thread.is_busy = False


def unit_of_work(session: Session, enqueue: Enqueue) -> UnitOfWork:
    """The repositories over somebody else's session, who commits or rolls back; reads are isolated from here on."""
    connection = session.connection()
    if connection.dialect.name == "sqlite" and not _in_transaction(session):
        # sqlite3 begins at the first write: without this, what was read before it could change in between.
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    return _SqlUnitOfWork(session, enqueue)


class _SqlUnitOfWork:
    def __init__(self, session: Session, enqueue: Enqueue) -> None:
        log = SqlLog(session)
        self.deals: Deals = SqlDeals(session)
        self.matches: Matches = SqlMatches(session)
        self.motions: Motions = SqlMotions(session)
        self.decisions: Decisions = SqlDecisions(session)
        self.effects: Effects = SqlEffects(session)
        self.log: Log = log
        self.exceptions: Exceptions = SqlExceptions(session)
        self.inbox: Inbox = SqlInbox(session)
        self._session = session
        self._enqueue = enqueue
        event.listen(session, "before_commit", lambda _session: log.flush())

    def enqueue(self, segment: Segment) -> None:
        self._enqueue(self._session, segment)


def _in_transaction(session: Session) -> bool:
    raw = session.connection().connection.driver_connection
    return bool(raw is not None and raw.in_transaction)
