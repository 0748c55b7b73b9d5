"""Doubt: a database put back from a copy has forgotten what left since; what seems new is looked up before it is sent.

Decides when there is doubt and how far back it reaches; `performing` does the looking.
"""

from datetime import datetime, timedelta

from motions.doubts import Doubt
from motions.journal import write_log
from motions.model import MotionState
from motions.moving import in_channel, on_card
from motions.ports import Ports
from motions.records import MotionQuery, UnitOfWork

SUBJECT = "database"
# Stamped every half minute: whoever finds an older stamp was not there meanwhile.
AWAY = timedelta(minutes=5)
CLOCKS_DIFFER = timedelta(minutes=1)
# Cards wait for days and reminders are days apart: what was forgotten may come up again as late as that.
LASTS = timedelta(days=14)
REDRAWN_AT_MOST = 5_000


def look_back(ports: Ports) -> datetime | None:
    """Before anything runs: the last stamp, when what came after it may be forgotten; then every process doubts it.

    A copy, a bot that was merely off and a clock that was set back all look the same from inside: being off costs a
    few look-ups, a forgotten copy would cost a second referral.
    """
    now = ports.clock.now()
    with ports.store.transaction() as uow:
        stamp = uow.memory.worked_at()
        if stamp is None or now - AWAY <= stamp <= now + CLOCKS_DIFFER:
            return None
        since = min(moment for moment in (stamp, now, in_doubt(uow, now)) if moment is not None)
        uow.memory.set_doubt(Doubt(since, now + LASTS))
        write_log(uow, now, "database.doubted", SUBJECT, "cosell", {"since": since.isoformat()})
    return stamp


def go_on(ports: Ports, doubtful: datetime | None = None) -> int:
    """Say that the database is worked on; after a doubtful stamp draw anew what people can still press. How much."""
    now = ports.clock.now()
    with ports.store.transaction() as uow:
        uow.memory.work(now)
        return _redraw(f"again{doubtful:%Y%m%dT%H%M%S}", uow) if doubtful is not None else 0


def in_doubt(uow: UnitOfWork, now: datetime) -> datetime | None:
    """The last moment this database surely remembers, while what came after may be forgotten; else None."""
    doubt = uow.memory.doubt()
    return doubt.since if doubt is not None and now < doubt.until else None


def _redraw(n: str, uow: UnitOfWork) -> int:
    """Buttons out there may hold tokens this database has forgotten, or be gone although it waits for them."""
    asking = uow.motions.find(MotionQuery(states=(MotionState.AWAITING,), limit=REDRAWN_AT_MOST))
    handed = uow.motions.find(MotionQuery(states=(MotionState.HANDED_OFF,), limit=REDRAWN_AT_MOST))
    cards = [on_card(motion.id, motion.epoch, "redraw_now", n=n) for motion in asking if motion.card is not None]
    handoffs = [
        in_channel(motion.id, motion.epoch, "redraw_handoff_now", motion.handoff.channel, n=n)
        for motion in handed
        if motion.handoff is not None
    ]
    for segment in (*cards, *handoffs):
        uow.enqueue(segment)
    return len(cards) + len(handoffs)
