"""Stores that fail at the worst moment, and a portal while whose answer is on its way things happen."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date

from motions.records import UnitOfWork
from motions.referrals import Draft, Referral
from tests.fakes.clock import FakeClock
from tests.fakes.portal import FakePortal
from tests.fakes.store import FakeStore
from tests.motions.outside import ProcessDied


class DyingStore:
    """The process stops just before its next commit."""

    def __init__(self, store: FakeStore) -> None:
        self._store = store

    @contextmanager
    def transaction(self) -> Iterator[UnitOfWork]:
        """Everything is done, and nothing stays."""
        with self._store.transaction() as uow:
            yield uow
            raise ProcessDied


class SlowHandStore:
    """Whoever decides or moves through this store finds that somebody else's act was committed a moment before."""

    def __init__(self, store: FakeStore) -> None:
        self._store = store

    @contextmanager
    def transaction(self) -> Iterator[UnitOfWork]:
        """Everything works but the claim and the move."""
        with self._store.transaction() as uow:
            uow.decisions.claim = lambda *_, **__: False  # type: ignore[method-assign]  # one row too late
            uow.motions.move = lambda *_, **__: False  # type: ignore[method-assign]  # the same
            yield uow


class SlowMoveStore:
    """The same for moves alone."""

    def __init__(self, store: FakeStore) -> None:
        self._store = store

    @contextmanager
    def transaction(self) -> Iterator[UnitOfWork]:
        """Everything works but the move."""
        with self._store.transaction() as uow:
            uow.motions.move = lambda *_, **__: False  # type: ignore[method-assign]  # one row too late
            yield uow


class BusyPortal(FakePortal):
    """Things happen while it draws up a referral."""

    def __init__(self, clock: FakeClock) -> None:
        super().__init__(clock)
        self.meanwhile: list[Callable[[], None]] = []

    def draft(self, referral: Referral, today: date) -> Draft:
        """Draw it up from what was known at the beginning."""
        drawn = super().draft(referral, today)
        if self.meanwhile:
            self.meanwhile.pop(0)()
        return drawn
