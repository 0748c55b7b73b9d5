"""The effect ledger: whatever happens to an answer, nothing happens twice out there, and nobody is left guessing."""

from contextlib import suppress
from datetime import datetime, timedelta

import pytest

from motions.effects import EffectStatus, Recovery, Undo
from motions.errors import AuthExpired, ConnectorError, OutcomeUnknown, Rejected, Unavailable
from motions.journal import write_log
from motions.performing import LEASE, LONGEST_SEND, SETTLING, done, perform
from motions.proposals import sha256_of
from motions.records import UnitOfWork
from motions.segments import HELD_BACK
from tests.fakes.world import SECOND, World, world
from tests.motions.outside import KEY, OtherSide, ProcessDied, attempt, effect_of, failure_of, lost, plan


@pytest.fixture
def made() -> World:
    return world()


@pytest.fixture
def there() -> OtherSide:
    return OtherSide()


def test_an_effect_happens_and_its_outcome_is_kept(made: World, there: OtherSide) -> None:
    external_id = attempt(there, made)

    effect = effect_of(made)
    assert (external_id, effect.external_id, effect.status) == ("id-1", "id-1", EffectStatus.DONE)
    assert effect.sha256 == sha256_of({"say": "hello"})
    assert effect.policy_version == made.ports.config.policy.version
    assert made.events("m1") == ["effect.intended", "effect.done"]


def test_the_intent_is_stored_before_the_call(made: World) -> None:
    seen: list[EffectStatus] = []

    def send(_payload: object) -> str:
        seen.append(effect_of(made).status)
        return "x"

    perform(plan(), made.ports, send=send)

    assert seen == [EffectStatus.INTENT]


def test_a_done_effect_is_never_sent_again(made: World, there: OtherSide) -> None:
    first = attempt(there, made)

    again = attempt(there, made, plan(payload={"say": "something else"}))

    assert (first, again, len(there.done)) == ("id-1", "id-1", 1)


def test_a_done_effect_without_an_id_has_none_the_second_time_either(made: World) -> None:
    perform(plan(), made.ports, send=lambda _: "")

    assert perform(plan(), made.ports, send=lambda _: "another") == ""


def test_a_lost_answer_is_looked_up_and_adopted(made: World, there: OtherSide) -> None:
    there.after.append(lost())
    first = failure_of(lambda: attempt(there, made))
    made.clock.advance(SETTLING)

    external_id = attempt(there, made)

    assert isinstance(first, Unavailable)
    assert first.retry_after == SETTLING.total_seconds()
    assert (external_id, len(there.done), there.looks) == ("id-1", 1, 1)
    assert effect_of(made).detail == "found after a lost answer"


def test_a_lost_answer_is_sent_again_only_when_the_look_up_finds_nothing(made: World, there: OtherSide) -> None:
    there.before.append(lost())
    failure_of(lambda: attempt(there, made))
    made.clock.advance(SETTLING)

    external_id = attempt(there, made)

    assert (external_id, len(there.done), there.looks) == ("id-1", 1, 1)


@pytest.mark.parametrize("away", [Unavailable("there", "away"), AuthExpired("there", "token")])
def test_a_try_turned_away_after_a_look_that_found_nothing_leaves_the_first_one_open(
    made: World, there: OtherSide, away: ConnectorError
) -> None:
    there.before.append(lost())
    failure_of(lambda: attempt(there, made))
    made.clock.advance(SETTLING)
    there.before.append(away)

    failure_of(lambda: attempt(there, made))
    still = effect_of(made).status
    attempt(there, made)  # at once: nothing is under way

    assert still is EffectStatus.INTENT
    assert (len(there.done), there.looks) == (1, 2)


def test_what_is_sent_again_is_what_was_stored_first(made: World, there: OtherSide) -> None:
    there.before.append(Unavailable("there", "away"))
    failure_of(lambda: attempt(there, made))
    held = effect_of(made).status

    attempt(there, made, plan(payload={"say": "something else"}))

    assert held is EffectStatus.HELD
    assert (there.done, there.looks) == ([{"say": "hello"}], 0)


@pytest.mark.parametrize(
    "failure",
    [Unavailable("there", "away"), AuthExpired("there", "token"), Rejected("there", "no"), lost()],
    ids=lambda failure: type(failure).__name__,
)
def test_a_look_up_that_fails_does_not_make_the_effect_safe_to_send(
    made: World, there: OtherSide, failure: ConnectorError
) -> None:
    there.after.append(lost())
    failure_of(lambda: attempt(there, made))
    made.clock.advance(SETTLING)
    there.looking.append(failure)

    second = failure_of(lambda: attempt(there, made))
    made.clock.advance(SETTLING)
    attempt(there, made)

    assert second is failure
    assert len(there.done) == 1


def test_what_surely_did_not_happen_is_sent_again_without_a_look(made: World, there: OtherSide) -> None:
    there.before.append(Unavailable("there", "away", retry_after=7.0))

    first = failure_of(lambda: attempt(there, made))
    held = effect_of(made).status
    external_id = attempt(there, made)

    assert isinstance(first, Unavailable)
    assert (first.retry_after, held) == (7.0, EffectStatus.HELD)
    assert (external_id, there.looks, effect_of(made).tries) == ("id-1", 0, 2)


