"""Sign-ins that lapse when nobody renews them: the operator is told in time; renews nothing by itself."""

from datetime import datetime, timedelta
from typing import Protocol, runtime_checkable

from motions.journal import clear_exceptions, raise_exception
from motions.ports import Ports

CODE = "sign-in-lapses"
TOLD_BEFORE = timedelta(days=14)


@runtime_checkable
class Lapsing(Protocol):
    """A portal whose sign-in dies when it is not used."""

    def lapses_at(self) -> datetime | None:
        """When it dies unless it is renewed before; None when nobody knows yet. Raises AuthExpired."""


def watch(ports: Ports) -> int:
    """Open an exception for each sign-in that has not been renewed for long, and clear it once it was. How many."""
    told = 0
    for key, portal in ports.portals.items():
        if isinstance(portal, Lapsing):
            told += _watched(key, portal.lapses_at(), ports)
    return told


def _watched(key: str, lapses_at: datetime | None, ports: Ports) -> bool:
    now, subject = ports.clock.now(), f"sign-in:{key}"
    with ports.store.transaction() as uow:
        if lapses_at is None or lapses_at - now > TOLD_BEFORE:
            clear_exceptions(uow, subject, at=now, code=CODE)
            return False
        return raise_exception(
            uow,
            subject=subject,
            opportunity_id=None,
            code=CODE,
            reason=f"cosell's sign-in at {key} has not been renewed for weeks and lapses on {lapses_at:%Y-%m-%d}.",
            next_act=f"see why {key} is not reached (cosell doctor); or sign in again, as docs/connectors.md says",
            owner=ports.config.coverage.operators[0],
            at=now,
        )
