"""Nudges: the reminder when nobody acts on a handoff, and the person who is told when reminders do not help."""

from datetime import datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from motions.attention import has_room
from motions.attention_records import Ping
from motions.effects import Recovery, Undo
from motions.errors import NotGranted
from motions.handoffs import UNKNOWN_BUTTON, WORKDAYS, hold, told_of
from motions.journal import raise_exception, write_log
from motions.model import Motion, MotionId, MotionState, Person, Role, Token
from motions.moving import in_channel, note, standing
from motions.partner_desk import theirs
from motions.performing import Plan
from motions.policy import Partner, Policy
from motions.ports import Ports
from motions.posting import post
from motions.records import MotionQuery, UnitOfWork
from motions.surfaces import ClickOutcome, ClickReply, Nudge

_HALVED_AT_MOST = 3
_MOST = 500


def nudge(motion_id: MotionId, epoch: int, n: int, ports: Ports) -> None:
    """Segment: one reminder in the handoff's thread, unless somebody acted meanwhile."""
    motion = standing(motion_id, epoch, MotionState.HANDED_OFF, ports)
    if motion is None or motion.handoff is None or motion.nudges >= n:
        return
    told = told_of(motion, ports)
    message = told.message
    step = "Press Details on the handoff" if message.is_stub else message.next_step
    reminder = Nudge(message.recipient_slack_id, message.recipient_name, step, message.due, n, motion.handoff_token)
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


def remind_less(token: Token, by: Person, ports: Ports) -> ClickReply:
    """'Remind me less': reminders of handoffs to whoever is asked come half as often from now on."""
    with ports.store.transaction() as uow:
        motion = theirs(token, by, uow, ports) if by.role is Role.PARTNER else None
        if motion is None:
            return ClickReply(ClickOutcome.CHANGED_NOTHING, UNKNOWN_BUTTON)
        partner = ports.config.partner(motion.partner)
        if partner.handoff_slack_id not in {None, by.user_id}:
            whose = partner.handoff_name or "somebody else"
            return ClickReply(ClickOutcome.CHANGED_NOTHING, f"These reminders are for {whose}. Nothing changed.")
        who, now = _recipient(partner), ports.clock.now()
        times = uow.pings.less(who) + 1
        if times > _HALVED_AT_MOST:
            rare = f"Reminders come every {_days(_every(partner, uow, ports))} already. A reply in a thread ends them."
            return ClickReply(ClickOutcome.CHANGED_NOTHING, rare)
        uow.pings.ask_less(who, times)
        every = _every(partner, uow, ports)
        open_ones = MotionQuery(partner=partner.key, states=(MotionState.HANDED_OFF,), with_due=True, limit=_MOST)
        for each in uow.motions.find(open_ones):
            note(uow, each.id, {"due_at": now + every}, at=now)
        write_log(uow, now, "reminders.fewer", motion.id, by.name, {"by": by.key, "times": times})
    said = f"Reminders of handoffs come every {_days(every)} from now on. A reply in a thread ends them there."
    return ClickReply(ClickOutcome.DONE, said)


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
        partner = ports.config.partner(motion.partner)
        who, zone = _recipient(partner), ZoneInfo(partner.tz)
        if not has_room(who, zone, now, uow, ports.config):
            tomorrow = now.astimezone(zone).date() + timedelta(days=1)
            note(uow, motion.id, {"due_at": datetime.combine(tomorrow, policy.quiet_until, zone)}, at=now)
            return
        uow.pings.add(Ping(f"{motion.id}:nudge.{n}", who, now))
        note(uow, motion.id, {"due_at": now + _every(partner, uow, ports)}, at=now)
        uow.enqueue(in_channel(motion.id, motion.epoch, "nudge", motion.handoff.channel, n=n))
        return
    note(uow, motion.id, {"due_at": None}, at=now)
    name = ports.config.name_of(motion.partner)
    raise_exception(
        uow,
        subject=motion.id,
        opportunity_id=motion.opportunity_id,
        code="handoff-cold",
        reason=f"{name} has not reacted to the handoff of {motion.deal_name} after {motion.nudges} reminders.",
        next_act=f"call {motion.pam or name}",
        owner=motion.manager_email,
        at=now,
    )


def _every(partner: Partner, uow: UnitOfWork, ports: Ports) -> timedelta:
    halved: int = 2 ** uow.pings.less(_recipient(partner))
    return ports.config.policy.nudge_every * halved


def _recipient(partner: Partner) -> str:
    """Whom a partner's reminders are counted for: they mention one of theirs, or nobody by name."""
    return partner.handoff_slack_id or f"partner:{partner.key}"


def _days(every: timedelta) -> str:
    hours = round(every / timedelta(hours=1))
    return f"{hours // 24} days" if hours % 24 == 0 and hours > 24 else f"{hours} hours"  # noqa: PLR2004 - a day


def _note_nudge(motion: Motion, n: int, ports: Ports, uow: UnitOfWork) -> None:
    now = ports.clock.now()
    note(uow, motion.id, {"nudges": n}, at=now)
    write_log(uow, now, "handoff.nudged", motion.id, "cosell", {"n": n})