def test_expired_credentials_hold_the_effect(made: World, there: OtherSide) -> None:
    there.before.append(AuthExpired("there", "renew the token"))

    failure = failure_of(lambda: attempt(there, made))

    assert isinstance(failure, AuthExpired)
    assert effect_of(made).status is EffectStatus.HELD


def test_a_refusal_of_something_final_stays_refused(made: World, there: OtherSide) -> None:
    there.before.append(Rejected("there", "duplicate"))
    final = plan(undo=Undo.FINAL)
    failure_of(lambda: attempt(there, made, final))

    again = failure_of(lambda: attempt(there, made, final))

    assert isinstance(again, Rejected)
    assert "duplicate" in str(again)
    assert there.done == []
    assert effect_of(made).status is EffectStatus.REFUSED


def test_a_refusal_of_anything_else_may_be_let_in_later(made: World, there: OtherSide) -> None:
    there.before.append(Rejected("there", "no such channel"))
    failure_of(lambda: attempt(there, made))
    held = effect_of(made).status

    attempt(there, made)

    assert held is EffectStatus.HELD
    assert len(there.done) == 1


def test_while_somebody_else_performs_it_nobody_may(made: World, there: OtherSide) -> None:
    answers: list[BaseException] = []

    def send(_payload: object) -> str:
        made.clock.advance(SECOND)
        answers.append(failure_of(lambda: attempt(there, made)))
        return "x"

    perform(plan(), made.ports, send=send)

    [answer] = answers
    assert isinstance(answer, Unavailable)
    assert answer.system in HELD_BACK  # it counts as no attempt of ours, and is nobody's business
    assert answer.retry_after == SETTLING.total_seconds()  # the other is done in a moment, however long its lease
    assert there.done == []


def test_right_after_a_lost_answer_the_other_side_is_given_a_moment(made: World, there: OtherSide) -> None:
    there.after.append(lost())
    failure_of(lambda: attempt(there, made))

    too_soon = failure_of(lambda: attempt(there, made))

    assert isinstance(too_soon, Unavailable)
    assert too_soon.system not in HELD_BACK  # it is the outage that failed, and counts as an attempt
    assert there.looks == 0


def test_after_a_crash_the_effect_is_looked_up_once_its_lease_is_over(made: World, there: OtherSide) -> None:
    there.after.append(ProcessDied())
    failure_of(lambda: attempt(there, made))
    made.clock.advance(LEASE - timedelta(microseconds=1))
    early = failure_of(lambda: attempt(there, made))
    made.clock.advance(SECOND)

    external_id = attempt(there, made)

    assert isinstance(early, Unavailable)
    assert early.retry_after == 0.2
    assert (external_id, len(there.done), there.looks) == ("id-1", 1, 1)


def test_who_looked_for_too_long_leaves_the_sending_to_whoever_comes_next(made: World, there: OtherSide) -> None:
    there.before.append(lost())
    failure_of(lambda: attempt(there, made))
    made.clock.advance(SETTLING)
    there.while_looking += [lambda: made.clock.advance(LEASE - LONGEST_SEND + SECOND)]

    slow = failure_of(lambda: attempt(there, made))
    made.clock.advance(LEASE)

    assert isinstance(slow, Unavailable)
    assert there.done == []
    assert attempt(there, made) == "id-1"
    assert len(there.done) == 1


def test_who_looked_for_long_may_still_report_what_was_found(made: World, there: OtherSide) -> None:
    there.after.append(lost())
    failure_of(lambda: attempt(there, made))
    made.clock.advance(SETTLING)
    there.while_looking += [lambda: made.clock.advance(LEASE)]

    assert attempt(there, made) == "id-1"


def test_an_attempt_that_was_overtaken_does_not_free_the_effect_under_the_other(made: World, there: OtherSide) -> None:
    def send_of_the_second(_payload: object) -> str:
        there.send({"say": "hello"})
        raise ProcessDied

    def sleep_and_be_overtaken() -> None:
        made.clock.advance(LEASE)
        failure_of(lambda: perform(plan(), made.ports, send=send_of_the_second, find=there.find))
        raise Unavailable("there", "the first attempt's connection was reset meanwhile")

    there.while_sending += [sleep_and_be_overtaken]
    failure_of(lambda: attempt(there, made))
    status = effect_of(made).status
    made.clock.advance(LEASE)

    assert status is EffectStatus.INTENT
    assert attempt(there, made) == "id-1"
    assert len(there.done) == 1


def test_a_repeatable_effect_is_sent_again_after_a_lost_answer(made: World, there: OtherSide) -> None:
    there.after.append(lost())
    failure_of(lambda: attempt(there, made, plan(Recovery.REPEAT)))
    made.clock.advance(SETTLING)

    attempt(there, made, plan(Recovery.REPEAT))

    assert (len(there.done), there.looks) == (2, 0)


