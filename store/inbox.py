"""Envelopes from outside, kept until handled and known for ever; opens none of them."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from store.rows import insert_into, update_rows
from store.tables import inbox


class SqlInbox:
    """`motions.records.Inbox` in SQL."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def receive(self, key: str, kind: str, payload: str, at: datetime) -> bool:
        insert = insert_into(inbox, self._session).values(key=key, kind=kind, payload=payload, received_at=at)
        statement = insert.on_conflict_do_update(
            index_elements=[inbox.c.key], set_={"payload": payload}, where=inbox.c.handled_at.is_(None)
        )
        return self._session.execute(statement.returning(inbox.c.key)).first() is not None

    def handled(self, key: str, at: datetime) -> None:
        unhandled = (inbox.c.key == key, inbox.c.handled_at.is_(None))
        self._session.execute(update(inbox).where(*unhandled).values(handled_at=at))

    def pending(self, *, older_than: datetime, limit: int = 100) -> Sequence[tuple[str, str, str]]:
        waiting = (inbox.c.handled_at.is_(None), inbox.c.received_at <= older_than, inbox.c.payload != "")
        query = select(inbox.c.key, inbox.c.kind, inbox.c.payload).where(*waiting).order_by(inbox.c.seq).limit(limit)
        return [(key, kind, payload) for key, kind, payload in self._session.execute(query)]

    def forget(self, *, before: datetime) -> int:
        old = (inbox.c.received_at < before, inbox.c.payload != "")
        return update_rows(update(inbox).where(*old).values(payload=""), self._session)
