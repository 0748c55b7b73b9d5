"""The card of a deal a partner brings: sealed, posted once, redrawn in place, and one reminder in its thread."""

from dataclasses import replace

from motions.audiences import INTERNAL
from motions.canonical import spelled
from motions.effects import Recovery, Undo
from motions.invitation_segments import on_card
from motions.invitation_surfaces import DealLink, InvitationCard
from motions.invitations import Invitation, InvitationId, InvitationState
from motions.journal import ask
from motions.model import MotionId, ProposalId, Token
from motions.performing import Plan
from motions.ports import Ports
from motions.posting import place_of, post, rewrite, says_something_else
from motions.proposals import Approval, Proposal, ProposalKind
from motions.records import UnitOfWork
from motions.surfaces import Note

KIND = ProposalKind.ANSWER_INVITATION


def request(invitation: Invitation, uow: UnitOfWork, ports: Ports) -> None:
    """Ask for a decision on exactly what the card shows."""
    proposal = _proposal(invitation, ports)
    approval = Approval(
        token=Token(ports.ids.new()),
        proposal_id=proposal.id,
        motion_id=proposal.motion_id,
        epoch=invitation.epoch,
        seal=proposal.seal,
        expires_at=invitation.expires_at,
    )
    ask(uow, proposal, approval)


def latest_request(invitation: Invitation, uow: UnitOfWork) -> tuple[Approval, Proposal]:
    """The newest request to answer an invitation; there is one for each that is stored."""
    latest = uow.decisions.latest(MotionId(invitation.id), KIND)
    assert latest is not None
    return latest


def post_invitation(invitation_id: InvitationId, _epoch: int, _what: str, ports: Ports) -> None:
    """Segment: post the one card, and draw it again when it says something else by then."""
    plan = _plan(
        _gather(invitation_id, ports, mention=True), card_key(invitation_id), "slack.invitation", Recovery.LOOK_UP
    )
    ports.durable.step("card", lambda: post(plan, ports))
    present = _gather(invitation_id, ports, mention=True)
    if ports.durable.read(lambda uow: says_something_else(present, plan.key, uow, ports)):
        again = on_card(present.invitation, present.invitation.epoch, "posted")
        ports.durable.transaction("stale", lambda uow: uow.enqueue(again))


def redraw_invitation(invitation_id: InvitationId, epoch: int, what: str, ports: Ports) -> None:
    """Segment: make the posted card say what is true now; an older redraw leaves it to the newer one."""
    card = _gather(invitation_id, ports, mention=False)
    place = ports.durable.read(lambda uow: place_of(card_key(invitation_id), uow))
    if place is None or card.invitation.epoch != epoch:
        return
    plan = _plan(card, f"{card_key(invitation_id)}.{epoch}{what}", "slack.card.update", Recovery.REPEAT)
    ports.durable.step("redraw", lambda: rewrite(plan, place, ports))


def remind_invitation(invitation_id: InvitationId, _epoch: int, _what: str, ports: Ports) -> None:
    """Segment: tell the manager once, in the card's thread, that time is running out."""
    card = _gather(invitation_id, ports, mention=True)
    place = ports.durable.read(lambda uow: place_of(card_key(invitation_id), uow))
    if place is None or card.invitation.state is not InvitationState.PENDING:
        return
    invitation = card.invitation
    plan = Plan(
        key=f"invitation:{invitation_id}:remind",
        subject=invitation_id,
        kind="slack.remind",
        destination=place.channel,
        audience=INTERNAL,
        surface=Note(
            headline=f"{card.partner_name}'s invitation for {invitation.facts.customer} still waits for an answer",
            lines=(f"It lapses {invitation.expires_at:%A, %Y-%m-%d at %H:%M} UTC.", "Accept or reject it on the card."),
            mention_slack_id=card.manager_slack_id,
        ),
        recovery=Recovery.LOOK_UP,
        undo=Undo.REVERSIBLE,
    )
    ports.durable.step("remind", lambda: post(plan, ports, thread=place.ts))


def _gather(invitation_id: InvitationId, ports: Ports, *, mention: bool) -> InvitationCard:
    card = ports.durable.read(lambda uow: _card(invitation_id, uow, ports))
    manager = ports.people.by_email(card.invitation.manager_email) if mention else None
    return replace(card, manager_slack_id=manager.user_id) if manager else card


def _card(invitation_id: InvitationId, uow: UnitOfWork, ports: Ports) -> InvitationCard:
    invitation = uow.invitations.get(invitation_id)
    assert invitation is not None  # invitations are never deleted
    approval, _ = latest_request(invitation, uow)
    chosen = uow.deals.get(invitation.opportunity_id) if invitation.opportunity_id else None
    return InvitationCard(
        invitation=invitation,
        partner_name=ports.config.name_of(invitation.partner),
        deals=tuple(DealLink(each, ports.deal_url(each.opportunity_id)) for each in invitation.candidates),
        token=approval.token if invitation.state is InvitationState.PENDING else None,
        deal=(chosen.name, ports.deal_url(chosen.id)) if chosen else None,
        problems=tuple(uow.exceptions.of(invitation_id)),
    )


def _plan(card: InvitationCard, key: str, kind: str, recovery: Recovery) -> Plan:
    return Plan(
        key=key,
        subject=card.invitation.id,
        kind=kind,
        destination=card.invitation.channel,
        audience=INTERNAL,
        surface=card,
        recovery=recovery,
        undo=Undo.REVERSIBLE,
    )


def _proposal(invitation: Invitation, ports: Ports) -> Proposal:
    return Proposal(
        id=ProposalId(ports.ids.new()),
        motion_id=MotionId(invitation.id),
        kind=KIND,
        destination=invitation.id,
        audience=invitation.partner,
        payload={
            "facts": spelled(invitation.facts),
            "candidates": [spelled(each) for each in invitation.candidates],
            "expires_at": invitation.expires_at.isoformat(),
        },
        form=(),
        problems=(),
        schema_version="1",
        policy_version=ports.config.policy.version,
        answers={},
        created_at=ports.clock.now(),
    )


def card_key(invitation_id: InvitationId) -> str:
    """What its one card is posted under."""
    return f"invitation:{invitation_id}:card"
