"""One transaction over every repository, and the segments that commit with it; knows no engine of segments."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import chain
from typing import TypeVar

from sqlalchemy import Engine, event
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.orm import Session

from motions.archive import Archive
from motions.attention_records import Pings
from motions.decision_records import Decisions, Exceptions, Standings, Switches
from motions.desk_records import Snoozes
from motions.doubts import Memory
from motions.effects import Effects
from motions.errors import Unavailable
from motions.grant_records import Grants
from motions.imports import Sheets
from motions.invitations import Invitations
from motions.offers import PrivateOffers
from motions.records import (
    Deals,
    Inbox,
    Log,
    Matches,
    Motions,
    Segment,
    UnitOfWork,
)
from motions.revisions import Revisions
from motions.schema_records import Schemas
from motions.space_records import Spaces
from store.archive import SqlArchive
from store.attention import SqlPings
from store.deals import SqlDeals
from store.decisions import SqlDecisions
from store.desk import SqlSnoozes
from store.effects import SqlEffects
from store.exceptions import SqlExceptions
from store.grants import SqlGrants
from store.inbox import SqlInbox
from store.invitations import SqlInvitations
from store.log import SqlLog
from store.matches import SqlMatches
from store.memory import SqlMemory
from store.motions import SqlMotions
from store.offers import SqlOffers
from store.revisions import SqlRevisions
from store.schemas import SqlSchemas
from store.sheets import SqlSheets
from store.spaces import SqlSpaces
from store.standings import SqlStandings
from store.switches import SqlSwitches

T = TypeVar("T")
Enqueue = Callable[[Session, Segment], None]

# A database that restarts is back within seconds; whoever reads holds a thread meanwhile.
_READ_AGAIN_AFTER = (0.1, 0.4, 1.6, 3.0)
_SNAPSHOT = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}


class SqlStore:
    """The store on an engine; `enqueue` writes a segment into the transaction of its session."""

    def __init__(self, engine: Engine, enqueue: Enqueue, *, wait: Callable[[float], None] = time.sleep) -> None:
        self._engine = engine
        self._enqueue = enqueue
        self._wait = wait
        self._thread = threading.local()

    @contextmanager
    def transaction(self) -> Iterator[UnitOfWork]:
        """Commits on success, rolls back on an error; RuntimeError when this thread has one open already.

        Raises Unavailable when the database is away; at the very commit it may then have been done all the same.
        """
        with self._alone(), answering(), Session(self._engine) as session, session.begin():
            yield unit_of_work(session, self._enqueue)

    def read(self, work: Callable[[UnitOfWork], T]) -> T:
        """What `work` reads from one snapshot, tried again when the database stumbles; nothing it writes stays.

        Raises Unavailable when the database stays away.
        """
        with self._alone(), answering():
            for pause in chain(_READ_AGAIN_AFTER, [None]):
                try:
                    return self._read_once(work)
                except (OperationalError, InterfaceError):
                    if pause is None:
                        raise
                    self._wait(pause)
        raise AssertionError("unreachable")

    def _read_once(self, work: Callable[[UnitOfWork], T]) -> T:
        with Session(self._engine) as session:
            if self._engine.dialect.name == "sqlite":
                # A plain BEGIN takes no write lock: readers neither wait for writers nor make them wait.
                session.connection().exec_driver_sql("BEGIN")
            else:
                session.connection(execution_options=_SNAPSHOT)
            return work(unit_of_work(session, self._enqueue))

    @contextmanager
    def _alone(self) -> Iterator[None]:
        # On SQLite a second transaction would wait half a minute for the first, which waits for the second.
        if getattr(self._thread, "is_busy", False):
            raise RuntimeError("a store transaction is open on this thread: they are never nested")
        self._thread.is_busy = True
        try:
            yield
        finally:
            self._thread.is_busy = False


@contextmanager
def answering() -> Iterator[None]:
    """Whatever a database that is away, locked or full raises inside becomes Unavailable."""
    try:
        yield
    except (OperationalError, InterfaceError) as error:
        raise Unavailable("the database", "does not answer; what was asked is tried again") from error


def unit_of_work(session: Session, enqueue: Enqueue) -> UnitOfWork:
    """The repositories over somebody else's session, who commits or rolls back; isolated from here on."""
    connection = session.connection()
    if connection.dialect.name == "sqlite" and not _has_begun(session):
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
        self.standings: Standings = SqlStandings(session)
        self.grants: Grants = SqlGrants(session)
        self.switches: Switches = SqlSwitches(session)
        self.effects: Effects = SqlEffects(session)
        self.log: Log = log
        self.exceptions: Exceptions = SqlExceptions(session)
        self.inbox: Inbox = SqlInbox(session)
        self.memory: Memory = SqlMemory(session)
        self.archive: Archive = SqlArchive(session)
        self.spaces: Spaces = SqlSpaces(session)
        self.sheets: Sheets = SqlSheets(session)
        self.invitations: Invitations = SqlInvitations(session)
        self.offers: PrivateOffers = SqlOffers(session)
        self.schemas: Schemas = SqlSchemas(session)
        self.snoozes: Snoozes = SqlSnoozes(session)
        self.revisions: Revisions = SqlRevisions(session)
        self.pings: Pings = SqlPings(session)
        self._session = session
        self._enqueue = enqueue
        event.listen(session, "before_commit", lambda _session: log.flush())

    def enqueue(self, segment: Segment) -> None:
        self._enqueue(self._session, segment)


def _has_begun(session: Session) -> bool:
    raw = session.connection().connection.driver_connection
    return bool(raw is not None and raw.in_transaction)
