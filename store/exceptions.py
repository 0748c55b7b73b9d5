"""What people must decide, one open item per subject and code; chooses no owner."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select, update
from sqlalchemy.orm import Session

from motions.model import ExceptionItem
from store.rows import insert_new, record_from, update_rows, values_of
from store.tables import exceptions


class SqlExceptions:
    """`motions.records.Exceptions` in SQL."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def open(self, item: ExceptionItem) -> bool:
        return insert_new(exceptions, values_of(item), self._session)

    def resolve(self, subject: str, *, at: datetime, code: str | None = None) -> int:
        statement = update(exceptions).where(exceptions.c.subject == subject, exceptions.c.resolved_at.is_(None))
        if code is not None:
            statement = statement.where(exceptions.c.code == code)
        return update_rows(statement.values(resolved_at=at), self._session)

    def listing(self, *, owner: str | None = None, code: str | None = None, limit: int = 50) -> Sequence[ExceptionItem]:
        wanted = ((exceptions.c.owner, owner), (exceptions.c.code, code))
        given = [column == value for column, value in wanted if value is not None]
        return self._items(_open_items().where(*given).limit(limit))

    def of(self, subject: str) -> Sequence[ExceptionItem]:
        return self._items(_open_items().where(exceptions.c.subject == subject))

    def _items(self, query: Select[*tuple[Any, ...]]) -> Sequence[ExceptionItem]:
        return [record_from(ExceptionItem, row) for row in self._session.execute(query).mappings()]


def _open_items() -> Select[*tuple[Any, ...]]:
    opened = select(exceptions).where(exceptions.c.resolved_at.is_(None))
    return opened.order_by(exceptions.c.opened_at, exceptions.c.seq)
