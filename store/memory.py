"""What the database knows of itself, in one row: when it was worked on, and what it may have forgotten."""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from motions.doubts import Doubt
from store.upkeep_tables import presence


class SqlMemory:
    """`motions.records.Memory` in SQL."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def worked_at(self) -> datetime | None:
        found: datetime | None = self._session.execute(select(presence.c.worked_at)).scalar_one()
        return found

    def work(self, at: datetime) -> None:
        self._session.execute(update(presence).values(worked_at=at))

    def doubt(self) -> Doubt | None:
        since, until = self._session.execute(select(presence.c.doubt_since, presence.c.doubt_until)).one()
        return None if since is None or until is None else Doubt(since, until)

    def set_doubt(self, doubt: Doubt) -> None:
        self._session.execute(update(presence).values(doubt_since=doubt.since, doubt_until=doubt.until))
