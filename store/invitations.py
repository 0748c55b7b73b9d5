"""Invitations, each stored once and moved by compare-and-swap; decides no state."""

from collections.abc import Mapping, Sequence

from sqlalchemy import Select, select, update
from sqlalchemy.orm import Session

from motions.deals import OpportunityId
from motions.invitations import SETTLED, Invitation, InvitationId, InvitationState
from motions.model import PartnerKey
from store.invitation_tables import invitations as rows
from store.rows import in_chunks, insert_new, record_from, update_rows, values_of

_AT_ONCE = 1000
_UNSETTLED = [state for state in InvitationState if state not in SETTLED]


class SqlInvitations:
    """`motions.invitations.Invitations` in SQL."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, invitation: Invitation) -> bool:
        return insert_new(rows, values_of(invitation), self._session)

    def get(self, invitation_id: InvitationId) -> Invitation | None:
        return next(iter(self._found(select(rows).where(rows.c.id == invitation_id))), None)

    def locked(self, invitation_id: InvitationId) -> Invitation | None:
        return next(iter(self._found(select(rows).where(rows.c.id == invitation_id).with_for_update())), None)

    def known(self, ids: Sequence[InvitationId]) -> frozenset[InvitationId]:
        some = (select(rows.c.id).where(rows.c.id.in_(chunk)) for chunk in in_chunks(ids, _AT_ONCE))
        return frozenset(each for query in some for each in self._session.scalars(query))

    def unsettled(self, partner: PartnerKey) -> Sequence[Invitation]:
        wanted = select(rows).where(rows.c.partner == partner, rows.c.state.in_(_UNSETTLED))
        return self._found(wanted.order_by(rows.c.expires_at, rows.c.id))

    def of_deal(self, opportunity_id: OpportunityId, partner: PartnerKey) -> Sequence[Invitation]:
        wanted = select(rows).where(rows.c.opportunity_id == opportunity_id, rows.c.partner == partner)
        return self._found(wanted.order_by(rows.c.seen_at, rows.c.id))

    def change(self, invitation_id: InvitationId, *, epoch: int, changes: Mapping[str, object]) -> bool:
        there = (rows.c.id == invitation_id, rows.c.epoch == epoch)
        return update_rows(update(rows).where(*there).values(**changes), self._session) == 1

    def _found(self, query: Select[*tuple[object, ...]]) -> list[Invitation]:
        return [record_from(Invitation, row) for row in self._session.execute(query).mappings()]
