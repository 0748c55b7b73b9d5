"""What people do with a deal a partner brings: accept it as one of ours, reject it for a reason, name its deal later.

Each decision is claimed once, on exactly what the card showed; every other click is told why it changed nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from motions.answers import inviting_portal
from motions.deals import Opportunity, OpportunityId
from motions.deciding import MAY_DECIDE, UNKNOWN_BUTTON, done, nothing
from motions.invitation_cards import KIND
from motions.invitation_journal import settle
from motions.invitation_segments import answering, on_card
from motions.invitation_surfaces import AcceptForm, RejectForm
from motions.invitations import Invitation, InvitationId, InvitationState
from motions.journal import decide, raise_exception
from motions.likening import filed_as, likely_deals
from motions.model import Band, Person, Token
from motions.opening import motion_id_of
from motions.policy import ActionKind, Autonomy
from motions.ports import Ports
from motions.proposals import Approval, Proposal, Verdict
from motions.records import UnitOfWork
from motions.surfaces import ClickReply

_LATE = "Somebody else answered a moment ago."
_BROKEN_SEAL = "This card no longer matches what the partner sent, so it cannot be answered. An operator was told."
_WHERE = {
    InvitationState.ACCEPTING: "is being accepted",
    InvitationState.REJECTING: "is being rejected",
    InvitationState.LINKING: "was accepted",
    InvitationState.ACCEPTED: "was accepted",
    InvitationState.REJECTED: "was rejected",
    InvitationState.EXPIRED: "has expired",
}


def accept_form(token: Token, by: Person, ports: Ports) -> AcceptForm | ClickReply:
    """Which of our deals it is, as they are now; nothing is decided yet."""
    request = _look(token, by, ports)
    return request if isinstance(request, ClickReply) else _form(token, request.invitation, ports)


def accept(token: Token, by: Person, deal_id: str, asked: str, ports: Ports) -> ClickReply:
    """Accept it as this deal, or as the one `asked` names, or as one the CRM does not have yet."""
    with ports.store.transaction() as uow:
        request = _open(token, by, uow, ports)
        if isinstance(request, ClickReply):
            return request
        invitation, now = request.invitation, ports.clock.now()
        deal = _chosen(invitation, deal_id, asked, uow)
        if isinstance(deal, ClickReply):
            return deal
        if not decide(uow, request.approval, Verdict.APPROVED, by=by, at=now):
            return nothing(_LATE)
        changes = {"opportunity_id": deal.id if deal else None}
        _decided(invitation, InvitationState.ACCEPTING, by, "cosell accepts it in the portal", changes, uow, ports)
    known = f"as {deal.name}" if deal else "as a deal the CRM does not have yet; the card says what is left to do"
    return done(f"Accepting it {known}. The card says when the portal has taken it.")


def reject_form(token: Token, by: Person, ports: Ports) -> RejectForm | ClickReply:
    """Why it may be rejected; nothing is decided yet."""
    request = _look(token, by, ports)
    if isinstance(request, ClickReply):
        return request
    invitation = request.invitation
    partner = ports.config.name_of(invitation.partner)
    reasons = tuple(inviting_portal(invitation, ports).reasons)
    return RejectForm(token, partner, invitation.facts.customer, reasons)


def reject(token: Token, by: Person, reason: str, ports: Ports) -> ClickReply:
    """Reject it for one of the portal's reasons."""
    with ports.store.transaction() as uow:
        request = _open(token, by, uow, ports)
        if isinstance(request, ClickReply):
            return request
        invitation = request.invitation
        if reason not in inviting_portal(invitation, ports).reasons:
            return nothing("The portal does not know this reason. Pick one from the list.")
        if not decide(uow, request.approval, Verdict.DENIED, by=by, at=ports.clock.now(), reason=reason):
            return nothing(_LATE)
        changes = {"reason": reason}
        _decided(invitation, InvitationState.REJECTING, by, "cosell rejects it in the portal", changes, uow, ports)
    return done("Rejecting it. The card says when the portal has taken it.")


def link_form(token: Token, by: Person, ports: Ports) -> AcceptForm | ClickReply:
    """The deals that may be the one an accepted invitation is about."""
    asked = InvitationId(token)
    invitation = ports.durable.read(lambda uow: _linkable(uow.invitations.get(asked), by))
    if isinstance(invitation, ClickReply):  # said under the lock only, as `_look` does
        with ports.store.transaction() as uow:
            invitation = _linkable(uow.invitations.locked(asked), by)
    return invitation if isinstance(invitation, ClickReply) else _form(token, invitation, ports)


def link(token: Token, by: Person, deal_id: str, asked: str, ports: Ports) -> ClickReply:
    """Name the deal of an accepted invitation: its fields and the referral are kept in step from then on."""
    with ports.store.transaction() as uow:
        invitation = _linkable(uow.invitations.locked(InvitationId(token)), by)
        if isinstance(invitation, ClickReply):
            return invitation
        deal = _chosen(invitation, deal_id, asked, uow)
        if isinstance(deal, ClickReply):
            return deal
        if deal is None:
            return nothing("No deal was named.")
        changes = {"opportunity_id": deal.id}
        _decided(invitation, InvitationState.LINKING, by, "cosell writes it to the CRM", changes, uow, ports)
    return done(f"Linking it to {deal.name}. Its fields in the CRM follow.")


@dataclass(frozen=True)
class _Request:
    invitation: Invitation
    approval: Approval
    proposal: Proposal


def _look(token: Token, by: Person, ports: Ports) -> _Request | ClickReply:
    """What this person may decide as it stands now; nothing is locked, so whoever decides on it asks again.

    Whoever only opens a form does not wait for those who write. A refusal is said under the lock all the same.
    """
    seen = ports.durable.read(lambda uow: _seen(token, by, uow, ports))
    if seen is not None:
        return seen
    with ports.store.transaction() as uow:
        return _open(token, by, uow, ports)


