"""Resuming: what an engine that lost its own tables forgot to do, found from the rows; knows no state of its own.

`sweeping.restart_lost` starts what moves a motion. Here is what evaluates a change and what shows a motion to people
and to the CRM: each under the very id it had, so that nothing the engine still knows is started, and through the
effect ledger, so that nothing that was done is done again.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from motions.closing import handing_on, telling
from motions.model import Motion, MotionState
from motions.moving import in_channel, on_card, work
from motions.policy import ActionKind, Autonomy
from motions.ports import Ports
from motions.records import MotionQuery, Position, Queue, Segment, UnitOfWork
from motions.sweeping import AT_ONCE, IDLE

# An engine that lost its tables is noticed long before; what moved earlier was shown.
RECENT = timedelta(days=2)

# What a motion that came into a state has started to show it; after a bar another name of the same.
SHOWN: Mapping[MotionState, tuple[str, ...]] = {
    MotionState.AWAITING: ("redraw|post_card", "record_match"),
    MotionState.FILING: ("redraw",),
    MotionState.IN_REVIEW: ("redraw", "record_status"),
    MotionState.ACCEPTED: ("redraw",),
    MotionState.HANDED_OFF: ("redraw", "post_handoff", "tell_seller.accepted"),
    MotionState.ENGAGED: ("redraw", "record_engaged", "tell_seller.engaged", "redraw_handoff"),
    MotionState.DENIED: ("redraw", "record_status"),
    MotionState.EXPIRED: ("redraw", "record_status"),
    MotionState.REJECTED: ("redraw", "record_status"),
    MotionState.NEEDS_PERSON: ("redraw",),
}


def resume_missing(ports: Ports) -> int:
    """Start what the engine does not know of although a recent change calls for it. How much was looked into."""
    now = ports.clock.now()
    since, idle = now - RECENT, now - IDLE
    moved = MotionQuery(states=tuple(SHOWN), moved_since=since, idle_since=idle)
    positions, triggers = ports.durable.read(
        lambda uow: (uow.motions.positions(moved), uow.matches.unmatched(since=since, before=idle))
    )
    showing = [(position, name) for position in positions for name in SHOWN[position.state]]
    evaluating = [Segment("evaluate", f"{t.id}:evaluate", (t.opportunity_id, t.id), Queue.WORK) for t in triggers]
    known = ports.durable.known([*(id_ for each in showing for id_ in _ids(*each)), *(each.id for each in evaluating)])
    unshown = [each for each in showing if known.isdisjoint(_ids(*each))]
    unevaluated = [each for each in evaluating if each.id not in known]
    for start in range(0, max(len(unshown), len(unevaluated)), AT_ONCE):
        _start(unshown[start : start + AT_ONCE], unevaluated[start : start + AT_ONCE], ports)
    return len(unshown) + len(unevaluated)


def _ids(position: Position, name: str) -> list[str]:
    epoch = 1 if name == "record_match" else position.epoch
    return [f"{position.id}:{epoch}:{each}" for each in name.split("|")]


def _start(unshown: Sequence[tuple[Position, str]], unevaluated: Sequence[Segment], ports: Ports) -> None:
    with ports.store.transaction() as uow:
        for segment in unevaluated:
            uow.enqueue(segment)
        for position, name in unshown:
            motion = uow.motions.get(position.id)
            if motion is not None and motion.epoch == position.epoch:
                _show(name, motion, uow, ports)


def _show(name: str, motion: Motion, uow: UnitOfWork, ports: Ports) -> None:
    kind, _, what = name.partition(".")
    if kind == "tell_seller":
        telling(motion, motion.epoch, what, uow)
    elif kind == "post_handoff":
        handing_on(motion, motion.epoch, uow, ports)
    elif kind.startswith("record_"):
        _record(kind, motion, uow, ports)
    elif kind == "redraw_handoff":
        if motion.handoff is not None:
            uow.enqueue(in_channel(motion.id, motion.epoch, kind, motion.handoff.channel))
    elif motion.card is not None:  # one that never was is `restart_lost`'s to post
        uow.enqueue(on_card(motion.id, motion.epoch, "redraw"))


def _record(name: str, motion: Motion, uow: UnitOfWork, ports: Ports) -> None:
    deal = uow.deals.get(motion.opportunity_id)
    is_closed = deal is not None and deal.is_closed
    if name == "record_match":
        if ports.config.policy.autonomy_for(ActionKind.CRM_WRITE, motion.band) is Autonomy.AUTO:
            uow.enqueue(work(motion.id, 1, name))
    elif motion.state is not MotionState.EXPIRED or not is_closed:  # a deal's end is not ours to write on it
        uow.enqueue(work(motion.id, motion.epoch, name))
