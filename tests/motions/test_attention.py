"""The attention budget: a day has room for so much; the rest comes in one message, and stands in Home until then."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from motions.approvals import approve
from motions.attention import SHOWN, may_interrupt, may_mention, sweep_held
from motions.attention_records import Ping
from motions.desk import home_for
from motions.desk_surfaces import EVERYTHING
from motions.errors import OutcomeUnknown
from motions.model import MessageRef, Motion, MotionId, Token
from motions.nudging import remind_less, sweep_cold
from motions.policy import Tell
from motions.referrals import Review
from motions.surfaces import ClickOutcome
from tests.fakes.messenger import Posted, Trouble
from tests.fakes.people import FakePeople
from tests.fakes.world import ALEX, AWS, CHANNEL, DAY, JORDAN, MOTION, PRIYA, SELLER, SHARED, World, world
from tests.motions.stages import PAM, POLL, handed_off
from tests.motions.test_closing import partner_with
from tests.motions.test_nudges import reminders

ROOM = "D0DARCEL"
HOUR = timedelta(hours=1)
TUESDAY = datetime(2026, 11, 24, 14, 30, tzinfo=UTC)  # half past eight in Chicago, where the seller is


def told(made: World) -> list[Posted]:
    return [each for each in made.messenger.in_channel(ROOM) if each.key.startswith("held:")]


def interrupt(made: World, *names: str) -> list[bool]:
    return [may_interrupt(name, SELLER, f"About {name}", made.ports, subject="seller") for name in names]


def morning(made: World, at: datetime = TUESDAY) -> None:
    made.clock.move_to(at)
    sweep_held(made.ports)
    made.durable.settle()


def test_a_day_has_room_for_so_many_and_the_answer_stays_the_same() -> None:
    made = world(pings_a_day=2)

    assert interrupt(made, "a", "b", "c", "a", "c") == [True, True, False, True, False]
    assert made.events("seller") == ["note.held"]
    made.clock.advance(DAY)
    assert interrupt(made, "c", "d") == [False, True]


def test_without_a_number_there_is_no_end() -> None:
    made = world(pings_a_day=None)

    assert all(interrupt(made, *map(str, range(200))))


def test_a_day_is_the_persons_own() -> None:
    made = world(pings_a_day=1)
    made.clock.move_to(datetime(2026, 11, 24, 5, 59, tzinfo=UTC))  # a minute to midnight in Chicago

    assert interrupt(made, "a", "b") == [True, False]
    made.clock.advance(timedelta(minutes=1))
    assert interrupt(made, "c") == [True]


def test_what_is_beyond_a_day_is_told_in_one_message_the_next_morning() -> None:
    made = handed_off(pings_a_day=1)
    assert len(made.messenger.in_channel(ROOM)) == 1
    interrupt(made, "b", "c")

    morning(made, TUESDAY - HOUR)
    assert told(made) == []
    for _ in range(3):
        morning(made)

    [message] = told(made)
    assert "Held back for you since yesterday: 2 notes" in str(message.message["text"])
    assert all(words in str(message.message) for words in ("About b", "About c"))


def test_the_seller_hears_of_an_acceptance_the_next_morning_when_the_day_was_full() -> None:
    made = world(pings_a_day=1)
    interrupt(made, "something else")
    made.change(stage_name="Proposal")
    made = _accepted(made)

    assert made.messenger.in_channel(ROOM) == []
    morning(made)

    assert "AWS accepted the co-sell on" in str(told(made)[0].message)


def test_what_a_partner_wants_told_in_the_channel_interrupts_nobody() -> None:
    made = world(pings_a_day=1)
    partner_with(made, tell_seller=Tell.CHANNEL)
    interrupt(made, "something else")
    made.change(stage_name="Proposal")

    _accepted(made)

    assert any("accepted the co-sell" in str(each.message) for each in made.messenger.in_channel(CHANNEL))
    assert home_for(SELLER, EVERYTHING, made.ports).held == ()


def test_whom_slack_does_not_know_any_more_is_asked_for_fourteen_days_and_no_longer() -> None:
    made = world(pings_a_day=1)
    interrupt(made, "a", "b")
    made.ports = replace(made.ports, people=FakePeople())

    morning(made, TUESDAY + 13 * DAY)
    assert made.read(lambda uow: uow.pings.due(made.clock.now())) == [SELLER.email]
    morning(made, TUESDAY + 15 * DAY)

    assert made.read(lambda uow: uow.pings.due(made.clock.now())) == []


def test_what_was_held_back_is_in_home_until_it_is_told() -> None:
    made = world(pings_a_day=1)
    interrupt(made, "a", "b")

    assert home_for(SELLER, EVERYTHING, made.ports).held == ("About b",)
    assert home_for(PRIYA, EVERYTHING, made.ports).held == ()
    morning(made)

    assert home_for(SELLER, EVERYTHING, made.ports).held == ()


def test_of_many_the_first_are_told_and_the_rest_is_counted() -> None:
    made = world(pings_a_day=1)
    interrupt(made, "a", *map(str, range(SHOWN + 3)))

    morning(made)

    assert "13 notes" in str(told(made)[0].message["text"])
    assert "and 3 more" in str(told(made)[0].message)


def test_a_lost_answer_tells_nothing_twice() -> None:
    made = world(pings_a_day=1)
    interrupt(made, "a", "b")
    made.messenger.troubles += [Trouble(OutcomeUnknown("Slack", "no answer"), after=True)]

    morning(made)
    made.advance(timedelta(minutes=10))
    morning(made, TUESDAY + DAY)

    assert len(told(made)) == 1


def test_a_weekend_is_no_morning() -> None:
    made = world(pings_a_day=1)
    made.clock.move_to(datetime(2026, 11, 27, 20, tzinfo=UTC))
    interrupt(made, "a", "b")

    morning(made, datetime(2026, 11, 28, 20, tzinfo=UTC))
    assert told(made) == []
    morning(made, datetime(2026, 11, 30, 14, 30, tzinfo=UTC))

    assert len(told(made)) == 1


def test_a_mention_is_left_out_when_the_day_is_full() -> None:
    made = world(pings_a_day=1)

    assert [may_mention(key, PRIYA, made.ports) for key in ("a", "b", "a")] == [True, False, True]
    assert home_for(PRIYA, EVERYTHING, made.ports).held == ()


def test_a_partners_day_ends_too_and_the_rest_is_reminded_of_the_next() -> None:
    made = handed_off(pings_a_day=1)
    made.clock.advance(2 * DAY + HOUR)
    with made.store.transaction() as uow:
        uow.pings.add(Ping("another handoff", ALEX.user_id, made.clock.now()))

    for _ in range(8):
        made.advance(HOUR)
        sweep_cold(made.ports)
        made.durable.settle()
    today = reminders(made)
    made.clock.move_to(datetime(2026, 11, 26, 13, 5, tzinfo=UTC))  # five past eight in New York, where they are
    sweep_cold(made.ports)
    made.durable.settle()

    assert (today, len(reminders(made))) == ([], 1)


def test_fewer_reminders_come_half_as_often_for_every_handoff() -> None:
    made = handed_off(nudges_at_most=10)
    _second_handoff(made)
    token = _token(made)

    reply = remind_less(token, ALEX, made.ports)

    assert (reply.outcome, "every 4 days" in reply.text) == (ClickOutcome.DONE, True)
    both: list[Motion] = made.read(lambda uow: [uow.motions.get(MotionId(each)) for each in (MOTION, "second")])
    assert [each.due_at for each in both] == [made.clock.now() + 4 * DAY] * 2
    texts = [remind_less(token, ALEX, made.ports).text for _ in range(3)]
    assert [("8 days" in texts[0]), ("16 days" in texts[1]), ("already" in texts[2])] == [True] * 3


def test_only_whom_the_reminders_are_for_has_fewer_of_them() -> None:
    made = handed_off()
    token, before = _token(made), made.motion.due_at

    others = [remind_less(token, each, made.ports) for each in (JORDAN, PRIYA)]
    unknown = remind_less(Token("no such"), ALEX, made.ports)

    assert {each.outcome for each in (*others, unknown)} == {ClickOutcome.CHANGED_NOTHING}
    assert "These reminders are for Alex Moreno" in others[0].text
    assert made.motion.due_at == before


def test_where_nobody_is_mentioned_anybody_of_the_partner_may_say_so() -> None:
    made = handed_off()
    partner_with(made, handoff_slack_id=None)

    assert remind_less(_token(made), JORDAN, made.ports).outcome is ClickOutcome.DONE


@pytest.mark.parametrize("hours", [12, 36])
def test_a_pace_is_told_in_hours_when_it_is_no_whole_days(hours: int) -> None:
    made = handed_off(nudge_every=timedelta(hours=hours / 2))

    assert f"every {hours} hours" in remind_less(_token(made), ALEX, made.ports).text


def _accepted(made: World) -> World:
    made.poll()
    approve(made.token, PRIYA, made.ports)
    made.durable.settle()
    made.portal.review("O1", Review.ACCEPTED, **PAM)
    made.advance(POLL)
    return made


def _token(made: World) -> Token:
    token = made.motion.handoff_token
    assert token is not None
    assert made.motion.partner == AWS
    return token


def _second_handoff(made: World) -> None:
    second = replace(made.motion, id=MotionId("second"), handoff=MessageRef(SHARED, "9.9"), handoff_token=Token("t2"))
    with made.store.transaction() as uow:
        uow.motions.add(second)