def _seen(token: Token, by: Person, uow: UnitOfWork, ports: Ports) -> _Request | None:
    found = uow.decisions.get(token)
    invitation = uow.invitations.get(InvitationId(found[0].motion_id)) if found else None
    if invitation is None or found is None or found[1].kind is not KIND:
        return None
    request = _Request(invitation, *found)
    return request if _why_not(request, by, ports) is None else None


def _open(token: Token, by: Person, uow: UnitOfWork, ports: Ports) -> _Request | ClickReply:
    """What this person may decide behind this token, the invitation locked; or why they may not."""
    found = uow.decisions.get(token)
    invitation = uow.invitations.locked(InvitationId(found[0].motion_id)) if found else None
    now = uow.decisions.get(token)  # again: somebody may have answered while this waited for the lock
    if invitation is None or now is None or now[1].kind is not KIND:
        return nothing(UNKNOWN_BUTTON)
    request = _Request(invitation, *now)
    why = _why_not(request, by, ports)
    if why == _BROKEN_SEAL:
        _report_broken_seal(invitation, uow, ports)
    return nothing(why) if why else request


def _why_not(request: _Request, by: Person, ports: Ports) -> str | None:
    invitation, approval = request.invitation, request.approval
    if why := _who_may(by, invitation):
        return why
    if invitation.state is not InvitationState.PENDING:
        return _where(invitation)
    if approval.epoch != invitation.epoch:
        return "This card is out of date: it asks anew."
    if ports.clock.now() >= approval.expires_at:
        return "The invitation has lapsed: nobody answered in time."
    if request.proposal.seal != approval.seal:
        return _BROKEN_SEAL
    if ports.config.portal_of(invitation.partner) is None:
        return "partners.yml names no portal of this partner any more. Answer it in the portal's own pages."
    if ports.config.policy.autonomy_for(ActionKind.PORTAL_FILING, Band.HIGH) is Autonomy.FORBID:
        return "Policy forbids writing to portals. An operator can change it in policy.yml."
    return None


def _who_may(by: Person, invitation: Invitation) -> str | None:
    if by.role in MAY_DECIDE:
        return None
    return f"Only alliance managers and operators answer invitations; {invitation.manager_email} looks after this one."


def _where(invitation: Invitation) -> str:
    who = f" by {invitation.answered_by}" if invitation.answered_by else ""
    return f"This invitation {_WHERE[invitation.state]}{who} already."


def _linkable(invitation: Invitation | None, by: Person) -> Invitation | ClickReply:
    if invitation is None:
        return nothing(UNKNOWN_BUTTON)
    why = _who_may(by, invitation)
    if why is None and not invitation.needs_deal:
        why = "There is no deal to be named for it any more."
    return nothing(why) if why else invitation


def _form(token: Token, invitation: Invitation, ports: Ports) -> AcceptForm:
    likely = ports.durable.read(lambda uow: likely_deals(invitation.facts, invitation.partner, uow))
    choices = tuple((each.opportunity_id, f"{each.name} ({each.why})") for each in likely if each.filed_as is None)
    partner = ports.config.name_of(invitation.partner)
    return AcceptForm(token, partner, invitation.facts.customer, choices, is_accepted=invitation.needs_deal)


def _chosen(invitation: Invitation, deal_id: str, asked: str, uow: UnitOfWork) -> Opportunity | ClickReply | None:
    """The deal that is meant, which nobody files meanwhile; None when the CRM has none yet."""
    named = asked.strip()
    if named:
        found = uow.deals.search(named, limit=2)
        if len(found) != 1:
            return nothing(
                f"“{named}” is not one open deal of ours. Give its whole name, or its id in the CRM; a deal made a "
                "moment ago is known here as soon as the CRM was read again."
            )
        deal: Opportunity | None = found[0]
    elif deal_id:
        deal = uow.deals.get(OpportunityId(deal_id))
    else:
        return None
    if deal is None or deal.is_closed:
        return nothing("This deal is not open in the CRM any more.")
    uow.motions.locked(motion_id_of(deal.id, invitation.partner))  # no filing of it leaves before this is decided
    if other := filed_as(deal, invitation.partner, uow) or _brought(deal, invitation, uow):
        return nothing(f"{deal.name} is {other} already: pick another deal, or reject this as a duplicate.")
    return deal


def _brought(deal: Opportunity, invitation: Invitation, uow: UnitOfWork) -> str | None:
    others = [each for each in uow.invitations.of_deal(deal.id, invitation.partner) if each.id != invitation.id]
    return f"named for {others[0].id}" if others else None


def _decided(
    invitation: Invitation,
    state: InvitationState,
    by: Person,
    next_act: str,
    changes: Mapping[str, object],
    uow: UnitOfWork,
    ports: Ports,
) -> None:
    now = ports.clock.now()
    who = {"answered_by": by.name, "answered_at": now}
    epoch = settle(uow, invitation, state, at=now, actor=by.name, next_act=next_act, changes={**changes, **who})
    assert epoch is not None  # it is locked
    uow.enqueue(on_card(invitation, epoch))
    uow.enqueue(answering(invitation, epoch))


def _report_broken_seal(invitation: Invitation, uow: UnitOfWork, ports: Ports) -> None:
    raise_exception(
        uow,
        subject=invitation.id,
        opportunity_id=None,
        code="seal-broken",
        reason=f"The stored invitation for {invitation.facts.customer} is not the one its card was sealed with.",
        next_act="find out who wrote to the store; answer the invitation in the partner's portal",
        owner=ports.config.coverage.operators[0],
        at=ports.clock.now(),
    )
