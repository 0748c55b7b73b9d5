"""Envelopes from outside, kept until handled and known for weeks; opens none of them."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import CursorResult, Delete, RowMapping, Update, delete, literal_column, or_, select, update
from sqlalchemy.orm import Session

from motions.records import Arrival, Envelope
from store.rows import in_chunks, insert_new, record_from, values_of
from store.upkeep_tables import inbox

_AT_ONCE = 500
# In the very words of the partial indexes: what a parameter holds no planner knows.
_HAS_PAYLOAD = inbox.c.payload != literal_column("''")


class SqlInbox:
    """`motions.records.Inbox` in SQL."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def receive(self, envelope: Envelope) -> Arrival:
        if insert_new(inbox, values_of(envelope), self._session):
            return Arrival.NEW
        known = self._known(envelope)
        if known["handled_at"] is not None:
            return Arrival.HANDLED
        if known["payload"]:
            return Arrival.WAITING
        # Kept too long and forgotten unhandled: this delivery is the only one there is.
        again = {"payload": envelope.payload, "received_at": envelope.received_at, "due_at": envelope.due_at}
        self._session.execute(update(inbox).where(inbox.c.key == known["key"]).values(**again, tries=envelope.tries))
        return Arrival.NEW

    def take(self, *, now: datetime, until: datetime, limit: int) -> Sequence[Envelope]:
        is_due = (inbox.c.handled_at.is_(None), inbox.c.due_at <= now, _HAS_PAYLOAD)
        oldest = select(inbox.c.seq).where(*is_due).order_by(inbox.c.seq).limit(limit)
        # Asked twice: on PostgreSQL who waited for another's lock finds that `due_at` moved on.
        taking = update(inbox).where(inbox.c.seq.in_(oldest), *is_due).values(due_at=until, tries=inbox.c.tries + 1)
        rows = self._session.execute(taking.returning(inbox)).mappings().all()
        return [record_from(Envelope, row) for row in sorted(rows, key=lambda row: int(row["seq"]))]

    def hold(self, keys: Sequence[str], *, until: datetime) -> None:
        for some in in_chunks(keys, _AT_ONCE):
            held = (inbox.c.key.in_(some), inbox.c.handled_at.is_(None))
            self._session.execute(update(inbox).where(*held).values(due_at=until))

    def handled(self, key: str, at: datetime) -> None:
        unhandled = (inbox.c.key == key, inbox.c.handled_at.is_(None))
        self._session.execute(update(inbox).where(*unhandled).values(handled_at=at, payload="", due_at=None))

    def pending(self, *, older_than: datetime, limit: int = 100) -> Sequence[tuple[str, str, str]]:
        waiting = (inbox.c.handled_at.is_(None), inbox.c.received_at <= older_than, _HAS_PAYLOAD)
        query = select(inbox.c.key, inbox.c.kind, inbox.c.payload).where(*waiting).order_by(inbox.c.seq).limit(limit)
        return [(key, kind, payload) for key, kind, payload in self._session.execute(query)]

    def forget(self, *, before: datetime) -> int:
        old = (inbox.c.received_at < before, _HAS_PAYLOAD)
        return self._changed(update(inbox).where(*old).values(payload=""))

    def prune(self, *, before: datetime) -> int:
        return self._changed(delete(inbox).where(inbox.c.received_at < before, ~_HAS_PAYLOAD))

    def _known(self, envelope: Envelope) -> RowMapping:
        same = [inbox.c.key == envelope.key]
        same += [inbox.c.moment == envelope.moment] if envelope.moment else []
        same += [inbox.c.message == envelope.message] if envelope.message else []
        query = select(inbox).where(or_(*same)).order_by(inbox.c.handled_at.is_(None), inbox.c.seq).limit(1)
        return self._session.execute(query).mappings().one()

    def _changed(self, statement: Update | Delete) -> int:
        result = self._session.execute(statement)
        assert isinstance(result, CursorResult)
        return result.rowcount
