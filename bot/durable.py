"""The durable engine: queues, steps, recovery. The only module that imports dbos; knows no motion.

Settings and their reasons are those of the engine evaluation (docs/adr/0003-engine.md): a pinned application version
(the default strands work at every deploy), JSON instead of pickle, bounded threads, polling at 0.1 s, and an executor
id that no two live processes share.
"""

import logging
import threading
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Literal, TypeVar, cast

from dbos import (
    DBOS,
    DBOSClient,
    DBOSPortableJSONSerializer,
    EnqueueOptions,
    PortableWorkflowError,
    SQLAlchemyDatasource,
    WorkflowStatus,
)
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from bot.outcomes import answer_of, encoded
from motions.records import Ended, Queue, Segment, UnitOfWork
from motions.reruns import attempts, next_beginning
from store.segments import SegmentRows
from store.unit import SqlStore, answering, unit_of_work

T = TypeVar("T")
log = logging.getLogger(__name__)

WORKFLOW = "segment"
THREADS = 32
OVER = ["SUCCESS", "ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"]
DELETED_AT_ONCE = 250
DELETED_IN_A_RUN = 10_000  # seconds of work; the next run goes on
ENDED_AT_ONCE = 100
# What begins a motion gives way to what ends one: a rush of changes must not hold up an outcome on its way to the CRM.
GIVES_WAY = {"prepare", "record_match"}

MAX_CHARACTER = 0x10FFFF
# By the primary key: SQLite compares it byte by byte.
_UNDER_WAY_SQLITE = text(
    "SELECT 1 FROM workflow_status WHERE workflow_uuid >= :prefix AND workflow_uuid < :beyond"
    " AND status IN ('ENQUEUED', 'PENDING', 'DELAYED') LIMIT 1"
)
# By the engine's partial indexes of what is live: its key is ordered by the server's locale, which knows no prefix.
_UNDER_WAY_POSTGRES = text(
    "SELECT 1 FROM dbos.workflow_status"
    " WHERE status IN ('ENQUEUED', 'PENDING') AND starts_with(workflow_uuid, :prefix)"
    " UNION ALL SELECT 1 FROM dbos.workflow_status"
    " WHERE status = 'DELAYED' AND starts_with(workflow_uuid, :prefix) LIMIT 1"
)

Run = Callable[[Segment, int], None]

_STEP = "step"  # in a checkpoint: the name of what was done


class OtherStepError(Exception):
    """A segment that is recovered goes another way than before, and what it did then stands in its place.

    The engine compares names only once it has noted a step itself; a kill between the store's commit and that leaves
    a checkpoint without a name. The segment ends, and begins again from the start under another id.
    """


