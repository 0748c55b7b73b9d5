"""The match's own approval, where policy asks a person before the CRM is written: exactly these fields, or not now.

It stands on the same card as the referral and is decided apart from it, in either order, by anybody who may decide.
"""

from motions.audiences import INTERNAL
from motions.deals import CosellFields
from motions.deciding import done, nothing, open_request
from motions.journal import ask, decide
from motions.model import Motion, PartnerKey, Person, ProposalId, Token
from motions.moving import on_card, work
from motions.policy import ActionKind, Autonomy
from motions.ports import Ports
from motions.proposals import Approval, Proposal, ProposalKind, Verdict
from motions.recording import as_json, fields_of
from motions.records import UnitOfWork
from motions.surfaces import ClickReply

KIND = ProposalKind.WRITE_CRM


def ask_to_write(motion: Motion, epoch: int, uow: UnitOfWork, ports: Ports) -> None:
    """Ask beside the referral, unless the CRM may be written anyway, never, or somebody decided on these fields."""
    policy = ports.config.policy
    if policy.autonomy_for(ActionKind.CRM_WRITE, motion.band) is not Autonomy.APPROVE:
        return
    proposal = _proposal(motion, ports)
    if _is_settled(proposal, uow):
        return
    withdraw(motion, Verdict.REPLACED, None, uow, ports)
    approval = Approval(
        token=Token(ports.ids.new()),
        proposal_id=proposal.id,
        motion_id=motion.id,
        epoch=epoch,
        seal=proposal.seal,
        expires_at=proposal.created_at + policy.approval_expires_after,
    )
    ask(uow, proposal, approval)


def write_it(token: Token, by: Person, ports: Ports) -> ClickReply:
    """Approve the match write, exactly as shown; the referral still waits for its own decision."""
    return _decide(token, Verdict.APPROVED, by, "Writing these fields to the CRM now. The referral still waits.", ports)


def not_now(token: Token, by: Person, ports: Ports) -> ClickReply:
    """Leave the CRM alone; the referral still waits for its own decision."""
    said = "Nothing is written to the CRM unless the referral is approved. The referral still waits."
    return _decide(token, Verdict.DENIED, by, said, ports)


def withdraw(motion: Motion, verdict: Verdict, by: Person | None, uow: UnitOfWork, ports: Ports) -> None:
    """End what still asks, when the card it stands on ends or asks anew."""
    asked = uow.decisions.latest(motion.id, KIND)
    if asked is not None:
        decide(uow, asked[0], verdict, by=by, at=ports.clock.now(), reason="with the referral")


def _decide(token: Token, verdict: Verdict, by: Person, said: str, ports: Ports) -> ClickReply:
    with ports.store.transaction() as uow:
        request = open_request(token, by, uow, ports, KIND)
        if isinstance(request, ClickReply):
            return request
        motion = request.motion
        if not decide(uow, request.approval, verdict, by=by, at=ports.clock.now()):
            return nothing("Somebody else decided this a moment ago.")
        uow.enqueue(on_card(motion.id, motion.epoch, "redraw_now", n="crm"))
        if verdict is Verdict.APPROVED:
            uow.enqueue(work(motion.id, motion.epoch, "record_match"))
    return done(said)


def _proposal(motion: Motion, ports: Ports) -> Proposal:
    return Proposal(
        id=ProposalId(ports.ids.new()),
        motion_id=motion.id,
        kind=KIND,
        destination=motion.opportunity_id,
        audience=PartnerKey(INTERNAL),
        payload={"fields": as_json(fields_of(motion, CosellFields(status="Matched"), ports))},
        form=(),
        problems=(),
        schema_version="1",
        policy_version=ports.config.policy.version,
        answers={},
        created_at=ports.clock.now(),
    )


def _is_settled(proposal: Proposal, uow: UnitOfWork) -> bool:
    """Approved once is enough, since later changes only keep it true; denied counts for the same fields only."""
    before = uow.decisions.latest(proposal.motion_id, KIND)
    if before is None:
        return False
    verdict, seal = before[0].verdict, before[0].seal
    if verdict in {Verdict.APPROVED, Verdict.COVERED}:
        return True
    return verdict is Verdict.DENIED and seal == proposal.seal
