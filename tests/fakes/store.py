"""The store in memory: the same promises as the real one, rollback included; enqueued segments are kept to look at."""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

from motions.archive import Archive
from motions.attention_records import Pings
from motions.decision_records import Decisions, Exceptions, Standings, Switches
from motions.desk_records import Snoozes
from motions.doubts import Memory
from motions.effects import Effects
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
from tests.fakes.store_archive import FakeArchive
from tests.fakes.store_attention import FakePings
from tests.fakes.store_decisions import FakeDecisions, FakeStandings, FakeSwitches
from tests.fakes.store_desk import FakeExceptions, FakeSnoozes
from tests.fakes.store_grants import FakeGrants
from tests.fakes.store_invitations import FakeInvitations
from tests.fakes.store_offers import FakeOffers
from tests.fakes.store_repositories import (
    FakeDeals,
    FakeEffects,
    FakeInbox,
    FakeLog,
    FakeMatches,
    FakeMemory,
    FakeMotions,
)
from tests.fakes.store_revisions import FakeRevisions
from tests.fakes.store_rows import Rows
from tests.fakes.store_schemas import FakeSchemas
from tests.fakes.store_sheets import FakeSheets
from tests.fakes.store_spaces import FakeSpaces

T = TypeVar("T")


class FakeStore:
    """A `Store`, and the `read` of a `Durable`; one transaction at a time, as on SQLite."""

    def __init__(self) -> None:
        self._rows = Rows()
        self._lock = threading.Lock()
        self._thread = threading.local()

    @property
    def enqueued(self) -> Sequence[Segment]:
        """The segments of committed transactions in order, each id once."""
        return tuple(self._rows.enqueued)

    def forget_enqueued(self) -> None:
        """The engine that would have run them has lost its tables: every id is new again."""
        self._rows.enqueued.clear()

    @contextmanager
    def transaction(self) -> Iterator[UnitOfWork]:
        """Commits on success, rolls back on an error; RuntimeError when this thread has one open already."""
        with self._alone():
            rows = self._rows.copied()
            yield FakeUnitOfWork(rows)
            self._rows = rows

    def read(self, work: Callable[[UnitOfWork], T]) -> T:
        """What `work` reads; nothing it writes stays."""
        with self._alone():
            return work(FakeUnitOfWork(self._rows.copied()))

    @contextmanager
    def _alone(self) -> Iterator[None]:
        if getattr(self._thread, "is_busy", False):
            raise RuntimeError("a store transaction is open on this thread: they are never nested")
        self._thread.is_busy = True
        try:
            with self._lock:
                yield
        finally:
            self._thread.is_busy = False


class FakeUnitOfWork:
    """The repositories over one copy of the rows."""

    def __init__(self, rows: Rows) -> None:
        self.deals: Deals = FakeDeals(rows)
        self.matches: Matches = FakeMatches(rows)
        self.motions: Motions = FakeMotions(rows)
        self.decisions: Decisions = FakeDecisions(rows)
        self.standings: Standings = FakeStandings(rows)
        self.grants: Grants = FakeGrants(rows)
        self.switches: Switches = FakeSwitches(rows)
        self.effects: Effects = FakeEffects(rows)
        self.log: Log = FakeLog(rows)
        self.exceptions: Exceptions = FakeExceptions(rows)
        self.inbox: Inbox = FakeInbox(rows)
        self.memory: Memory = FakeMemory(rows)
        self.archive: Archive = FakeArchive(rows)
        self.spaces: Spaces = FakeSpaces(rows)
        self.sheets: Sheets = FakeSheets(rows)
        self.invitations: Invitations = FakeInvitations(rows)
        self.offers: PrivateOffers = FakeOffers(rows)
        self.schemas: Schemas = FakeSchemas(rows)
        self.snoozes: Snoozes = FakeSnoozes(rows)
        self.revisions: Revisions = FakeRevisions(rows)
        self.pings: Pings = FakePings(rows)
        self._rows = rows

    def enqueue(self, segment: Segment) -> None:
        """Keep a segment until the commit; an id that started already starts nothing."""
        if segment.id not in {known.id for known in self._rows.enqueued}:
            self._rows.enqueued.append(segment)
