"""Filing a referral: the portal's saga, one ledgered effect a call, resumable between any two."""

from contextlib import suppress
from datetime import timedelta
from functools import partial

from motions.authority import guard_of, latest_referral, saga_key, what_left, why_kept_away, why_withdrawn
from motions.briefing import handoff_part
from motions.competing import stopped_by
from motions.drafting import CAME_SINCE, come_since
from motions.errors import NotGranted, NotVisible, Rejected
from motions.journal import ask_manager, take_back
from motions.model import Motion, MotionId, MotionState
from motions.moving import advance, at_portal, on_card, reads_of, standing, work
from motions.performing import Guard, Plan, perform
from motions.ports import Ports
from motions.preparing import read_in_full
from motions.proposals import Proposal, Verdict
from motions.records import UnitOfWork
from motions.referrals import FilingStep, Problem
from motions.reviewing import portal_key
from motions.switches import why_stopped

_LOOK_HOLDS = timedelta(hours=1)  # for how long what a proposal found in the portal is taken for true


def file(motion_id: MotionId, epoch: int, ports: Ports) -> None:
    """Segment: perform every call of the saga once, then wait for the partner's review."""
    motion = standing(motion_id, epoch, MotionState.FILING, ports)
    if motion is None:
        return
    proposal, key = ports.durable.read(lambda uow: _approved(motion, uow))
    if (twin := _come_since(motion, proposal, key, ports)) is not None:
        ports.durable.transaction("met", lambda uow: _met(motion, twin, uow, ports))
        return
    payload = proposal.payload["file"]
    assert isinstance(payload, dict)
    ids: dict[str, str] = {}
    for step in ports.portals[proposal.destination].saga(payload, key):
        plan = _plan(motion, proposal, step, f"{key}.{step.name}", dict(ids))
        guard = guard_of(motion, proposal, ports)
        try:
            ids[step.name] = ports.durable.step(step.name, partial(_call, plan, step, dict(ids), guard, ports))
        except Rejected as refusal:
            ports.durable.transaction("refused", partial(_stopped, motion, proposal, refusal, dict(ids), ports))
            return
    ports.durable.transaction("filed", lambda uow: _filed(motion, proposal, next(iter(ids.values())), uow, ports))


def _come_since(motion: Motion, proposal: Proposal, key: str, ports: Ports) -> Problem | None:
    """What somebody filed since the card was prepared, looked for before the first call of a late approval."""
    if proposal.created_at + _LOOK_HOLDS > ports.clock.now():
        return None
    if not ports.durable.read(lambda uow: _may_look(motion, key, uow, ports)):
        return None
    with suppress(NotVisible):  # the guard of the first call says what that means
        return come_since(motion, read_in_full(motion.opportunity_id, ports), proposal, ports)
    return None


def _may_look(motion: Motion, key: str, uow: UnitOfWork, ports: Ports) -> bool:
    """Not at a competitor's, nor while all is stopped; once something of this left, what is there may be ours."""
    if why_stopped(uow, ports.config) is not None or why_kept_away(motion, uow, ports) is not None:
        return False
    return what_left(motion.id, key, uow) is None


def _met(motion: Motion, twin: Problem, uow: UnitOfWork, ports: Ports) -> None:
    """The card asks a person whether that is this deal; until it does, an exception says so."""
    if _back_to_a_person(motion, twin.message, uow, ports):
        ask_manager(motion, CAME_SINCE, f"{twin.message} Nothing was sent.", twin.fix, uow, at=ports.clock.now())


def _call(plan: Plan, step: FilingStep, ids: dict[str, str], guard: Guard, ports: Ports) -> str:
    def find(_payload: object, _since: object) -> str | None:
        return step.find(ids)

    return perform(plan, ports, send=lambda _: step.send(ids), find=find, guard=guard)


def _plan(motion: Motion, proposal: Proposal, step: FilingStep, key: str, ids: dict[str, str]) -> Plan:
    return Plan(
        key=key,
        subject=motion.id,
        kind=f"{proposal.destination}.{step.name}",
        destination=proposal.destination,
        audience=proposal.audience,
        payload={"step": step.name, "seal": proposal.seal, "after": ids},
        recovery=step.recovery,
        undo=step.undo,
    )


