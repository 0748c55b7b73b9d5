"""The one reminder of an undecided card, a while before it is withdrawn; never after somebody decided."""

from datetime import timedelta
from functools import partial

from motions.attention import may_mention
from motions.errors import Rejected
from motions.model import EffectKey, Motion, MotionId, MotionState
from motions.moving import in_channel, standing
from motions.policy import Policy
from motions.ports import Ports
from motions.posting import for_our_people, post
from motions.records import MotionQuery, UnitOfWork
from motions.surfaces import Note

AT_ONCE = 200


def sweep_undecided(ports: Ports) -> int:
    """Enqueue the reminder of every card whose time is running out; how many."""
    until = ports.clock.now() + _before(ports.config.policy)
    query = MotionQuery(states=(MotionState.AWAITING,), due_before=until, limit=AT_ONCE)
    with ports.store.transaction() as uow:
        due = [motion for motion in uow.motions.find(query) if _is_due(motion, uow)]
        for motion in due:
            uow.enqueue(in_channel(motion.id, motion.epoch, "remind", motion.channel))
    return len(due)


def remind(motion_id: MotionId, epoch: int, ports: Ports) -> None:
    """Segment: mention the manager in the thread of the card, unless somebody decided meanwhile."""
    motion = standing(motion_id, epoch, MotionState.AWAITING, ports)
    if motion is None or motion.card is None:
        return
    plan = for_our_people(_key(motion), "slack.remind", motion.card.channel, _note(motion, ports), subject=motion_id)
    thread, guard = motion.card.ts, partial(_still_asks, motion)
    try:
        ports.durable.step("remind", lambda: post(plan, ports, thread=thread, guard=guard))
    except Rejected:
        if standing(motion_id, epoch, MotionState.AWAITING, ports) is not None:
            raise


def _note(motion: Motion, ports: Ports) -> Note:
    manager = ports.people.by_email(motion.manager_email)
    partner = ports.config.name_of(motion.partner)
    assert motion.due_at is not None  # it asks
    return Note(
        headline=f"{motion.deal_name} with {partner} still waits for a decision",
        lines=(
            f"Next: {motion.next_act}.",
            f"The card is withdrawn {motion.due_at:%A, %Y-%m-%d at %H:%M} UTC. Nothing is filed then.",
        ),
        mention_slack_id=manager.user_id if manager and may_mention(_key(motion), manager, ports) else None,
    )


def _before(policy: Policy) -> timedelta:
    # A card that lives shorter than the reminder's lead is not reminded of at birth.
    return min(policy.remind_before, policy.approval_expires_after / 2)


def _is_due(motion: Motion, uow: UnitOfWork) -> bool:
    return motion.card is not None and uow.effects.get(EffectKey(_key(motion))) is None


def _still_asks(motion: Motion, uow: UnitOfWork) -> None:
    present = uow.motions.locked(motion.id)
    if present is None or present.epoch != motion.epoch:
        raise Rejected("slack.remind", "the card was decided meanwhile")


def _key(motion: Motion) -> str:
    return f"{motion.id}:remind.{motion.epoch}"
