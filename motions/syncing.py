"""Keeping a filed referral in step: what changed in the CRM is sent, what changed in the portal is told, once each.

One round reads both sides, decides by the table in `merging` and does it. A round that finds nothing to do writes
nothing, so it may be asked for by anything and run again at any point. What it did is kept by `in_step_log`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from motions.amending import TORN, Case, Refusal, attempt, fields_in, unless_there
from motions.authority import beyond_approval, latest_referral, why_kept_away, why_withdrawn
from motions.canonical import text_of, value_of
from motions.closing import log_activity
from motions.competitors import why_competitor
from motions.deals import DealContext, Stage
from motions.drafting import referral_of
from motions.effects import Effect, EffectStatus, Recovery, Undo
from motions.endorsing import DEAL, worth_part
from motions.errors import OUR_PACE, CompetitorNamed, NotVisible, Rejected, Unavailable
from motions.following import FOLLOWED
from motions.grants import Purpose, Released, guard_for, refusal_of, released, standing_grant
from motions.in_step import (
    AMEND,
    STATES,
    Amendable,
    Held,
    Progress,
    amendments,
    corrected,
    covered,
    progress_of,
    table_for,
)
from motions.in_step_log import STOPPED, Round, activity, keep, lines_of
from motions.merging import WORTHS, Agreed, Sides, Turn, turns
from motions.model import MotionId, MotionState
from motions.performing import Guard, Plan
from motions.ports import Ports
from motions.preparing import read_in_full
from motions.proposals import Approval, Proposal, sha256_of
from motions.records import UnitOfWork
from motions.referrals import Field

_SETTLES = 3.0  # seconds until a portal reads back what was written


def bring_in_step(motion_id: MotionId, _epoch: int, n: int | str, ports: Ports) -> None:
    """Segment: hold the deal and its filed referral against each other once, and let each follow the other."""
    motion = ports.durable.read(lambda uow: uow.motions.get(motion_id))
    if motion is None or motion.state not in STATES or motion.referral_id is None:
        return
    if motion.is_brought:  # nobody of ours approved what may be said in the partner's own record
        return
    key = ports.config.portal_of(motion.partner) or ""
    portal = ports.portals.get(key)
    if not isinstance(portal, Amendable):
        return
    done = ports.durable.step("in step", lambda: text_of(Round, _round(Case(motion, portal, key, ports))))
    told = value_of(Round, done)
    untold = ports.durable.transaction("kept", lambda uow: keep(motion_id, told, n, uow, ports))
    for each in untold:
        log_activity(motion, activity(each), ports.durable.read(partial(lines_of, motion, each, ports)), ports)


@dataclass(frozen=True)
class _Terms:
    """What stands in the store before a round: the approval, how far things are, and what of ours was written."""

    approval: Approval
    proposal: Proposal
    progress: Progress
    open: tuple[Effect, ...]  # whose answers were lost
    is_correcting: bool  # what stands there may be what somebody corrected, and the answer to it is on its way
    done: int
    wrote_at: datetime | None  # the portal's stamp of our last write


def _round(case: Case) -> Round:
    """First what an earlier round left open, then what is to be done now."""
    ports = case.ports
    terms = ports.durable.read(partial(_terms, case))
    found: dict[Field, str] = {}
    kept_back: Refusal | None = None
    if terms.is_correcting:  # counted as an attempt: should it never be known, a person is told
        raise Unavailable(case.key, "what became of a correction is not known yet")
    if any(effect.lease_until > ports.clock.now() for effect in terms.open):
        raise Unavailable(OUR_PACE, "another look at the deal is under way", retry_after=1.0)
    for effect in terms.open:
        plan = Plan.of(effect)
        refused = attempt(case, plan, _guard(case, terms, _origins_of(effect), None))
        if refused is not None and refused[0] != TORN:
            refused = unless_there(case, plan, refused)
            kept_back = refused or kept_back
        if refused is None:
            found |= fields_in(effect.payload, "changes")
    if terms.open:
        terms = ports.durable.read(partial(_terms, case))
    try:
        context = read_in_full(case.motion.opportunity_id, ports)
    except NotVisible:
        return Round(sent=found, refused=kept_back)  # nothing to compare with until the CRM shows it again
    told = _compared(case, terms, context)
    return replace(told, sent={**found, **told.sent})


def _compared(case: Case, terms: _Terms, context: DealContext) -> Round:
    shown = case.ports.durable.read(partial(_released, case, context))
    held = case.portal.held(case.referral_id)
    newest = max(filter(None, (terms.wrote_at, terms.progress.seen_at)), default=held.modified_at)
    is_undecided_there = held.locked is not None and case.motion.state is not MotionState.IN_REVIEW
    if held.modified_at < newest or is_undecided_there:
        older = f"read back {case.referral_id} as it was before a change that is known"
        raise Unavailable(case.key, older, retry_after=_SETTLES)
    planned, sent = _decided(case, terms, held, _ours(case, terms, context, shown))
    planned = replace(planned, seen_at=held.modified_at, worth=worth_part(context.deal.amount))
    planned = _without_grant(case, context, terms, shown, planned)
    sent, planned = _within_approval(case, context, terms, sent, planned)
    sent, planned = _kept_away(case, context, sent, planned)
    return _carried_out(case, terms, held, shown, sent, planned)


def _ours(case: Case, terms: _Terms, context: DealContext, shown: Released) -> Mapping[Field, str]:
    """What the deal has the portal say; the same amount at another day's rate, or share, is no change of the deal."""
    ports, agreed = case.ports, terms.progress.agreed.get(Field.MONTHLY_SPEND)
    ours = case.portal.worded(referral_of(shown, case.motion.opportunity_id, ports.config), ports.clock.now().date())
    if agreed is None or agreed.ours is None or worth_part(context.deal.amount) != terms.progress.worth:
        return ours
    return {**ours, Field.MONTHLY_SPEND: agreed.ours}


