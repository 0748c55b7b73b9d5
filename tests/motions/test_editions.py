"""Editions: a week, a month or a quarter in one picture, once, in the days of those who read it."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motions.edition_surfaces import Period, Span
from motions.editions import SHOWN, due_editions, edition_of, send_edition
from motions.errors import OutcomeUnknown, WrongReaders
from motions.model import MotionId, MotionState, PartnerKey
from motions.mornings import Mornings
from motions.queues import due_digests
from tests.fakes.files import FakeFiles, Shared
from tests.fakes.world import CHANNEL, World
from tests.motions.stages import handed_off

NEW_YORK = ZoneInfo("America/New_York")
WEEK = Period.around(Span.WEEK, date(2026, 11, 23))
NEXT_MONDAY = datetime(2026, 11, 30, 13, 31, tzinfo=UTC)  # half past eight in New York


def files(made: World) -> FakeFiles:
    found = made.ports.files
    assert isinstance(found, FakeFiles)
    return found


def shared(made: World) -> list[Shared]:
    return files(made).shared


def send(made: World, period: Period = WEEK) -> None:
    send_edition(CHANNEL, period.span.value, period.first.isoformat(), NEW_YORK.key, made.ports)


@given(st.sampled_from(Span), st.dates(date(2020, 1, 1), date(2040, 1, 1)))
def test_every_day_lies_in_one_period_and_they_follow_each_other(span: Span, day: date) -> None:
    period = Period.around(span, day)

    assert period.first <= day < period.past
    assert period.before().past == period.first
    assert Period.around(span, period.past).before() == period


@pytest.mark.parametrize(
    ("day", "spans"),
    [
        (date(2026, 11, 23), ["week:2026-11-16"]),
        (date(2026, 11, 26), ["week:2026-11-16"]),
        (date(2026, 11, 27), []),
        (date(2026, 12, 1), ["week:2026-11-23", "month:2026-11-01"]),
        (date(2027, 1, 4), ["week:2026-12-28", "month:2026-12-01", "quarter:2026-10-01"]),
    ],
)
def test_one_is_due_in_the_first_days_after(day: date, spans: list[str]) -> None:
    due = [each.id for each in due_editions(CHANNEL, day, NEW_YORK)]

    assert due == [f"edition:{CHANNEL}:{each}" for each in spans]


def test_a_week_is_told_on_monday_once_with_what_was_accepted() -> None:
    made = handed_off()

    for minutes in (0, 5, 90):
        made.clock.move_to(NEXT_MONDAY + timedelta(minutes=minutes))
        due_digests(made.ports, Mornings())
        made.durable.settle()

    [told] = shared(made)
    assert (told.channel, told.thread_ts, told.name) == (CHANNEL, None, "co-sell-week-2026-11-23.png")
    assert "*Co-sell with AWS, week of 23 November 2026*" in told.words
    assert "1 matched (0 the week before), 1 approved (0), 1 accepted (0)." in told.words
    assert "Acmeco" in told.words
    assert files(made).uploaded[told.file_id].startswith(b"\x89PNG")
    assert files(made).alts[told.file_id].endswith("23-29 Nov: 1 matched, 1 approved, 1 accepted.")


def test_a_channel_where_nothing_ever_happened_is_left_in_peace() -> None:
    made = handed_off()

    send_edition("C0AWSEAST", "week", "2026-11-23", NEW_YORK.key, made.ports)

    assert shared(made) == []


def test_a_week_without_anything_after_one_with_something_says_so() -> None:
    made = handed_off()

    send(made, Period.around(Span.WEEK, date(2026, 11, 30)))

    assert shared(made)[0].words.endswith("\nNothing was matched, approved or accepted.")


def test_what_was_rejected_is_not_accepted() -> None:
    made = handed_off()
    made.note(state=MotionState.REJECTED)

    edition = edition_of(CHANNEL, WEEK, NEW_YORK, made.ports)

    assert (edition.tallies[-1].approved, edition.tallies[-1].accepted, edition.largest) == (1, 0, ())


def test_a_day_ends_at_the_readers_midnight() -> None:
    made = handed_off()
    sunday_evening = datetime(2026, 11, 30, 4, 30, tzinfo=UTC)  # 23:30 on Sunday in New York
    late = replace(made.motion, id=MotionId("late"), matched_at=sunday_evening)
    with made.store.transaction() as uow:
        uow.motions.add(late)

    here = edition_of(CHANNEL, WEEK, NEW_YORK, made.ports)
    there = edition_of(CHANNEL, WEEK, ZoneInfo("UTC"), made.ports)

    assert (here.tallies[-1].matched, there.tallies[-1].matched) == (2, 1)


@pytest.mark.parametrize("span", Span)
def test_as_many_periods_are_compared_as_a_picture_holds(span: Span) -> None:
    made = handed_off()

    edition = edition_of(CHANNEL, Period.around(span, date(2026, 11, 23)), NEW_YORK, made.ports)

    assert len(edition.tallies) == SHOWN[span]
    assert [tally.matched for tally in edition.tallies] == [*[0] * (SHOWN[span] - 1), 1]


def test_where_somebody_else_reads_nothing_is_shown() -> None:
    made = handed_off()
    made.messenger.rooms[CHANNEL] = (PartnerKey("aws"),)

    with pytest.raises(WrongReaders):
        send(made)

    assert shared(made) == []


def test_a_lost_answer_is_looked_for_before_it_is_shown_again(monkeypatch: pytest.MonkeyPatch) -> None:
    made = handed_off()
    slack = files(made)
    share = slack.share

    def losing(file_id: str, name: str, channel: str, thread: str | None, words: str) -> None:
        share(file_id, name, channel, thread, words)
        raise OutcomeUnknown("Slack", "no answer")

    monkeypatch.setattr(slack, "share", losing)
    made.clock.move_to(NEXT_MONDAY)
    due_digests(made.ports, Mornings())
    made.durable.settle()
    made.advance(timedelta(minutes=20))

    assert len(shared(made)) == 1
    assert made.problems(f"edition:{CHANNEL}:week:2026-11-23") == []
