"""Drafting a referral: what may cross, as the portal would get it, with the words for the partner; asks nobody.

Everything here that a partner could ever see is made of `Released`, and of constants of our own.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

from motions.briefing import handoff_facts, shown_of
from motions.competitors import why_competitor
from motions.coverage import Coverage
from motions.deals import Account, DealContext, Money, OpportunityId, Stage
from motions.doubting import in_doubt
from motions.duplicates import OTHERS, TWINS, without_others
from motions.endorsing import DEAL, worth_part
from motions.grants import Grant, Purpose, Refusal, Released, refusal_of, released, standing_grant
from motions.in_step import IN_STEP, sealed_part
from motions.labels import Labeled
from motions.labels import typed_by as answered
from motions.model import Motion, ProposalId
from motions.policy import Configuration, Partner
from motions.ports import Ports
from motions.proposals import Proposal, ProposalKind, sha256_of
from motions.rates import Rates
from motions.records import UnitOfWork
from motions.referrals import Draft, Field, LookAlike, Problem, Referral

GRANT, REFERRAL, HANDOFF, ORIGINS = "grant", "referral", "handoff", "released"  # of a sealed payload
ADOPTS = "adopts"  # of the same: the referral that is in the portal already, and ours
CAME_SINCE = "filed-meanwhile"
MONTHS = 12
CENT = Decimal("0.01")


def propose(
    motion: Motion,
    context: DealContext,
    answers: Mapping[str, str],
    ports: Ports,
    *,
    edited_by: str | None = None,
    typed_by: str | None = None,
) -> Proposal:
    """The referral as the portal would get it, with the words for the partner's seller: the bytes to approve.

    Without a grant nothing is made for the partner, nor is its portal asked anything: the card says what is missing.
    """
    partner = ports.config.partner(motion.partner)
    assert partner.portal is not None
    typed = {Field(name): answered(typed_by or edited_by or "a person", value) for name, value in answers.items()}
    crossing = ports.durable.read(lambda uow: _crossing(context, partner, typed, uow, ports))
    before = ports.durable.read(lambda uow: uow.decisions.latest(motion.id))
    said = answers.get(Field.OTHER_DEALS, "")
    draft, beside = _drafted(crossing, context, partner.portal, before[1] if before else None, said, ports)
    return Proposal(
        id=ProposalId(ports.ids.new()),
        motion_id=motion.id,
        kind=ProposalKind.FILE_REFERRAL,
        destination=partner.portal,
        audience=partner.key,
        payload={
            "file": dict(draft.payload),
            DEAL: worth_part(context.deal.amount),
            **beside,
            HANDOFF: _handoff(crossing.handoff, draft, ports),
            IN_STEP: sealed_part(referral_of(crossing.plain, context.deal.id, ports.config), partner.portal, ports),
            ORIGINS: {
                GRANT: crossing.grant.id if crossing.grant else None,
                REFERRAL: crossing.referral.origins,
                HANDOFF: crossing.handoff.origins,
            },
        },
        form=draft.form,
        problems=draft.problems,
        schema_version=draft.schema_version,
        policy_version=ports.config.policy.version,
        answers=dict(answers),
        created_at=ports.clock.now(),
        edited_by=edited_by,
    )


def come_since(motion: Motion, context: DealContext, proposal: Proposal, ports: Ports) -> Problem | None:
    """What is in the portal by now that may be the deal this proposal files; None where it may not be asked."""
    partner = ports.config.partner(motion.partner)
    if why_competitor(context.deal, partner) is not None:
        return None
    typed = {Field(name): answered("a person", value) for name, value in proposal.answers.items()}
    crossing = ports.durable.read(lambda uow: _crossing(context, partner, typed, uow, ports))
    if crossing.refusal is not None or Field.CUSTOMER not in crossing.referral.fields or ADOPTS in proposal.payload:
        return None
    referral = referral_of(crossing.referral, context.deal.id, ports.config)
    twins = ports.portals[proposal.destination].look_alikes(referral)
    nothing = Draft(proposal.destination, proposal.schema_version, {}, (), ())
    found, _ = without_others(nothing, twins, referral, str(proposal.payload.get(OTHERS, "")))
    return next(iter(found.problems), None)


def grant_of(proposal: Proposal) -> object:
    """The id of the grant a proposal was made under, or None."""
    part = proposal.payload.get(ORIGINS)
    return part.get(GRANT) if isinstance(part, dict) else None


def origins_in(proposal: Proposal, part: str) -> Mapping[str, str]:
    """Where what is in a part of a sealed proposal comes from; of one sealed before this was known, nowhere."""
    sealed = proposal.payload.get(ORIGINS)
    found = sealed.get(part) if isinstance(sealed, dict) else None
    if not isinstance(found, dict):
        return {line.field.value: "" for line in proposal.form if line.value}
    return found


def referral_of(released: Released, crm_id: OpportunityId, config: Configuration) -> Referral:
    """The canonical referral, of released values and constants of ours alone.

    A value nobody gave, or that stays home, is None and becomes a question, never a guess.
    """
    product = released.get(Field.SOLUTION, str)
    defaults = config.defaults_for(product)
    amount = released.get(Field.MONTHLY_SPEND, Money)
    spend, note = _monthly_spend(amount, config.policy.monthly_spend_share)
    return Referral(
        crm_id=crm_id,
        title=released.get(Field.TITLE, str) or "",
        account=_account(released),
        stage=released.get(Field.STAGE, Stage),
        annual_value=released.get(Field.AMOUNT, Money),
        monthly_spend=spend,
        monthly_spend_note=note,
        close_date=released.get(Field.CLOSE_DATE, date),
        problem=released.get(Field.PROBLEM, str),
        next_steps=released.get(Field.NEXT_STEPS, str),
        loss_reason=released.get(Field.LOSS_REASON, str),
        kind=released.get(Field.KIND, str),
        product=product,
        use_case=defaults.use_case if defaults else None,
        delivery_models=defaults.delivery_models if defaults else (),
        help_wanted=defaults.help_wanted if defaults else (),
        contact=released.get(Field.CONTACT, str),
        consent=defaults.consent if defaults else None,
        solution_name=defaults.solution_name if defaults else None,
        answers={name: said.value for name, said in released.typed.items()},
        rates=Rates(config.rates, config.policy.rate_fresh_for),
        our_domains=our_domains(config.coverage),
    )


@dataclass(frozen=True)
class _Crossing:
    """What may cross, for each purpose of a motion, or why nothing does."""

    grant: Grant | None
    referral: Released
    handoff: Released
    plain: Released  # the referral's without what people typed
    refusal: Refusal | None


def _crossing(
    context: DealContext, partner: Partner, typed: Mapping[Field, Labeled[str]], uow: UnitOfWork, ports: Ports
) -> _Crossing:
    deal, now, config = context.deal, ports.clock.now(), ports.config
    grant = standing_grant(partner.key, deal, Purpose.REFERRAL, uow, now)
    handoff = standing_grant(partner.key, deal, Purpose.HANDOFF, uow, now)
    return _Crossing(
        grant,
        released(context, partner, Purpose.REFERRAL, grant, config, typed=typed),
        released(context, partner, Purpose.HANDOFF, handoff, config, typed=typed),
        released(context, partner, Purpose.REFERRAL, grant, config),
        None if grant else refusal_of(partner, deal, Purpose.REFERRAL, uow, now),
    )


def _drafted(
    crossing: _Crossing, context: DealContext, key: str, before: Proposal | None, others: str, ports: Ports
) -> tuple[Draft, dict[str, str]]:
    """The portal's own draft, and beside it the referral that is there already and is ours, or those that are not."""
    if crossing.refusal is not None:
        missing = Problem(None, crossing.refusal.code, crossing.refusal.reason, crossing.refusal.next_act)
        return Draft(key, "none", {}, (), (missing,)), {}
    portal, now = ports.portals[key], ports.clock.now()
    referral = referral_of(crossing.referral, context.deal.id, ports.config)
    draft = portal.draft(referral, now.date())
    # It is looked for by the customer's name, which crosses with the question.
    may_ask = Field.CUSTOMER in crossing.referral.fields
    is_known = ports.durable.read(lambda uow: _had_no_twin(before, draft, uow) and in_doubt(uow, now) is None)
    twins = portal.look_alikes(referral) if may_ask and not is_known else ()
    adopted = ports.durable.read(lambda uow: _adopted(twins, uow, now))
    return (draft, adopted) if adopted else without_others(draft, twins, referral, others)


