"""Nudges: the reminder when nobody acts on a handoff, and the person who is told when reminders do not help."""

from datetime import datetime
from functools import partial
from zoneinfo import ZoneInfo

from motions.effects import Recovery, Undo
from motions.errors import NotGranted
from motions.handoffs import WORKDAYS, hold, told_of
from motions.journal import raise_exception, write_log
from motions.model import Motion, MotionId, MotionState
from motions.moving import in_channel, note, standing
from motions.performing import Plan
from motions.policy import Policy
from motions.ports import Ports
from motions.posting import post
from motions.records import MotionQuery, UnitOfWork
from motions.surfaces import Nudge


def nudge(motion_id: MotionId, epoch: int, n: int, ports: Ports) -> None:
    """Segment: one reminder in the handoff's thread, unless somebody acted meanwhile."""
    motion = standing(motion_id, epoch, MotionState.HANDED_OFF, ports)
    if motion is None or motion.handoff is None or motion.nudges >= n:
        return
    told = told_of(motion, ports)
    message = told.message
    step = "Press Details on the handoff" if message.is_stub else message.next_step
    reminder = Nudge(message.recipient_slack_id, message.recipient_name, step, message.due, n)
    plan = Plan(
        key=f"{motion_id}:nudge.{n}",
        subject=motion_id,
        kind="slack.nudge",
        destination=told.channel,
        audience=motion.partner,
        surface=reminder,
        recovery=Recovery.LOOK_UP,
        undo=Undo.REVERSIBLE,
    )
    thread = motion.handoff.ts
    try:
        ports.durable.step(f"nudge.{n}", lambda: post(plan, ports, thread=thread, guard=told.guard))
    except NotGranted as refusal:
        ports.durable.transaction("held", partial(hold, motion, refusal, ports))
        return
    ports.durable.transaction("nudged", partial(_note_nudge, motion, n, ports))


def sweep_cold(ports: Ports) -> int:
    """Enqueue a nudge for every handoff past its time, outside quiet hours; how many."""
    now = ports.clock.now()
    awake = [p.key for p in ports.config.partners if not is_quiet(now, p.tz, ports.config.policy)]
    with ports.store.transaction() as uow:
        found = uow.motions.find(MotionQuery(states=(MotionState.HANDED_OFF,), due_before=now))
        due = [motion for motion in found if motion.partner in awake]
        for motion in due:
            _chase(motion, now, uow, ports)
    return len(due)


def is_quiet(now: datetime, tz: str, policy: Policy) -> bool:
    """Whether it is night (or a weekend day) at a place; nobody is nudged then."""
    local = now.astimezone(ZoneInfo(tz))
    if local.isoweekday() > WORKDAYS:
        return True
    return not policy.quiet_until <= local.time() < policy.quiet_from


def _chase(motion: Motion, now: datetime, uow: UnitOfWork, ports: Ports) -> None:
    policy = ports.config.policy
    if motion.nudges < policy.nudges_at_most and motion.handoff is not None:
        n = motion.nudges + 1
        note(uow, motion.id, {"due_at": now + policy.nudge_every}, at=now)
        uow.enqueue(in_channel(motion.id, motion.epoch, "nudge", motion.handoff.channel, n=n))
        return
    note(uow, motion.id, {"due_at": None}, at=now)
    partner = ports.config.name_of(motion.partner)
    raise_exception(
        uow,
        subject=motion.id,
        opportunity_id=motion.opportunity_id,
        code="handoff-cold",
        reason=f"{partner} has not reacted to the handoff of {motion.deal_name} after {motion.nudges} reminders.",
        next_act=f"call {motion.pam or partner}",
        owner=motion.manager_email,
        at=now,
    )


def _note_nudge(motion: Motion, n: int, ports: Ports, uow: UnitOfWork) -> None:
    now = ports.clock.now()
    note(uow, motion.id, {"nudges": n}, at=now)
    write_log(uow, now, "handoff.nudged", motion.id, "cosell", {"n": n})
