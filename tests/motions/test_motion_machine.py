"""Anything people, systems and time may do to a motion, in any order: nothing doubles, and the card tells the truth."""

from collections import Counter
from datetime import timedelta
from decimal import Decimal

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from handlers.views import VERSION, render
from motions.approvals import approve, deny
from motions.deals import Money
from motions.editing import edit
from motions.errors import OutcomeUnknown, Unavailable
from motions.handoffs import take
from motions.model import MotionState, Token
from motions.nudging import sweep_cold
from motions.referrals import Field, Review
from motions.replaying import replay
from motions.reviewing import watch_portal
from motions.sweeping import expire_cards, restart_lost
from motions.triggers import read_changes
from tests.fakes.messenger import Trouble
from tests.fakes.portal import STEPS
from tests.fakes.world import ALEX, CHANNEL, DEAL, MOTION, PRIYA, SHARED, TOMAS, World, world
from tests.motions.stages import PAM

DECIDERS = st.sampled_from([PRIYA, TOMAS])
UNDER_WAY = {MotionState.MATCHED, MotionState.FILING, MotionState.IN_REVIEW, MotionState.ACCEPTED}


def is_open(made: World) -> bool:
    return made.state is MotionState.AWAITING and made.decision()[0].verdict is None


class Motions(RuleBasedStateMachine):
    """One deal, its people, three outside systems and a clock."""

    def __init__(self) -> None:
        super().__init__()
        self.world = world()
        self.world.change(stage_name="Proposal")
        self.world.poll()
        self.shown: set[Token] = set()
        self.is_forgetful = False

    @initialize(is_forgetful=st.booleans())
    def choose(self, is_forgetful: bool) -> None:
        self.is_forgetful = is_forgetful

    @rule(amount=st.sampled_from([100, 19000, 54000]))
    def the_deal_changes(self, amount: int) -> None:
        self.world.change(amount=Money(Decimal(amount), "USD"))

    @rule()
    def the_crm_is_read(self) -> None:
        read_changes(self.world.ports)

    @rule(by=DECIDERS, data=st.data())
    def somebody_clicks(self, by: object, data: st.DataObject) -> None:
        self.shown.add(self.world.token)
        token = data.draw(st.sampled_from(sorted(self.shown)))
        act = data.draw(st.sampled_from(["approve", "approve", "deny", "edit"]))
        person = PRIYA if by is PRIYA else TOMAS
        if act == "approve":
            approve(token, person, self.world.ports)
        elif act == "deny":
            deny(token, person, "no", self.world.ports)
        else:
            edit(token, person, {Field.TITLE: "Another title"}, self.world.ports)

    @precondition(lambda self: self.world.portal.referrals)
    @rule(review=st.sampled_from(Review))
    def the_partner_decides(self, review: Review) -> None:
        self.world.portal.review("O1", review, **PAM)

    @precondition(lambda self: self.world.motion.handoff_token)
    @rule()
    def the_partner_takes_it(self) -> None:
        token = self.world.motion.handoff_token
        assert token is not None
        take(token, ALEX, self.world.ports)

    @rule(minutes=st.sampled_from([0, 1, 60, 3 * 24 * 60]))
    def time_passes(self, minutes: int) -> None:
        self.world.advance(timedelta(minutes=minutes))

    @rule()
    def the_schedule_sweeps(self) -> None:
        for sweep in (expire_cards, restart_lost, sweep_cold):
            sweep(self.world.ports)
        if not self.world.portal._failures:
            watch_portal("aws", self.world.ports)

    @rule(is_lost=st.booleans())
    def the_crm_fails(self, is_lost: bool) -> None:
        if is_lost:
            self.world.org.lose_answers()

    @rule(step=st.sampled_from(STEPS[:3]), is_lost=st.booleans())
    def the_portal_fails(self, step: str, is_lost: bool) -> None:
        if is_lost:
            self.world.portal.lose_answer(step)
        else:
            self.world.portal.be_unavailable(at=step)

    @rule(after=st.booleans())
    def slack_fails(self, after: bool) -> None:
        error = OutcomeUnknown("Slack", "no answer") if after else Unavailable("Slack", "away")
        self.world.messenger.troubles.append(Trouble(error, after))

    @precondition(lambda self: self.is_forgetful)
    @rule()
    def the_engine_forgets(self) -> None:
        self.world.durable.lose_waiting()

    @invariant()
    def nothing_is_done_twice(self) -> None:
        keys = Counter(each.key for each in self.world.messenger.posted)
        assert max(keys.values(), default=0) <= 1
        assert len(self.world.portal.referrals) <= 1
        assert max(Counter(task.body for task in self.world.org.tasks).values(), default=0) <= 1

    @invariant()
    def nothing_is_filed_that_nobody_approved(self) -> None:
        if self.world.portal.referrals:
            assert "approval.approved" in self.world.events()

    @invariant()
    def the_log_is_whole(self) -> None:
        assert self.world.read(lambda uow: uow.log.first_break()) is None

    @invariant()
    def the_log_tells_all_of_it(self) -> None:
        found = self.world.read(lambda uow: replay(uow, render, VERSION))
        assert found.differences == []
        assert not any(what.endswith("before") for what in found.counts)

    def teardown(self) -> None:
        self.calm_down()
        made = self.world
        assert not (made.state in UNDER_WAY and not made.durable.is_under_way(f"{MOTION}:{made.motion.epoch}:"))
        if not self.is_forgetful:  # what only shows a state is not started again, only what moves one
            self.everybody_can_see_it()

    def everybody_can_see_it(self) -> None:
        made = self.world
        [card] = made.messenger.in_channel(CHANNEL)
        said = str(card.message)
        assert (made.decision()[0].token in said) is is_open(made)
        assert ("Denied by" in said) is (made.state is MotionState.DENIED)
        if made.state in {MotionState.HANDED_OFF, MotionState.ENGAGED}:
            assert made.org.get(DEAL).cosell.status in {"Accepted", "Engaged"}
            assert made.motion.handoff is not None
        if made.state is MotionState.ENGAGED:
            assert ALEX.name in str(made.messenger.in_channel(SHARED)[0].message)

    def calm_down(self) -> None:
        """Nothing fails any more, and everything that has to happen happens."""
        made = self.world
        made.messenger.troubles.clear()
        made.portal._failures.clear()
        made.portal._lost.clear()
        made.org._answers_to_lose = 0
        for _ in range(3):
            read_changes(made.ports)
            made.advance(timedelta(minutes=20))
            restart_lost(made.ports)
        made.advance(timedelta(minutes=20))


TestMotions = Motions.TestCase
TestMotions.settings = settings(max_examples=25, stateful_step_count=20)
