"""What time alone must move: cards nobody decided, work the engine lost, and letters kept long enough."""

from dataclasses import replace
from datetime import timedelta

import pytest

from motions.approvals import approve
from motions.errors import Unavailable
from motions.model import MotionId, MotionState
from motions.moving import at_portal
from motions.proposals import Verdict
from motions.records import Arrival, Envelope
from motions.referrals import Review
from motions.sweeping import IDLE, KEYS_KEPT, RESTARTS_AT_MOST, expire_cards, forget_payloads, restart_lost
from tests.fakes.store import FakeStore
from tests.fakes.world import CHANNEL, DANA, DAY, DEAL, MINUTE, MOTION, PRIYA, SECOND, World, world
from tests.motions.stages import PAM, POLL, approved, awaiting, in_review
from tests.motions.unsteady import SlowMoveStore


def matched() -> World:
    """Matched, and nothing prepared yet."""
    made = world()
    made.portal.be_unavailable(2, at="draft", retry_after=60)
    made.change(stage_name="Proposal")
    made.poll()
    return made


def accepted() -> World:
    """Accepted, and nothing written yet."""
    made = in_review()
    made.org.fail(Unavailable("CRM", "down", retry_after=60), times=2)
    made.portal.review("O1", Review.ACCEPTED, **PAM)
    made.advance(POLL)
    return made


DRIVEN = {"matched": matched, "filing": approved, "in review": in_review, "accepted": accepted}


def test_a_card_nobody_decides_is_withdrawn_in_public() -> None:
    made = awaiting()
    made.advance(5 * DAY)

    expired = expire_cards(made.ports)
    made.durable.settle()

    approval, _ = made.decision()
    assert (expired, made.state, approval.verdict) == (1, MotionState.EXPIRED, Verdict.EXPIRED)
    assert approval.decided_by is None
    assert made.portal.referrals == ()
    [card] = made.messenger.in_channel(CHANNEL)
    assert "Withdrawn: nobody decided in time" in str(card.message)
    assert made.org.get(DEAL).cosell.status == "Expired"


def test_a_card_is_not_withdrawn_before_its_time_nor_twice() -> None:
    made = awaiting()
    made.clock.advance(5 * DAY - 2 * SECOND)
    early = expire_cards(made.ports)
    made.clock.advance(2 * SECOND)

    assert (early, expire_cards(made.ports), expire_cards(made.ports)) == (0, 1, 0)


def test_a_decided_card_does_not_expire() -> None:
    made = awaiting()
    approve(made.token, PRIYA, made.ports)
    made.note(state=MotionState.AWAITING, due_at=made.clock.now())

    assert expire_cards(made.ports) == 0


def test_a_card_without_a_request_has_nothing_to_expire() -> None:
    made = awaiting()
    made.store._rows.decisions.clear()
    made.clock.advance(5 * DAY)

    assert expire_cards(made.ports) == 0


def test_a_card_that_moves_at_the_same_moment_is_not_withdrawn() -> None:
    made = awaiting()
    made.clock.advance(5 * DAY)
    made.ports = replace(made.ports, store=SlowMoveStore(made.store))

    assert expire_cards(made.ports) == 0
    assert made.state is MotionState.AWAITING


@pytest.mark.parametrize("name", DRIVEN)
def test_work_the_engine_lost_is_started_again(name: str) -> None:
    made = DRIVEN[name]()
    made.durable.lose_waiting()
    made.portal._failures.clear()
    made.org._failures.clear()
    made.clock.advance(IDLE)

    restarted = restart_lost(made.ports)
    before = made.state
    if made.portal.referrals:
        made.portal.review("O1", Review.ACCEPTED, **PAM)
    made.advance(MINUTE)

    assert restarted == 1
    assert "segment.restarted" in made.events()
    assert made.state is not before


def test_a_card_that_was_lost_on_its_way_is_posted_after_all() -> None:
    made = world()
    made.messenger.rooms.pop(CHANNEL)
    made.change(stage_name="Proposal")
    made.poll()
    made.durable.lose_waiting()
    made.messenger.rooms[CHANNEL] = ()
    made.clock.advance(IDLE)

    restart_lost(made.ports)
    made.durable.settle()

    assert len(made.messenger.in_channel(CHANNEL)) == 1