@pytest.mark.parametrize("failure", [lost(), ProcessDied()], ids=["lost answer", "crash"])
def test_what_can_be_neither_repeated_nor_looked_up_is_left_to_a_person(
    made: World, there: OtherSide, failure: BaseException
) -> None:
    there.after.append(failure)
    ask = plan(Recovery.ASK)
    failure_of(lambda: attempt(there, made, ask))
    answers = []
    for _ in range(3):
        made.clock.advance(LEASE)
        answers.append(failure_of(lambda: attempt(there, made, ask)))

    assert [type(answer) for answer in answers] == [OutcomeUnknown] * 3
    assert effect_of(made).status is EffectStatus.UNKNOWN
    assert len(there.done) == 1


def test_the_lost_answer_of_what_cannot_be_looked_up_is_a_persons_matter_at_once(made: World, there: OtherSide) -> None:
    there.after.append(lost())

    failure = failure_of(lambda: attempt(there, made, plan(Recovery.ASK)))

    assert isinstance(failure, OutcomeUnknown)
    assert effect_of(made).status is EffectStatus.UNKNOWN


def test_what_can_be_neither_repeated_nor_looked_up_leaves_under_an_approval_only(made: World) -> None:
    with pytest.raises(Rejected, match="under a person's approval only"):
        perform(plan(Recovery.ASK), made.ports, send=lambda _payload: pytest.fail("it was sent"))

    assert made.read(lambda uow: uow.effects.get(KEY)) is None


def test_what_its_guard_forbids_does_not_leave_and_leaves_no_trace(made: World, there: OtherSide) -> None:
    def guard(_uow: UnitOfWork) -> None:
        raise Rejected("there", "taken back")

    with pytest.raises(Rejected, match="taken back"):
        perform(plan(), made.ports, send=there.send, guard=guard)

    assert there.done == []
    assert made.read(lambda uow: uow.effects.get(KEY)) is None


def test_what_is_done_already_asks_no_guard(made: World, there: OtherSide) -> None:
    def guard(_uow: UnitOfWork) -> None:
        raise Rejected("there", "taken back")

    attempt(there, made)

    assert perform(plan(), made.ports, send=there.send, guard=guard) == "id-1"


def test_the_guard_looks_in_the_transaction_that_lets_the_effect_out(made: World, there: OtherSide) -> None:
    seen: list[bool] = []

    def guard(uow: UnitOfWork) -> None:
        seen.append(uow.effects.get(KEY) is None)
        write_log(uow, made.clock.now(), "guard.looked", "m1", "guard", {})

    perform(plan(), made.ports, send=there.send, guard=guard)

    assert seen == [True]
    assert made.events("m1") == ["guard.looked", "effect.intended", "effect.done"]


def test_the_kill_switch_stops_every_effect_and_leaves_no_trace(made: World, there: OtherSide) -> None:
    made.configure(kill_switch=True)

    failure = failure_of(lambda: attempt(there, made))

    assert isinstance(failure, Unavailable)
    assert there.done == []
    assert made.read(lambda uow: uow.effects.get(KEY)) is None


def test_only_what_happened_has_an_external_id(made: World, there: OtherSide) -> None:
    unheard = made.read(lambda uow: done(uow, KEY))
    there.before.append(Unavailable("there", "away"))
    failure_of(lambda: attempt(there, made))
    held = made.read(lambda uow: done(uow, KEY))
    attempt(there, made)

    assert (unheard, held, made.read(lambda uow: done(uow, KEY))) == (None, None, "id-1")


def test_a_lease_from_before_the_clock_was_set_back_ends_all_the_same(made: World, there: OtherSide) -> None:
    there.after.append(ProcessDied())
    failure_of(lambda: attempt(there, made))
    made.clock.advance(-timedelta(hours=1))
    first = failure_of(lambda: attempt(there, made))
    made.clock.advance(LEASE)

    external_id = attempt(there, made)

    assert isinstance(first, Unavailable)
    assert (external_id, len(there.done), there.looks) == ("id-1", 1, 1)


def test_what_surely_did_not_happen_is_free_again_although_the_clock_was_set_back(
    made: World, there: OtherSide
) -> None:
    there.before.append(Unavailable("there", "away"))
    failure_of(lambda: attempt(there, made))
    made.clock.advance(-timedelta(hours=1))
    failure_of(lambda: attempt(there, made))

    attempt(there, made)

    assert (len(there.done), there.looks) == (1, 0)


@pytest.mark.parametrize("jump", [-timedelta(hours=20), timedelta(), timedelta(days=1)], ids=str)
def test_a_look_up_reaches_back_to_the_call_whatever_the_clock_did(
    made: World, there: OtherSide, jump: timedelta
) -> None:
    called_at = made.clock.now() + min(jump, timedelta())  # as the other side's clock, which was right, would have it
    there.after.append(lost())
    failure_of(lambda: attempt(there, made))
    made.clock.advance(jump + SETTLING)
    asked: list[datetime] = []

    def find(_payload: object, since: datetime) -> str:
        asked.append(since)
        return "id-1"

    for _ in range(2):
        with suppress(Unavailable):
            perform(plan(), made.ports, send=there.send, find=find)
        made.clock.advance(LEASE)

    assert len(asked) == 1
    assert asked[0] <= called_at