def _decided(case: Case, terms: _Terms, held: Held, ours: Mapping[Field, str]) -> tuple[Round, dict[Field, str]]:
    """What the table says of every field: what only has to be remembered, and what is to be sent."""
    ports, progress = case.ports, terms.progress
    table = table_for(terms.proposal, ports.config.policy)
    carried = {field: direction for field, direction in table.items() if field in held.values}
    found = turns(carried, Sides(progress.agreed, ours, held.values))
    by_turn = {turn: {field for field, each in found.items() if each is turn} for turn in Turn}
    now = {field: Agreed(ours.get(field), held.values.get(field)) for field in found}
    moved = {field: ours[field] for field in by_turn[Turn.SEND]}
    is_handed = case.motion.state in FOLLOWED  # before that, what the portal says is its answer to the filing
    planned = Round(
        agreed={field: now[field] for field in by_turn[Turn.AGREE]},
        taken={
            field: Agreed(progress.agreed[field].ours, now[field].theirs) for field in by_turn[Turn.TAKE] if is_handed
        },
        torn={field: now[field] for field in by_turn[Turn.CONFLICT]},
        parked=moved if held.locked else {},
        shut={} if held.locked else {field: value for field, value in moved.items() if field not in held.open},
    )
    return planned, {} if held.locked else {field: value for field, value in moved.items() if field in held.open}


def _without_grant(case: Case, context: DealContext, terms: _Terms, shown: Released, planned: Round) -> Round:
    """Where nothing may cross any more, a person is told that the portal is no longer kept in step."""
    if shown.fields or not covered(terms.proposal):
        return planned
    company, now = case.ports.config.partner(case.motion.partner), case.ports.clock.now()
    why = case.ports.durable.read(lambda uow: refusal_of(company, context.deal, Purpose.REFERRAL, uow, now))
    return replace(planned, refused=(why.code, why.reason))


def _within_approval(
    case: Case, context: DealContext, terms: _Terms, sent: dict[Field, str], planned: Round
) -> tuple[dict[Field, str], Round]:
    """An amount that the approval would not have covered stays here; everything else goes."""
    if sent.keys().isdisjoint(WORTHS):
        return sent, planned
    worth = context.deal.amount
    why = case.ports.durable.read(lambda uow: beyond_approval(terms.approval, worth, uow, case.ports))
    if why is None:
        return sent, planned
    sent = {field: value for field, value in sent.items() if field not in WORTHS}
    return sent, replace(planned, refused=(STOPPED, why))


