"""Preparing a motion: the brief, the referral and the words for the partner, sealed into one proposal and a card."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal

from motions.briefing import facts_of, handoff_facts, missing_of, release
from motions.crm_requests import ask_to_write
from motions.deals import DealContext, Money, OpportunityId
from motions.doubting import in_doubt
from motions.endorsing import DEAL, worth_part
from motions.errors import NotVisible
from motions.journal import ask, clear_exceptions, raise_exception
from motions.model import Motion, MotionId, MotionState, ProposalId, Token
from motions.moving import advance, in_channel, on_card, standing
from motions.policy import Configuration
from motions.ports import Ports
from motions.proposals import Approval, Proposal, ProposalKind
from motions.records import UnitOfWork
from motions.referrals import Draft, Field, LookAlike, Problem, Referral
from motions.standing import approve_by_standing
from motions.writing import Text

MONTHS = 12
CENT = Decimal("0.01")


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
    answers = ports.durable.read(lambda uow: _answers(motion_id, uow))
    partner = ports.config.partner(motion.partner)
    brief = ports.writer.brief(facts_of(context, motion, partner, ports.clock.now().date()))
    proposal = propose(motion, context, answers, ports)
    ports.durable.transaction("propose", lambda uow: _ask(motion, brief, context, proposal, uow, ports))


def read_in_full(opportunity_id: OpportunityId, ports: Ports) -> DealContext:
    """The deal with its account, people and activities; NotVisible when the deal or its account is not there."""
    context = ports.crm.context(opportunity_id)
    if context.deal.account is None:
        raise NotVisible("the CRM", f"{context.deal.name} has no account that our user may read.")
    return context


def propose(
    motion: Motion, context: DealContext, answers: Mapping[str, str], ports: Ports, *, edited_by: str | None = None
) -> Proposal:
    """The referral as the portal would get it, with the words for the partner's seller: the bytes to approve."""
    partner = ports.config.partner(motion.partner)
    assert partner.portal is not None
    portal = ports.portals[partner.portal]
    now = ports.clock.now()
    referral = referral_of(context, answers, ports.config)
    draft = portal.draft(referral, now.date())
    twins = portal.look_alikes(referral)
    adopted = ports.durable.read(lambda uow: _adopted(twins, uow, now))
    draft = draft if adopted else _with_look_alikes(draft, twins)
    seller = context.deal.owner.name if context.deal.owner else "our seller"
    next_step = f"Intro call between {seller} and the {partner.name} account team"
    handoff = ports.writer.handoff(handoff_facts(release(draft.form, partner), seller, next_step, ""))
    return Proposal(
        id=ProposalId(ports.ids.new()),
        motion_id=motion.id,
        kind=ProposalKind.FILE_REFERRAL,
        destination=partner.portal,
        audience=partner.key,
        payload={
            "file": dict(draft.payload),
            DEAL: worth_part(context.deal.amount),
            **adopted,
            "handoff": {
                "channel": partner.shared_channel or "",
                "text": handoff.plain,
                "written_by": handoff.written_by,
                "fields": [[f.label, f.value or ""] for f in release(draft.form, partner).fields],
                "next_step": next_step,
                "owner": seller,
            },
        },
        form=draft.form,
        problems=draft.problems,
        schema_version=draft.schema_version,
        policy_version=ports.config.policy.version,
        answers=dict(answers),
        created_at=now,
        edited_by=edited_by,
    )


def referral_of(context: DealContext, answers: Mapping[str, str], config: Configuration) -> Referral:
    """The canonical referral of a deal; a value nobody gave stays None and becomes a question, never a guess."""
    deal = context.deal
    assert deal.account is not None
    defaults = config.defaults_for(deal.product)
    spend, note = _monthly_spend(deal.amount, config.policy.monthly_spend_share)
    return Referral(
        crm_id=deal.id,
        title=deal.name,
        account=deal.account,
        stage=deal.stage,
        annual_value=deal.amount,
        monthly_spend=spend,
        monthly_spend_note=note,
        close_date=deal.close_date,
        problem=deal.description,
        next_steps=deal.next_step,
        kind=deal.kind,
        product=deal.product,
        use_case=defaults.use_case if defaults else None,
        delivery_models=defaults.delivery_models if defaults else (),
        help_wanted=defaults.help_wanted if defaults else (),
        solution_name=defaults.solution_name if defaults else None,
        answers={Field(name): value for name, value in answers.items()},
    )


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
    if proposal.is_ready and (there := proposal.payload.get("adopts")):
        return f"approve or deny: {there} is in the portal under this deal's CRM id, and approving follows it there"
    if proposal.is_ready:
        return "approve, edit or deny the referral"
    return f"answer on the card: {proposal.problems[0].message}"


def _ask(motion: Motion, brief: Text, context: DealContext, proposal: Proposal, uow: UnitOfWork, ports: Ports) -> None:
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


def _answers(motion_id: MotionId, uow: UnitOfWork) -> Mapping[str, str]:
    """What people typed on earlier cards of this motion is kept when the deal changes under it."""
    latest = uow.decisions.latest(motion_id)
    return latest[1].answers if latest else {}


def _adopted(twins: Sequence[LookAlike], uow: UnitOfWork, now: datetime) -> dict[str, str]:
    """A referral under this deal's CRM id, while we may have filed it ourselves and forgotten: the filing finds it."""
    is_ours = bool(twins) and twins[0].same_crm_id and in_doubt(uow, now) is not None
    return {"adopts": twins[0].referral_id} if is_ours else {}


def _with_look_alikes(draft: Draft, twins: Sequence[LookAlike]) -> Draft:
    if not twins:
        return draft
    twin = twins[0]
    problem = Problem(
        field=None,
        code="already-filed" if twin.same_crm_id else "look-alike",
        message=f"{twin.referral_id} in the portal looks like the same deal: {twin.why}.",
        fix="Deny this card, or close the other referral in the portal first.",
    )
    return replace(draft, problems=(*draft.problems, problem))


def _monthly_spend(amount: Money | None, share: Decimal) -> tuple[Money | None, str | None]:
    if amount is None:
        return None, None
    monthly = Money((amount.amount * share / MONTHS).quantize(CENT, ROUND_HALF_UP), amount.currency)
    return monthly, f"{share:.0%} of {amount} a year, by policy, divided by {MONTHS}"


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
