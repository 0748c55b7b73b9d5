"""One org's state, shared by all endpoints: schema, rows, clock, faults, logins; holds no rule of its own."""

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from sandbox.clock import WorldClock
from sandbox.salesforce import ids
from sandbox.salesforce.compiler import Asker
from sandbox.salesforce.conditions import Moment
from sandbox.salesforce.faults import Faults
from sandbox.salesforce.oauth import Logins
from sandbox.salesforce.schema import Schema, SObject
from sandbox.salesforce.store import Cell, Store


@dataclass(frozen=True)
class HeldCommit:
    """A transaction whose rows are stamped already and not yet visible."""

    began_at: datetime
    visible_at: datetime
    commit: Callable[[], object]


@dataclass
class Usage:
    """The daily request allowance, as Sforce-Limit-Info shows it."""

    used: int = 0
    allowed: int = 100_000

    @property
    def header(self) -> str:
        """'api-usage=18/100000'."""
        return f"api-usage={self.used}/{self.allowed}"


@dataclass(frozen=True)
class Locator:
    """The rest of a query's rows, kept as they were when it ran."""

    opened_at: datetime
    rows: list[tuple[Cell, ...]]
    page: Callable[[list[tuple[Cell, ...]]], list[dict[str, object]]]


@dataclass
class Org:
    """The emulated org."""

    clock: WorldClock
    schema: Schema
    store: Store
    logins: Logins
    faults: Faults = field(default_factory=Faults)
    usage: Usage = field(default_factory=Usage)
    calls: deque[dict[str, object]] = field(default_factory=lambda: deque(maxlen=2000))
    locators: dict[str, Locator] = field(default_factory=dict)
    held: list[HeldCommit] = field(default_factory=list)
    _seen: tuple[frozenset[tuple[str, str]], Schema] | None = None
    _numbers: dict[str, int] = field(default_factory=dict)
    _lock: threading.RLock = field(default_factory=threading.RLock)

    def now(self) -> datetime:
        """The server's present moment: the world's, off by the armed skew."""
        return self.clock.now() + self.faults.skew

    def visible_schema(self) -> Schema:
        """The schema without the fields that field-level security hides."""
        hidden = self.faults.hidden
        if self._seen is None or self._seen[0] != hidden:
            self._seen = (hidden, self.schema.without(hidden))
        return self._seen[1]

    def asker(self, user_id: str) -> Asker:
        """Through whose eyes a user's query is read."""
        row = self.store.get("User", user_id)
        zone = ZoneInfo(str(row["TimeZoneSidKey"])) if row else ZoneInfo("UTC")
        return Asker(self.visible_schema(), Moment(self.now(), zone), user_id)

    def next_id(self, sobject: SObject) -> str:
        """A fresh record id."""
        return ids.record_id(sobject.prefix, self.next_number(sobject.name))

    def next_number(self, sobject: str) -> int:
        """The next running number of an object, or of any other name that counts from one."""
        with self._lock:
            if sobject not in self._numbers:
                self._numbers[sobject] = self.store.count(sobject) if self.schema.get(sobject) else 0
            self._numbers[sobject] += 1
            return self._numbers[sobject]

    def settle(self) -> None:
        """Commit the held transactions whose time has come."""
        with self._lock:
            due = [each for each in self.held if each.visible_at <= self.clock.now()]
            self.held = [each for each in self.held if each not in due]
        for each in due:
            each.commit()

    def forget(self) -> None:
        """Drop everything but rows, logins and the clock."""
        with self._lock:
            self.faults.clear()
            self.usage = Usage()
            for pile in (self.calls, self.locators, self.held, self._numbers):
                pile.clear()
