"""The stop: nothing leaves while it is on, in every process at once; reads and clicks go on, and so does what waited.

Two ways to turn it on: the row here, at any moment, and `kill_switch` in policy.yml, once that is in force. Cards that
are out already are still brought up to date, so that they say so.
"""

from datetime import datetime

from motions.effects import Stop
from motions.errors import NotPermitted
from motions.journal import clear_exceptions, raise_exception, set_stop
from motions.model import MotionState, Person, Role
from motions.moving import on_card
from motions.policy import Configuration
from motions.ports import Ports
from motions.records import MotionQuery, UnitOfWork

STOPPERS = {Role.OPERATOR, Role.ADMIN}
# Who types on the machine cosell runs on may stop it: they could as well end the process.
COMMAND_LINE = Person("", "command-line", "the command line", Role.OPERATOR)
SUBJECT = "effects"
CODE = "stopped"
SHOWN = "stop.shown"  # how far the cards know of the switch
CARDS_THAT_SAY_SO = (MotionState.AWAITING, MotionState.FILING)
AT_ONCE = 200


def stop(by: Person, reason: str, uow: UnitOfWork, config: Configuration, at: datetime) -> str:
    """Turn the stop on; what is true now, for whoever did it. Raises NotPermitted."""
    _check(by)
    if not set_stop(uow, Stop(is_on=True, by_name=by.name, at=at, reason=reason), by=by):
        return f"It is stopped already: {why_stopped(uow, config)} Nothing changed."
    raise_exception(
        uow,
        subject=SUBJECT,
        opportunity_id=None,
        code=CODE,
        reason=f"{by.name} stopped everything that leaves cosell{_because(reason)}. What waits is kept.",
        next_act="/cosell resume when it may go on",
        owner=config.coverage.operators[0],
        at=at,
    )
    return (
        "Stopped. Nothing leaves cosell from now on: no referral, no CRM write, no new message. Reads and clicks still "
        "work, and what waits is kept. `/cosell resume` lets it go on."
    )


def resume(by: Person, uow: UnitOfWork, config: Configuration, at: datetime) -> str:
    """Turn the stop off; what waited goes on by itself within a minute. Raises NotPermitted."""
    _check(by)
    if not set_stop(uow, Stop(is_on=False, by_name=by.name, at=at), by=by):
        return "It is not stopped. Nothing changed."
    clear_exceptions(uow, SUBJECT, at=at, code=CODE)
    if config.policy.kill_switch:
        return f"Resumed here, but {why_stopped(uow, config)} Nothing leaves before that is changed."
    return "Resumed. What waited goes on by itself within a minute."


def why_stopped(uow: UnitOfWork, config: Configuration, *, is_locking: bool = False) -> str | None:
    """Who stopped everything, when and why, in one sentence; None while effects may leave.

    With `is_locking` nobody sets the switch before this transaction ends.
    """
    if config.policy.kill_switch:
        return "policy.yml says kill_switch: true."
    found = uow.switches.locked_stop() if is_locking else uow.switches.stop()
    if found is None or not found.is_on:
        return None
    return f"{found.by_name} stopped cosell at {found.at:%Y-%m-%d %H:%M} UTC{_because(found.reason)}."


def show_stop(ports: Ports) -> int:
    """Have every card that asks or files say what the switch says now, once a change; how many."""
    found = ports.durable.read(lambda uow: (uow.switches.stop(), uow.deals.watermark(SHOWN)))
    now, shown = found
    if now is None or (shown is not None and shown >= now.at):
        return 0
    n = f"stop{now.at:%Y%m%dT%H%M%S%f}"
    count, query = 0, MotionQuery(states=CARDS_THAT_SAY_SO, limit=10_000)
    motions = [motion for motion in ports.durable.read(lambda uow: uow.motions.find(query)) if motion.card]
    for start in range(0, len(motions), AT_ONCE):
        with ports.store.transaction() as uow:
            for motion in motions[start : start + AT_ONCE]:
                uow.enqueue(on_card(motion.id, motion.epoch, "redraw_now", n=n))
                count += 1
    with ports.store.transaction() as uow:
        uow.deals.set_watermark(SHOWN, now.at)
    return count


def _check(by: Person) -> None:
    if by.role not in STOPPERS:
        raise NotPermitted("Only operators and admins stop and resume everything.")


def _because(reason: str) -> str:
    return f": {reason.rstrip('.')}" if reason.strip() else ""
