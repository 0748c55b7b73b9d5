"""When a handoff goes cold: reminders at a human pace, never at night or on a weekend, and a person when they fail."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from motions.handoffs import WORKDAYS, due_day, replied, take
from motions.model import MotionState
from motions.nudging import is_quiet, nudge, sweep_cold
from tests.fakes.messenger import Posted
from tests.fakes.world import ALEX, AWS, DAY, MOTION, PRIYA, SHARED, World, configuration
from tests.motions.stages import handed_off

POLICY = configuration().policy
HOUR = timedelta(hours=1)


def hours(made: World, count: int) -> None:
    """Let hours pass; the schedule sweeps in each."""
    for _ in range(count):
        made.advance(HOUR)
        sweep_cold(made.ports)
        made.durable.settle()


def reminders(made: World) -> list[Posted]:
    return [each for each in made.messenger.in_channel(SHARED) if each.thread_ts]


def test_nobody_is_reminded_in_the_first_two_days() -> None:
    made = handed_off()

    hours(made, 47)

    assert reminders(made) == []


def test_reminders_come_every_two_days_in_the_thread_and_end_with_a_person() -> None:
    made = handed_off()
    thread = made.messenger.in_channel(SHARED)[0].ref.ts

    hours(made, 14 * 24)

    sent = reminders(made)
    assert [each.thread_ts for each in sent] == [thread] * 3
    # Monday 15:00 UTC; due on Wednesday, Friday, and on Sunday, which waits for Monday morning in New York.
    assert [f"{each.at:%a %H}" for each in sent] == ["Wed 15", "Fri 15", "Mon 13"]
    [item] = made.read(lambda uow: uow.exceptions.of(MOTION))
    assert (item.code, item.owner) == ("handoff-cold", PRIYA.email)
    assert "after 3 reminders" in item.reason
    assert item.next_act == "call Jordan Blake <jordan.blake@aws-partner.example>"
    assert made.motion.nudges == 3
    assert made.motion.due_at is None


def test_a_partner_whose_person_nobody_knows_is_called_by_name() -> None:
    made = handed_off(nudges_at_most=0)
    made.note(pam=None)

    hours(made, 49)

    assert made.read(lambda uow: uow.exceptions.of(MOTION))[0].next_act == "call AWS"


def test_a_handoff_that_never_arrived_is_a_persons_not_a_reminder() -> None:
    made = handed_off()
    made.note(handoff=None)

    hours(made, 49)

    assert made.problems(MOTION) == ["handoff-cold"]
    assert reminders(made) == []


@pytest.mark.parametrize("how", ["click", "reply"])
def test_the_first_answer_ends_the_reminders(how: str) -> None:
    made = handed_off()
    hours(made, 50)
    token, handoff = made.motion.handoff_token, made.motion.handoff
    assert token is not None
    assert handoff is not None
    if how == "click":
        take(token, ALEX, made.ports)
    else:
        replied(handoff.channel, handoff.ts, ALEX, made.ports)
    hours(made, 10 * 24)

    assert len(reminders(made)) == 1
    assert made.state is MotionState.ENGAGED


def test_an_answer_while_the_reminder_is_on_its_way_stops_it() -> None:
    made = handed_off()
    made.advance(2 * DAY + HOUR)
    sweep_cold(made.ports)
    token = made.motion.handoff_token
    assert token is not None
    take(token, ALEX, made.ports)
    made.durable.settle()

    assert reminders(made) == []


def test_the_same_reminder_is_sent_once() -> None:
    made = handed_off()
    hours(made, 50)

    nudge(MOTION, made.motion.epoch, 1, made.ports)
    made.durable.run_again()

    assert len(reminders(made)) == 1


def test_at_night_nobody_is_reminded_and_nothing_is_forgotten() -> None:
    made = handed_off()
    made.note(due_at=datetime(2026, 11, 24, 2, 0, tzinfo=UTC))  # nine in the evening in New York
    hours(made, 21)
    night = reminders(made)
    hours(made, 3)

    assert night == []
    assert len(reminders(made)) == 1


@pytest.mark.parametrize(
    ("moment", "tz", "quiet"),
    [
        (datetime(2026, 11, 23, 13, 0, tzinfo=UTC), "America/New_York", False),  # 08:00
        (datetime(2026, 11, 23, 12, 59, tzinfo=UTC), "America/New_York", True),
        (datetime(2026, 11, 23, 23, 59, tzinfo=UTC), "America/New_York", False),  # 18:59
        (datetime(2026, 11, 24, 0, 0, tzinfo=UTC), "America/New_York", True),  # 19:00
        (datetime(2026, 11, 23, 13, 0, tzinfo=UTC), "Asia/Tokyo", True),
        (datetime(2026, 11, 28, 15, 0, tzinfo=UTC), "America/New_York", True),  # Saturday
        (datetime(2026, 11, 30, 1, 0, tzinfo=UTC), "Asia/Tokyo", False),  # Monday there, Sunday in New York
        (datetime(2026, 10, 30, 12, 30, tzinfo=UTC), "America/New_York", False),  # 08:30 in summer time
        (datetime(2026, 11, 2, 12, 30, tzinfo=UTC), "America/New_York", True),  # 07:30 once it has ended
    ],
)
def test_quiet_is_the_partners_own_night_and_weekend(moment: datetime, tz: str, quiet: bool) -> None:
    assert is_quiet(moment, tz, POLICY) is quiet


@settings(max_examples=60)
@given(moment=st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001 - Hypothesis wants naive bounds
def test_nobody_is_ever_reminded_outside_working_hours(moment: datetime) -> None:
    if not is_quiet(moment, "UTC", POLICY):
        assert moment.isoweekday() <= WORKDAYS
        assert time(8) <= moment.time() < time(19)


@pytest.mark.parametrize(
    ("start", "due"),
    [
        (date(2026, 11, 23), date(2026, 11, 26)),  # Monday
        (date(2026, 11, 24), date(2026, 11, 27)),
        (date(2026, 11, 25), date(2026, 11, 30)),  # over a weekend
        (date(2026, 11, 27), date(2026, 12, 2)),
        (date(2026, 11, 28), date(2026, 12, 2)),  # Saturday
        (date(2026, 11, 29), date(2026, 12, 2)),
    ],
)
def test_the_next_step_is_due_three_working_days_on(start: date, due: date) -> None:
    assert due_day(start) == due


@settings(max_examples=60)
@given(start=st.dates(date(2026, 1, 1), date(2028, 1, 1)))
def test_a_due_day_is_a_working_day_three_to_five_days_away(start: date) -> None:
    due = due_day(start)

    assert due.isoweekday() <= WORKDAYS
    assert 3 <= (due - start).days <= 5


def test_a_partner_elsewhere_is_reminded_in_their_own_day() -> None:
    made = handed_off()
    partners = tuple(
        p.model_copy(update={"tz": "Asia/Tokyo"}) if p.key == AWS else p for p in made.ports.config.partners
    )
    made.use(made.ports.config.model_copy(update={"partners": partners}))

    hours(made, 4 * 24)

    assert [f"{each.at:%a %H}" for each in reminders(made)] == ["Wed 23"]  # eight on Thursday morning in Tokyo
