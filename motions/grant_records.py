"""Grants as the domain sees them stored; knows no SQL."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from motions.grant_terms import Grant, GrantId, Side, Signature
from motions.model import PartnerKey, Person


class Grants(Protocol):
    """Every grant ever proposed; each is confirmed once and revoked once."""

    def add(self, grant: Grant) -> bool:
        """False when the partner has one of this version: somebody proposed a moment ago."""

    def get(self, grant_id: GrantId) -> Grant | None: ...
    def of(self, partner: PartnerKey) -> Sequence[Grant]:
        """All grants proposed to a partner, oldest first."""

    def unrevoked(self, partner: PartnerKey) -> Sequence[Grant]:
        """Those open or confirmed and not revoked, oldest first; the ones past their last day too."""

    def locked(self, partner: PartnerKey) -> Sequence[Grant]:
        """The same, and nobody confirms or revokes one of them until this transaction ends."""

    def confirm(self, grant_id: GrantId, *, by: Person, at: datetime, signature: Signature) -> bool:
        """Let it stand; False when somebody agreed already, or it was revoked."""

    def revoke(self, grant_id: GrantId, *, by: Person | None, at: datetime, side: Side) -> bool:
        """Let it stand no more; False when it was revoked already."""
