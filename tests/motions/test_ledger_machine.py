"""Whatever goes wrong, in whatever order, the other side is never asked to do the same thing twice."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from handlers.views import VERSION, render
from motions.effects import EffectStatus, Recovery, Undo
from motions.errors import AuthExpired, ConnectorError, Rejected, Unavailable
from motions.performing import LEASE, LONGEST_SEND, Plan
from motions.records import UnitOfWork
from motions.replaying import replay
from tests.fakes.store import FakeStore
from tests.fakes.world import world
from tests.motions.outside import KEY, OtherSide, ProcessDied, attempt, lost, plan

LONG = LEASE + timedelta(seconds=1)
NOW = timedelta()

# How a call goes: nothing is done and it fails so, or it is done and yet fails so.
BEFORE: Mapping[str, Callable[[], BaseException]] = {
    "away": lambda: Unavailable("there", "away"),
    "locked out": lambda: AuthExpired("there", "token"),
    "refused": lambda: Rejected("there", "no"),
    "never arrived, and no answer": lost,
    "crash before it": ProcessDied,
}
AFTER: Mapping[str, Callable[[], BaseException]] = {"arrived, and no answer": lost, "crash after it": ProcessDied}
LOOKING: Mapping[str, Callable[[], ConnectorError]] = {
    "away": lambda: Unavailable("there", "away"),
    "locked out": lambda: AuthExpired("there", "token"),
    "refused": lambda: Rejected("there", "no"),
    "no answer": lost,
}
WELL = "well"
AFTER_A_WHILE = st.sampled_from([0, 3, 40, 41])  # seconds
# What another process does meanwhile, how long after; no client waits longer for an answer than LONGEST_SEND, but a
# machine may stand still for minutes and learn, when it wakes, that its connection was reset.
LOOKS_FOR = [None, NOW, timedelta(seconds=16), LONG]
SENDS_FOR = [None, NOW, LONGEST_SEND]
SLEEPS = "asleep, connection reset"


class DyingLater(FakeStore):
    """Another store, whose process stops at its n-th commit from now: just before it, or just after."""

    def __init__(self, store: FakeStore, commits: int, *, is_kept: bool) -> None:
        super().__init__()
        self._store = store
        self._left = commits
        self._is_kept = is_kept

    @contextmanager
    def transaction(self) -> Iterator[UnitOfWork]:
        """Kept or not, nobody comes back to tell."""
        self._left -= 1
        with self._store.transaction() as uow:
            yield uow
            if self._left == 0 and not self._is_kept:
                raise ProcessDied
        if self._left == 0:
            raise ProcessDied


class Ledger(RuleBasedStateMachine):
    """One effect, any number of attempts, some at once, any weather."""

    def __init__(self) -> None:
        super().__init__()
        self.world = world()
        self.there = OtherSide()
        self.answers: set[str] = set()
        self.plan: Plan = plan()
        self.done_when_stopped: int | None = None

    @initialize(recovery=st.sampled_from([*[Recovery.LOOK_UP] * 3, Recovery.ASK]), undo=st.sampled_from(Undo))
    def choose(self, recovery: Recovery, undo: Undo) -> None:
        self.plan = plan(recovery, undo)

    @rule(
        after=AFTER_A_WHILE,
        send=st.sampled_from([*[WELL] * 3, SLEEPS, *BEFORE, *AFTER]),
        look=st.sampled_from([*[WELL] * 3, *LOOKING]),
        sends_for=st.sampled_from(SENDS_FOR),
        looks_for=st.sampled_from(LOOKS_FOR),
    )
    def somebody_tries(
        self, after: int, send: str, look: str, sends_for: timedelta | None, looks_for: timedelta | None
    ) -> None:
        self.world.clock.advance(timedelta(seconds=after))
        there = self.there
        there.before = [BEFORE[send]()] if send in BEFORE else []
        there.after = [AFTER[send]()] if send in AFTER else []
        there.looking = [LOOKING[look]()] if look in LOOKING else []
        there.while_looking = [] if looks_for is None else [lambda: self.another_tries(looks_for)]
        there.while_sending = [] if sends_for is None else [lambda: self.another_tries(sends_for)]
        if send == SLEEPS:
            there.while_sending = [self.sleep_and_fail]
        self.attempt()

    @rule(after=AFTER_A_WHILE, commits=st.sampled_from([1, 2]), is_kept=st.booleans())
    def somebody_tries_and_dies(self, after: int, commits: int, is_kept: bool) -> None:
        """Before or after the intent is stored, before or after the outcome is."""
        self.world.clock.advance(timedelta(seconds=after))
        ports = self.world.ports
        self.world.ports = replace(ports, store=DyingLater(self.world.store, commits, is_kept=is_kept))
        self.attempt()
        self.world.ports = replace(self.world.ports, store=ports.store)

    @rule(minutes=st.sampled_from([-60, -1, 60]))
    def the_clock_jumps(self, minutes: int) -> None:
        self.world.clock.advance(timedelta(minutes=minutes))

    @rule(is_on=st.sampled_from([False, False, True]))
    def the_kill_switch_is_turned(self, is_on: bool) -> None:
        self.world.configure(kill_switch=is_on)
        self.done_when_stopped = len(self.there.done) if is_on else None

    @rule()
    def the_weather_clears_for_good(self) -> None:
        """Whatever the clock did: nothing waits longer than two leases and a look."""
        self.the_kill_switch_is_turned(is_on=False)
        there = self.there
        there.before, there.after, there.looking, there.while_looking, there.while_sending = [], [], [], [], []
        for _ in range(3):
            self.attempt()
            self.world.clock.advance(LEASE)
        assert self.world.read(lambda uow: uow.effects.get(KEY)).status not in {EffectStatus.INTENT, EffectStatus.HELD}

    def attempt(self) -> None:
        with suppress(ConnectorError, ProcessDied):
            self.answers.add(attempt(self.there, self.world, self.plan))

    def another_tries(self, after: timedelta) -> None:
        self.world.clock.advance(after)
        self.attempt()

    def sleep_and_fail(self) -> None:
        self.another_tries(LONG)
        raise Unavailable("there", "the connection was reset")

    @invariant()
    def it_happened_at_most_once(self) -> None:
        assert len(self.there.done) <= 1

    @invariant()
    def every_success_names_the_same_thing(self) -> None:
        assert self.answers <= {"id-1"}

    @invariant()
    def nothing_leaves_while_the_kill_switch_is_on(self) -> None:
        assert self.done_when_stopped in {None, len(self.there.done)}

    @invariant()
    def done_and_held_are_the_truth(self) -> None:
        effect = self.world.read(lambda uow: uow.effects.get(KEY))
        status = effect.status if effect else EffectStatus.HELD
        assert status is not EffectStatus.DONE or self.there.done
        assert status is not EffectStatus.HELD or not self.there.done

    @invariant()
    def the_log_tells_how_it_stands(self) -> None:
        found = self.world.read(lambda uow: replay(uow, render, VERSION))
        assert found.differences == []


TestLedger = Ledger.TestCase
TestLedger.settings = settings(max_examples=120, stateful_step_count=8)
