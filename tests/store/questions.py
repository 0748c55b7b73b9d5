"""What the running bot asks of SQLite: every statement of a busy day, its plan, and how many steps it took.

A step is one instruction of SQLite's virtual machine: the same on every machine, and many more when rows are read
that nobody wanted.
"""

import re
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Engine, event

from motions.records import Segment, UnitOfWork
from store.unit import SqlStore
from tests.fakes.store import FakeStore

STEPS_COUNTED_BY = 20

# What holds one row, one for each thing that is configured, or one for each time a person gives something for months:
# reading all of it is no loss.
BOUNDED = {
    "alembic_version",
    "application_versions",
    "log_head",
    "portal_schemas",
    "presence",
    "queues",
    "sqlite_master",
    "standing_approvals",
    "switches",
    "watermarks",
    "workflow_schedules",
}
# Partial indexes, that hold what is unfinished and nothing else.
OF_THE_UNFINISHED = {
    "ix_deals_open": "the open pipeline, which a search looks through",
    "ix_deals_open_owner": "the same",
    "ix_deals_open_place": "the same",
    "ix_deals_open_region": "the same",
    "ix_exceptions_open": "what people have not yet decided",
    "uq_exceptions_open": "the same",
    "ix_sheet_items_waiting": "rows of sheets that are not carried out yet",
    "idx_workflow_status_pending": "segments that run",
    "idx_workflow_status_in_flight_v2": "segments that wait or run",
    "idx_workflow_status_delayed": "segments whose time has not come",
}
_SCAN = re.compile(r"SCAN (?:main\.)?(\w+)(?: USING (?:COVERING )?INDEX (\w+))?")
_ASKING = re.compile(r"\s*(?:SELECT|INSERT|UPDATE|DELETE|WITH)\b", re.IGNORECASE)
_INNER = re.compile(r"(?:CO-ROUTINE|MATERIALIZE) (\w+)")


@dataclass
class Questions:
    """Each statement asked, with an example of its parameters, and the most steps it ever took."""

    asked: dict[str, Any] = field(default_factory=dict)
    steps: dict[str, int] = field(default_factory=dict)
    _now: tuple[str, int] = ("", 0)

    def count(self) -> int:
        """SQLite's progress handler."""
        statement, steps = self._now
        self._now = statement, steps + STEPS_COUNTED_BY
        self.steps[statement] = max(self.steps.get(statement, 0), self._now[1])
        return 0

    def begin(self, statement: str, parameters: Any, *, is_many: bool) -> None:
        """The next steps are this statement's."""
        self._now = statement, 0
        if _ASKING.match(statement) and not is_many:
            self.asked.setdefault(statement, parameters)


@contextmanager
def questions_of(engine: Engine, *, is_counting: bool = True) -> Iterator[Questions]:
    """Note everything that is asked on an engine meanwhile; steps are counted for one thread at a time alone."""
    noted = Questions()

    def counting(connection: sqlite3.Connection, *_: object) -> None:
        connection.set_progress_handler(noted.count, STEPS_COUNTED_BY)

    def asking(_c: object, _cursor: object, statement: str, parameters: Any, _x: object, executemany: bool) -> None:
        noted.begin(statement, parameters, is_many=executemany)

    if is_counting:
        event.listen(engine, "checkout", counting)
    event.listen(engine, "before_cursor_execute", asking)
    yield noted
    if is_counting:
        event.remove(engine, "checkout", counting)
    event.remove(engine, "before_cursor_execute", asking)


def whole_reads(noted: Questions, engine: Engine) -> list[str]:
    """Every statement that reads all of something that grows, with the line of its plan that says so."""
    with engine.connect() as connection:
        return [
            f"{line}: {_short(statement)}"
            for statement, parameters in noted.asked.items()
            for line in _scans(connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters).all())
        ]


def _short(statement: str) -> str:
    """A statement without the columns it reads."""
    words = " ".join(statement.split())
    columns, found, rest = words.partition(" FROM ")
    return f"{columns[:30]} …{found}{rest}" if found and words.startswith("SELECT") else words


def _scans(plan: Any) -> Iterator[str]:
    lines = [str(row[3]) for row in plan]
    inner = {name for line in lines for name in _INNER.findall(line)}
    for line in lines:
        found = _SCAN.match(line)
        if found and found[1] not in BOUNDED | inner | {"CONSTANT"} and found[2] not in OF_THE_UNFINISHED:
            yield line


class SqlBacked(FakeStore):
    """The store of a world of fakes, on a real database."""

    def __init__(self, engine: Engine) -> None:
        super().__init__()
        self._begun: list[Segment] = []
        self._sql = SqlStore(engine, lambda _session, segment: self._begun.append(segment))
        self._kept: dict[str, Segment] = {}

    @property
    def enqueued(self) -> tuple[Segment, ...]:
        """The segments of committed transactions in order, each id once."""
        return tuple(self._kept.values())

    @contextmanager
    def transaction(self) -> Iterator[UnitOfWork]:
        """As the database has it."""
        self._begun.clear()
        with self._sql.transaction() as uow:
            yield uow
        for segment in self._begun:
            self._kept.setdefault(segment.id, segment)

    def read(self, work: Callable[[UnitOfWork], Any]) -> Any:
        """As the database has it."""
        return self._sql.read(work)


def dearer(few: Mapping[str, int], many: Mapping[str, int]) -> list[str]:
    """Every statement that took more steps with many rows than with few, beyond what a count by twenties blurs."""
    return [
        f"{few[statement]} -> {steps}: {_short(statement)}"
        for statement, steps in many.items()
        if statement in few and steps > 1.2 * few[statement] + 10 * STEPS_COUNTED_BY
    ]
