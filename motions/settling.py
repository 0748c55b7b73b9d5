"""How an invitation ends: as a person of ours answered, as somebody did in the portal itself, or by time."""

from collections.abc import Mapping
from dataclasses import replace

from motions.bringing import take_on
from motions.errors import NotVisible
from motions.invitation_cards import latest_request, request
from motions.invitation_journal import settle
from motions.invitation_segments import answering, on_card
from motions.invitations import Invitation, InvitationId, InvitationState, Inviting
from motions.journal import clear_exceptions, decide, raise_exception
from motions.likening import left_as
from motions.opening import motion_id_of
from motions.ports import Ports
from motions.proposals import Verdict
from motions.records import UnitOfWork
from motions.referrals import ReferralStatus

REFUSED, NO_DEAL = "invitation-refused", "deal-missing"
_THERE: Mapping[InvitationState, str] = {
    InvitationState.ACCEPTED: "name the deal it is about",
    InvitationState.REJECTED: "nothing: it was rejected in {partner}'s portal",
    InvitationState.EXPIRED: "nothing: nobody answered in time",
}


def standing_of(invitation_id: InvitationId, portal: Inviting) -> tuple[InvitationState, str | None]:
    """What its portal says of it now, and why it was rejected; what is gone from there is over."""
    try:
        offered = portal.invitation(invitation_id)
    except NotVisible:
        return InvitationState.EXPIRED, None
    return offered.status, offered.reason


def settle_as(found: Invitation, status: InvitationState, reason: str | None, uow: UnitOfWork, ports: Ports) -> bool:
    """Take over how the portal says it ended, without an answer of ours; False when it moved on meanwhile."""
    invitation, now = _present(found, uow), ports.clock.now()
    if invitation is None:
        return False
    partner = ports.config.name_of(invitation.partner)
    decide(uow, latest_request(invitation, uow)[0], Verdict.EXPIRED, by=None, at=now, reason=f"settled at {partner}")
    is_wanted = status is InvitationState.ACCEPTED and invitation.opportunity_id is not None
    state = InvitationState.LINKING if is_wanted else status
    changes: dict[str, object] = {"answered_by": None, "answered_at": None, "reason": reason}
    if status is not InvitationState.ACCEPTED:
        changes["opportunity_id"] = None  # the deal is free for the next
    next_act = _THERE[status].format(partner=partner)
    epoch = settle(uow, invitation, state, at=now, actor=partner, next_act=next_act, changes=changes)
    assert epoch is not None  # it is locked
    clear_exceptions(uow, invitation.id, at=now)
    if is_wanted:
        uow.enqueue(answering(invitation, epoch))
    elif status is InvitationState.ACCEPTED:
        ask_for_deal(invitation, f"{partner}'s invitation was accepted in its own portal", uow, ports)
    uow.enqueue(on_card(invitation, epoch))
    return True


def rejected(found: Invitation, uow: UnitOfWork, ports: Ports) -> None:
    """The portal took our no."""
    invitation = _present(found, uow)
    if invitation is not None:
        _end(invitation, InvitationState.REJECTED, "nothing: we rejected it", {}, uow, ports)


def accepted(found: Invitation, status: ReferralStatus, uow: UnitOfWork, ports: Ports) -> None:
    """It is ours: the deal somebody named goes on with it, or a person is asked for one."""
    invitation = _present(found, uow)
    if invitation is None:
        return
    partner = ports.config.name_of(invitation.partner)
    deal = uow.deals.get(invitation.opportunity_id) if invitation.opportunity_id else None
    # The row first: a filing that is just leaving has left, or finds its approval taken back.
    motion = uow.motions.locked(motion_id_of(deal.id, invitation.partner)) if deal is not None else None
    other = left_as(motion, uow) if motion is not None else None
    is_linked = deal is not None and other is None
    changes: dict[str, object] = {"referral_id": status.referral_id}
    if not is_linked:
        changes["opportunity_id"] = None
    next_act = f"agree the next step with {partner}" if is_linked else "name the deal it is about"
    _end(invitation, InvitationState.ACCEPTED, next_act, changes, uow, ports)
    if deal is not None and other is None:
        take_on(invitation, deal, status, uow, ports)
        return
    why = f"{deal.name} is {other} already" if deal is not None else "the CRM has no deal for it yet"
    ask_for_deal(invitation, f"{partner}'s invitation became {status.referral_id}, and {why}", uow, ports)


def refused(
    found: Invitation, status: InvitationState, reason: str | None, why: str, uow: UnitOfWork, ports: Ports
) -> None:
    """The portal did not take our answer: what it says now counts; while it still waits, a person is asked again."""
    if status is not InvitationState.PENDING:
        settle_as(found, status, reason, uow, ports)
        return
    invitation, now = _present(found, uow), ports.clock.now()
    if invitation is None:
        return
    partner = ports.config.name_of(invitation.partner)
    again: dict[str, object] = {"refusals": invitation.refusals + 1, "opportunity_id": None, "reason": None}
    again |= {"answered_by": None, "answered_at": None}
    epoch = settle(
        uow, invitation, InvitationState.PENDING, at=now, actor=partner, next_act="answer it again", changes=again
    )
    assert epoch is not None  # it is locked
    request(replace(invitation, epoch=epoch), uow, ports)
    said = f"{partner}'s portal did not take our answer for {invitation.facts.customer}: {why} It still waits."
    _raise(invitation, REFUSED, said, "press Accept or Reject again, or answer it in the portal", uow, ports)
    uow.enqueue(on_card(invitation, epoch))


def ask_for_deal(invitation: Invitation, why: str, uow: UnitOfWork, ports: Ports) -> None:
    """A person has to say which deal of ours it is; cosell creates none."""
    seller = "have the deal created in the CRM if it has none, then press Link a deal on the card"
    reason = f"{invitation.facts.customer}: {why}. Nothing of it is in the CRM."
    _raise(invitation, NO_DEAL, reason, seller, uow, ports)


def _present(found: Invitation, uow: UnitOfWork) -> Invitation | None:
    """The invitation, locked; None when it moved on since it was found."""
    invitation = uow.invitations.locked(found.id)
    return invitation if invitation is not None and invitation.epoch == found.epoch else None


def _end(
    found: Invitation,
    state: InvitationState,
    next_act: str,
    changes: dict[str, object],
    uow: UnitOfWork,
    ports: Ports,
) -> None:
    now = ports.clock.now()
    epoch = settle(uow, found, state, at=now, actor="cosell", next_act=next_act, changes=changes)
    assert epoch is not None  # it is locked
    clear_exceptions(uow, found.id, at=now)
    uow.enqueue(on_card(found, epoch))


def _raise(invitation: Invitation, code: str, reason: str, next_act: str, uow: UnitOfWork, ports: Ports) -> None:
    raise_exception(
        uow,
        subject=invitation.id,
        opportunity_id=None,
        code=code,
        reason=reason,
        next_act=next_act,
        owner=invitation.manager_email,
        at=ports.clock.now(),
    )
