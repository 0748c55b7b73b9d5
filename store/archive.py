"""Every row of a kind in the order of what it is about, streamed; for audits, which read all there is."""

from collections.abc import Iterator, Mapping
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Table, select
from sqlalchemy.orm import Session

from motions.effects import Effect
from motions.model import ExceptionItem, Match, Motion
from motions.proposals import Approval, Proposal
from motions.records import LogEntry
from store.rows import Record, record_from
from store.tables import approvals, effects, exceptions, log, matches, motions, proposals

R = TypeVar("R", bound=Record)

_AT_ONCE = 500
_ORDERS: Mapping[type[Any], tuple[Table, tuple[ColumnElement[Any], ...]]] = {
    LogEntry: (log, (log.c.subject, log.c.seq)),
    Motion: (motions, (motions.c.id,)),
    Proposal: (proposals, (proposals.c.motion_id, proposals.c.id)),
    Approval: (approvals, (approvals.c.motion_id, approvals.c.seq)),
    Effect: (effects, (effects.c.subject, effects.c.seq)),
    ExceptionItem: (exceptions, (exceptions.c.subject, exceptions.c.seq)),
    Match: (matches, (matches.c.opportunity_id, matches.c.seq)),
}


class SqlArchive:
    """`motions.records.Archive` in SQL; every order is one of bytes, so that streams can be merged."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def rows(self, kind: type[R]) -> Iterator[R]:
        table, order = _ORDERS[kind]
        found = self._session.execute(select(table).order_by(*order), execution_options={"yield_per": _AT_ONCE})
        with found as rows:
            for row in rows.mappings():
                yield record_from(kind, row)
