"""The operators' files as they were put in force; reads none of them."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from motions.revisions import Revision
from store.rows import insert_new, record_from, values_of
from store.upkeep_tables import revisions


class SqlRevisions:
    """`motions.revisions.Revisions` in SQL."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def newest(self) -> int:
        return self._session.scalar(select(func.max(revisions.c.number))) or 0

    def get(self, number: int) -> Revision | None:
        row = self._session.execute(select(revisions).where(revisions.c.number == number)).mappings().first()
        return None if row is None else record_from(Revision, row)

    def add(self, revision: Revision) -> bool:
        return insert_new(revisions, values_of(revision), self._session)
