"""Sweeping: what time alone must move: expired cards, segments the engine lost, envelopes kept too long."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial
from itertools import count

from motions.journal import clear_exceptions, decide, raise_exception, write_log
from motions.model import Motion, MotionState
from motions.moving import advance, at_portal, in_channel, note, reads_of, work
from motions.ports import Ports
from motions.proposals import Verdict
from motions.records import MotionQuery, Segment, UnitOfWork

IDLE = timedelta(seconds=60)
RESTARTS_AT_MOST = 5
AT_ONCE = 500
POLLS_APART = 10_000  # more polls than one chain ever makes
PAYLOADS_KEPT = timedelta(hours=24)

# The segment each state is waiting for; a motion in one of these with nothing under way has lost it.
DRIVEN = {
    MotionState.MATCHED: "prepare",
    MotionState.FILING: "file",
    MotionState.IN_REVIEW: "poll_review",
    MotionState.ACCEPTED: "close_loop",
}


def expire_cards(ports: Ports) -> int:
    """Withdraw every card nobody decided in time; silence is never consent. How many."""
    now = ports.clock.now()
    expired = 0
    with ports.store.transaction() as uow:
        for motion in uow.motions.find(MotionQuery(states=(MotionState.AWAITING,), due_before=now)):
            latest = uow.decisions.latest(motion.id)
            if latest is None or not decide(uow, latest[0], Verdict.EXPIRED, by=None, at=now):
                continue
            epoch = advance(uow, motion, MotionState.EXPIRED, at=now, actor="time", next_act="nobody decided in time")
            if epoch is not None:
                clear_exceptions(uow, motion.id, at=now)
                uow.enqueue(in_channel(motion.id, epoch, "redraw", motion.channel))
                uow.enqueue(work(motion.id, epoch, "record_status"))
                expired += 1
    return expired


def restart_lost(ports: Ports) -> int:
    """Start again the segment of every motion that stands still although nothing is under way for it. How many."""
    idle = ports.clock.now() - IDLE
    driven = MotionQuery(states=tuple(DRIVEN), idle_since=idle, limit=AT_ONCE)
    unposted = MotionQuery(states=(MotionState.AWAITING,), without_card=True, idle_since=idle, limit=AT_ONCE)
    lost = [*_lost(driven, ports), *_lost(unposted, ports)]
    for start in range(0, len(lost), AT_ONCE):
        with ports.store.transaction() as uow:
            for motion in lost[start : start + AT_ONCE]:
                _restart(motion, uow, ports)
    return len(lost)


def forget_payloads(ports: Ports) -> int:
    """Blank what Slack delivered once it is no longer needed. How many envelopes."""
    before = ports.clock.now() - PAYLOADS_KEPT
    with ports.store.transaction() as uow:
        return uow.inbox.forget(before=before)


def _lost(query: MotionQuery, ports: Ports) -> Iterator[Motion]:
    """Every idler, some at a time: hundreds that only wait for a review must not hide the one that is lost."""
    for offset in count(0, AT_ONCE):
        idlers = ports.durable.read(partial(_found, replace(query, offset=offset)))
        yield from (m for m in idlers if not ports.durable.is_under_way(f"{m.id}:{m.epoch}:{_segment_of(m)}"))
        if len(idlers) < AT_ONCE:
            return


def _found(query: MotionQuery, uow: UnitOfWork) -> Sequence[Motion]:
    return uow.motions.find(query)


def _restart(motion: Motion, uow: UnitOfWork, ports: Ports) -> None:
    now = ports.clock.now()
    name = _segment_of(motion)
    times = sum(e.event == "segment.restarted" and e.detail.get("epoch") == motion.epoch for e in uow.log.of(motion.id))
    if times >= RESTARTS_AT_MOST:
        _give_up(motion, name, uow, ports)
        return
    note(uow, motion.id, {"updated_at": now}, at=now, actor="sweeper")
    write_log(uow, now, "segment.restarted", motion.id, "sweeper", {"segment": name, "epoch": motion.epoch})
    uow.enqueue(_segment(motion, name, times + 1, ports))


def _segment(motion: Motion, name: str, n: int, ports: Ports) -> Segment:
    portal = ports.config.partner(motion.partner).portal or ""
    match motion.state:
        case MotionState.IN_REVIEW:
            return at_portal(
                motion.id, motion.epoch, name, reads_of(portal), n=n * POLLS_APART
            )  # a fresh chain of polls
        case MotionState.AWAITING:
            again = in_channel(motion.id, motion.epoch, name, motion.channel)
        case MotionState.FILING:
            again = at_portal(motion.id, motion.epoch, name, portal)
        case _:
            again = work(motion.id, motion.epoch, name)
    return Segment(again.name, f"{again.id}:r{n}", again.args, again.queue, again.partition)


def _give_up(motion: Motion, name: str, uow: UnitOfWork, ports: Ports) -> None:
    now = ports.clock.now()
    next_act = f"an operator looks at why {name} keeps failing (cosell explain {motion.id})"
    epoch = advance(uow, motion, MotionState.NEEDS_PERSON, at=now, actor="sweeper", next_act=next_act)
    if epoch is None:
        return
    raise_exception(
        uow,
        subject=motion.id,
        opportunity_id=motion.opportunity_id,
        code="stuck",
        reason=f"{motion.deal_name} did not get past {motion.state.value} in {RESTARTS_AT_MOST} attempts.",
        next_act=next_act,
        owner=ports.config.coverage.operators[0],
        at=now,
    )
    uow.enqueue(in_channel(motion.id, epoch, "redraw", motion.channel))


def _segment_of(motion: Motion) -> str:
    return DRIVEN.get(motion.state, "post_card")
