"""Numbers about the store for whoever watches it: counts by index and what the log said since; never a whole table.

What is finished is not counted again: a hundred thousand finished motions cost a question nothing.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import ColumnElement, Connection, Engine, func, select, text

from motions.model import Motion, MotionId, MotionState
from motions.records import LogEntry
from store.rows import in_chunks, record_from
from store.tables import exceptions, log, log_head, motions
from store.unit import answering
from store.upkeep_tables import inbox

# A motion in any other state is over.
LIVE = (
    MotionState.MATCHED,
    MotionState.AWAITING,
    MotionState.FILING,
    MotionState.IN_REVIEW,
    MotionState.ACCEPTED,
    MotionState.HANDED_OFF,
    MotionState.NEEDS_PERSON,
)

_AT_ONCE = 500
_QUEUES = (
    "SELECT queue_name, status, count(*) AS n, min(created_at) AS oldest FROM {table}"
    " WHERE status IN ('ENQUEUED', 'PENDING') AND queue_name IS NOT NULL GROUP BY queue_name, status"
)
_DELAYED = "SELECT count(*) FROM {table} WHERE status = 'DELAYED'"


@dataclass(frozen=True)
class Waiting:
    """How many of something wait, and since when the oldest does."""

    count: int
    oldest_at: datetime | None


class Figures:
    """Asked over the store's engine, outside every transaction of the domain. Raises Unavailable."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._segments = "workflow_status" if engine.dialect.name == "sqlite" else "dbos.workflow_status"

    def log_ends_at(self) -> int:
        """The newest entry's seq."""
        with self._asking() as connection:
            return int(connection.execute(select(log_head.c.seq)).scalar_one())

    def logged_after(self, seq: int, limit: int) -> Sequence[LogEntry]:
        """The entries that follow, oldest first."""
        query = select(log).where(log.c.seq > seq).order_by(log.c.seq).limit(limit)
        with self._asking() as connection:
            return [record_from(LogEntry, row) for row in connection.execute(query).mappings()]

    def motions(self, ids: Sequence[MotionId]) -> Mapping[MotionId, Motion]:
        """These motions, by id."""
        queries = [select(motions).where(motions.c.id.in_(some)) for some in in_chunks(ids, _AT_ONCE)]
        with self._asking() as connection:
            rows = [row for query in queries for row in connection.execute(query).mappings()]
        return {row["id"]: record_from(Motion, row) for row in rows}

    def live_motions(self) -> Mapping[MotionState, int]:
        """How many motions are in each state that is not the end."""
        query = (
            select(motions.c.state, func.count().label("n")).where(motions.c.state.in_(LIVE)).group_by(motions.c.state)
        )
        with self._asking() as connection:
            found = {row.state: row.n for row in connection.execute(query)}
        return {state: found.get(state, 0) for state in LIVE}

    def segments(self) -> Mapping[tuple[str, str], Waiting]:
        """Segments that wait or run, by queue and engine status."""
        with self._asking() as connection:
            rows = connection.execute(text(_QUEUES.format(table=self._segments))).all()
        return {(row.queue_name, row.status): Waiting(row.n, _from_epoch(row.oldest)) for row in rows}

    def delayed_segments(self) -> int:
        """Segments that wait for their time."""
        with self._asking() as connection:
            return int(connection.execute(text(_DELAYED.format(table=self._segments))).scalar_one())

    def envelopes(self) -> Waiting:
        """What was delivered and not handled yet."""
        return self._waiting(inbox.c.received_at, inbox.c.handled_at.is_(None), inbox.c.payload != "")

    def open_exceptions(self) -> Mapping[str, Waiting]:
        """What waits for a person, by code."""
        query = (
            select(exceptions.c.code, func.count(), func.min(exceptions.c.opened_at))
            .where(exceptions.c.resolved_at.is_(None))
            .group_by(exceptions.c.code)
        )
        with self._asking() as connection:
            return {code: Waiting(n, oldest) for code, n, oldest in connection.execute(query)}

    @contextmanager
    def _asking(self) -> Iterator[Connection]:
        with answering(), self._engine.connect() as connection:
            yield connection

    def _waiting(self, since: ColumnElement[datetime], *where: ColumnElement[bool]) -> Waiting:
        with self._asking() as connection:
            count, oldest = connection.execute(select(func.count(), func.min(since)).where(*where)).one()
        return Waiting(count, oldest)


def _from_epoch(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, UTC)
