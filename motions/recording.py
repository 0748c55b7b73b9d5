"""Writing a motion into the CRM in our own fields: match, status, acceptance, outcome; never over a person's edit.

Every motion has a record of its own. The deal's own fields speak of the one motion that leads (`leading`).
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import fields, replace
from functools import partial
from itertools import chain

from motions.deals import CosellFields, OpportunityId
from motions.effects import UNDO_OF, Effect, EffectStatus, Recovery
from motions.errors import Rejected, Unavailable
from motions.importing import imported_score
from motions.journal import write_log
from motions.leading import leading
from motions.model import EffectKey, Motion, MotionId
from motions.moving import note, work
from motions.performing import Plan, Send, perform
from motions.policy import ActionKind, Autonomy
from motions.ports import Ports
from motions.proposals import ProposalKind, Verdict, sha256_of
from motions.records import MotionQuery, UnitOfWork

_DEAL = "crm.deal"
_DEALS_OWN = {"offer_id"}  # there is one draft of a private offer, whichever motion leads


def record_match(motion_id: MotionId, _epoch: int, ports: Ports) -> None:
    """Segment: badge, partner, rationale and score onto the opportunity, and the motion's own record."""
    motion, approved = ports.durable.read(lambda uow: (uow.motions.get(motion_id), _approved_fields(motion_id, uow)))
    if motion is not None:
        values = approved or fields_of(motion, CosellFields(status="Matched"), ports)
        _record(motion, "match", values, ports, is_first=True)


def record_status(motion_id: MotionId, epoch: int, ports: Ports) -> None:
    """Segment: the motion's present state onto the opportunity; an older one leaves it to the newer."""
    motion = ports.durable.read(lambda uow: uow.motions.get(motion_id))
    if motion is not None and motion.epoch == epoch:
        record(motion, f"status.{epoch}", CosellFields(status=status_of(motion)), ports)


def record_lead(motion_id: MotionId, _epoch: int, after: str, ports: Ports) -> None:
    """Segment: the motion's present state onto the opportunity, where another one's stood that fell back."""
    motion = ports.durable.read(lambda uow: uow.motions.get(motion_id))
    if motion is not None:
        record(motion, f"lead.{after}", CosellFields(status=status_of(motion)), ports)


def record(motion: Motion, name: str, extra: CosellFields, ports: Ports) -> None:
    """Write what is known of the motion, plus `extra`, as two effects: the deal's fields, the motion's record."""
    _record(motion, name, fields_of(motion, extra, ports), ports, is_first=False)


def fields_of(motion: Motion, extra: CosellFields, ports: Ports) -> CosellFields:
    """What is known of the motion in our own fields, with `extra` over it."""
    known = CosellFields(
        partners=ports.config.name_of(motion.partner),
        rationale="; ".join(reason.text for reason in motion.reasons) or None,
        referral_id=motion.referral_id,
        pam=motion.pam,
        partner_stage=motion.partner_stage,
        next_step=motion.next_step,
        score=str(motion.score),
        engagement=motion.engagement,
        quality=motion.quality,
        best_actions=motion.best_actions,
    )
    given = {f.name: getattr(extra, f.name) for f in fields(extra) if getattr(extra, f.name) is not None}
    return replace(known, **given)


def status_of(motion: Motion) -> str:
    """What the CRM's status field says of a motion."""
    return motion.state.value.capitalize()


def as_json(values: CosellFields) -> dict[str, str]:
    """The fields that have a value, by name."""
    return {f.name: getattr(values, f.name) for f in fields(values) if getattr(values, f.name) is not None}


