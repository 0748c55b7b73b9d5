"""Whatever goes wrong, in whatever order, the other side is never asked to do the same thing twice."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from motions.effects import EffectStatus, Recovery, Undo
from motions.errors import AuthExpired, ConnectorError, Rejected, Unavailable
from motions.performing import LEASE, Plan
from tests.fakes.world import world
from tests.motions.outside import KEY, OtherSide, ProcessDied, attempt, lost, plan

BEFORE: Mapping[str, Callable[[], BaseException]] = {
    "away": lambda: Unavailable("there", "away"),
    "locked out": lambda: AuthExpired("there", "token"),
    "refused": lambda: Rejected("there", "no"),
    "lost": lost,
    "crash": ProcessDied,
}
AFTER: Mapping[str, Callable[[], BaseException]] = {"lost": lost, "crash": ProcessDied}
LOOKING = {name: BEFORE[name] for name in ("away", "locked out", "refused", "lost")}


class Ledger(RuleBasedStateMachine):
    """One effect, any number of attempts, any weather."""

    def __init__(self) -> None:
        super().__init__()
        self.world = world()
        self.there = OtherSide()
        self.answers: set[str] = set()
        self.plan: Plan = plan()

    @initialize(recovery=st.sampled_from([Recovery.LOOK_UP, Recovery.ASK]), undo=st.sampled_from(Undo))
    def choose(self, recovery: Recovery, undo: Undo) -> None:
        self.plan = plan(recovery, undo)

    @rule(kind=st.sampled_from(sorted(BEFORE)))
    def fail_before(self, kind: str) -> None:
        self.there.before.append(BEFORE[kind]())

    @rule(kind=st.sampled_from(sorted(AFTER)))
    def fail_after(self, kind: str) -> None:
        self.there.after.append(AFTER[kind]())

    @rule(kind=st.sampled_from(sorted(LOOKING)))
    def fail_looking(self, kind: str) -> None:
        failure = LOOKING[kind]()
        assert isinstance(failure, ConnectorError)
        self.there.looking.append(failure)

    @rule(seconds=st.sampled_from([0, 1, 3, 40]))
    def wait(self, seconds: int) -> None:
        self.world.clock.advance(timedelta(seconds=seconds))

    @rule(jump=st.sampled_from([-86400, -3600, -30, 3600, 86400]))
    def set_the_clock(self, jump: int) -> None:
        self.world.clock.advance(timedelta(seconds=jump))

    @rule()
    def wait_as_long_as_it_takes(self) -> None:
        """Whatever the clock did: nothing waits longer than a lease and the settling after it."""
        self.there.before.clear()
        self.there.after.clear()
        self.there.looking.clear()
        for _ in range(3):
            with suppress(ConnectorError):
                self.answers.add(attempt(self.there, self.world, self.plan))
            self.world.clock.advance(LEASE)
        effect = self.world.read(lambda uow: uow.effects.get(KEY))
        assert effect.status not in {EffectStatus.INTENT, EffectStatus.HELD}

    @rule()
    def try_it(self) -> None:
        with suppress(ConnectorError, ProcessDied):
            self.answers.add(attempt(self.there, self.world, self.plan))

    @invariant()
    def it_happened_at_most_once(self) -> None:
        assert len(self.there.done) <= 1

    @invariant()
    def every_success_names_the_same_thing(self) -> None:
        assert self.answers <= {"id-1"}

    @invariant()
    def done_and_held_are_the_truth(self) -> None:
        effect = self.world.read(lambda uow: uow.effects.get(KEY))
        status = effect.status if effect else EffectStatus.HELD
        assert status is not EffectStatus.DONE or self.there.done
        assert status is not EffectStatus.HELD or not self.there.done

    @invariant()
    def the_log_is_whole(self) -> None:
        assert self.world.read(lambda uow: uow.log.first_break()) is None


TestLedger = Ledger.TestCase
TestLedger.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)
