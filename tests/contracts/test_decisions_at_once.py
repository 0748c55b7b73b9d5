"""Two who decide in the same second, in two transactions of a real server: each thing once, and the other is told."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier

import pytest
from sqlalchemy import Engine

from motions.answer_surfaces import StandingOffer
from motions.approvals import approve, deny, undo
from motions.authority import guard_of
from motions.crm_requests import not_now, write_it
from motions.editing import edit
from motions.effects import Recovery, Stop
from motions.errors import Rejected, Unavailable
from motions.journal import set_stop
from motions.model import MotionState, Person, Token
from motions.moving import advance
from motions.performing import Plan, _effect_of, perform
from motions.ports import Ports
from motions.proposals import Approval, Proposal, ProposalKind, Verdict
from motions.records import UnitOfWork
from motions.referrals import Field
from motions.standing import give, standing
from motions.surfaces import ClickOutcome, ClickReply
from motions.sweeping import expire_cards
from store.unit import SqlStore
from tests.fakes.grants import share
from tests.fakes.world import ALEX, DANA, DAY, MOTION, PRIYA, TOMAS, World
from tests.motions.outside import failure_of
from tests.motions.stages import approved, asking, awaiting
from tests.waiting import wait_until

pytestmark = pytest.mark.postgres

Click = Callable[[Token, Person, Ports], object]
CLICKS: dict[str, Click] = {
    "approve": approve,
    "deny": lambda token, by, ports: deny(token, by, "no", ports),
    "edit": lambda token, by, ports: edit(token, by, {Field.TITLE: "Another title"}, ports),
}


class Scene:
    """A motion of the world in memory, moved to a server; who waits for a lock there can be seen."""

    def __init__(self, made: World, engine: Engine) -> None:
        self.store = SqlStore(engine, lambda _session, _segment: None)  # what would follow is not what is tested
        self.ports = replace(made.ports, store=self.store)
        self._engine = engine
        with self.store.transaction() as uow:
            uow.motions.add(made.motion)
            uow.deals.save([made.org.get(made.motion.opportunity_id)])
            for approval, proposal in made.store._rows.decisions.values():
                uow.decisions.add(proposal, approval)
        share(self.ports, ALEX)

    def latest(self, kind: ProposalKind = ProposalKind.FILE_REFERRAL) -> tuple[Approval, Proposal]:
        found = self.store.read(lambda uow: uow.decisions.latest(MOTION, kind))
        assert found is not None
        return found

    @property
    def state(self) -> MotionState:
        motion = self.store.read(lambda uow: uow.motions.get(MOTION))
        assert motion is not None
        return motion.state

    def while_open(self, first: Callable[[UnitOfWork], object], second: Callable[[], object]) -> object:
        """`second` begins while `first` is not committed yet, waits for it, and ends after it."""
        with ThreadPoolExecutor(1) as pool:
            with self.store.transaction() as uow:
                first(uow)
                answer: Future[object] = pool.submit(second)
                wait_until(self._somebody_waits, what="the second at the lock")
            return answer.result()

    def at_once(self, *acts: Callable[[], object]) -> list[object]:
        """All of them in the same moment; what each came to."""
        together = Barrier(len(acts))

        def act(work: Callable[[], object]) -> object:
            together.wait()
            return work()

        with ThreadPoolExecutor(len(acts)) as pool:
            return list(pool.map(act, acts))

    def _somebody_waits(self) -> bool:
        asked = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
        with self._engine.connect() as connection:
            return bool(connection.exec_driver_sql(asked).scalar_one())


@pytest.fixture
def scene(postgres_engine: Engine) -> Scene:
    return Scene(awaiting(), postgres_engine)


def outcomes(answers: list[object]) -> list[ClickOutcome]:
    return sorted(answer.outcome for answer in answers if isinstance(answer, ClickReply))


@pytest.mark.parametrize("click", CLICKS.values(), ids=CLICKS)
def test_a_click_that_meets_a_change_of_the_deal_is_told_and_claims_nothing(scene: Scene, click: Click) -> None:
    token, now = scene.latest()[0].token, scene.ports.clock.now()

    def the_deal_changes(uow: UnitOfWork) -> None:
        motion = uow.motions.get(MOTION)
        assert motion is not None
        assert advance(uow, motion, MotionState.MATCHED, at=now, actor="crm", next_act="prepare")

    answer = scene.while_open(the_deal_changes, lambda: click(token, PRIYA, scene.ports))

    assert isinstance(answer, ClickReply)
    assert answer.outcome is ClickOutcome.CHANGED_NOTHING
    assert "it changed a moment ago, and the motion is now matched" in answer.text
    assert (scene.state, scene.latest()[0].verdict) == (MotionState.MATCHED, None)


def test_a_change_of_the_deal_that_meets_a_click_leaves_the_decision_alone(scene: Scene) -> None:
    token, before = scene.latest()[0].token, scene.store.read(lambda uow: uow.motions.get(MOTION))
    assert before is not None

    def the_deal_changes() -> object:
        with scene.store.transaction() as uow:
            return advance(uow, before, MotionState.MATCHED, at=scene.ports.clock.now(), actor="crm", next_act="x")

    def click(uow: UnitOfWork) -> None:
        assert uow.decisions.claim(token, Verdict.DENIED, by=PRIYA, at=scene.ports.clock.now())
        assert advance(uow, before, MotionState.DENIED, at=scene.ports.clock.now(), actor="Priya", next_act="no")

    assert scene.while_open(click, the_deal_changes) is None
    assert scene.state is MotionState.DENIED


def test_of_four_clicks_in_the_same_second_one_counts(scene: Scene) -> None:
    token = scene.latest()[0].token

    answers = scene.at_once(*(lambda by=by: approve(token, by, scene.ports) for by in (PRIYA, TOMAS, DANA, PRIYA)))

    assert outcomes(answers).count(ClickOutcome.DONE) == 1
    assert all("already approved by" in str(a) or "Approved." in str(a) for a in answers)
    assert scene.state is MotionState.FILING


def test_of_a_denial_and_an_approval_in_the_same_second_one_counts(scene: Scene) -> None:
    token = scene.latest()[0].token

    answers = scene.at_once(lambda: approve(token, PRIYA, scene.ports), lambda: deny(token, DANA, "no", scene.ports))

    assert outcomes(answers).count(ClickOutcome.DONE) == 1
    ends = {Verdict.APPROVED: MotionState.FILING, Verdict.DENIED: MotionState.DENIED}
    verdict = scene.latest()[0].verdict
    assert verdict is not None
    assert scene.state is ends[verdict]


def test_a_click_that_meets_the_end_of_its_time_never_hangs(scene: Scene) -> None:
    token = scene.latest()[0].token
    scene.ports.clock.advance(5 * DAY)  # type: ignore[attr-defined]  # the world's clock

    scene.at_once(lambda: expire_cards(scene.ports), lambda: approve(token, PRIYA, scene.ports))

    assert (scene.state, scene.latest()[0].verdict) == (MotionState.EXPIRED, Verdict.EXPIRED)


def test_two_people_in_the_same_second_are_the_first_and_the_second(postgres_engine: Engine) -> None:
    scene = Scene(asking(1_000_000), postgres_engine)
    token = scene.latest()[0].token

    answers = scene.at_once(*(lambda by=by: approve(token, by, scene.ports) for by in (PRIYA, TOMAS)))

    approval = scene.latest()[0]
    assert outcomes(answers) == [ClickOutcome.DONE] * 2
    assert {approval.first_by, approval.decided_by} == {PRIYA.key, TOMAS.key}
    assert (approval.verdict, scene.state) == (Verdict.APPROVED, MotionState.FILING)


def test_one_person_twice_in_the_same_second_is_the_first_only(postgres_engine: Engine) -> None:
    scene = Scene(asking(1_000_000), postgres_engine)
    token = scene.latest()[0].token

    answers = scene.at_once(*[lambda: approve(token, PRIYA, scene.ports)] * 3)

    assert outcomes(answers).count(ClickOutcome.DONE) == 1
    assert (scene.latest()[0].verdict, scene.state) == (None, MotionState.AWAITING)


@pytest.mark.parametrize("other", [write_it, not_now])
def test_both_requests_of_a_card_in_the_same_second_are_each_decided_once(
    postgres_engine: Engine, other: Click
) -> None:
    scene = Scene(asking(19_000), postgres_engine)
    match, referral = scene.latest(ProposalKind.WRITE_CRM)[0].token, scene.latest()[0].token

    answers = scene.at_once(lambda: approve(referral, PRIYA, scene.ports), lambda: other(match, TOMAS, scene.ports))

    verdict = scene.latest(ProposalKind.WRITE_CRM)[0].verdict
    assert scene.latest()[0].verdict is Verdict.APPROVED
    if outcomes(answers).count(ClickOutcome.DONE) == 2:
        assert verdict is (Verdict.APPROVED if other is write_it else Verdict.DENIED)
    else:
        assert verdict is Verdict.COVERED


def first_call(scene: Scene, sent: list[str]) -> str:
    motion = scene.store.read(lambda uow: uow.motions.get(MOTION))
    assert motion is not None
    proposal = scene.latest()[1]
    plan = Plan(f"{MOTION}:file.create", MOTION, "aws.create", "aws", "aws", Recovery.LOOK_UP, {"seal": proposal.seal})
    guard = guard_of(motion, proposal, scene.ports)
    return perform(plan, scene.ports, send=lambda _: sent.append("create") or "O1", guard=guard)  # type: ignore[func-returns-value]


def test_a_first_call_that_meets_a_taking_back_does_not_leave(postgres_engine: Engine) -> None:
    scene, sent = Scene(approved(), postgres_engine), list[str]()
    token = scene.latest()[0].token

    def taken_back(uow: UnitOfWork) -> None:
        assert uow.motions.locked(MOTION) is not None
        assert uow.decisions.revoke(token, by=TOMAS, at=scene.ports.clock.now())

    answer = scene.while_open(taken_back, lambda: failure_of(lambda: first_call(scene, sent)))

    assert "was taken back by Tomas Lindqvist" in str(answer)
    assert sent == []


def test_a_taking_back_that_meets_the_first_call_comes_too_late(postgres_engine: Engine) -> None:
    scene = Scene(approved(), postgres_engine)
    token, proposal = scene.latest()[0].token, scene.latest()[1]
    motion = scene.store.read(lambda uow: uow.motions.get(MOTION))
    assert motion is not None
    plan = Plan(f"{MOTION}:file.create", MOTION, "aws.create", "aws", "aws", Recovery.LOOK_UP, {"seal": proposal.seal})

    def claim(uow: UnitOfWork) -> None:
        guard_of(motion, proposal, scene.ports)(uow)
        assert uow.effects.intend(_effect_of(plan, scene.ports, scene.ports.clock.now()))

    answer = scene.while_open(claim, lambda: undo(token, DANA, scene.ports))

    assert isinstance(answer, ClickReply)
    assert "Too late to take it back: the first call to AWS's portal is under way." in answer.text
    assert scene.latest()[0].verdict is Verdict.APPROVED


def test_a_call_or_a_taking_back_in_the_same_second_never_both(postgres_engine: Engine) -> None:
    scene, sent = Scene(approved(), postgres_engine), list[str]()
    token = scene.latest()[0].token

    def call() -> object:
        try:
            return first_call(scene, sent)
        except Rejected as error:
            return error

    _, taken = scene.at_once(call, lambda: undo(token, DANA, scene.ports))

    assert isinstance(taken, ClickReply)
    assert (taken.outcome is ClickOutcome.DONE) is (sent == [])
    assert (scene.latest()[0].verdict is Verdict.REVOKED) is (sent == [])


def test_who_stops_everything_waits_for_what_is_being_let_out_and_nothing_follows(scene: Scene) -> None:
    sent: list[str] = []

    def stop() -> object:
        with scene.store.transaction() as uow:
            now = scene.ports.clock.now()
            return set_stop(uow, Stop(is_on=True, by_name=DANA.name, at=now, reason=""), by=DANA)

    assert scene.while_open(lambda uow: uow.switches.locked_stop(), stop) is True
    plan = Plan("m1:x", "m1", "test.thing", "there", "internal", Recovery.REPEAT, {})

    failure = failure_of(lambda: perform(plan, scene.ports, send=lambda _: sent.append("x") or ""))  # type: ignore[func-returns-value]

    assert isinstance(failure, Unavailable)
    assert sent == []


def test_a_standing_approval_is_given_once_by_two_clicks_in_the_same_second(scene: Scene) -> None:
    offer = standing("AWS up to 60000 USD until 2026-12-31", PRIYA, scene.ports)
    assert isinstance(offer, StandingOffer)
    token = offer.standing.token

    answers = scene.at_once(*[lambda: give(token, PRIYA, scene.ports)] * 3)

    assert outcomes(answers).count(ClickOutcome.DONE) == 1