def _record(motion: Motion, name: str, values: CosellFields, ports: Ports, *, is_first: bool) -> None:
    if not ports.durable.read(lambda uow: _may_write(motion, uow, ports)):
        return
    partners_own = ports.durable.read(lambda uow: imported_score(motion.opportunity_id, uow))
    values = replace(values, score=partners_own or values.score)
    sent = ports.durable.read(lambda uow: _for_deal(motion, as_json(values), uow))
    deal = Plan(
        key=f"{motion.id}:crm.{name}",
        subject=motion.id,
        kind=_DEAL,
        destination=motion.opportunity_id,
        audience="internal",
        payload={"fields": sent},
        recovery=Recovery.REPEAT,
        undo=UNDO_OF[_DEAL],
    )
    row = Plan(
        key=f"{motion.id}:crm.{name}.motion",
        subject=motion.id,
        kind="crm.motion",
        destination="Cosell_Motion__c",
        audience="internal",
        payload={"key": f"{motion.opportunity_id}|{motion.partner}", "values": as_json(values)},
        recovery=Recovery.REPEAT,
        undo=UNDO_OF["crm.motion"],
    )
    if _is_overtaken(deal, ports, is_first=is_first):
        return
    ports.durable.step(deal.key, lambda: _on_deal(deal, motion, ports))
    ports.durable.step(row.key, lambda: _perform_in_order(row, partial(_write_motion, motion, ports), ports))
    ports.durable.transaction("first", lambda uow: _recorded(motion, name, uow, ports))


def note_first(motion_id: MotionId, uow: UnitOfWork, ports: Ports) -> None:
    """Stop the clock T_first at the first outside effect or approval request."""
    motion = uow.motions.get(motion_id)
    if motion is not None and motion.first_at is None:
        now = ports.clock.now()
        note(uow, motion_id, {"first_at": now}, at=now)


def last_written(effects: Sequence[Effect]) -> CosellFields:
    """What our own writes have put into the deal's fields so far."""
    written = CosellFields()
    for effect in effects:
        if effect.kind == _DEAL and effect.status is EffectStatus.DONE:
            values = effect.payload["fields"]
            assert isinstance(values, dict)
            written = replace(written, **{name: value or None for name, value in values.items()})
    return written


def _on_deal(plan: Plan, motion: Motion, ports: Ports) -> str:
    """Write the deal's fields, if there are any to write; what is begun already is brought to its end."""
    is_begun = ports.durable.read(lambda uow: uow.effects.get(EffectKey(plan.key)) is not None)
    if not (plan.payload["fields"] or is_begun):
        return ""
    return _perform_in_order(plan, partial(_write_deal, motion, ports), ports)


def _recorded(motion: Motion, name: str, uow: UnitOfWork, ports: Ports) -> None:
    """Stop T_first; when another motion leads than the one that wrote the deal last, let that one write it anew."""
    note_first(motion.id, uow, ports)
    of_deal = _of_deal(motion.opportunity_id, uow)
    if len(of_deal) == 1:  # as of nearly every deal: nothing more is read
        return
    lead, written = leading(of_deal), _written(of_deal, uow)
    if written and written[-1].subject != lead.id:
        uow.enqueue(work(lead.id, lead.epoch, "record_lead", n=sha256_of([motion.id, name])[:12]))


def _for_deal(motion: Motion, values: Mapping[str, str], uow: UnitOfWork) -> dict[str, str]:
    """All of the motion that leads in place of what others left; of another one what is the deal's own."""
    of_deal = _of_deal(motion.opportunity_id, uow)
    if len(of_deal) == 1:
        return dict(values)
    if leading(of_deal).id != motion.id:
        return {name: value for name, value in values.items() if name in _DEALS_OWN}
    written = _written(of_deal, uow)
    is_alone = {effect.subject for effect in written} <= {motion.id}
    left = {} if is_alone else as_json(last_written(written))
    own = as_json(last_written([effect for effect in written if effect.subject == motion.id]))
    return {**{name: own.get(name, "") for name in left if name not in _DEALS_OWN}, **values}


def _of_deal(opportunity_id: OpportunityId, uow: UnitOfWork) -> Sequence[Motion]:
    return uow.motions.find(MotionQuery(opportunity_id=opportunity_id))


def _written(of_deal: Sequence[Motion], uow: UnitOfWork) -> Sequence[Effect]:
    """Every write to a deal's fields, oldest first, whichever motion it was of."""
    found = [[e for e in uow.effects.of(motion.id) if e.kind == _DEAL] for motion in of_deal]
    if len(found) == 1:
        return found[0]
    return sorted(chain.from_iterable(found), key=lambda effect: effect.first_started_at)


