"""Writing a motion into the CRM in our own fields: match, status, acceptance, outcome; never over a person's edit."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import fields, replace
from functools import partial

from motions.deals import CosellFields
from motions.effects import Effect, EffectStatus, Recovery, Undo
from motions.errors import Rejected, Unavailable
from motions.journal import write_log
from motions.model import Motion, MotionId
from motions.moving import note
from motions.performing import Plan, Send, perform
from motions.policy import ActionKind, Autonomy
from motions.ports import Ports
from motions.records import UnitOfWork


def record_match(motion_id: MotionId, _epoch: int, ports: Ports) -> None:
    """Segment: badge, partner, rationale and score onto the opportunity, and the motion's own record."""
    motion = ports.durable.read(lambda uow: uow.motions.get(motion_id))
    if motion is not None:
        record(motion, "match", CosellFields(status="Matched"), ports)


def record_status(motion_id: MotionId, epoch: int, ports: Ports) -> None:
    """Segment: the motion's present state onto the opportunity; an older one leaves it to the newer."""
    motion = ports.durable.read(lambda uow: uow.motions.get(motion_id))
    if motion is not None and motion.epoch == epoch:
        record(motion, f"status.{epoch}", CosellFields(status=_status(motion)), ports)


def record(motion: Motion, name: str, extra: CosellFields, ports: Ports) -> None:
    """Write what is known of the motion, plus `extra`, as two effects: the deal's fields, the motion's record."""
    if ports.config.policy.autonomy_for(ActionKind.CRM_WRITE, motion.band) is Autonomy.FORBID:
        return
    values = _fields_of(motion, extra, ports)
    deal = Plan(
        key=f"{motion.id}:crm.{name}",
        subject=motion.id,
        kind="crm.deal",
        destination=motion.opportunity_id,
        audience="internal",
        payload={"fields": _as_json(values)},
        recovery=Recovery.REPEAT,
        undo=Undo.REVERSIBLE,
    )
    row = Plan(
        key=f"{motion.id}:crm.{name}.motion",
        subject=motion.id,
        kind="crm.motion",
        destination="Cosell_Motion__c",
        audience="internal",
        payload={"key": f"{motion.opportunity_id}|{motion.partner}", "values": _as_json(values)},
        recovery=Recovery.REPEAT,
        undo=Undo.REVERSIBLE,
    )
    if _is_overtaken(deal, ports):
        return
    ports.durable.step(deal.key, lambda: _perform_in_order(deal, partial(_write_deal, motion, ports), ports))
    ports.durable.step(row.key, lambda: _perform_in_order(row, partial(_write_motion, motion, ports), ports))
    ports.durable.transaction("first", lambda uow: note_first(motion.id, uow, ports))


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
        if effect.kind == "crm.deal" and effect.status is EffectStatus.DONE:
            values = effect.payload["fields"]
            assert isinstance(values, dict)
            written = replace(written, **values)
    return written


def _perform_in_order(plan: Plan, write: Send, ports: Ports) -> str:
    """Perform after what an outage held back, so that no write of ours looks like a person's edit to the next."""
    effects, place = _in_order(plan, ports)
    older = [effect for effect in effects[:place] if effect.status in {EffectStatus.INTENT, EffectStatus.HELD}]
    if any(e.status is EffectStatus.INTENT and e.lease_until > ports.clock.now() for e in older):
        raise Unavailable("CRM", "an earlier write to this deal is under way", retry_after=1.0)
    for effect in older:
        with suppress(Rejected):  # its own segment shows it to a person; the newer one may well be let in
            perform(_plan_of(effect), ports, send=write)
    return perform(plan, ports, send=write)


def _is_overtaken(plan: Plan, ports: Ports) -> bool:
    effects, place = _in_order(plan, ports)
    return any(effect.status is EffectStatus.DONE for effect in effects[place + 1 :])


def _in_order(plan: Plan, ports: Ports) -> tuple[Sequence[Effect], int]:
    """The motion's effects of one kind, oldest first, and the place of this one among them."""
    effects = ports.durable.read(lambda uow: [e for e in uow.effects.of(plan.subject) if e.kind == plan.kind])
    keys: list[str] = [effect.key for effect in effects]
    return effects, keys.index(plan.key) if plan.key in keys else len(keys)


def _plan_of(effect: Effect) -> Plan:
    return Plan(
        key=effect.key,
        subject=effect.subject,
        kind=effect.kind,
        destination=effect.destination,
        audience=effect.audience,
        payload=effect.payload,
        recovery=effect.recovery,
        undo=effect.undo,
    )


def _write_deal(motion: Motion, ports: Ports, sent: Mapping[str, object]) -> str:
    values = sent["fields"]
    assert isinstance(values, dict)
    before = last_written(ports.durable.read(lambda uow: uow.effects.of(motion.id)))
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


def _fields_of(motion: Motion, extra: CosellFields, ports: Ports) -> CosellFields:
    known = CosellFields(
        partners=ports.config.partner(motion.partner).name,
        rationale="; ".join(reason.text for reason in motion.reasons) or None,
        referral_id=motion.referral_id,
        pam=motion.pam,
        partner_stage=motion.partner_stage,
        next_step=motion.next_step,
        score=str(motion.score),
    )
    given = {f.name: getattr(extra, f.name) for f in fields(extra) if getattr(extra, f.name) is not None}
    return replace(known, **given)


def _as_json(values: CosellFields) -> dict[str, str]:
    return {f.name: getattr(values, f.name) for f in fields(values) if getattr(values, f.name) is not None}


def _status(motion: Motion) -> str:
    return motion.state.value.capitalize()