def _kept_away(
    case: Case, context: DealContext, sent: dict[Field, str], planned: Round
) -> tuple[dict[Field, str], Round]:
    """Nothing goes to a competitor; the deal just read may name one that the store has not heard of yet."""
    why = why_competitor(context.deal, case.ports.config.partner(case.motion.partner)) if sent else None
    return (sent, planned) if why is None else ({}, replace(planned, refused=(CompetitorNamed.code, why)))


def _carried_out(
    case: Case, terms: _Terms, held: Held, shown: Released, sent: dict[Field, str], planned: Round
) -> Round:
    if not sent:
        return planned
    origins = {field.value: shown.origins[field.value] for field in _sources(sent, shown)}
    payload = {
        "referral": case.referral_id,
        "changes": {field.value: value for field, value in sent.items()},
        "seen": {field.value: held.values.get(field) for field in sent},
        "origins": origins,
        DEAL: planned.worth,
        "seal": terms.proposal.seal,
    }
    plan = Plan(
        # Numbered by what was done before, so that the same change may be made again later, and never twice now.
        key=f"{case.motion.id}:amend.{terms.done}.{sha256_of(payload)[:8]}",
        subject=case.motion.id,
        kind=f"{case.key}{AMEND}",
        destination=case.key,
        audience=terms.proposal.audience,
        payload=payload,
        recovery=Recovery.LOOK_UP,
        undo=Undo.COMPENSABLE,
    )
    guard = _guard(case, terms, origins, terms.progress)
    refused = attempt(case, plan, guard)
    if refused is not None and refused[0] == TORN:
        raise Unavailable(case.key, "somebody changed the referral meanwhile", retry_after=1.0)
    return replace(planned, sent=sent) if refused is None else replace(planned, refused=refused)


def _sources(sent: Mapping[Field, str], shown: Released) -> set[Field]:
    """What is sent, and what its words are made of: a lost stage says why it was lost."""
    is_lost = Field.STAGE in sent and shown.get(Field.STAGE, Stage) is Stage.LOST
    return {*sent} | ({Field.LOSS_REASON} & shown.values.keys() if is_lost else set())


def _guard(case: Case, terms: _Terms, origins: Mapping[str, str], decided_on: Progress | None) -> Guard:
    """Lets a change out only while approval and grant stand, and on nothing that has moved on since it was decided."""
    motion, ports = case.motion, case.ports
    granted = guard_for(motion.partner, motion.opportunity_id, Purpose.REFERRAL, origins, ports)

    def guard(uow: UnitOfWork) -> str | None:
        uow.motions.locked(motion.id)
        if (why := why_withdrawn(motion.id, terms.proposal.seal, uow, ports)) is not None:
            raise Rejected(case.key, why)
        if (competing := why_kept_away(motion, uow, ports)) is not None:
            raise CompetitorNamed(case.key, competing)
        if decided_on is not None and _terms(case, uow).progress != decided_on:
            raise Unavailable(OUR_PACE, "another look at the deal came first", retry_after=0.2)
        return granted(uow)

    return guard


def _terms(case: Case, uow: UnitOfWork) -> _Terms:
    approval, proposal = latest_referral(case.motion.id, uow)
    ours, theirs = amendments(case.motion.id, uow), corrected(case.motion.id, uow)
    done = [each for each in ours if each.status is EffectStatus.DONE]
    wrote = (each for each in (*ours, *theirs) if each.status is EffectStatus.DONE)
    stamps = [datetime.fromisoformat(each.external_id) for each in wrote if each.external_id]
    return _Terms(
        approval,
        proposal,
        progress_of(case.motion.id, proposal, case.portal, uow),
        tuple(each for each in ours if each.status is EffectStatus.INTENT),
        any(each.status is EffectStatus.INTENT for each in theirs),
        len(done),
        max(stamps, default=None),
    )


def _released(case: Case, context: DealContext, uow: UnitOfWork) -> Released:
    partner, ports = case.ports.config.partner(case.motion.partner), case.ports
    grant = standing_grant(partner.key, context.deal, Purpose.REFERRAL, uow, ports.clock.now())
    return released(context, partner, Purpose.REFERRAL, grant, ports.config)


def _origins_of(effect: Effect) -> Mapping[str, str]:
    origins = effect.payload["origins"]
    assert isinstance(origins, dict)
    return origins
