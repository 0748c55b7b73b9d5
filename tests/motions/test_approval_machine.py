"""Whatever people, amounts, time and switches do in any order: nothing is filed but what was approved as it is.

Each call is judged at the moment it reaches the portal, by looking at who decided what; the rules under test are
written here a second time, as plainly as can be.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from motions.answer_surfaces import StandingOffer
from motions.approvals import approve, deny, undo
from motions.asking import answer
from motions.crm_requests import not_now, write_it
from motions.deals import Money
from motions.editing import edit
from motions.model import MotionState, Person, Role, Token
from motions.ports import Ports
from motions.proposals import Approval, Proposal, ProposalKind, StandingApproval, Verdict
from motions.referrals import Field, FilingStep
from motions.reminding import sweep_undecided
from motions.standing import give, revoke
from motions.surfaces import ClickOutcome, ClickReply
from motions.sweeping import expire_cards, restart_lost
from motions.triggers import read_changes
from tests.fakes.world import (
    ALEX,
    DANA,
    DEAL,
    EVERYBODY,
    PRIYA,
    SAM,
    SELLER,
    STRANGER,
    TOMAS,
    configuration,
    world,
)

LIMIT = 100_000
PEOPLE = {each.key: each for each in (*EVERYBODY, STRANGER)}
DECIDERS = {Role.ALLIANCE_MANAGER, Role.OPERATOR, Role.ADMIN}
ANYBODY = st.sampled_from([PRIYA, TOMAS, DANA, SAM, SELLER, ALEX, STRANGER])
MOSTLY_ENTITLED = st.one_of(st.sampled_from([PRIYA, TOMAS, DANA]), ANYBODY)
AMOUNTS = st.sampled_from([100, 19_000, 54_000, 99_999, LIMIT, 250_000])

Click = Callable[[Token, Person, Ports], object]
CLICKS: Mapping[str, Click] = {
    "approve": approve,
    "take back": undo,
    "deny": lambda token, by, ports: deny(token, by, "no", ports),
    "edit": lambda token, by, ports: edit(token, by, {Field.TITLE: f"A title of {by.name}"}, ports),
    "write": write_it,
    "not now": not_now,
}


class Approvals(RuleBasedStateMachine):
    """One deal, everybody who may click, a portal that looks at the books with every call."""

    def __init__(self) -> None:
        super().__init__()
        self.world = world(two_people_from=LIMIT)
        self.verdicts: dict[Token, Verdict] = {}
        self.outside: tuple[object, ...] | None = None  # what it was when everything was stopped
        self.is_stopped = False
        self._saga = self.world.portal.saga
        self.world.portal.saga = self._judged  # type: ignore[method-assign]  # the same calls, each looked at first

    @initialize(
        amount=st.sampled_from([19_000, 54_000, LIMIT]), standing=st.sampled_from([0, 60_000]), is_away=st.booleans()
    )
    def a_deal_is_worth_something(self, amount: int, standing: int, *, is_away: bool) -> None:
        if is_away:
            self.the_portal_is_away(40)
        if standing:
            self.somebody_approves_in_advance(PRIYA, standing, 30)
        self.world.change(stage_name="Proposal", amount=Money(Decimal(amount), "USD"))
        self.world.poll()

    @rule(act=st.sampled_from([*CLICKS, "approve", "approve"]), by=MOSTLY_ENTITLED, data=st.data())
    def somebody_clicks(self, act: str, by: Person, data: st.DataObject) -> None:
        tokens = [token for token in self.world.store._rows.decisions if not self._is_gone(token)]
        if not tokens:
            return
        token = data.draw(st.sampled_from(tokens))
        before = self._everything()

        said = CLICKS[act](token, by, self.world.ports)

        if isinstance(said, ClickReply) and said.outcome is ClickOutcome.CHANGED_NOTHING:
            assert said.text.endswith((" Nothing changed.", " Nothing was saved.", "in a minute."))
            assert self._everything() == before
        if by.role not in DECIDERS:
            assert self._everything() == before

    @rule(by=st.sampled_from([PRIYA, TOMAS, DANA, SELLER]), amount=AMOUNTS, days=st.sampled_from([0, 3, 30]))
    def somebody_approves_in_advance(self, by: Person, amount: int, days: int) -> None:
        until = self.world.clock.now().date() + timedelta(days=days)
        said = answer(f"standing AWS up to {amount} USD until {until}", by, self.world.ports)
        if isinstance(said, StandingOffer):
            give(said.standing.token, by, self.world.ports)

    @rule(by=MOSTLY_ENTITLED, is_all=st.booleans())
    def somebody_revokes_what_was_given(self, by: Person, *, is_all: bool) -> None:
        standings = list(self.world.store._rows.standings)
        for token in standings if is_all else standings[-1:]:
            revoke(token, by, self.world.ports)

    @rule(amount=AMOUNTS)
    def the_deal_changes(self, amount: int) -> None:
        self.world.change(amount=Money(Decimal(amount), "USD"))
        read_changes(self.world.ports)

    @rule(by=st.sampled_from([DANA, SAM, PRIYA]))
    def somebody_stops_everything(self, by: Person) -> None:
        answer("stop", by, self.world.ports)
        if by is not PRIYA and not self.is_stopped:
            self.is_stopped, self.outside = True, self._outside()

    @rule(by=st.sampled_from([DANA, SAM, PRIYA]))
    def somebody_resumes(self, by: Person) -> None:
        answer("resume", by, self.world.ports)
        self.is_stopped = self.is_stopped and by is PRIYA

    @rule(version=st.sampled_from(["2026-11-a", "2026-12-a"]))
    def policy_changes(self, version: str) -> None:
        self.world.use(configuration(version=version, two_people_from=LIMIT))

    @rule(minutes=st.sampled_from([0, 1, 20, 24 * 60]))
    def time_passes(self, minutes: int) -> None:
        self.world.advance(timedelta(minutes=minutes))

    @rule()
    def the_schedule_sweeps(self) -> None:
        for sweep in (expire_cards, sweep_undecided, restart_lost):
            sweep(self.world.ports)

    @rule(times=st.sampled_from([1, 4, 40]))
    def the_portal_is_away(self, times: int) -> None:
        self.world.portal.be_unavailable(times, at="create")

    @rule()
    def the_portal_is_back(self) -> None:
        self.world.portal._failures.clear()

    @invariant()
    def a_verdict_stays_but_for_what_is_taken_back(self) -> None:
        for token, (approval, _) in self.world.store._rows.decisions.items():
            before = self.verdicts.get(token)
            if approval.verdict is not None:
                assert before in {None, approval.verdict} or (before, approval.verdict) == (
                    Verdict.APPROVED,
                    Verdict.REVOKED,
                )
                self.verdicts[token] = approval.verdict
            else:
                assert before is None

    @invariant()
    def nothing_leaves_while_everything_is_stopped(self) -> None:
        if self.is_stopped:
            assert self._outside() == self.outside

    @invariant()
    def it_is_filed_once_at_most(self) -> None:
        assert len(self.world.portal.referrals) <= 1

    @invariant()
    def the_log_is_whole(self) -> None:
        assert self.world.read(lambda uow: uow.log.first_break()) is None

    @invariant()
    def an_uncertain_match_reaches_the_crm_only_after_a_person(self) -> None:
        if self.world.org.get(DEAL).cosell.status is not None and not self._was_ever_sure():
            approved = {Verdict.APPROVED, Verdict.COVERED, Verdict.REVOKED}
            assert approved & {approval.verdict for approval, _ in self.world.store._rows.decisions.values()}

    def teardown(self) -> None:
        """Nothing hangs: with nothing in the way every approval that stands is carried out."""
        made = self.world
        made.portal._failures.clear()
        self.somebody_resumes(DANA)
        for _ in range(2):
            made.advance(timedelta(minutes=20))
            restart_lost(made.ports)
        made.advance(timedelta(minutes=20))
        assert not made.motions or made.state not in {MotionState.MATCHED, MotionState.FILING}

    def _judged(self, payload: Mapping[str, object], key: str) -> Sequence[FilingStep]:
        return [replace(step, send=self._judging(step, payload)) for step in self._saga(payload, key)]

    def _judging(self, step: FilingStep, payload: Mapping[str, object]) -> Callable[[Mapping[str, str]], str]:
        def send(ids: Mapping[str, str]) -> str:
            assert not self.is_stopped
            approval, proposal = self.world.decision()
            assert approval.verdict is Verdict.APPROVED
            assert approval.seal == proposal.seal
            assert proposal.payload["file"] == payload
            self._was_approved_by_who_may(approval, proposal)
            return step.send(ids)

        return send

    def _was_approved_by_who_may(self, approval: Approval, proposal: Proposal) -> None:
        part = proposal.payload["deal"]
        assert isinstance(part, dict)
        is_big = Decimal(str(part["amount"])) >= LIMIT
        if approval.standing is not None:
            standing = self.world.store._rows.standings[approval.standing]
            assert not is_big
            self._still_counts(standing, Decimal(str(part["amount"])))
            return
        deciders = {approval.decided_by, approval.first_by} - {None}
        assert all(PEOPLE[str(key)].role in DECIDERS for key in deciders)
        assert len(deciders) >= (2 if is_big else 1)

    def _still_counts(self, standing: StandingApproval, amount: Decimal) -> None:
        today: date = self.world.clock.now().date()
        assert standing.given_at is not None
        assert standing.revoked_at is None
        assert today <= standing.until
        assert amount <= standing.up_to.amount
        assert standing.policy_version == self.world.ports.config.policy.version
        assert PEOPLE[standing.given_by].role in DECIDERS

    def _is_gone(self, token: Token) -> bool:
        return token not in self.world.store._rows.decisions

    def _was_ever_sure(self) -> bool:
        kinds = {proposal.kind for _, proposal in self.world.store._rows.decisions.values()}
        bands = {entry.detail.get("band") for entry in self.world.read(lambda uow: uow.log.of(DEAL))}
        return "high" in bands or ProposalKind.WRITE_CRM not in kinds

    def _outside(self) -> tuple[object, ...]:
        made = self.world
        return made.portal.referrals, made.org.get(DEAL).cosell, len(made.messenger.posted), len(made.org.tasks)

    def _everything(self) -> tuple[object, ...]:
        rows = self.world.store._rows
        return dict(rows.decisions), dict(rows.motions), len(rows.log), len(rows.enqueued), dict(rows.standings)


TestApprovals = Approvals.TestCase
TestApprovals.settings = settings(max_examples=60, stateful_step_count=25)
