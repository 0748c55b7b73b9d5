"""Preparing a motion: the brief, the referral and the words for the partner, sealed into one proposal and a card."""

from collections.abc import Mapping

from motions.briefing import facts_of, missing_of
from motions.competing import keep_away
from motions.competitors import why_competitor
from motions.crm_requests import ask_to_write
from motions.deals import DealContext, OpportunityId
from motions.drafting import ADOPTS, grant_of, propose
from motions.errors import NotVisible, Unavailable
from motions.grants import NO_GRANT, REVOKED, SYSTEM, Purpose, standing_grant
from motions.journal import ask, clear_exceptions, raise_exception
from motions.model import Motion, MotionId, MotionState, Token
from motions.moving import advance, in_channel, on_card, standing
from motions.ports import Ports
from motions.proposals import Approval, Proposal
from motions.records import UnitOfWork
from motions.standing import approve_by_standing
from motions.writing import Text


def prepare(motion_id: MotionId, epoch: int, ports: Ports) -> None:
    """Segment: read the deal, write the brief, draft the referral, seal the proposal, ask for a decision."""
    motion = standing(motion_id, epoch, MotionState.MATCHED, ports)
    if motion is None:
        return
    try:
        context = read_in_full(motion.opportunity_id, ports)
    except NotVisible as hidden:
        why = str(hidden)
        ports.durable.transaction("hidden", lambda uow: _not_readable(motion, why, uow, ports))
        return
    partner = ports.config.partner(motion.partner)
    if (competing := why_competitor(context.deal, partner)) is not None:  # its portal is not even asked
        ports.durable.transaction("kept away", lambda uow: keep_away(motion, competing, uow, ports))
        return
    answers, editor = ports.durable.read(lambda uow: _answers(motion_id, uow))
    brief = ports.writer.brief(facts_of(context, motion, partner, ports.clock.now().date()))
    proposal = propose(motion, context, answers, ports, typed_by=editor)
    ports.durable.transaction("propose", lambda uow: _ask(motion, brief, context, proposal, uow, ports))


def read_in_full(opportunity_id: OpportunityId, ports: Ports) -> DealContext:
    """The deal with its account, people and activities; NotVisible when the deal or its account is not there."""
    context = ports.crm.context(opportunity_id)
    if context.deal.account is None:
        raise NotVisible("the CRM", f"{context.deal.name} has no account that our user may read.")
    return context


def ask_for_decision(motion: Motion, proposal: Proposal, epoch: int, uow: UnitOfWork, ports: Ports) -> bool:
    """Store a proposal with a fresh single-use token bound to this epoch; True when a standing approval decided it."""
    ask_to_write(motion, epoch, uow, ports)  # first, so that the newest request is the referral's
    approval = Approval(
        token=Token(ports.ids.new()),
        proposal_id=proposal.id,
        motion_id=motion.id,
        epoch=epoch,
        seal=proposal.seal,
        expires_at=proposal.created_at + ports.config.policy.approval_expires_after,
    )
    ask(uow, proposal, approval, actor=proposal.edited_by or "cosell")
    present = uow.motions.get(motion.id)
    assert present is not None
    return approve_by_standing(present, approval, proposal, uow, ports)


def waits_for(proposal: Proposal) -> str:
    """The next act of a motion whose card is out."""
    if proposal.is_ready and (there := proposal.payload.get(ADOPTS)):
        return f"approve or deny: {there} is in the portal under this deal's CRM id, and approving follows it there"
    if proposal.is_ready:
        return "approve, edit or deny the referral"
    problem = proposal.problems[0]
    if problem.code in {NO_GRANT, REVOKED}:
        return f"{problem.message} {problem.fix}"
    return f"answer on the card: {problem.message}"


def _ask(motion: Motion, brief: Text, context: DealContext, proposal: Proposal, uow: UnitOfWork, ports: Ports) -> None:
    grant = standing_grant(motion.partner, context.deal, Purpose.REFERRAL, uow, ports.clock.now())
    if grant_of(proposal) != (grant.id if grant else None):
        raise Unavailable(SYSTEM, "what may be shared changed while the card was prepared", retry_after=0.2)
    epoch = advance(
        uow,
        motion,
        MotionState.AWAITING,
        at=proposal.created_at,
        actor=brief.written_by,
        next_act=waits_for(proposal),
        changes={
            "brief": brief.plain,
            "brief_by": brief.written_by if brief.note is None else f"{brief.written_by} ({brief.note})",
            "missing": missing_of(context),
            "due_at": proposal.created_at + ports.config.policy.approval_expires_after,
            "deal_name": context.deal.name,
            "account_name": context.deal.account.name if context.deal.account else motion.account_name,
        },
    )
    if epoch is None:
        return
    clear_exceptions(uow, motion.id, at=proposal.created_at)
    is_decided = ask_for_decision(motion, proposal, epoch, uow, ports)
    if is_decided and motion.card:
        return  # what was decided redraws it
    if motion.card:
        uow.enqueue(on_card(motion.id, epoch, "redraw"))
    else:
        uow.enqueue(in_channel(motion.id, epoch, "post_card", motion.channel))


def _answers(motion_id: MotionId, uow: UnitOfWork) -> tuple[Mapping[str, str], str | None]:
    """What people typed on earlier cards of this motion, and who last did, is kept when the deal changes under it."""
    latest = uow.decisions.latest(motion_id)
    return (latest[1].answers, latest[1].edited_by) if latest else ({}, None)


def _not_readable(motion: Motion, why: str, uow: UnitOfWork, ports: Ports) -> None:
    now = ports.clock.now()
    next_act = "give the deal an account and the integration user access to both; it is then prepared again"
    epoch = advance(uow, motion, MotionState.NEEDS_PERSON, at=now, actor="crm", next_act=next_act)
    if epoch is None:
        return
    raise_exception(
        uow,
        subject=motion.id,
        opportunity_id=motion.opportunity_id,
        code="deal-hidden",
        reason=f"{why} Nothing was written.",
        next_act=next_act,
        owner=ports.config.coverage.operators[0],
        at=now,
    )
    uow.enqueue(on_card(motion.id, epoch, "redraw"))