class DurableEngine:
    """Runs segments from three queues in the application's own database; implements `motions.ports.Durable`."""

    def __init__(self, engine: Engine, url: str, executor_id: str) -> None:
        self._engine = engine
        self._is_sqlite = engine.dialect.name == "sqlite"
        self._stopping = threading.Event()
        self._run: Run | None = None
        self._executor_id = executor_id
        self._rows = SegmentRows(engine)
        self._running: set[str] = set()  # what this process really runs; adding and discarding are atomic
        self._idle_before: frozenset[str] = frozenset()
        serializer = DBOSPortableJSONSerializer()
        DBOS(
            config={
                "name": "cosell",
                "system_database_url": url,
                "system_database_engine": engine,
                "application_version": "1",
                "executor_id": executor_id,
                "max_executor_threads": THREADS,
                "serializer": serializer,
                "log_level": "ERROR",
                "enable_otlp": False,
            }
        )
        self._datasource = SQLAlchemyDatasource.create(url, engine=engine, serializer=serializer)
        self._serializer = serializer
        self._client: DBOSClient | None = None
        self.store = SqlStore(engine, self.enqueue)

        # A plain function: the engine keeps attributes on what it registers. Its argument order is stored: frozen.
        def segment(
            name: str, segment_id: str, queue: str, partition: str | None, attempt: int, args: list[str | int]
        ) -> None:
            assert self._run is not None
            self._running.add(segment_id)
            try:
                self._run(_segment_of((name, segment_id, queue, partition, attempt, args)), attempt)
            finally:
                self._running.discard(segment_id)

        DBOS.workflow(name=WORKFLOW, max_recovery_attempts=1000)(segment)

    def launch(self, run: Run) -> None:
        """Open the queues and recover what this executor left unfinished."""
        self._run = run
        DBOS.launch()
        self._client = DBOSClient(system_database_engine=self._engine, serializer=self._serializer)
        DBOS.register_queue(Queue.WORK, worker_concurrency=12, polling_interval_sec=0.1)
        DBOS.register_queue(Queue.PORTAL, partition_concurrency=2, worker_concurrency=4, polling_interval_sec=0.1)
        DBOS.register_queue(
            Queue.SLACK,
            partition_concurrency=1,
            partition_limiter={"limit": 1, "period": 1.0},
            worker_concurrency=12,
            polling_interval_sec=0.1,
        )

    def stop(self, timeout: int = 20) -> None:
        """Let running segments finish for at most `timeout` seconds; the rest is recovered at the next start."""
        self._stopping.set()
        DBOS.destroy(destroy_registry=True, workflow_completion_timeout_sec=timeout)
        if self._client is not None:
            self._client.destroy()
        self._engine.dispose()

    def enqueue(self, session: Session, segment: Segment) -> None:
        """Start a segment when the session's transaction commits; an id already used starts nothing."""
        assert self._client is not None, "nothing can be enqueued before launch"
        options: EnqueueOptions = {
            "workflow_name": WORKFLOW,
            "queue_name": segment.queue,
            "workflow_id": segment.id,
            "app_version": "1",
        }
        if segment.name in GIVES_WAY:
            options["priority"] = 1  # 0, which everything else has, comes first
        if segment.partition is not None:
            options["queue_partition_key"] = segment.partition
        if segment.delay is not None:
            options["delay_seconds"] = segment.delay.total_seconds()
        attempt = attempts(segment.id)
        self._client.enqueue_in_transaction(
            session, options, segment.name, segment.id, segment.queue, segment.partition, attempt, list(segment.args)
        )

    def step(self, name: str, work: Callable[[], str]) -> str:
        """Run outside calls at least once; what they answered, or how they failed, is remembered."""
        return answer_of(DBOS.run_step({"name": name}, lambda: encoded(work, self._stopping)))

    def transaction(self, name: str, work: Callable[[UnitOfWork], T]) -> T:
        """One store transaction, checkpointed in the same commit."""

        def body() -> dict[str, Any]:
            return {_STEP: name, "is": work(unit_of_work(self._datasource.sql_session(), self.enqueue))}

        # The log's lock orders appends; under SERIALIZABLE the snapshot would be older than the lock.
        level: Literal["SERIALIZABLE", "READ COMMITTED"] = "SERIALIZABLE" if self._is_sqlite else "READ COMMITTED"
        done = self._datasource.run_tx_step({"name": name, "isolation_level": level}, body)
        if not isinstance(done, dict) or _STEP not in done:  # checkpointed by a version before this one
            return cast("T", done)
        if done[_STEP] != name:
            raise OtherStepError(f"{done[_STEP]} was done here before the process ended, and {name} is asked for now")
        return cast("T", done["is"])

    def read(self, work: Callable[[UnitOfWork], T]) -> T:
        """Read the store; a database hiccup is retried."""
        return self.store.read(work)

    def is_under_way(self, id_prefix: str) -> bool:
        """Whether any segment whose id starts so waits or runs."""
        # Asked of the engine's tables: its own API reads every segment there ever was.
        with answering(), self._engine.connect() as connection:
            asked = _UNDER_WAY_SQLITE if self._is_sqlite else _UNDER_WAY_POSTGRES
            found = connection.execute(asked, {"prefix": id_prefix, "beyond": f"{id_prefix}{chr(MAX_CHARACTER)}"})
            return found.first() is not None

    def under_way(self) -> frozenset[str]:
        """The ids of all segments that wait or run, in one question."""
        with answering():
            return self._rows.under_way()

    def known(self, ids: Sequence[str]) -> frozenset[str]:
        """Which of these ids were ever started and are not forgotten yet."""
        with answering():
            return self._rows.known(ids)

    def ended(self, since: datetime, is_wanted: Callable[[str], bool]) -> Sequence[Ended]:
        """Segments of the wanted ids that ended without success since a moment and have not begun again; some first."""
        with answering():
            self._drop_orphans()
            ids = [each for each in self._rows.ended(since) if is_wanted(each)]
            again = self._rows.known([next_beginning(each) for each in ids])
        left = [each for each in ids if next_beginning(each) not in again][:ENDED_AT_ONCE]
        if not left:
            return ()
        found = {each.workflow_id: each for each in DBOS.list_workflows(workflow_ids=left)}
        return [_ended(found[each]) for each in left if each in found]

    def recover_from(self, executor_id: str) -> int:
        """Take over what a dead executor was running; how many segments."""
        return len(DBOS._recover_pending_workflows([executor_id]))  # noqa: SLF001 - keeps the queue, as no public call does

    def executors_with_work(self) -> Sequence[str]:
        """The ids of all executors that have segments running, dead or alive."""
        with answering():
            return self._rows.executors()

    def forget_before(self, moment: datetime, *, at_most: int = DELETED_IN_A_RUN) -> int:
        """Delete finished segments older than `moment`, with all they answered, oldest first; how many.

        The effect ledger, not they, prevents doing things twice.
        """
        total = 0
        while total < at_most and (ids := self._finished(moment)):
            with answering():
                DBOS.delete_workflows(ids)
            total += len(ids)
        return total

    def _drop_orphans(self) -> None:
        """End what the table calls running here and nothing runs; it then begins again like all that ended.

        A database that fails between the engine's claim of a segment and its start, or as its outcome is written,
        leaves one. Seen twice in a row, since between claim and start there is a moment in any case.
        """
        idle = self._rows.running_at(self._executor_id) - self._running
        orphans, self._idle_before = sorted(idle & self._idle_before), idle
        if orphans:
            log.warning("segment.orphaned segments=%s", " ".join(orphans))
            DBOS.cancel_workflows(orphans)

    def _finished(self, moment: datetime) -> list[str]:
        found = DBOS.list_workflows(
            status=OVER, end_time=moment.isoformat(), limit=DELETED_AT_ONCE, load_input=False, load_output=False
        )
        return [each.workflow_id for each in found]


def _segment_of(stored: Sequence[Any]) -> Segment:
    """A segment from the arguments it was started with."""
    name, segment_id, queue, partition, _attempt, args = stored
    return Segment(name, segment_id, tuple(args), Queue(queue), partition)


def _ended(status: WorkflowStatus) -> Ended:
    assert status.input is not None
    error = status.error
    kept = error.name if isinstance(error, PortableWorkflowError) else type(error).__name__
    how = kept if error is not None else status.status.lower().replace("_", " ")
    return Ended(_segment_of(status.input["args"]), how)
