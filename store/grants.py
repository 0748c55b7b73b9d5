"""Grants, each confirmed once and revoked once; judges no terms."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from motions.grant_terms import Grant, GrantId, Side, Signature
from motions.model import PartnerKey, Person
from store.grant_tables import grants as rows
from store.rows import insert_new, record_from, update_rows, values_of


class SqlGrants:
    """`motions.grant_records.Grants` in SQL."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, grant: Grant) -> bool:
        return insert_new(rows, values_of(grant), self._session)

    def get(self, grant_id: GrantId) -> Grant | None:
        row = self._session.execute(select(rows).where(rows.c.id == grant_id)).mappings().first()
        return None if row is None else record_from(Grant, row)

    def of(self, partner: PartnerKey) -> Sequence[Grant]:
        found = self._session.execute(select(rows).where(rows.c.partner == partner).order_by(rows.c.version)).mappings()
        return [record_from(Grant, row) for row in found]

    def unrevoked(self, partner: PartnerKey) -> Sequence[Grant]:
        return self._unrevoked(partner, is_locking=False)

    def locked(self, partner: PartnerKey) -> Sequence[Grant]:
        return self._unrevoked(partner, is_locking=True)

    def confirm(self, grant_id: GrantId, *, by: Person, at: datetime, signature: Signature) -> bool:
        is_open = (rows.c.id == grant_id, rows.c.confirmed_at.is_(None), rows.c.revoked_at.is_(None))
        agreed = {"confirmed_by": by.key, "confirmed_name": by.name, "confirmed_at": at, "their_signature": signature}
        return update_rows(update(rows).where(*is_open).values(**agreed), self._session) == 1

    def revoke(self, grant_id: GrantId, *, by: Person | None, at: datetime, side: Side) -> bool:
        unrevoked = (rows.c.id == grant_id, rows.c.revoked_at.is_(None))
        who = {"revoked_by": by.key if by else None, "revoked_name": by.name if by else None}
        ended = {**who, "revoked_at": at, "revoked_side": side}
        return update_rows(update(rows).where(*unrevoked).values(**ended), self._session) == 1

    def _unrevoked(self, partner: PartnerKey, *, is_locking: bool) -> Sequence[Grant]:
        wanted = select(rows).where(rows.c.partner == partner, rows.c.revoked_at.is_(None)).order_by(rows.c.version)
        if is_locking:
            # Shared: effects do not wait for each other, and who revokes waits for those that are being let out.
            wanted = wanted.with_for_update(read=True)
        return [record_from(Grant, row) for row in self._session.execute(wanted).mappings()]
