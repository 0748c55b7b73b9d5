"""How often people are interrupted and what was held back for them, in SQL."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Column, Index, Integer, Table, Text, delete, func, select, text, update
from sqlalchemy.orm import Session

from motions.attention_records import Ping
from store.columns import UtcDateTime
from store.rows import insert_into, insert_new, record_from, update_rows, values_of
from store.tables import Id, metadata

pings = Table(
    "pings",
    metadata,
    Column("key", Id, primary_key=True),
    Column("person", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("said", Text, nullable=False),
    Column("tell_from", UtcDateTime),
    Column("told_at", UtcDateTime),
    Index(None, "person", "at"),
    Index(None, "at"),
)
_WAITS = text("tell_from IS NOT NULL AND told_at IS NULL")
Index(
    "ix_pings_waiting",
    pings.c.tell_from,
    pings.c.person,
    sqlite_where=_WAITS,
    postgresql_where=_WAITS,
)

fewer_reminders = Table(
    "fewer_reminders",
    metadata,
    Column("person", Text, primary_key=True),
    Column("times", Integer, nullable=False),
)


class SqlPings:
    """`motions.attention_records.Pings` in SQL."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, ping: Ping) -> None:
        insert_new(pings, values_of(ping), self._session)

    def get(self, key: str) -> Ping | None:
        row = self._session.execute(_READ.where(pings.c.key == key)).mappings().first()
        return None if row is None else record_from(Ping, row)

    def how_many(self, person: str, since: datetime) -> int:
        there = (pings.c.person == person, pings.c.at >= since, pings.c.tell_from.is_(None))
        return self._session.execute(select(func.count()).select_from(pings).where(*there)).scalar_one()

    def held(self, person: str) -> Sequence[Ping]:
        rows = self._session.execute(_READ.where(pings.c.person == person, *_WAITING).order_by(pings.c.at, pings.c.key))
        return [record_from(Ping, row) for row in rows.mappings()]

    def due(self, now: datetime) -> Sequence[str]:
        wanted = select(pings.c.person).where(pings.c.tell_from <= now, *_WAITING).distinct().order_by(pings.c.person)
        return list(self._session.execute(wanted).scalars())

    def tell(self, keys: Sequence[str], at: datetime) -> None:
        self._session.execute(update(pings).where(pings.c.key.in_(keys), *_WAITING).values(told_at=at))

    def forget(self, before: datetime) -> int:
        return update_rows(delete(pings).where(pings.c.at < before), self._session)

    def less(self, person: str) -> int:
        found = select(fewer_reminders.c.times).where(fewer_reminders.c.person == person)
        return self._session.execute(found).scalar_one_or_none() or 0

    def ask_less(self, person: str, times: int) -> None:
        said = insert_into(fewer_reminders, self._session).values(person=person, times=times)
        self._session.execute(said.on_conflict_do_update(index_elements=["person"], set_={"times": times}))


_READ = select(pings)
_WAITING = (pings.c.tell_from.is_not(None), pings.c.told_at.is_(None))
