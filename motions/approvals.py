"""Decisions on sealed referrals: approve, deny, take back; claims each decision once and explains every other click."""

from motions.authority import saga_key, what_left
from motions.crm_requests import withdraw
from motions.deciding import UNKNOWN_BUTTON, Request, done, find_request, nothing, open_request, who_may
from motions.effects import Effect, EffectStatus
from motions.endorsing import approve_as
from motions.journal import clear_exceptions, decide, take_back
from motions.model import MotionState, Person, Token
from motions.moving import advance, on_card, work
from motions.ports import Ports
from motions.proposals import ProposalKind, Verdict
from motions.records import UnitOfWork
from motions.schema_rules import why_held
from motions.surfaces import ClickReply


def approve(token: Token, by: Person, ports: Ports) -> ClickReply:
    """Approve exactly the sealed bytes, alone or as one of two, and start filing; or say why nothing happened."""
    with ports.store.transaction() as uow:
        request = open_request(token, by, uow, ports)
        if isinstance(request, ClickReply):
            return request
        if ports.config.portal_of(request.motion.partner) is None:
            return nothing("partners.yml names no portal of this partner any more, so nothing can be filed there.")
        if not request.proposal.is_ready:
            return nothing(f"The referral would bounce: {request.proposal.problems[0].message} Use Answer first.")
        if held := why_held(request.proposal, uow):
            return nothing(f"{held} Then the card is prepared again.")
        return approve_as(by, request, uow, ports)


def deny(token: Token, by: Person, reason: str, ports: Ports) -> ClickReply:
    """Claim a denial with its reason; nothing is filed."""
    with ports.store.transaction() as uow:
        request = open_request(token, by, uow, ports)
        if isinstance(request, ClickReply):
            return request
        if not decide(uow, request.approval, Verdict.DENIED, by=by, at=ports.clock.now(), reason=reason):
            return nothing("Somebody else decided this card a moment ago.")
        withdraw(request.motion, Verdict.DENIED, by, uow, ports)
        _end(request, by, "nothing: a person said no", uow, ports)
    return done("Denied. Nothing was filed, and the reason is on the card.")


def undo(token: Token, by: Person, ports: Ports) -> ClickReply:
    """Take an approval back while nothing has left; once the first call is let out it says so and changes nothing."""
    with ports.store.transaction() as uow:
        request = find_request(token, uow, ProposalKind.FILE_REFERRAL)
        if request is None:
            return nothing(UNKNOWN_BUTTON)
        why = who_may(by, request.motion) or _why_too_late(request, uow, ports)
        if why is not None:
            return nothing(why)
        if not take_back(uow, request.approval, by=by, at=ports.clock.now()):
            return nothing("Somebody else took it back a moment ago.")
        _end(request, by, f"nothing: {by.name} took the approval back before anything was filed", uow, ports)
    return done("Taken back. Nothing was filed.")


def _end(request: Request, by: Person, next_act: str, uow: UnitOfWork, ports: Ports) -> None:
    motion, now = request.motion, ports.clock.now()
    epoch = advance(uow, motion, MotionState.DENIED, at=now, actor=by.name, next_act=next_act)
    assert epoch is not None  # the motion is locked
    clear_exceptions(uow, motion.id, at=now)
    uow.enqueue(on_card(motion.id, epoch, "redraw"))
    uow.enqueue(work(motion.id, epoch, "record_status"))


def _why_too_late(request: Request, uow: UnitOfWork, ports: Ports) -> str | None:
    motion, approval = request.motion, request.approval
    partner = ports.config.name_of(motion.partner)
    if approval.verdict is Verdict.REVOKED:
        return f"This approval was already taken back by {approval.revoked_name or 'cosell'}."
    left = what_left(motion.id, saga_key(motion.id, approval.seal, uow), uow)
    if left is not None:
        return f"Too late to take it back: {_said(left, partner)} Close it in {partner}'s portal if it must not stand."
    if approval.verdict is not Verdict.APPROVED or motion.state is not MotionState.FILING:
        return f"There is nothing to take back: the motion is {motion.state.value}."
    return None


def _said(left: Effect, partner: str) -> str:
    if left.status is EffectStatus.DONE:
        return f"it is in {partner}'s portal already, as {left.external_id}."
    return f"the first call to {partner}'s portal is under way."
