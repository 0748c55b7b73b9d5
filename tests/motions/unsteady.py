"""Stores that fail at the worst moment, and a portal while whose answer is on its way things happen."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from typing import NoReturn, TypeVar

from motions.effects import Stop
from motions.model import Motion, MotionId
from motions.records import Segment, UnitOfWork
from motions.referrals import Draft, Referral
from tests.fakes.clock import FakeClock
from tests.fakes.portal import FakePortal
from tests.fakes.store import FakeStore
from tests.motions.outside import ProcessDied

T = TypeVar("T")


class _Around(FakeStore):
    """Another store, seen through."""

    def __init__(self, store: FakeStore) -> None:
        super().__init__()
        self._store = store

    @property
    def enqueued(self) -> Sequence[Segment]:
        return self._store.enqueued

    def read(self, work: Callable[[UnitOfWork], T]) -> T:
        return self._store.read(work)


class DyingStore(_Around):
    """The process stops just before its next commit."""

    @contextmanager
    def transaction(self) -> Iterator[UnitOfWork]:
        """Everything is done, and nothing stays."""
        with self._store.transaction() as uow:
            yield uow
            raise ProcessDied


class BusyStore(_Around):
    """Somebody else writes for as long as one looks: whoever wants to is not let in."""

    def transaction(self) -> NoReturn:
        """Nobody's turn."""
        raise AssertionError("this would wait for whoever writes")


class WatchedStore(_Around):
    """Tells which rows were locked, in order: whoever locks them waits for each other on a database server."""

    def __init__(self, store: FakeStore) -> None:
        super().__init__(store)
        self.locked: list[str] = []

    @contextmanager
    def transaction(self) -> Iterator[UnitOfWork]:
        """As the other store has it."""
        with self._store.transaction() as uow:
            motion, stop = uow.motions.locked, uow.switches.locked_stop

            def locked(motion_id: MotionId) -> Motion | None:
                self.locked.append(f"motion {motion_id}")
                return motion(motion_id)

            def locked_stop() -> Stop | None:
                self.locked.append("stop")
                return stop()

            uow.motions.locked = locked  # type: ignore[method-assign]  # noted, then asked
            uow.switches.locked_stop = locked_stop  # type: ignore[method-assign]  # the same
            yield uow


class SlowMoveStore(_Around):
    """Whoever moves a motion through this store finds that somebody else's move was committed a moment before."""

    @contextmanager
    def transaction(self) -> Iterator[UnitOfWork]:
        """Everything works but the move."""
        with self._store.transaction() as uow:
            uow.motions.move = lambda *_, **__: False  # type: ignore[method-assign]  # one row too late
            yield uow


class SlowHandStore(SlowMoveStore):
    """The same for deciding."""

    @contextmanager
    def transaction(self) -> Iterator[UnitOfWork]:
        """Everything works but the claim and the move."""
        with super().transaction() as uow:
            for name in ("claim", "claim_by_standing", "endorse", "revoke"):
                setattr(uow.decisions, name, lambda *_, **__: False)  # one row too late
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
