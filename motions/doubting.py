"""Doubt: a database put back from a copy has forgotten what left since; what seems new is looked up before it is sent.

Decides when there is doubt and how far back it reaches; `performing` does the looking.
"""

from datetime import datetime, timedelta

from motions.journal import write_log
from motions.model import MotionState
from motions.moving import in_channel, on_card
from motions.ports import Ports
from motions.records import Doubt, MotionQuery, UnitOfWork

SUBJECT = "database"
# Stamped every half minute: whoever finds an older stamp was not there meanwhile.
AWAY = timedelta(minutes=5)
CLOCKS_DIFFER = timedelta(minutes=1)
# Cards wait for days and reminders are days apart: what was forgotten may come up again as late as that.
LASTS = timedelta(days=14)
REDRAWN_AT_ONCE = 5_000


def begin_work(ports: Ports, witness: datetime | None = None) -> bool:
    """At a start: whether this database may have forgotten something; from then on every process knows.

    `witness` is when the database beside which it lies was last worked on, if anything beside it tells: then its own
    age says nothing, and only a stamp that is older than the witness does.
    """
    now = ports.clock.now()
    with ports.store.transaction() as uow:
        stamp = uow.memory.worked_at()
        uow.memory.work(now)
        if stamp is None or not _is_doubtful(stamp, witness, now):
            return False
        standing = in_doubt(uow, now)
        since = min(moment for moment in (stamp, now, standing) if moment is not None)
        uow.memory.set_doubt(Doubt(since, now + LASTS))
        write_log(uow, now, "database.doubted", SUBJECT, "cosell", {"since": since.isoformat()})
        _redraw(now, uow)
    return True


def go_on(ports: Ports) -> datetime:
    """Say that the database is worked on now."""
    now = ports.clock.now()
    with ports.store.transaction() as uow:
        uow.memory.work(now)
    return now


def in_doubt(uow: UnitOfWork, now: datetime) -> datetime | None:
    """The last moment this database surely remembers, while what came after may be forgotten; else None."""
    doubt = uow.memory.doubt()
    return doubt.since if doubt is not None and now < doubt.until else None


def _is_doubtful(stamp: datetime, witness: datetime | None, now: datetime) -> bool:
    if stamp > now + CLOCKS_DIFFER:
        return True
    return now - stamp > AWAY if witness is None else stamp < witness


def _redraw(now: datetime, uow: UnitOfWork) -> None:
    """What people can still press is drawn again: its buttons may hold tokens this database has forgotten."""
    n = f"again{now:%Y%m%dT%H%M%S}"
    states = (MotionState.AWAITING, MotionState.HANDED_OFF)
    for motion in uow.motions.find(MotionQuery(states=states, limit=REDRAWN_AT_ONCE)):
        if motion.state is MotionState.AWAITING:
            uow.enqueue(on_card(motion.id, motion.epoch, "redraw_now", n=n))
        elif motion.handoff is not None:
            channel = motion.handoff.channel
            uow.enqueue(in_channel(motion.id, motion.epoch, "redraw_handoff_now", channel, n=n))
