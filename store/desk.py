"""What people put off on their own desks, and the conditions every list of a desk has; knows no list."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Protocol

from sqlalchemy import Column, ColumnElement, Select, Table, Text, delete, literal, select
from sqlalchemy.orm import Session

from motions.desk_records import Sleeper
from store.columns import UtcDateTime
from store.rows import insert_into
from store.tables import SEGMENT, Id, deals, metadata

snoozes = Table(
    "snoozes",
    metadata,
    Column("person", Text, primary_key=True),
    Column("subject", Id, primary_key=True),
    Column("until", UtcDateTime, nullable=False),
)


class SqlSnoozes:
    """`motions.desk_records.Snoozes` in SQL."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def put(self, person: str, subject: str, until: datetime, *, now: datetime) -> None:
        self._session.execute(delete(snoozes).where(snoozes.c.person == person, snoozes.c.until <= now))
        said = insert_into(snoozes, self._session).values(person=person, subject=subject, until=until)
        self._session.execute(said.on_conflict_do_update(index_elements=["person", "subject"], set_={"until": until}))

    def wake(self, person: str, subject: str) -> None:
        self._session.execute(delete(snoozes).where(snoozes.c.person == person, snoozes.c.subject == subject))

    def of(self, person: str, now: datetime) -> Mapping[str, datetime]:
        wanted = select(snoozes.c.subject, snoozes.c.until).where(snoozes.c.person == person, snoozes.c.until > now)
        return {row.subject: row.until for row in self._session.execute(wanted)}


class _Desk(Protocol):
    """What a query of motions and one of exceptions have in common."""

    @property
    def region(self) -> str | None: ...
    @property
    def segment(self) -> str | None: ...
    @property
    def awake_for(self) -> Sleeper | None: ...
    @property
    def asleep_for(self) -> Sleeper | None: ...


def wanted_on_a_desk(
    subject: ColumnElement[str], deal: ColumnElement[str], query: _Desk
) -> Iterator[ColumnElement[bool]]:
    """That its deal, as last read, is in a region and a segment, and that somebody has put the thing off or has not."""
    named = ((deals.c.region, query.region), (SEGMENT, query.segment))
    places = [column == name for column, name in named if name is not None]
    if places:
        yield select(literal(1)).where(deals.c.id == deal, *places).exists()
    if query.awake_for is not None:
        yield subject.not_in(_put_off(query.awake_for))
    if query.asleep_for is not None:
        yield subject.in_(_put_off(query.asleep_for))


def _put_off(sleeper: Sleeper) -> Select[tuple[str]]:
    return select(snoozes.c.subject).where(snoozes.c.person == sleeper.person, snoozes.c.until > sleeper.at)
