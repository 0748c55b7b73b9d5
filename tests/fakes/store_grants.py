"""The repository of grants in memory; each promise worded as in motions.grant_records."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from motions.grant_terms import Grant, GrantId, Side, Signature
from motions.model import PartnerKey, Person
from tests.fakes.store_rows import Rows, aware, must_be_aware


@dataclass
class FakeGrants:
    rows: Rows

    def add(self, grant: Grant) -> bool:
        must_be_aware(grant)
        if grant.id in self.rows.grants or grant.version in {each.version for each in self.of(grant.partner)}:
            return False
        self.rows.grants[grant.id] = grant
        return True

    def get(self, grant_id: GrantId) -> Grant | None:
        return self.rows.grants.get(grant_id)

    def of(self, partner: PartnerKey) -> Sequence[Grant]:
        return [grant for grant in self.rows.grants.values() if grant.partner == partner]

    def unrevoked(self, partner: PartnerKey) -> Sequence[Grant]:
        return [grant for grant in self.of(partner) if grant.revoked_at is None]

    def locked(self, partner: PartnerKey) -> Sequence[Grant]:
        return self.unrevoked(partner)

    def confirm(self, grant_id: GrantId, *, by: Person, at: datetime, signature: Signature) -> bool:
        grant = self.rows.grants.get(grant_id)
        if grant is None or not grant.is_open:
            return False
        agreed = replace(grant, confirmed_by=by.key, confirmed_name=by.name, confirmed_at=aware(at))
        self.rows.grants[grant_id] = replace(agreed, their_signature=signature)
        return True

    def revoke(self, grant_id: GrantId, *, by: Person | None, at: datetime, side: Side) -> bool:
        grant = self.rows.grants.get(grant_id)
        if grant is None or grant.revoked_at is not None:
            return False
        ended = replace(grant, revoked_at=aware(at), revoked_side=side)
        by_whom = replace(ended, revoked_by=by.key if by else None, revoked_name=by.name if by else None)
        self.rows.grants[grant_id] = by_whom
        return True
