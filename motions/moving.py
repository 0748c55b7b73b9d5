"""Opening, moving and noting motions, and naming the segments that do the work; the only writer of their rows.

Every change is logged whole in its own transaction, so that `replaying` can fold the log into the rows.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from motions.canonical import spelled, spelled_changes
from motions.journal import write_log
from motions.model import Motion, MotionId, MotionState
from motions.ports import Ports
from motions.records import Queue, Segment, UnitOfWork


def open_motion(uow: UnitOfWork, motion: Motion, *, at: datetime, actor: str) -> bool:
    """Store a new motion and log all of it; False when there is one with this id."""
    if not uow.motions.add(motion):
        return False
    write_log(uow, at, "motion.opened", motion.id, actor, {"motion": spelled(motion)})
    return True


def advance(
    uow: UnitOfWork,
    motion: Motion,
    to: MotionState,
    *,
    at: datetime,
    actor: str,
    next_act: str,
    changes: Mapping[str, object] | None = None,
) -> int | None:
    """Compare-and-swap a motion into its next state and log it; the new epoch, or None when it has moved on."""
    epoch = motion.epoch + 1
    beside = {"due_at": None, **(changes or {})}
    moved = {"state": to, "epoch": epoch, "next_act": next_act, "updated_at": at}
    if not uow.motions.move(motion.id, state=motion.state, epoch=motion.epoch, changes=beside | moved):
        return None
    detail: dict[str, object] = {"from": motion.state, "to": to, "epoch": epoch, "next_act": next_act}
    detail["changes"] = spelled_changes(Motion, beside)
    write_log(uow, at, f"motion.{to.replace(' ', '-')}", motion.id, actor, detail)
    return epoch


def note(
    uow: UnitOfWork, motion_id: MotionId, changes: Mapping[str, object], *, at: datetime, actor: str = "cosell"
) -> None:
    """Set fields that are no part of the state machine, and log them."""
    uow.motions.note(motion_id, changes)
    write_log(uow, at, "motion.noted", motion_id, actor, {"changes": spelled_changes(Motion, changes)})


def standing(motion_id: MotionId, epoch: int, state: MotionState, ports: Ports) -> Motion | None:
    """The motion if it is still where a segment left it; None tells the segment that its work is over."""
    motion = ports.durable.read(lambda uow: uow.motions.get(motion_id))
    if motion is None or motion.epoch != epoch or motion.state is not state:
        return None
    return motion


def work(
    motion_id: MotionId, epoch: int, name: str, *, n: int | str | None = None, delay: timedelta | None = None
) -> Segment:
    """A segment for the general queue."""
    return Segment(name, _id(motion_id, epoch, name, n), _args(motion_id, epoch, n), Queue.WORK, delay=delay)


def in_channel(
    motion_id: MotionId,
    epoch: int,
    name: str,
    channel: str,
    *,
    n: int | str | None = None,
    delay: timedelta | None = None,
) -> Segment:
    """A segment that writes to one Slack channel: one at a time, one a second."""
    return Segment(name, _id(motion_id, epoch, name, n), _args(motion_id, epoch, n), Queue.SLACK, channel, delay)


def on_card(motion_id: MotionId, epoch: int, name: str, *, n: int | str | None = None) -> Segment:
    """A segment that redraws one motion's card: one at a time, on a lane of its own, since no channel paces updates.

    So the buttons go as soon as a decision is claimed, however much waits to be posted to the channel.
    """
    lane = f"card:{motion_id}"
    return Segment(name, _id(motion_id, epoch, name, n), _args(motion_id, epoch, n), Queue.SLACK, lane)


def at_portal(
    motion_id: MotionId,
    epoch: int,
    name: str,
    portal: str,
    *,
    n: int | str | None = None,
    delay: timedelta | None = None,
) -> Segment:
    """A segment that calls one portal account."""
    return Segment(name, _id(motion_id, epoch, name, n), _args(motion_id, epoch, n), Queue.PORTAL, portal, delay)


def reads_of(portal: str) -> str:
    """A lane of their own for reads: a portal's write quota must not hold up looking at what it decided."""
    return f"{portal}:reads"


def _id(motion_id: MotionId, epoch: int, name: str, n: int | str | None) -> str:
    return f"{motion_id}:{epoch}:{name}" + ("" if n is None else f".{n}")


def _args(motion_id: MotionId, epoch: int, n: int | str | None) -> tuple[str | int, ...]:
    return (motion_id, epoch) if n is None else (motion_id, epoch, n)
