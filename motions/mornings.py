"""Whose morning it is: each person's own zone, working days and hour, a few people a minute; sends nothing.

A digest costs Slack's tiers a look-up, a question of who reads, and a post. Were everybody of a zone told in the same
minute, half of them would be told late, and nothing else would get through meanwhile.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from motions.model import Person
from motions.policy import Configuration
from motions.ports import People

PER_MINUTE = 25
LOOKED_UP_AT_ONCE = 8
WINDOW = timedelta(hours=3)  # a bot that was down all morning does not wake people in the afternoon
_KNOWN_FOR = timedelta(hours=1)  # who travels is asked for their zone again before a morning there is over


def morning_of(person: Person, days: int, now: datetime, config: Configuration) -> datetime:
    """The hour of somebody's digest on the first day they work, so many days from now or later, where they are."""
    email, day = person.email or "", now.astimezone(person.zone).date() + timedelta(days=days)
    day = config.coverage.next_working_day(email, day)
    return datetime.combine(day, config.coverage.digest_at(email, config.policy.digest_at), person.zone)


@dataclass(frozen=True)
class Morning:
    """One person's morning, and the local day it is of."""

    person: Person
    day: str

    @property
    def key(self) -> str:
        """The same for this person and day, wherever and whenever it is asked."""
        return f"digest:{self.person.key}:{self.day}"


@dataclass
class Mornings:
    """Keeps from sweep to sweep who is who, and whose digest of the day has been begun; one per process."""

    known: dict[str, tuple[datetime, Person | None]] = field(default_factory=dict)
    begun: dict[str, str] = field(default_factory=dict)  # e-mail -> the last key

    def due(self, now: datetime, people: People, config: Configuration) -> Sequence[Morning]:
        """Whose minute has come and who was not begun with here; each told the same day by every process."""
        emails = config.coverage.staff
        self._look_up(emails, now, people)
        return [each for each in _mornings(self._people(emails), now, config) if self._is_new(each)]

    def begin(self, morning: Morning) -> None:
        """Its digest is on its way."""
        self.begun[morning.person.email or ""] = morning.key

    def _look_up(self, emails: Sequence[str], now: datetime, people: People) -> None:
        long_ago = now - _KNOWN_FOR
        stale = [email for email in emails if self.known.get(email, (long_ago, None))[0] <= long_ago]
        for email in sorted(stale, key=lambda each: each in self.known)[:LOOKED_UP_AT_ONCE]:
            self.known[email] = (now, people.by_email(email))

    def _people(self, emails: Sequence[str]) -> Iterator[Person]:
        for email in emails:
            _, person = self.known.get(email, (None, None))
            if person is not None:
                yield person

    def _is_new(self, morning: Morning) -> bool:
        return self.begun.get(morning.person.email or "") != morning.key


def _mornings(people: Iterator[Person], now: datetime, config: Configuration) -> Iterator[Morning]:
    before: Counter[tuple[str, str]] = Counter()  # how many of the same zone and hour stand before
    for person in people:
        local = now.astimezone(person.zone)
        email = person.email or ""
        at = config.coverage.digest_at(email, config.policy.digest_at)
        place = (person.tz, at.isoformat())
        start = datetime.combine(local.date(), at, local.tzinfo) + timedelta(minutes=before[place] // PER_MINUTE)
        before[place] += 1
        # Compared as moments: on a day with a clock change, two local times are not as far apart as they look.
        if config.coverage.works_on(email, local.date()) and start <= now < start + WINDOW:
            yield Morning(person, local.date().isoformat())
