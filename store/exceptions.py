"""What people must decide, one open item per subject and code; chooses no owner."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, literal, select, update
from sqlalchemy.orm import Session

from motions.decision_records import ExceptionQuery
from motions.model import ExceptionItem
from motions.records import COUNTED_TO
from store.desk import wanted_on_a_desk
from store.rows import counted, insert_new, record_from, update_rows, values_of
from store.tables import exceptions, motions

_IS_OPEN = exceptions.c.resolved_at.is_(None)


class SqlExceptions:
    """`motions.records.Exceptions` in SQL."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def open(self, item: ExceptionItem) -> bool:
        return insert_new(exceptions, values_of(item), self._session)

    def resolve(self, subject: str, *, at: datetime, code: str | None = None) -> int:
        statement = update(exceptions).where(exceptions.c.subject == subject, _IS_OPEN)
        if code is not None:
            statement = statement.where(exceptions.c.code == code)
        return update_rows(statement.values(resolved_at=at), self._session)

    def get(self, exception_id: str) -> ExceptionItem | None:
        row = self._session.execute(select(exceptions).where(exceptions.c.id == exception_id)).mappings().first()
        return None if row is None else record_from(ExceptionItem, row)

    def listing(self, query: ExceptionQuery) -> Sequence[ExceptionItem]:
        return self._items(*_wanted(query), limit=query.limit, offset=query.offset)

    def how_many(self, query: ExceptionQuery) -> int:
        found = select(counted(exceptions, _IS_OPEN, *_wanted(query)))
        return self._session.execute(found, {"most": COUNTED_TO}).scalar_one()

    def assign(self, exception_id: str, owner: str) -> bool:
        there = update(exceptions).where(exceptions.c.id == exception_id, _IS_OPEN)
        return update_rows(there.values(owner=owner), self._session) == 1

    def of(self, subject: str) -> Sequence[ExceptionItem]:
        return self._items(exceptions.c.subject == subject)

    def _items(
        self, *wanted: ColumnElement[bool], limit: int | None = None, offset: int = 0
    ) -> Sequence[ExceptionItem]:
        ordered = select(exceptions).where(_IS_OPEN, *wanted).order_by(exceptions.c.opened_at, exceptions.c.seq)
        rows = self._session.execute(ordered.limit(limit).offset(offset)).mappings()
        return [record_from(ExceptionItem, row) for row in rows]


def _wanted(query: ExceptionQuery) -> Iterator[ColumnElement[bool]]:
    if query.owner is not None:
        yield exceptions.c.owner == query.owner
    if query.code is not None:
        yield exceptions.c.code == query.code
    if query.partner is not None:
        about = and_(motions.c.id == exceptions.c.subject, motions.c.partner == query.partner)
        yield select(literal(1)).where(about).exists()
    yield from wanted_on_a_desk(exceptions.c.id, exceptions.c.opportunity_id, query)
