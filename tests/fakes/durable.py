"""The engine on the calling thread: runs what the store enqueued, in order, the delayed when the clock gets there.

It keeps the promises of bot/durable.py and nothing else: a step or transaction that finished is never run again for
the same segment, however often a crash brings the segment back; an outage of a moment is tried again within the step.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeVar

from motions.errors import ConnectorError, Unavailable
from motions.records import Ended, Segment, UnitOfWork
from motions.reruns import attempts, next_beginning
from tests.fakes.clock import FakeClock
from tests.fakes.store import FakeStore

T = TypeVar("T")

QUICK_TRIES = 4
QUICK_WAIT_AT_MOST = 2.5
ENDLESS = 2000  # segments: whoever runs so many at one moment goes round in circles


@dataclass
class _Memory:
    """What the engine remembers of one segment: how each finished step and transaction came out, in order."""

    outcomes: list[object] = field(default_factory=list)
    next: int = 0


@dataclass
class InlineDurable:
    """Implements `motions.ports.Durable`; `run` is given by whoever wires it."""

    store: FakeStore
    clock: FakeClock
    run: Callable[[Segment, int], None]
    finished: list[Segment] = field(default_factory=list)
    _waiting: list[tuple[datetime, Segment]] = field(default_factory=list)
    _taken: int = 0
    _memories: dict[str, _Memory] = field(default_factory=dict)
    _memory: _Memory | None = None
    _ended: list[tuple[datetime, Ended]] = field(default_factory=list)

    def settle(self) -> None:
        """Run everything that is due now, and what that starts."""
        for _ in range(ENDLESS):
            segment = self._next_due(self.clock.now())
            if segment is None:
                return
            self._start(segment)
        raise RuntimeError("the segments start each other without end")

    def advance(self, by: timedelta) -> None:
        """Let time pass; whatever falls due on the way runs at its moment."""
        until = self.clock.now() + by
        self.settle()
        while (due := self._first_due()) is not None and due <= until:
            self.clock.move_to(max(due, self.clock.now()))
            self.settle()
        self.clock.move_to(max(until, self.clock.now()))

    def run_named(self, name: str) -> None:
        """Run the waiting segments of one name that are due, and leave all others."""
        now = self.clock.now()
        self._collect()
        for segment in [each for due, each in self._waiting if due <= now and each.name == name]:
            self._start(segment)

    def run_again(self) -> None:
        """The engine's own tables are lost and every segment ever started comes back, oldest first."""
        self._collect()
        self._memories.clear()
        for segment in list(self.store.enqueued):
            self._enter(segment)
        self._collect()
        for _, segment in self._waiting:  # its turn is yet to come, and nothing remembers that it ran meanwhile
            self._memories.pop(segment.id, None)
        self.settle()

    def lose_waiting(self) -> None:
        """The engine forgets what it had not run yet."""
        self._collect()
        self._waiting.clear()

    def lose_everything(self) -> None:
        """The engine's own tables are lost: what it ran too."""
        self.lose_waiting()
        self.store.forget_enqueued()
        self._memories.clear()
        self._taken = 0

    def end_waiting(self, name: str, how: str = "KeyError") -> None:
        """The waiting segments of one name end in the engine for good, without having run."""
        for segment in self.waiting(name):
            self._ended.append((self.clock.now(), Ended(segment, how)))
            self._waiting = [entry for entry in self._waiting if entry[1].id != segment.id]

    def waiting(self, name: str) -> list[Segment]:
        """What has not run yet, by the segment's name."""
        self._collect()
        return [segment for _, segment in self._waiting if segment.name == name]

    def step(self, name: str, work: Callable[[], str]) -> str:
        """Run outside calls at least once; what they answered, or how they failed, is remembered."""
        return self._once(lambda: self._tried(work))

    def transaction(self, name: str, work: Callable[[UnitOfWork], T]) -> T:
        """One store transaction, remembered with it."""

        def body() -> T:
            with self.store.transaction() as uow:
                result = work(uow)
            json.dumps(result)  # the real engine writes it down
            return result

        return self._once(body)

    def read(self, work: Callable[[UnitOfWork], T]) -> T:
        """Read the store; nothing is remembered."""
        return self.store.read(work)

    def is_under_way(self, id_prefix: str) -> bool:
        """Whether any segment whose id starts so has not run yet."""
        self._collect()
        return any(segment.id.startswith(id_prefix) for _, segment in self._waiting)

    def under_way(self) -> frozenset[str]:
        """The ids of all segments that have not run yet."""
        self._collect()
        return frozenset(segment.id for _, segment in self._waiting)

    def known(self, ids: Sequence[str]) -> frozenset[str]:
        """Which of these ids were ever started and are not forgotten."""
        return frozenset(ids) & {each.id for each in self.store.enqueued}

    def ended(self, since: datetime, is_wanted: Callable[[str], bool]) -> list[Ended]:
        """What ended since a moment and has not begun again."""
        known = {each.id for each in self.store.enqueued}
        found = [each for at, each in self._ended if at >= since and is_wanted(each.segment.id)]
        return [each for each in found if next_beginning(each.segment.id) not in known]

    def _enter(self, segment: Segment) -> None:
        before, self._memory = self._memory, self._memories.setdefault(segment.id, _Memory())
        self._memory.next = 0
        try:
            self.run(segment, attempts(segment.id))
        finally:
            self._memory = before

    def _start(self, segment: Segment) -> None:
        """Run it; one that crashes stays, and begins again where it got to."""
        self._enter(segment)
        self._waiting = [entry for entry in self._waiting if entry[1].id != segment.id]
        self.finished.append(segment)

    def _once(self, work: Callable[[], T]) -> T:
        memory = self._memory
        if memory is None:
            return work()
        memory.next += 1
        if memory.next > len(memory.outcomes):
            memory.outcomes.append(_outcome(work))
        outcome = memory.outcomes[memory.next - 1]
        if isinstance(outcome, ConnectorError):
            raise outcome
        return outcome  # type: ignore[return-value]  # it is what `work` gave at this place the first time

    def _tried(self, work: Callable[[], str]) -> str:
        for left in reversed(range(QUICK_TRIES)):
            try:
                return work()
            except Unavailable as error:
                wait = error.retry_after if error.retry_after is not None else 0.5
                if left == 0 or wait > QUICK_WAIT_AT_MOST:
                    raise
                self.clock.advance(timedelta(seconds=wait))
        raise AssertionError("unreachable")

    def _next_due(self, now: datetime) -> Segment | None:
        self._collect()
        return next((segment for due, segment in self._waiting if due <= now), None)

    def _first_due(self) -> datetime | None:
        self._collect()
        return min((due for due, _ in self._waiting), default=None)

    def _collect(self) -> None:
        enqueued = self.store.enqueued
        for segment in enqueued[self._taken :]:
            self._waiting.append((self.clock.now() + (segment.delay or timedelta()), segment))
        self._taken = len(enqueued)
        self._waiting.sort(key=lambda entry: entry[0])


def _outcome(work: Callable[[], object]) -> object:
    try:
        return work()
    except ConnectorError as error:
        return error
