"""Correcting what is filed, as a partner asked: a person's own words, judged, approved with the click, sent once.

What was asked, and whether it still is, is kept in `corrections`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from motions.authority import why_kept_away
from motions.competitors import why_competitor
from motions.corrections import (
    ASKED,
    ASKED_AT,
    ASKS,
    KIND,
    REFUSED,
    Correctable,
    Correction,
    effect_key,
    request_of,
    sending,
)
from motions.deals import DealContext
from motions.deciding import Request, done, look, nothing, open_request
from motions.drafting import our_domains, referral_of
from motions.editing import changed
from motions.effects import EffectStatus, Recovery, Undo
from motions.endorsing import DEAL, worth_part
from motions.errors import CompetitorNamed, CosellError, NotGranted, NotVisible, Rejected
from motions.following import look_of
from motions.grants import Purpose, Released, guard_for, released, standing_grant, why_not
from motions.in_step import CORRECT, Amendable
from motions.journal import ask, ask_manager, clear_exceptions, decide, take_back
from motions.labels import typed_by
from motions.model import EffectKey, Motion, MotionId, MotionState, Person, ProposalId, Token
from motions.moving import at_portal, on_card, reads_of
from motions.performing import Guard, Plan
from motions.ports import Ports
from motions.preparing import read_in_full
from motions.proposals import Approval, Proposal, Verdict
from motions.records import UnitOfWork
from motions.referrals import Field, Problem
from motions.surfaces import ClickReply, EditForm
from motions.unsent import perform_or_find, settle_unsent


@dataclass(frozen=True)
class _Said:
    """What somebody typed, what of it and of the deal may cross, and what the deal is worth as they type."""

    typed: Mapping[Field, str]
    shown: Released
    worth: Mapping[str, object]


def correction_form(token: Token, by: Person, ports: Ports) -> EditForm | ClickReply:
    """The fields the partner lets us change now, as its portal has them."""
    request = look(token, by, ports, KIND)
    if isinstance(request, ClickReply):
        return request
    partner = ports.config.name_of(request.motion.partner)
    asks = str(request.proposal.payload[ASKS]) or "no comment given"
    intro = f"{partner} asks: {asks}\nSend is your approval: what you change goes to {partner}, and nothing else."
    return EditForm(token, "Correct the referral", intro, request.proposal.form)


def correct(token: Token, by: Person, values: Mapping[Field, str], ports: Ports) -> ClickReply | tuple[Problem, ...]:
    """Approve exactly what was typed and have it sent; or the problems beside the fields, and nothing is stored."""
    request = look(token, by, ports, KIND)
    if isinstance(request, ClickReply):
        return request
    typed = {Field(name): value for name, value in changed(values, request.proposal.form).items()}
    try:
        context = read_in_full(request.motion.opportunity_id, ports)
        shown = _released(request.motion, context, typed, by, ports)
        if isinstance(shown, str):
            return nothing(f"{shown} Nothing was saved.")
        fresh = _proposal(request, _Said(typed, shown, worth_part(context.deal.amount)), by, ports)
    except NotVisible:
        return nothing("The CRM no longer shows this deal and its account to cosell. Nothing was saved.")
    except CosellError as error:
        return nothing(f"Nothing was saved: {error}. Look at the card again in a minute.")
    if fresh.problems:
        return fresh.problems
    with ports.store.transaction() as uow:
        # Asked again: somebody else may have answered while the portal checked what was typed.
        again = open_request(token, by, uow, ports, KIND)
        return again if isinstance(again, ClickReply) else _approve(again, fresh, by, uow, ports)


def correct_referral(motion_id: MotionId, epoch: int, n: str, ports: Ports) -> None:
    """Segment: change what is filed as somebody approved; the partner then looks at it again by itself."""
    motion = ports.durable.read(lambda uow: uow.motions.get(motion_id))
    found = ports.durable.read(lambda uow: _approved(motion_id, ProposalId(n.partition(".")[0]), uow))
    if motion is None or found is None:
        return
    _, proposal = found
    if (motion.epoch, motion.state) != (epoch, MotionState.IN_REVIEW):
        ports.durable.step("settled", partial(_settle_late, motion, proposal, ports))
        return
    try:
        stamp = ports.durable.step("correct", partial(_send, motion, proposal, ports))
    except Rejected as refusal:
        ports.durable.transaction("refused", partial(_refused, motion, proposal, refusal, ports))
        return
    ports.durable.transaction("corrected", partial(_look_again, motion, proposal, look_of(_moment(stamp))))


def _proposal(request: Request, said: _Said, by: Person, ports: Ports) -> Proposal:
    """What was typed as the bytes that would be sent, or with the problems of it; raises ConnectorError."""
    motion, asked, typed, shown = request.motion, request.proposal, said.typed, said.shown
    portal = _portal(asked, ports)
    if wrong := _unfit(asked, typed, shown):
        correction = Correction({}, {}, problems=wrong)
    else:
        referral_id = str(asked.payload["referral"])
        correction = portal.correction(referral_id, typed, our_domains(ports.config.coverage))
    return Proposal(
        id=ProposalId(ports.ids.new()),
        motion_id=motion.id,
        kind=KIND,
        destination=asked.destination,
        audience=asked.audience,
        payload={
            "referral": asked.payload["referral"],
            ASKED_AT: asked.payload[ASKED_AT],
            ASKS: asked.payload[ASKS],
            "changes": dict(correction.changes),
            "seen": dict(correction.seen),
            "agreed": _agreed(correction, portal, shown, motion, ports),
            DEAL: said.worth,
            "origins": {field.value: shown.origins[field.value] for field in shown.typed},
        },
        form=correction.form,
        problems=correction.problems,
        schema_version="1",
        policy_version=ports.config.policy.version,
        answers={field.value: value for field, value in typed.items()},
        created_at=ports.clock.now(),
        edited_by=by.name,
    )


def _unfit(asked: Proposal, typed: Mapping[Field, str], shown: Released) -> tuple[Problem, ...]:
    """What is wrong before any portal is asked: nothing was changed, or it may not be shared."""
    labels, partner = {line.field: line.label for line in asked.form}, shown.partner.name
    if not typed:
        return (
            Problem(asked.form[0].field, "UNCHANGED", "Nothing was changed.", f"{partner} looks again once it is."),
        )
    fix = f"`/cosell share {shown.partner.key}` proposes that it may, or correct it in {partner}'s portal."
    return tuple(
        Problem(field, "NOT_SHARED", f"{labels.get(field, field)} may not be shared with {partner}.", fix)
        for field in typed
        if field not in shown.typed
    )


def _released(
    motion: Motion, context: DealContext, typed: Mapping[Field, str], by: Person, ports: Ports
) -> Released | str:
    """What may cross, with what somebody typed; or why nothing may."""
    partner = ports.config.partner(motion.partner)
    if why := why_competitor(context.deal, partner):
        return f"{why}."
    said = {field: typed_by(by.name, value) for field, value in typed.items()}

    def read(uow: UnitOfWork) -> Released | str:
        now = ports.clock.now()
        grant = standing_grant(partner.key, context.deal, Purpose.REFERRAL, uow, now)
        if grant is None:
            return why_not(partner, context.deal, Purpose.REFERRAL, uow, now)
        return released(context, partner, Purpose.REFERRAL, grant, ports.config, typed=said)

    return ports.durable.read(read)


def _agreed(
    correction: Correction, portal: Correctable, shown: Released, motion: Motion, ports: Ports
) -> dict[str, list[str | None]]:
    """Of the fields that are kept in step: what the deal says now, beside what the portal says from then on."""
    if not correction.kept or not isinstance(portal, Amendable):
        return {}
    ours = portal.worded(
        referral_of(replace(shown, typed={}), motion.opportunity_id, ports.config), ports.clock.now().date()
    )
    return {field.value: [ours.get(field), value] for field, value in correction.kept.items()}


def _approve(request: Request, fresh: Proposal, by: Person, uow: UnitOfWork, ports: Ports) -> ClickReply:
    motion, now = request.motion, fresh.created_at
    partner = ports.config.name_of(motion.partner)
    is_first = decide(uow, request.approval, Verdict.REPLACED, by=by, at=now, detail={"answers": dict(fresh.answers)})
    assert is_first  # the motion is locked, and it was asked for a moment ago
    approval = request_of(fresh, motion, Token(ports.ids.new()))
    ask(uow, fresh, approval, actor=by.name)
    what = "; ".join(f"{line.label}: {line.value or 'empty'}" for line in fresh.form)
    decide(uow, approval, Verdict.APPROVED, by=by, at=now, detail={"what": what})
    for code in (ASKED, REFUSED):
        clear_exceptions(uow, motion.id, at=now, code=code)
    uow.enqueue(sending(motion, fresh))
    uow.enqueue(on_card(motion.id, motion.epoch, "redraw_now", n=f"correct.{fresh.id}"))
    return done(f"Approved. It goes to {partner} now, which looks at the referral again; the card follows.")


def _approved(motion_id: MotionId, proposal_id: ProposalId, uow: UnitOfWork) -> tuple[Approval, Proposal] | None:
    """The correction with its approval, while that stands."""
    latest = uow.decisions.latest(motion_id, KIND)
    return latest if latest and latest[1].id == proposal_id and latest[0].verdict is Verdict.APPROVED else None


def _settle_late(motion: Motion, proposal: Proposal, ports: Ports) -> str:
    """The partner has decided before we knew what became of the correction: keep whether it stands there."""
    begun = ports.durable.read(lambda uow: uow.effects.get(EffectKey(effect_key(motion.id, proposal))))
    if begun is not None and begun.status is EffectStatus.INTENT:
        why = "the partner decided meanwhile"
        settle_unsent(_plan(motion, proposal), ports, find=partial(_find, _portal(proposal, ports)), why=why)
    return ""


def _plan(motion: Motion, proposal: Proposal) -> Plan:
    return Plan(
        key=effect_key(motion.id, proposal),
        subject=motion.id,
        kind=f"{proposal.destination}{CORRECT}",
        destination=proposal.destination,
        audience=proposal.audience,
        payload={**proposal.payload, "seal": proposal.seal},
        recovery=Recovery.LOOK_UP,
        undo=Undo.COMPENSABLE,
    )


def _send(motion: Motion, proposal: Proposal, ports: Ports) -> str:
    portal = _portal(proposal, ports)

    def send(payload: Mapping[str, object]) -> str:
        changes, seen, at = _part(payload, "changes"), _part(payload, "seen"), _moment(str(payload[ASKED_AT]))
        return portal.correct(str(payload["referral"]), changes, seen, at).isoformat()

    guard = _guard(motion, proposal, ports)
    return perform_or_find(_plan(motion, proposal), ports, send=send, find=partial(_find, portal), guard=guard)


def _find(portal: Correctable, payload: Mapping[str, object], _since: datetime) -> str | None:
    stamp = portal.find_correction(str(payload["referral"]), _part(payload, "changes"))
    return stamp.isoformat() if stamp is not None else None


def _portal(proposal: Proposal, ports: Ports) -> Correctable:
    portal = ports.portals[proposal.destination]
    assert isinstance(portal, Correctable)  # it asked for the correction
    return portal


def _guard(motion: Motion, proposal: Proposal, ports: Ports) -> Guard:
    """Lets the correction out only while its approval and a grant stand, and never to a competitor."""
    origins = {name: str(origin) for name, origin in _part(proposal.payload, "origins").items()}
    granted = guard_for(motion.partner, motion.opportunity_id, Purpose.REFERRAL, origins, ports)

    def guard(uow: UnitOfWork) -> str | None:
        uow.motions.locked(motion.id)
        found = _approved(motion.id, proposal.id, uow)
        if found is None or found[0].seal != found[1].seal or found[1].seal != proposal.seal:
            raise Rejected(proposal.destination, "nobody's approval of exactly this correction stands")
        if (competing := why_kept_away(motion, uow, ports)) is not None:
            raise CompetitorNamed(proposal.destination, competing)
        return granted(uow)

    return guard


def _refused(motion: Motion, proposal: Proposal, refusal: Rejected, ports: Ports, uow: UnitOfWork) -> None:
    """What was not taken is asked anew, from what stands there by then."""
    now = ports.clock.now()
    latest = uow.decisions.latest(motion.id, KIND)
    assert latest is not None  # it was approved
    take_back(uow, latest[0], by=None, at=now, why=str(refusal))
    reason = f"{motion.referral_id} was not corrected: {str(refusal).rstrip('. ')}. Nothing was sent."
    next_act = "correct it again from its card, or in the partner's portal"
    code = refusal.code if isinstance(refusal, NotGranted | CompetitorNamed) else REFUSED
    ask_manager(motion, code, reason, next_act, uow, at=now)
    _look_again(motion, proposal, f"refused.{proposal.id}", uow)


def _look_again(motion: Motion, proposal: Proposal, n: str, uow: UnitOfWork) -> None:
    uow.enqueue(on_card(motion.id, motion.epoch, "redraw_now", n=f"corrected.{proposal.id}"))
    uow.enqueue(at_portal(motion.id, motion.epoch, "poll_review", reads_of(proposal.destination), n=n))


def _part(payload: Mapping[str, object], name: str) -> Mapping[str, object]:
    part = payload[name]
    assert isinstance(part, dict)
    return part


def _moment(stamp: str) -> datetime:
    return datetime.fromisoformat(stamp)
