"""Invitations in memory; each promise worded as in motions.invitations."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from motions.deals import OpportunityId
from motions.invitations import SETTLED, Invitation, InvitationId
from motions.model import PartnerKey
from tests.fakes.store_rows import Rows, must_be_aware


@dataclass
class FakeInvitations:
    rows: Rows

    def add(self, invitation: Invitation) -> bool:
        must_be_aware(invitation)
        is_new = invitation.id not in self.rows.invitations
        self.rows.invitations.setdefault(invitation.id, invitation)
        return is_new

    def get(self, invitation_id: InvitationId) -> Invitation | None:
        return self.rows.invitations.get(invitation_id)

    def locked(self, invitation_id: InvitationId) -> Invitation | None:
        return self.rows.invitations.get(invitation_id)

    def known(self, ids: Sequence[InvitationId]) -> frozenset[InvitationId]:
        return frozenset(ids) & frozenset(self.rows.invitations)

    def unsettled(self, partner: PartnerKey) -> Sequence[Invitation]:
        found = [one for one in self.rows.invitations.values() if one.partner == partner and one.state not in SETTLED]
        return sorted(found, key=lambda one: (one.expires_at, one.id))

    def of_deal(self, opportunity_id: OpportunityId, partner: PartnerKey) -> Sequence[Invitation]:
        found = [
            one
            for one in self.rows.invitations.values()
            if one.opportunity_id == opportunity_id and one.partner == partner
        ]
        return sorted(found, key=lambda one: (one.seen_at, one.id))

    def change(self, invitation_id: InvitationId, *, epoch: int, changes: Mapping[str, Any]) -> bool:
        known = self.rows.invitations.get(invitation_id)
        if known is None or known.epoch != epoch:
            return False
        self.rows.invitations[invitation_id] = replace(known, **changes)
        must_be_aware(self.rows.invitations[invitation_id])
        return True