def _handoff(released: Released, draft: Draft, ports: Ports) -> dict[str, object]:
    """The words for the partner's seller and what they are made of; empty when nothing is released for it."""
    partner = released.partner
    seller = released.get(Field.SELLER, str) or "our seller"
    next_step = f"Intro call between {seller} and the {partner.name} account team"
    shown = shown_of(draft.form, released)
    facts = handoff_facts(draft.form, released, seller, next_step, "")
    text = ports.writer.handoff(facts) if shown else None
    return {
        "channel": partner.shared_channel or "",
        "text": text.plain if text else "",
        "written_by": text.written_by if text else "",
        "fields": [[line.label, line.value or ""] for line in shown],
        "next_step": next_step,
        "owner": seller,
    }


def our_domains(coverage: Coverage) -> tuple[str, ...]:
    """The domains of our people's e-mail addresses."""
    of_rows = (each for row in coverage.rows for each in (row.manager, row.backup))
    people = (*coverage.operators, *coverage.admins, *of_rows)
    return tuple(sorted({person.rpartition("@")[2].lower() for person in people}))


def _account(released: Released) -> Account:
    def said(name: Field) -> str | None:
        return released.get(name, str)

    return Account(
        id="",
        name=said(Field.CUSTOMER) or "",
        website=said(Field.WEBSITE),
        industry=said(Field.INDUSTRY),
        employees=released.get(Field.EMPLOYEES, int),
        country=said(Field.COUNTRY),
        state=said(Field.STATE),
        city=said(Field.CITY),
        postal_code=said(Field.POSTAL_CODE),
        street=said(Field.STREET),
    )


def _had_no_twin(before: Proposal | None, draft: Draft, uow: UnitOfWork) -> bool:
    """Whether the last look for the very same bytes found nothing.

    The partner sees us look: each time for the same bytes again would tell it that something it may not know changed.
    """
    if before is None or any(problem.code in TWINS for problem in before.problems):
        return False
    if any(item.code == CAME_SINCE for item in uow.exceptions.of(before.motion_id)):
        return False
    is_plain = not {ADOPTS, OTHERS} & before.payload.keys()
    return is_plain and sha256_of(before.payload["file"]) == sha256_of(draft.payload)


def _adopted(twins: Sequence[LookAlike], uow: UnitOfWork, now: datetime) -> dict[str, str]:
    """A referral under this deal's CRM id, while we may have filed it ourselves and forgotten: the filing finds it."""
    is_ours = bool(twins) and twins[0].same_crm_id and in_doubt(uow, now) is not None
    return {ADOPTS: twins[0].referral_id} if is_ours else {}


def _monthly_spend(amount: Money | None, share: Decimal) -> tuple[Money | None, str | None]:
    if amount is None:
        return None, None
    monthly = Money((amount.amount * share / MONTHS).quantize(CENT, ROUND_HALF_UP), amount.currency)
    return monthly, f"{share:.0%} of {amount} a year, by policy, divided by {MONTHS}"
