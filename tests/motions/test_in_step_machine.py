"""Anything may change on either side in any order, and anything may fail: both come to rest, nobody is overwritten."""

from datetime import date, timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from handlers.views import VERSION, render
from motions.referrals import Field
from motions.replaying import replay
from motions.reviewing import watch_portal
from motions.triggers import read_changes
from tests.fakes.world import DEAL, MOTION, SECOND
from tests.motions.stages import handed_off

STEPS = st.sampled_from(["one", "two", "three"])
DAYS = st.sampled_from([date(2027, 6, 1), date(2027, 7, 1), date(2027, 8, 1)])
HOUR = timedelta(hours=1)


class InStep(RuleBasedStateMachine):
    """A deal that was handed off, our seller in the CRM, our colleague in the portal, and the weather."""

    def __init__(self) -> None:
        super().__init__()
        self.world = handed_off()
        self.ours = 0  # changes in the CRM
        self.theirs: list[str] = []  # what a colleague wrote in the portal

    @rule(text=STEPS)
    def the_seller_changes_the_next_step(self, text: str) -> None:
        self.world.change(next_step=text)
        self.ours += 1

    @rule(day=DAYS)
    def the_seller_changes_the_close_date(self, day: date) -> None:
        self.world.change(close_date=day)
        self.ours += 1

    @rule(text=STEPS)
    def a_colleague_changes_the_portal(self, text: str) -> None:
        self.world.clock.advance(SECOND)
        self.world.portal.colleague("O1", next_steps=text)
        self.theirs.append(text)

    @rule()
    def the_crm_is_read(self) -> None:
        read_changes(self.world.ports)

    @rule()
    def the_portal_is_read(self) -> None:
        watch_portal("aws", self.world.ports)

    @rule(seconds=st.sampled_from([0, 1, 60]))
    def time_passes(self, seconds: int) -> None:
        self.world.advance(timedelta(seconds=seconds))

    @rule(kind=st.sampled_from(["lost", "dropped", "away", "older"]))
    def the_portal_fails(self, kind: str) -> None:
        match kind:
            case "lost":
                self.world.portal.lose_answer("change")
            case "dropped":
                self.world.portal.drop_changes()
            case "away":
                self.world.portal.be_unavailable(at="held")
            case _:
                self.world.portal.read_back_older()

    @rule()
    def the_engine_begins_again(self) -> None:
        self.world.durable.run_again()

    @invariant()
    def no_more_is_written_than_changed(self) -> None:
        assert self.world.portal.referrals[0].changes <= self.ours
        assert len([task for task in self.world.org.tasks if "portal" in task.subject]) <= len(self.theirs)

    def teardown(self) -> None:
        made = self.world
        for _ in range(3):
            made.poll()
            watch_portal("aws", made.ports)
            made.advance(HOUR)
        written, deal = made.portal.referrals[0].changes, made.org.get(DEAL)
        assert deal.close_date is not None
        assert made.portal.says("O1", Field.CLOSE_DATE) == deal.close_date.isoformat()
        stands = made.portal.says("O1", Field.NEXT_STEPS)
        # Both say the same, or the portal's is the later one and was told, or a person has both values.
        if stands != deal.next_step and "sync-conflict" not in made.problems(MOTION):
            assert stands in self.theirs
            assert any(f"Next steps is now {stands} there" in task.body for task in made.org.tasks)
        made.poll()
        watch_portal("aws", made.ports)
        made.advance(HOUR)
        assert made.portal.referrals[0].changes == written
        assert set(made.problems(MOTION)) <= {"sync-conflict"}
        assert made.read(lambda uow: replay(uow, render, VERSION)).differences == []


InStep.TestCase.settings = settings(max_examples=30, stateful_step_count=20)
TestInStep = InStep.TestCase