def _approved(motion: Motion, uow: UnitOfWork) -> tuple[Proposal, str]:
    """What was approved, and what the keys of its calls begin with."""
    approval, proposal = latest_referral(motion.id, uow)
    if approval.verdict is not Verdict.APPROVED or approval.seal != proposal.seal:
        raise Rejected(proposal.destination, "there is no approval of exactly this referral")
    key = saga_key(motion.id, proposal.seal, uow)
    left = what_left(motion.id, key, uow)
    if left is not None and left.payload.get("seal") != proposal.seal:
        other = f"an earlier referral of this deal, with other words, was let out as {left.key} and is {left.status}"
        raise Rejected(proposal.destination, f"{other}; look for it there, and deny this one or close that one")
    return proposal, key


def _stopped(
    motion: Motion, proposal: Proposal, refusal: Rejected, ids: dict[str, str], ports: Ports, uow: UnitOfWork
) -> None:
    """The portal refused, or approval or grant stand no more: with nothing out there yet a person is asked again."""
    why = why_withdrawn(motion.id, proposal.seal, uow, ports)
    if why is None and isinstance(refusal, NotGranted):
        why = str(refusal)
    left = what_left(motion.id, saga_key(motion.id, proposal.seal, uow), uow)
    if left is None and stopped_by(refusal, motion, uow, ports):
        return
    if why is None or left is not None:
        _refused(motion, refusal, ids, ports, uow, is_unclear=left is not None)
        return
    _back_to_a_person(motion, why, uow, ports)


def _back_to_a_person(motion: Motion, why: str, uow: UnitOfWork, ports: Ports) -> bool:
    """Take the approval back and prepare the card again; False when a person took it back already."""
    now = ports.clock.now()
    next_act = f"cosell prepares the card again for a person: {why}"
    again = {"approved_at": None}
    epoch = advance(uow, motion, MotionState.MATCHED, at=now, actor="cosell", next_act=next_act, changes=again)
    if epoch is None:
        return False
    take_back(uow, latest_referral(motion.id, uow)[0], by=None, at=now, why=why)
    uow.enqueue(work(motion.id, epoch, "prepare"))
    uow.enqueue(on_card(motion.id, epoch, "redraw"))
    return True


def _filed(motion: Motion, proposal: Proposal, referral_id: str, uow: UnitOfWork, ports: Ports) -> None:
    now = ports.clock.now()
    wait = ports.config.policy.review_poll_after
    partner = ports.config.name_of(motion.partner)
    epoch = advance(
        uow,
        motion,
        MotionState.IN_REVIEW,
        at=now,
        actor=proposal.destination,
        next_act=f"{partner} reviews {referral_id}",
        changes={"referral_id": referral_id, "next_step": str(handoff_part(proposal)["next_step"])},
    )
    if epoch is None:
        return
    uow.enqueue(at_portal(motion.id, epoch, "poll_review", reads_of(proposal.destination), n=1, delay=wait))
    uow.enqueue(on_card(motion.id, epoch, "redraw"))
    uow.enqueue(work(motion.id, epoch, "record_status"))


def _refused(
    motion: Motion, refusal: Rejected, ids: dict[str, str], ports: Ports, uow: UnitOfWork, *, is_unclear: bool
) -> None:
    """Nothing half-done: what exists already is named and followed, and a person decides the rest."""
    now, said = ports.clock.now(), str(refusal)
    if not ids:
        next_act = "correct the deal in the CRM, which prepares the card again; after anything else ask /cosell for it"
        epoch = advance(uow, motion, MotionState.NEEDS_PERSON, at=now, actor="portal", next_act=next_act)
        written = "Whether the portal has it is not known: look there." if is_unclear else "Nothing was written."
        said = f"{said} {written}"
    else:
        referral_id = next(iter(ids.values()))
        next_act = f"finish {referral_id} in the partner's portal by hand; cosell follows it from there"
        changes = {"referral_id": referral_id}
        epoch = advance(uow, motion, MotionState.IN_REVIEW, at=now, actor="portal", next_act=next_act, changes=changes)
        said = f"{said} Already there: {', '.join(f'{name} {external}' for name, external in ids.items())}."
    if epoch is None:
        return
    ask_manager(motion, refusal.code, said, next_act, uow, at=ports.clock.now())
    uow.enqueue(on_card(motion.id, epoch, "redraw"))
    if ids:
        wait = ports.config.policy.review_poll_after
        uow.enqueue(at_portal(motion.id, epoch, "poll_review", reads_of(portal_key(motion, ports)), n=1, delay=wait))