@pytest.mark.parametrize("name", DRIVEN)
def test_work_that_is_under_way_is_left_alone(name: str) -> None:
    made = DRIVEN[name]()
    if name != "filing":
        made.clock.advance(IDLE)
    made.note(updated_at=made.clock.now() - IDLE)

    assert restart_lost(made.ports) == 0


def test_many_that_only_wait_do_not_hide_one_that_is_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("motions.sweeping.AT_ONCE", 2)
    made = in_review()
    made.durable.lose_waiting()
    waiting = [replace(made.motion, id=MotionId(f"w{n}"), seen_at=made.motion.seen_at - DAY) for n in range(3)]
    with made.store.transaction() as uow:
        for motion in waiting:
            uow.motions.add(motion)
            uow.enqueue(at_portal(motion.id, motion.epoch, "poll_review", "aws", delay=DAY))
    made.clock.advance(IDLE)

    assert restart_lost(made.ports) == 1
    assert "segment.restarted" in made.events()


def test_a_short_silence_is_no_loss() -> None:
    made = in_review()
    made.durable.lose_waiting()
    made.clock.advance(IDLE - 2 * SECOND)

    assert restart_lost(made.ports) == 0


def test_what_waits_for_a_person_is_not_lost() -> None:
    made = awaiting()
    made.clock.advance(DAY)

    assert restart_lost(made.ports) == 0


def test_work_that_gets_lost_again_and_again_ends_with_a_person() -> None:
    made = in_review()
    rounds = []
    for _ in range(RESTARTS_AT_MOST + 2):
        made.durable.lose_waiting()
        made.clock.advance(IDLE)
        rounds.append(restart_lost(made.ports))

    [item] = made.read(lambda uow: uow.exceptions.of(MOTION))
    assert rounds == [1] * (RESTARTS_AT_MOST + 1) + [0]
    assert (made.state, item.code, item.owner) == (MotionState.NEEDS_PERSON, "stuck", DANA.email)
    assert "did not get past in review in 5 attempts" in item.reason
    assert made.motion.next_act == item.next_act


def test_giving_up_on_what_just_moved_changes_nothing() -> None:
    made = in_review()
    for _ in range(RESTARTS_AT_MOST):
        made.durable.lose_waiting()
        made.clock.advance(IDLE)
        restart_lost(made.ports)
    made.durable.lose_waiting()
    made.clock.advance(IDLE)

    restart_lost(replace(made.ports, store=SlowMoveStore(made.store)))

    assert made.state is MotionState.IN_REVIEW
    assert made.problems() == []


def test_what_nobody_could_handle_is_blanked_after_the_retention() -> None:
    made = world()
    kept = made.ports.config.policy.payloads_kept
    with made.store.transaction() as uow:
        uow.inbox.receive(Envelope("stuck", "event", "secret", made.clock.now()))
    made.clock.advance(kept)
    early = forget_payloads(made.ports)
    made.clock.advance(timedelta(seconds=1))

    assert (early, forget_payloads(made.ports), forget_payloads(made.ports)) == (0, 1, 0)


def test_a_handled_envelope_is_known_for_a_month() -> None:
    made = world()
    old = Envelope("old", "event", "secret", made.clock.now())
    with made.store.transaction() as uow:
        uow.inbox.receive(old)
        uow.inbox.handled("old", made.clock.now())

    made.clock.advance(KEYS_KEPT)
    forget_payloads(made.ports)
    known = _arrival(old, made.store)
    made.clock.advance(timedelta(seconds=1))
    forget_payloads(made.ports)

    assert (known, _arrival(old, made.store)) == (Arrival.HANDLED, Arrival.NEW)


def _arrival(envelope: Envelope, store: FakeStore) -> Arrival:
    with store.transaction() as uow:
        return uow.inbox.receive(envelope)
