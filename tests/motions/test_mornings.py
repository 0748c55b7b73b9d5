"""A year of mornings: one digest for each person and working day they live through, whatever clocks and people do."""

import random
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from motions.coverage import Away, Coverage, CoverageRow, Day, Hours
from motions.model import PartnerKey, Person, Role
from motions.mornings import PER_MINUTE, WINDOW, Morning, Mornings
from motions.policy import Configuration
from tests.fakes.people import FakePeople
from tests.fakes.world import configuration

SWEEP = timedelta(minutes=12)
HALF_PAST_EIGHT = time(8, 30)
ZONES = (
    "America/New_York",
    "Europe/Berlin",
    "Australia/Lord_Howe",  # half an hour of daylight saving
    "Asia/Kathmandu",
    "Pacific/Apia",
    "America/St_Johns",
)


def staff(*zones: str) -> list[Person]:
    """One person in each zone."""
    return [
        Person("T1", f"U{n:04}", f"Person {n}", Role.ALLIANCE_MANAGER, f"p{n:04}@acme.example", zone)
        for n, zone in enumerate(zones)
    ]


def covered_by(people: list[Person], **more: object) -> Configuration:
    """A coverage file that names them all."""
    emails = [str(person.email) for person in people]
    rows = [CoverageRow(partner=PartnerKey("aws"), channel="C1", manager=each, backup=each) for each in emails]
    coverage = Coverage.model_validate({"rows": rows, "operators": emails[:1], **more})
    return configuration().model_copy(update={"coverage": coverage})


def year(start: datetime, days: int = 366) -> Iterator[datetime]:
    """Every moment at which the schedule looks."""
    moment = start
    while moment < start + timedelta(days=days):
        yield moment
        moment += SWEEP


def told(mornings: Mornings, now: datetime, people: FakePeople, config: Configuration) -> list[Morning]:
    """Who is told at this moment."""
    due = list(mornings.due(now, people, config))
    for each in due:
        mornings.begin(each)
    return due


def is_in_window(now: datetime, zone: str, at: time = HALF_PAST_EIGHT) -> bool:
    """Whether it is somebody's morning, by the clock on their wall."""
    wall = now.astimezone(ZoneInfo(zone))
    return at <= wall.time() < (datetime.combine(date.min, at) + WINDOW).time()


def test_a_year_with_clock_changes_restarts_travellers_and_part_time_weeks() -> None:
    chance = random.Random(1)
    people = staff(*ZONES)
    part_time, away, traveller = (people[n].email for n in (1, 2, 0))
    days = (Day.MON, Day.WED, Day.SAT)
    config = covered_by(
        people,
        hours=[Hours(email=str(part_time), days=days)],
        away=[Away(email=str(away), first=date(2026, 7, 1), last=date(2026, 7, 31))],
    )
    mornings, sent, lived = Mornings(), Counter[str](), defaultdict[str, set[str]](set)
    zone_since = datetime(2026, 1, 1, tzinfo=UTC)
    for moment in year(zone_since):
        if chance.random() < 1 / 170:
            mornings = Mornings()  # the engine still knows what was begun
        if chance.random() < 1 / 500:
            people[0], zone_since = replace(people[0], tz=chance.choice(ZONES)), moment
        for each in told(mornings, moment, FakePeople(*people), config):
            sent[each.key] += sent[each.key] == 0
        for person in people:
            wall = moment.astimezone(ZoneInfo(person.tz))
            works = config.coverage.works_on(str(person.email), wall.date())
            # Slack is asked for somebody's zone once an hour.
            is_known = person.email != traveller or moment - zone_since > timedelta(hours=1, minutes=13)
            if works and is_in_window(moment, person.tz) and is_known:
                lived[person.key].add(f"digest:{person.key}:{wall.date()}")

    assert {key for keys in lived.values() for key in keys} <= set(sent)
    extra = set(sent) - {key for keys in lived.values() for key in keys}
    assert all(key.startswith(f"digest:{people[0].key}:") for key in extra)  # told in the zone that was left
    assert set(sent.values()) == {1}
    weekdays = {date.fromisoformat(key[-10:]).isoweekday() for key in lived[people[1].key]}
    assert weekdays == {1, 3, 6}
    assert not any("2026-07-" in key for key in lived[people[2].key])


def test_each_minute_takes_so_many_and_nobody_waits_beyond_their_turn() -> None:
    people = staff(*["Europe/Berlin"] * 500)
    config = covered_by(people)
    mornings = Mornings()
    begin = datetime(2026, 11, 23, 7, 5, tzinfo=UTC)
    minutes: Counter[datetime] = Counter()
    for n in range(3 * 60):
        now = begin + n * timedelta(seconds=20)
        minutes[now.replace(second=0)] += len(told(mornings, now, FakePeople(*people), config))

    busy = {minute: count for minute, count in minutes.items() if count}
    assert sum(busy.values()) == 500
    assert max(busy.values()) == PER_MINUTE
    assert min(busy) == datetime(2026, 11, 23, 7, 30, tzinfo=UTC)
    assert len(busy) == 500 // PER_MINUTE


def test_people_are_looked_up_a_few_at_a_time() -> None:
    people = staff(*["Europe/Berlin"] * 100)
    asked: list[str] = []

    class Counting(FakePeople):
        """Writes down who is asked for."""

        def by_email(self, email: str) -> Person | None:
            asked.append(email)
            return super().by_email(email)

    mornings, known = Mornings(), Counting(*people)
    for n in range(30):
        mornings.due(datetime(2026, 11, 23, 3, 0, n, tzinfo=UTC), known, covered_by(people))

    assert len(asked) == len(set(asked)) == 100


def test_an_hour_of_ones_own_is_kept() -> None:
    people = staff("Europe/Berlin")
    config = covered_by(people, hours=[{"email": people[0].email, "digest_at": "10:00"}])
    mornings = Mornings()

    early = told(mornings, datetime(2026, 11, 23, 8, 59, tzinfo=UTC), FakePeople(*people), config)
    later = told(mornings, datetime(2026, 11, 23, 9, 0, tzinfo=UTC), FakePeople(*people), config)

    assert (len(early), len(later)) == (0, 1)


def test_a_zone_this_machine_does_not_know_is_taken_for_utc() -> None:
    people = staff("Mars/Olympus_Mons")

    due = told(Mornings(), datetime(2026, 11, 23, 8, 30, tzinfo=UTC), FakePeople(*people), covered_by(people))

    assert [each.person.name for each in due] == ["Person 0"]
