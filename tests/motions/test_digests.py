"""The morning digest: once for each person and local day, wherever they are and whatever the clocks do."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from motions.deals import Money
from motions.errors import OutcomeUnknown
from motions.model import MotionId, MotionState
from motions.mornings import Mornings
from motions.queues import LINES, digest_for, due_digests, send_digest
from tests.fakes.clock import MONDAY
from tests.fakes.messenger import Posted, Trouble
from tests.fakes.people import FakePeople
from tests.fakes.world import DANA, PRIYA, TOMAS, World, a_deal, world
from tests.motions.stages import awaiting, handed_off

QUARTER = timedelta(minutes=15)


def sent_to(made: World, user_id: str) -> list[Posted]:
    return made.messenger.in_channel("D" + user_id[1:])


def live(made: World, start: datetime, days: float) -> None:
    """Let days pass with the schedule asking every quarter of an hour."""
    made.clock.move_to(start)
    mornings = Mornings()
    until = start + timedelta(days=days)
    while made.clock.now() < until:
        due_digests(made.ports, mornings)
        made.durable.settle()
        made.clock.advance(QUARTER)


def test_everybody_gets_one_a_working_day_at_their_own_half_past_eight() -> None:
    made = world()

    live(made, datetime(2026, 11, 23, tzinfo=UTC), 7)

    times = {
        person.name: [f"{m.at:%a %H:%M}" for m in sent_to(made, person.user_id)] for person in (PRIYA, TOMAS, DANA)
    }
    days = ("Mon", "Tue", "Wed", "Thu", "Fri")
    assert times == {
        "Priya Raman": [f"{day} 13:30" for day in days],  # New York
        "Tomas Lindqvist": [f"{day} 16:30" for day in days],  # Los Angeles
        "Dana Whitfield": [f"{day} 14:30" for day in days],  # Chicago
    }


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        (datetime(2026, 3, 5, tzinfo=UTC), ["05 13:30", "06 13:30", "09 12:30", "10 12:30"]),  # spring forward
        (datetime(2026, 10, 29, tzinfo=UTC), ["29 12:30", "30 12:30", "02 13:30", "03 13:30"]),  # fall back
    ],
)
def test_half_past_eight_stays_half_past_eight_when_the_clocks_change(start: datetime, expected: list[str]) -> None:
    made = world()

    live(made, start, 6)

    assert [f"{m.at:%d %H:%M}" for m in sent_to(made, PRIYA.user_id)] == expected


def test_on_the_other_side_of_the_date_line_the_day_is_theirs() -> None:
    made = world()
    early = replace(PRIYA, tz="Pacific/Auckland")
    made.ports = replace(made.ports, people=FakePeople(early))

    live(made, datetime(2026, 11, 22, tzinfo=UTC), 2)

    # Sunday evening in London is Monday morning in Auckland.
    assert [f"{m.at:%a %H:%M}" for m in sent_to(made, PRIYA.user_id)] == ["Sun 19:30", "Mon 19:30"]


def test_a_bot_that_was_down_all_morning_wakes_nobody_in_the_afternoon() -> None:
    made = world()

    live(made, datetime(2026, 11, 23, 16, 45, tzinfo=UTC), 0.05)

    assert sent_to(made, PRIYA.user_id) == []
    assert len(sent_to(made, TOMAS.user_id)) == 1  # it is still half past eight in Los Angeles


def test_a_digest_whose_answer_was_lost_is_not_sent_again() -> None:
    made = world()
    made.messenger.troubles += [Trouble(OutcomeUnknown("Slack", "no answer"), after=True)] * 2

    live(made, MONDAY, 0.1)
    made.advance(timedelta(minutes=10))

    assert len(sent_to(made, DANA.user_id)) == 1


def test_the_digest_says_what_needs_this_person() -> None:
    made = awaiting()

    send_digest(str(PRIYA.email), "2026-11-23", made.ports)
    send_digest(str(TOMAS.email), "2026-11-23", made.ports)

    [mine], [other] = sent_to(made, PRIYA.user_id), sent_to(made, TOMAS.user_id)
    assert "1 to decide" in str(mine.message)
    assert "Acmeco" in str(mine.message)
    assert "Nothing waits for you." in str(other.message)


def test_what_moves_most_money_stands_first_and_the_rest_is_counted() -> None:
    amounts = (30_000, 90_000, 60_000, 9_000, 100_000, 40_000)
    made = world(*(a_deal(n) for n, _ in enumerate(amounts)))
    for n, amount in enumerate(amounts):
        made.change(a_deal(n).id, stage_name="Proposal", amount=Money(Decimal(amount), "USD"))
    made.poll()

    digest = digest_for(PRIYA, "2026-11-23", made.ports)

    assert [line.worth and line.worth.amount for line in digest.to_decide] == [100_000, 90_000, 60_000, 40_000]
    assert digest.more_to_decide == len(amounts) - LINES


def test_somebody_who_has_left_gets_none() -> None:
    made = world()
    made.ports = replace(made.ports, people=FakePeople())

    assert due_digests(made.ports, Mornings()) == 0
    send_digest("gone@meridian.example", "2026-11-23", made.ports)

    assert made.messenger.posted == []


def test_who_is_manager_and_backup_at_once_gets_one() -> None:
    made = world()
    made.clock.move_to(datetime(2026, 11, 23, 16, 30, tzinfo=UTC))

    assert due_digests(made.ports, Mornings()) == 2  # Tomas, and Dana whose morning is not over; Priya's is
    made.durable.settle()

    assert len(sent_to(made, TOMAS.user_id)) == 1


def test_what_was_handed_over_since_the_last_digest_is_counted_over_a_weekend_too() -> None:
    made = handed_off()
    counted = []
    for day in range(23, 29):
        made.clock.move_to(datetime(2026, 11, day, 14, 30, tzinfo=UTC) + timedelta(days=1))
        send_digest(str(PRIYA.email), made.clock.now().date().isoformat(), made.ports)
        counted.append("without anybody: 1 action" in str(sent_to(made, PRIYA.user_id)[-1].message))

    made.note(updated_at=datetime(2026, 11, 27, 20, 0, tzinfo=UTC))
    made.clock.move_to(datetime(2026, 11, 30, 14, 30, tzinfo=UTC))
    send_digest(str(PRIYA.email), "2026-11-30", made.ports)
    monday = str(sent_to(made, PRIYA.user_id)[-1].message)

    assert counted == [True, False, False, False, False, False]
    assert "without anybody: 1 action" in monday


def test_years_of_finished_motions_do_not_hide_yesterdays() -> None:
    made = handed_off()
    long_ago = made.clock.now() - timedelta(days=400)
    made.note(due_at=None)
    finished = replace(made.motion, state=MotionState.ENGAGED, seen_at=long_ago, updated_at=long_ago)
    with made.store.transaction() as uow:
        for n in range(60):
            uow.motions.add(replace(finished, id=MotionId(f"old{n}")))

    send_digest(str(PRIYA.email), "2026-11-24", made.ports)

    assert "without anybody: 1 action" in str(sent_to(made, PRIYA.user_id)[-1].message)


def test_a_digest_counts_what_is_this_persons() -> None:
    made = handed_off()

    send_digest(str(TOMAS.email), "2026-11-23", made.ports)

    assert "without anybody: 0 actions" in str(sent_to(made, TOMAS.user_id)[-1].message)
