"""Nothing the bot asks of its store costs more for all the motions that are over."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest

from motions import asking, desk, handoffs, nudging, queues, resuming, reviewing, sweeping, triggers
from motions.approvals import approve
from motions.deals import OpportunityId
from motions.desk_surfaces import EVERYTHING, Look, Pile
from motions.model import EffectKey, MessageRef, Motion, MotionId, MotionState, ProposalId, Token, TriggerId
from motions.mornings import Mornings
from motions.opening import motion_id_of
from motions.records import UnitOfWork
from motions.referrals import Review
from store.engine import open_engine
from tests.fakes.world import ALEX, AWS, DANA, DAY, MINUTE, PRIYA, SECOND, SELLER, World, a_deal, world
from tests.motions.stages import PAM, POLL
from tests.store.questions import Questions, SqlBacked, dearer, questions_of, whole_reads
from tests.store.samples import an_envelope

OVER = (MotionState.ENGAGED, MotionState.HANDED_OFF, MotionState.DENIED, MotionState.REJECTED, MotionState.EXPIRED)
FEW, MANY = 20, 150
LONG_AGO = timedelta(days=100)


@dataclass
class Day:
    """A busy day's questions, and which of them read all of something that grows."""

    noted: Questions
    whole: list[str]


@pytest.fixture(scope="module")
def day(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[[int], Day]:
    """The same day after so many finished motions."""

    def lived(count: int) -> Day:
        engine = open_engine(f"sqlite:///{shutil.copy(sqlite_template, tmp_path_factory.mktemp('grown'))}")
        made = world(a_deal(1), a_deal(2), a_deal(3), on=SqlBacked(engine))
        _run(made, 1)
        _multiply(made, count)
        with questions_of(engine) as noted:
            _run(made, 2)
            _look_and_sweep(made)
        found = Day(noted, whole_reads(noted, engine))
        engine.dispose()
        return found

    return lived


def test_no_question_reads_all_of_what_grows(day: Callable[[int], Day]) -> None:
    busy = day(1)

    assert len(busy.noted.asked) > 50
    assert busy.whole == []


def test_no_question_costs_more_after_many_motions_than_after_few(
    day: Callable[[int], Day], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("store.motions.COUNTED_TO", FEW // len(OVER))
    monkeypatch.setattr("motions.queues.SHOWN", FEW // len(OVER))

    few, many = day(FEW).noted.steps, day(MANY).noted.steps

    assert dearer(few, many) == []


def _run(made: World, n: int) -> None:
    """One deal's motion to its end."""
    deal = a_deal(n).id
    made.change(deal, stage_name="Proposal")
    made.poll()
    made.clock.advance(SECOND)
    approve(_token(made, deal), PRIYA, made.ports)
    made.durable.settle()
    made.portal.review(f"O{n}", Review.ACCEPTED, **PAM)
    reviewing.watch_portal("aws", made.ports)
    made.advance(POLL)
    handed = _motion(made, deal)
    assert handed.handoff is not None
    assert handed.handoff_token is not None
    handoffs.replied("C0SOMEWHERE", "1.1", ALEX, made.ports)
    handoffs.take(handed.handoff_token, ALEX, made.ports)
    made.durable.settle()
    assert _motion(made, deal).state is MotionState.ENGAGED


def _look_and_sweep(made: World) -> None:
    """What people look at and what the schedule asks, while one card waits."""
    made.change(a_deal(3).id, stage_name="Proposal")
    made.poll()
    for person in (PRIYA, DANA, SELLER):
        queues.queue_for(person, made.ports)
        queues.digest_for(person, "2026-11-24", made.ports)
        for look in (EVERYTHING, *(Look(pile) for pile in Pile)):
            desk.home_for(person, look, made.ports)
        for asked in ("status", "Acmeco", "why Acmeco", str(a_deal(3).id)):
            asking.answer(asked, person, made.ports)
    made.advance(MINUTE)
    for sweep in (
        sweeping.expire_cards,
        sweeping.restart_lost,
        sweeping.restart_failed,
        sweeping.forget_payloads,
        resuming.resume_missing,
        nudging.sweep_cold,
        lambda ports: queues.due_digests(ports, Mornings()),
        triggers.sweep_late,
        triggers.reconcile,
    ):
        sweep(made.ports)
    with made.store.transaction() as uow:
        uow.inbox.receive(an_envelope("click"))
        uow.inbox.take(now=made.clock.now(), until=made.clock.now() + MINUTE, limit=10)
        uow.inbox.handled("click", made.clock.now())


def _multiply(made: World, count: int) -> None:
    """The first deal's finished motion again and again, under other ids, long ago and in every state that is over."""
    motion = _motion(made, a_deal(1).id)
    with made.store.transaction() as uow:
        for n in range(count):
            _copy(motion, n, made, uow)


def _copy(motion: Motion, n: int, made: World, uow: UnitOfWork) -> None:
    deal, trigger, match = (
        uow.deals.get(motion.opportunity_id),
        uow.matches.trigger(motion.trigger_id),
        uow.matches.latest(motion.opportunity_id),
    )
    latest = uow.decisions.latest(motion.id)
    assert deal is not None
    assert trigger is not None
    assert match is not None
    assert latest is not None
    motion_id, opportunity_id, trigger_id = MotionId(f"old{n}"), OpportunityId(f"006OLD{n:012}"), TriggerId(f"t{n}")
    uow.deals.save([replace(deal, id=opportunity_id, is_closed=True)])
    seen_at = trigger.seen_at - LONG_AGO
    uow.matches.add_trigger(replace(trigger, id=trigger_id, opportunity_id=opportunity_id, seen_at=seen_at))
    uow.matches.add([replace(match, opportunity_id=opportunity_id, trigger_id=trigger_id)])
    uow.motions.add(
        replace(
            motion,
            id=motion_id,
            opportunity_id=opportunity_id,
            trigger_id=trigger_id,
            state=OVER[n % len(OVER)],
            referral_id=f"OLD{n}",
            handoff_token=Token(f"h{n}"),
            handoff=MessageRef("C0OLD", f"{n}.0"),
            updated_at=made.clock.now() - LONG_AGO,
            seen_at=motion.seen_at - LONG_AGO,
        )
    )
    approval, proposal = latest
    newer = replace(proposal, id=ProposalId(f"p{n}"), motion_id=motion_id)
    uow.decisions.add(newer, replace(approval, token=Token(f"k{n}"), proposal_id=newer.id, motion_id=motion_id))
    for effect in uow.effects.of(motion.id):
        key = EffectKey(effect.key.replace(motion.id, motion_id))
        uow.effects.intend(replace(effect, key=key, subject=motion_id))
    for entry in uow.log.of(motion.id):
        uow.log.append(replace(entry, subject=motion_id))
    handled = made.clock.now() - 2 * DAY  # younger than keys get
    uow.inbox.receive(an_envelope(f"e{n}", received_at=handled))
    uow.inbox.handled(f"e{n}", handled)


def _motion(made: World, deal: OpportunityId) -> Motion:
    found: Motion | None = made.read(lambda uow: uow.motions.get(motion_id_of(deal, AWS)))
    assert found is not None
    return found


def _token(made: World, deal: OpportunityId) -> Token:
    found = made.read(lambda uow: uow.decisions.latest(motion_id_of(deal, AWS)))
    assert found is not None
    token: Token = found[0].token
    return token
