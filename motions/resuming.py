"""Resuming: what an engine that lost its own tables forgot to do, found from the rows; knows no state of its own.

`sweeping.restart_lost` starts what moves a motion. Here is what evaluates a change, what brings a filed referral in
step with one, and what shows a motion to people and to the CRM: each under the very id it had, so that nothing the
engine still knows is started, and through the effect ledger, so that nothing that was done is done again.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from motions.closing import handing_on, telling
from motions.deals import Opportunity
from motions.in_step import STATES, bring, waking
from motions.model import Motion, MotionState
from motions.moving import in_channel, on_card, work
from motions.policy import ActionKind, Autonomy
from motions.ports import Ports
from motions.records import MotionQuery, Position, Queue, Segment, UnitOfWork
from motions.sweeping import AT_ONCE, IDLE

# An engine that lost its tables is noticed long before; what moved earlier was shown.
RECENT = timedelta(days=2)
NO_LIMIT = 10_000

_IN_STEP = "bring_in_step.accepted"  # what waited for the decision

# What a motion that came into a state has started to show it; after a bar another name of the same.
SHOWN: Mapping[MotionState, tuple[str, ...]] = {
    MotionState.AWAITING: ("redraw|post_card", "record_match"),
    MotionState.FILING: ("redraw",),
    MotionState.IN_REVIEW: ("redraw", "record_status"),
    MotionState.ACCEPTED: ("redraw", _IN_STEP),
    MotionState.HANDED_OFF: ("redraw", "post_handoff", "tell_seller.accepted", _IN_STEP),
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
    positions, triggers, filed = ports.durable.read(
        lambda uow: (
            uow.motions.positions(moved),
            uow.matches.unmatched(since=since, before=idle),
            _changed(since, uow),
        )
    )
    showing = [(position, name) for position in positions for name in SHOWN[position.state]]
    evaluating = [Segment("evaluate", f"{t.id}:evaluate", (t.opportunity_id, t.id), Queue.WORK) for t in triggers]
    waking_up = [asked for each in filed if (asked := _waking(*each, ports))]
    ids = (*(_ids(*each) for each in showing), *([each.id] for each in evaluating), *(ids for _, ids in waking_up))
    known = ports.durable.known([id_ for each in ids for id_ in each])
    unshown = [each for each in showing if known.isdisjoint(_ids(*each))]
    forgotten = [each for each in evaluating if each.id not in known]
    forgotten += [segment for segment, ids in waking_up if known.isdisjoint(ids)]
    for start in range(0, max(len(unshown), len(forgotten)), AT_ONCE):
        _start(unshown[start : start + AT_ONCE], forgotten[start : start + AT_ONCE], ports)
    return len(unshown) + len(forgotten)


def _changed(since: datetime, uow: UnitOfWork) -> list[tuple[Motion, Opportunity]]:
    """The filed referrals whose deals changed lately, after they were approved."""
    found = uow.motions.find(MotionQuery(deal_changed_since=since, limit=NO_LIMIT))
    # Their state is no part of the question: the store would read all that are over by it.
    filed = [motion for motion in found if motion.state in STATES]
    stamps = uow.deals.stamps([motion.opportunity_id for motion in filed])
    later = (m for m in filed if m.approved_at is not None and stamps[m.opportunity_id] > m.approved_at)
    pairs = ((motion, uow.deals.get(motion.opportunity_id)) for motion in later)
    return [(motion, deal) for motion, deal in pairs if deal is not None]


def _waking(motion: Motion, deal: Opportunity, ports: Ports) -> tuple[Segment, list[str]] | None:
    """The segment by which the deal's last change is sent, and the ids it may have been started under."""
    asked = [waking(motion, deal, ports, epoch=epoch) for epoch in range(motion.epoch, 0, -1)]
    segments = [each for each in asked if each is not None]
    return (segments[0], [each.id for each in segments]) if segments else None


def _ids(position: Position, name: str) -> list[str]:
    return [f"{position.id}:{_epoch_of(name, position)}:{each}" for each in name.split("|")]


def _epoch_of(name: str, of: Position | Motion) -> int:
    """The epoch in which it was started."""
    if name == "record_match":
        return 1
    is_later = name == _IN_STEP and of.state is MotionState.HANDED_OFF
    return of.epoch - 1 if is_later else of.epoch


def _start(unshown: Sequence[tuple[Position, str]], forgotten: Sequence[Segment], ports: Ports) -> None:
    with ports.store.transaction() as uow:
        for segment in forgotten:
            uow.enqueue(segment)
        for position, name in unshown:
            motion = uow.motions.get(position.id)
            if motion is not None and motion.epoch == position.epoch:
                _show(name, motion, uow, ports)


def _show(name: str, motion: Motion, uow: UnitOfWork, ports: Ports) -> None:
    kind, _, what = name.partition(".")
    if kind == "tell_seller":
        telling(motion, motion.epoch, what, uow)
    elif kind.endswith("_handoff"):
        _show_handoff(kind, motion, uow, ports)
    elif kind.startswith("record_"):
        _record(kind, motion, uow, ports)
    elif name == _IN_STEP:
        if (segment := bring(motion, what, ports, epoch=_epoch_of(name, motion))) is not None:
            uow.enqueue(segment)
    elif motion.card is not None:  # one that never was is `restart_lost`'s to post
        uow.enqueue(on_card(motion.id, motion.epoch, "redraw"))


def _show_handoff(kind: str, motion: Motion, uow: UnitOfWork, ports: Ports) -> None:
    if kind == "post_handoff":
        handing_on(motion, motion.epoch, uow, ports)
    elif motion.handoff is not None:
        uow.enqueue(in_channel(motion.id, motion.epoch, kind, motion.handoff.channel))


def _record(name: str, motion: Motion, uow: UnitOfWork, ports: Ports) -> None:
    deal = uow.deals.get(motion.opportunity_id)
    is_closed = deal is not None and deal.is_closed
    if name == "record_match":
        if ports.config.policy.autonomy_for(ActionKind.CRM_WRITE, motion.band) is Autonomy.AUTO:
            uow.enqueue(work(motion.id, 1, name))
    elif motion.state is not MotionState.EXPIRED or not is_closed:  # a deal's end is not ours to write on it
        uow.enqueue(work(motion.id, motion.epoch, name))
