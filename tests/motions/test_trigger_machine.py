"""However changes, reads and alerts fall together, every change is taken once and our picture ends up the CRM's."""

from datetime import datetime

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from motions.deals import CosellFields, OpportunityId
from motions.records import Segment
from motions.segments import run_segment
from motions.triggers import FEED, receive_alert, reconcile
from tests.fakes.world import MINUTE, SECOND, a_deal, world

OPEN = [a_deal(n).id for n in (1, 2)]
SLOW = a_deal(3).id  # changed in long transactions only: the CRM locks a row while one is under way
STAGES = ("Engaging", "Proposal", "Committed")


class Changes(RuleBasedStateMachine):
    """Three deals, people, a poller and a webhook."""

    def __init__(self) -> None:
        super().__init__()
        self.world = world(a_deal(1), a_deal(2), a_deal(3))
        self.world.durable.run = self.only_read
        self.is_slow = False
        self.watermark: datetime | None = None

    def only_read(self, segment: Segment, attempt: int) -> None:
        if segment.name == "read_deal":
            run_segment(segment, attempt, self.world.ports)

    @rule(deal=st.sampled_from(OPEN), stage=st.sampled_from(STAGES))
    def save(self, deal: OpportunityId, stage: str) -> None:
        self.world.change(deal, stage_name=stage)

    @rule(deal=st.sampled_from(OPEN), status=st.text("ab", max_size=2))
    def echo(self, deal: OpportunityId, status: str) -> None:
        self.world.change(deal, cosell=CosellFields(status=status))

    @precondition(lambda self: not self.is_slow)
    @rule(stage=st.sampled_from(STAGES))
    def begin(self, stage: str) -> None:
        self.world.clock.advance(SECOND)
        self.world.org.change_late(SLOW, stage_name=stage)
        self.is_slow = True

    @precondition(lambda self: self.is_slow)
    @rule()
    def commit(self) -> None:
        self.world.org.commit()
        self.is_slow = False

    @rule(deal=st.sampled_from(OPEN))
    def alert(self, deal: OpportunityId) -> None:
        receive_alert(deal, self.world.org.get(deal).modified_at, self.world.ports)

    @rule()
    def poll(self) -> None:
        self.world.poll()

    @rule(minutes=st.integers(0, 4))
    def wait(self, minutes: int) -> None:
        self.world.clock.advance(minutes * MINUTE)

    @invariant()
    def the_watermark_only_rises(self) -> None:
        now = self.world.read(lambda uow: uow.deals.watermark(FEED))
        assert self.watermark is None or now >= self.watermark
        self.watermark = now

    def teardown(self) -> None:
        self.world.org.commit()
        self.world.poll()
        reconcile(self.world.ports)  # a transaction longer than the overlap may have been missed
        ours = self.world.read(lambda uow: {deal: uow.deals.get(deal) for deal in (*OPEN, SLOW)})
        assert ours == {deal: self.world.org.get(deal) for deal in ours}


TestChanges = Changes.TestCase
TestChanges.settings = settings(max_examples=25, stateful_step_count=20)
