"""What the durable engine's own table says of segments, by its indexes; reads only, and knows no engine's code.

The engine's API answers the same questions by reading whole rows of everything there ever was.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import islice

from sqlalchemy import Engine, TextClause, bindparam, text

_AT_ONCE = 500

_UNDER_WAY = "SELECT workflow_uuid FROM {table} WHERE status IN ('ENQUEUED', 'PENDING')"
_DELAYED = "SELECT workflow_uuid FROM {table} WHERE status = 'DELAYED'"
_ENDED = (
    "SELECT workflow_uuid FROM {table}"
    " WHERE status IN ('ERROR', 'CANCELLED', 'MAX_RECOVERY_ATTEMPTS_EXCEEDED')"
    " AND updated_at >= :since ORDER BY updated_at"
)
_KNOWN = "SELECT workflow_uuid FROM {table} WHERE workflow_uuid IN :ids"
_RUNNING = "SELECT workflow_uuid FROM {table} WHERE status = 'PENDING' AND executor_id = :executor"
_EXECUTORS = "SELECT DISTINCT executor_id FROM {table} WHERE status = 'PENDING' AND executor_id IS NOT NULL"


class SegmentRows:
    """The rows of an engine that works in this database; raises SQLAlchemy's errors as they come."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._table = "workflow_status" if engine.dialect.name == "sqlite" else "dbos.workflow_status"

    def under_way(self) -> frozenset[str]:
        """The ids of all that wait or run."""
        return frozenset([*self._ids(_UNDER_WAY), *self._ids(_DELAYED)])

    def known(self, ids: Sequence[str]) -> frozenset[str]:
        """Which of these ids were ever started and not yet forgotten."""
        return frozenset(found for some in _chunks(ids) for found in self._ids(_KNOWN, ids=some))

    def ended(self, since: datetime) -> Sequence[str]:
        """The ids of what ended for good since a moment without having succeeded, oldest end first."""
        return self._ids(_ENDED, since=int(since.timestamp() * 1000))

    def running_at(self, executor_id: str) -> frozenset[str]:
        """What a process has taken and not finished, as far as the table knows."""
        return frozenset(self._ids(_RUNNING, executor=executor_id))

    def executors(self) -> Sequence[str]:
        """The processes, dead or alive, that have something running."""
        return sorted(self._ids(_EXECUTORS))

    def _ids(self, statement: str, **values: object) -> Sequence[str]:
        asked: TextClause = text(statement.format(table=self._table))
        if "ids" in values:
            asked = asked.bindparams(bindparam("ids", expanding=True))
        with self._engine.connect() as connection:
            return list(connection.execute(asked, values).scalars())


def _chunks(ids: Sequence[str]) -> Iterator[list[str]]:
    rest = iter(ids)
    while some := list(islice(rest, _AT_ONCE)):
        yield some