def _perform_in_order(plan: Plan, write: Send, ports: Ports) -> str:
    """Perform after what an outage held back, so that no write of ours looks like a person's edit to the next."""
    effects = ports.durable.read(lambda uow: _alike(plan, uow))
    older = [
        effect
        for effect in effects[: _place(plan, effects)]
        if effect.status in {EffectStatus.INTENT, EffectStatus.HELD}
    ]
    if any(e.status is EffectStatus.INTENT and e.lease_until > ports.clock.now() for e in older):
        raise Unavailable("CRM", "an earlier write to this deal is under way", retry_after=1.0)
    for effect in older:
        with suppress(Rejected):  # its own segment shows it to a person; the newer one may well be let in
            perform(Plan.of(effect), ports, send=write)
    return perform(plan, ports, send=write)


def _is_overtaken(plan: Plan, ports: Ports, *, is_first: bool) -> bool:
    """Whether something newer is written already; the match is older than everything else, whenever it is let in."""
    own = ports.durable.read(lambda uow: [e for e in uow.effects.of(plan.subject) if e.kind == plan.kind])
    newer = [effect for effect in own if effect.key != plan.key] if is_first else own[_place(plan, own) + 1 :]
    return any(effect.status is EffectStatus.DONE for effect in newer)


def _may_write(motion: Motion, uow: UnitOfWork, ports: Ports) -> bool:
    """By itself, or because a person approved the match write or the referral; what stands there is kept true."""
    autonomy = ports.config.policy.autonomy_for(ActionKind.CRM_WRITE, motion.band)
    if autonomy is not Autonomy.APPROVE:
        return autonomy is Autonomy.AUTO
    match, referral = uow.decisions.latest(motion.id, ProposalKind.WRITE_CRM), uow.decisions.latest(motion.id)
    verdicts = [found[0].verdict for found in (match, referral) if found and found[0].seal == found[1].seal]
    was_written = any(e.kind == _DEAL and e.status is EffectStatus.DONE for e in uow.effects.of(motion.id))
    return Verdict.APPROVED in verdicts or was_written or motion.is_brought


def _approved_fields(motion_id: MotionId, uow: UnitOfWork) -> CosellFields | None:
    """Exactly what a person approved to be written, where one was asked."""
    found = uow.decisions.latest(motion_id, ProposalKind.WRITE_CRM)
    if found is None or found[0].verdict not in {Verdict.APPROVED, Verdict.COVERED}:
        return None
    values = found[1].payload["fields"]
    assert isinstance(values, dict)
    return CosellFields(**values)


def _place(plan: Plan, effects: Sequence[Effect]) -> int:
    """Where this one stands among them, or would."""
    keys: list[str] = [effect.key for effect in effects]
    return keys.index(plan.key) if plan.key in keys else len(keys)


def _alike(plan: Plan, uow: UnitOfWork) -> Sequence[Effect]:
    """The effects on the same record, oldest first."""
    if plan.kind == _DEAL:
        return _written(_of_deal(OpportunityId(plan.destination), uow), uow)
    return [effect for effect in uow.effects.of(plan.subject) if effect.kind == plan.kind]


def _write_deal(motion: Motion, ports: Ports, sent: Mapping[str, object]) -> str:
    values = sent["fields"]
    assert isinstance(values, dict)
    before = last_written(ports.durable.read(lambda uow: _written(_of_deal(motion.opportunity_id, uow), uow)))
    kept = ports.crm.write_cosell(motion.opportunity_id, CosellFields(**values), before)
    if kept:
        with ports.store.transaction() as uow:
            detail = {"kept": list(kept)}
            write_log(uow, ports.clock.now(), "crm.kept-human-edit", motion.id, "a person in the CRM", detail)
    return motion.opportunity_id


def _write_motion(motion: Motion, ports: Ports, sent: Mapping[str, object]) -> str:
    key, values = sent["key"], sent["values"]
    assert isinstance(key, str)
    assert isinstance(values, dict)
    return ports.crm.upsert_motion(key, motion.opportunity_id, values)
