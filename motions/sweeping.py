"""Sweeping: what time alone must move: expired cards, segments the engine lost, envelopes kept too long."""

from datetime import datetime, timedelta

from motions.crm_requests import withdraw
from motions.journal import clear_exceptions, decide, raise_exception, write_log
from motions.model import Motion, MotionId, MotionState
from motions.moving import advance, at_portal, in_channel, note, on_card, reads_of, work
from motions.ports import Ports
from motions.proposals import Verdict
from motions.records import Ended, MotionQuery, Position, Segment, UnitOfWork
from motions.reruns import beginnings, begun_again, lost_again, stem, was_lost
from motions.segments import failing

IDLE = timedelta(seconds=60)
RESTARTS_AT_MOST = 5
AT_ONCE = 500
POLLS_APART = 10_000  # more polls than one chain ever makes
KEYS_KEPT = timedelta(days=30)  # nobody delivers anything again after a day

# How far the engine's endings were looked at; an hour behind, since its clock need not be ours.
ENDINGS = "segments:ended"
ENDINGS_OVERLAP = timedelta(hours=1)
ENDINGS_KEPT = timedelta(days=30)  # as long as the engine's segments are
ENDINGS_SHOWN_FROM = 3  # a hiccup is nobody's business
BEGIN_AFTER = tuple(timedelta(seconds=seconds) for seconds in (5, 30, 180, 900, 3600))
BEGINNINGS_AT_MOST = len(BEGIN_AFTER)

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
    query = MotionQuery(states=(MotionState.AWAITING,), due_before=now)
    with ports.store.transaction() as uow:
        return sum(_expire(motion, now, uow, ports) for motion in uow.motions.find(query))


def restart_lost(ports: Ports) -> int:
    """Start again the segment of every motion that stands still although nothing is under way for it. How many."""
    idle = ports.clock.now() - IDLE
    lost = _standing_still(idle, ports)
    restarted = 0
    for start in range(0, len(lost), AT_ONCE):
        with ports.store.transaction() as uow:
            restarted += sum(_restart(each, idle, uow, ports) for each in lost[start : start + AT_ONCE])
    return restarted


def restart_failed(ports: Ports, *, at_most: int = BEGINNINGS_AT_MOST) -> int:
    """Begin again every segment that ended in the engine for good, ever later and `at_most` times. How many.

    A motion that only stands still is `restart_lost`'s; what merely shows something would else be missing for ever.
    """
    now = ports.clock.now()
    mark = ports.durable.read(lambda uow: uow.deals.watermark(ENDINGS))
    # A mark from the future is a clock's mistake: everything is looked at again.
    since = now - ENDINGS_KEPT if mark is None or mark > now else mark - ENDINGS_OVERLAP
    ended = ports.durable.ended(since, lambda each: beginnings(each) < at_most and not was_lost(each))
    is_marked = mark is not None and now - ENDINGS_OVERLAP / 2 < mark <= now
    if ended or not is_marked:
        with ports.store.transaction() as uow:
            for each in ended:
                _begin_again(each, uow, ports)
            if not ended:
                uow.deals.set_watermark(ENDINGS, now)
    return len(ended)


def forget_payloads(ports: Ports) -> int:
    """Blank what was delivered and never handled, and drop keys nobody asks for any more. How many were blanked."""
    now = ports.clock.now()
    with ports.store.transaction() as uow:
        forgotten = uow.inbox.forget(before=now - ports.config.policy.payloads_kept)
        uow.inbox.prune(before=now - KEYS_KEPT)
    return forgotten


def _standing_still(idle: datetime, ports: Ports) -> list[Position]:
    """Every motion that waits for a segment nobody runs: two questions, however many motions wait."""
    driven = MotionQuery(states=tuple(DRIVEN), idle_since=idle)
    unposted = MotionQuery(states=(MotionState.AWAITING,), without_card=True, idle_since=idle)
    idlers = ports.durable.read(lambda uow: [*uow.motions.positions(driven), *uow.motions.positions(unposted)])
    under_way = {stem(each) for each in ports.durable.under_way()} if idlers else set()
    return [each for each in idlers if f"{each.id}:{each.epoch}:{_segment_of(each.state)}" not in under_way]


def _expire(found: Motion, now: datetime, uow: UnitOfWork, ports: Ports) -> bool:
    motion = uow.motions.locked(found.id)
    latest = uow.decisions.latest(found.id)
    if motion is None or motion.epoch != found.epoch or latest is None:
        return False
    if not decide(uow, latest[0], Verdict.EXPIRED, by=None, at=now):
        return False
    withdraw(motion, Verdict.EXPIRED, None, uow, ports)
    epoch = advance(uow, motion, MotionState.EXPIRED, at=now, actor="time", next_act="nobody decided in time")
    if epoch is None:
        return False
    clear_exceptions(uow, motion.id, at=now)
    uow.enqueue(on_card(motion.id, epoch, "redraw"))
    uow.enqueue(work(motion.id, epoch, "record_status"))
    return True


def _restart(lost: Position, idle: datetime, uow: UnitOfWork, ports: Ports) -> bool:
    # Asked again under a lock: another process may have started it, or the motion have moved, a moment ago.
    motion = uow.motions.locked(lost.id)
    if motion is None or motion.epoch != lost.epoch or motion.updated_at is None or motion.updated_at > idle:
        return False
    now = ports.clock.now()
    name = _segment_of(motion.state)
    times = sum(e.event == "segment.restarted" and e.detail.get("epoch") == motion.epoch for e in uow.log.of(motion.id))
    if times >= RESTARTS_AT_MOST:
        _give_up(motion, name, uow, ports)
        return True
    note(uow, motion.id, {"updated_at": now}, at=now, actor="sweeper")
    write_log(uow, now, "segment.restarted", motion.id, "sweeper", {"segment": name, "epoch": motion.epoch})
    uow.enqueue(_segment(motion, name, times + 1, ports))
    return True


def _begin_again(ended: Ended, uow: UnitOfWork, ports: Ports) -> None:
    now = ports.clock.now()
    segment, times = ended.segment, beginnings(ended.segment.id) + 1
    subject = str(segment.args[0])
    write_log(uow, now, "segment.begun-again", subject, "sweeper", {"segment": segment.id, "how": ended.how})
    uow.enqueue(begun_again(segment, BEGIN_AFTER[min(times, len(BEGIN_AFTER)) - 1]))
    if times >= ENDINGS_SHOWN_FROM:
        motion = uow.motions.get(MotionId(subject))
        raise_exception(
            uow,
            subject=subject,
            opportunity_id=motion.opportunity_id if motion else None,
            code=failing(segment.name),
            reason=f"{segment.name} ends with an error of cosell's own ({ended.how}); what it does is missing so far.",
            next_act=f"mend what the log says about {segment.id}; cosell tries again by itself, and at every start",
            owner=ports.config.coverage.operators[0],
            at=now,
        )


def _segment(motion: Motion, name: str, n: int, ports: Ports) -> Segment:
    portal = ports.config.portal_of(motion.partner) or ""
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
    return lost_again(again, n)


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
    uow.enqueue(on_card(motion.id, epoch, "redraw"))


def _segment_of(state: MotionState) -> str:
    return DRIVEN.get(state, "post_card")
