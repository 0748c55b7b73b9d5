"""Telling a partner's portal what we answer to its invitation: once, looked up when an answer was lost."""

from collections.abc import Mapping
from datetime import datetime
from functools import partial

from motions.effects import Recovery, Undo
from motions.errors import Rejected
from motions.invitation_cards import latest_request
from motions.invitations import ANSWERING, Invitation, InvitationId, InvitationState, Inviting
from motions.performing import Guard, Plan, perform
from motions.ports import Ports
from motions.proposals import Verdict
from motions.records import UnitOfWork
from motions.settling import accepted, refused, rejected, standing_of

_VERDICT = {InvitationState.ACCEPTING: Verdict.APPROVED, InvitationState.REJECTING: Verdict.DENIED}
_WORD = {InvitationState.ACCEPTING: "accept", InvitationState.REJECTING: "reject"}


def answer_invitation(invitation_id: InvitationId, epoch: int, _what: str, ports: Ports) -> None:
    """Segment: accept or reject in the portal as somebody decided, then have the deal's motion go on with it."""
    invitation = ports.durable.read(lambda uow: uow.invitations.get(invitation_id))
    if invitation is None or invitation.epoch != epoch or invitation.state not in ANSWERING:
        return
    portal, referral = inviting_portal(invitation, ports), invitation.referral_id
    if invitation.state in _WORD:
        try:
            task = ports.durable.step("answer", partial(_answer, invitation, portal, ports))
            if invitation.state is InvitationState.ACCEPTING:
                referral = ports.durable.step("outcome", partial(portal.outcome, invitation.id, task))
        except Rejected as error:
            status, reason = standing_of(invitation.id, portal)
            work = partial(refused, invitation, status, reason, str(error), ports=ports)
            ports.durable.transaction("refused", lambda uow: work(uow=uow))
            return
    if invitation.state is InvitationState.REJECTING:
        ports.durable.transaction("rejected", lambda uow: rejected(invitation, uow, ports))
        return
    brought = ports.portals[invitation.portal].status(referral or portal.outcome(invitation.id))
    ports.durable.transaction("accepted", lambda uow: accepted(invitation, brought, uow, ports))


def inviting_portal(invitation: Invitation, ports: Ports) -> Inviting:
    """The portal an invitation came through."""
    portal = ports.portals[invitation.portal]
    assert isinstance(portal, Inviting)  # it told us of the invitation
    return portal


def _answer(invitation: Invitation, portal: Inviting, ports: Ports) -> str:
    word = _WORD[invitation.state]
    # What was refused for good stays so in the ledger: the next answer has a key, and a token, of its own.
    key = f"invitation:{invitation.id}:{word}" + (f".{invitation.refusals}" if invitation.refusals else "")
    plan = Plan(
        key=key,
        subject=invitation.id,
        kind=f"{invitation.portal}.{word}",
        destination=invitation.portal,
        audience=invitation.partner,
        payload={"invitation": invitation.id, "reason": invitation.reason},
        recovery=Recovery.LOOK_UP,
        undo=Undo.FINAL,
    )

    def send(sent: Mapping[str, object]) -> str:
        if invitation.state is InvitationState.ACCEPTING:
            return portal.accept(invitation.id, key)
        portal.reject(invitation.id, str(sent["reason"]))
        return invitation.id

    def find(_sent: Mapping[str, object], _since: datetime) -> str | None:
        if invitation.state is InvitationState.ACCEPTING:
            return portal.find_acceptance(invitation.id)
        return invitation.id if portal.invitation(invitation.id).status is InvitationState.REJECTED else None

    return perform(plan, ports, send=send, find=find, guard=_guard(invitation))


def _guard(invitation: Invitation) -> Guard:
    """Lets the answer out only while it is the one somebody decided on, on what they were shown; no deal is in it."""

    def guard(uow: UnitOfWork) -> None:
        present = uow.invitations.locked(invitation.id)
        if present is None or present.epoch != invitation.epoch:
            raise Rejected(invitation.portal, "the invitation was settled meanwhile")
        approval, proposal = latest_request(invitation, uow)
        if approval.verdict is not _VERDICT[invitation.state] or approval.seal != proposal.seal:
            raise Rejected(invitation.portal, "nobody decided this on exactly what was shown")

    return guard
