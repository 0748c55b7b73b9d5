"""Standing approvals, given and revoked once each; judges no terms."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from motions.model import PartnerKey, Person, Token
from motions.proposals import StandingApproval
from store.rows import record_from, update_rows, values_of
from store.tables import standing_approvals as rows


class SqlStandings:
    """`motions.records.Standings` in SQL."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, standing: StandingApproval) -> None:
        self._session.execute(insert(rows).values(**values_of(standing)))

    def get(self, token: Token) -> StandingApproval | None:
        row = self._session.execute(select(rows).where(rows.c.token == token)).mappings().first()
        return None if row is None else record_from(StandingApproval, row)

    def given(self, partner: PartnerKey | None = None) -> Sequence[StandingApproval]:
        wanted = select(rows).where(rows.c.given_at.is_not(None), rows.c.revoked_at.is_(None))
        if partner is not None:
            wanted = wanted.where(rows.c.partner == partner)
        found = self._session.execute(wanted.order_by(rows.c.given_at, rows.c.seq)).mappings()
        return [record_from(StandingApproval, row) for row in found]

    def give(self, token: Token, *, at: datetime) -> bool:
        waiting = (rows.c.token == token, rows.c.given_at.is_(None), rows.c.revoked_at.is_(None))
        return update_rows(update(rows).where(*waiting).values(given_at=at), self._session) == 1

    def revoke(self, token: Token, *, by: Person, at: datetime) -> bool:
        standing = (rows.c.token == token, rows.c.revoked_at.is_(None))
        revoked = {"revoked_by": by.key, "revoked_name": by.name, "revoked_at": at}
        return update_rows(update(rows).where(*standing).values(**revoked), self._session) == 1
