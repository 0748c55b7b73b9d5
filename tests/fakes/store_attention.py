"""How often people are interrupted, in memory; each promise worded as in motions.attention_records."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from motions.attention_records import Ping
from tests.fakes.store_rows import Rows, aware, must_be_aware


@dataclass
class FakePings:
    rows: Rows

    def add(self, ping: Ping) -> None:
        must_be_aware(ping)
        self.rows.pings.setdefault(ping.key, ping)

    def get(self, key: str) -> Ping | None:
        return self.rows.pings.get(key)

    def how_many(self, person: str, since: datetime) -> int:
        return sum(p.person == person and p.at >= since and not p.is_held for p in self.rows.pings.values())

    def held(self, person: str) -> Sequence[Ping]:
        return [ping for ping in self._waiting() if ping.person == person]

    def due(self, now: datetime) -> Sequence[str]:
        return sorted({ping.person for ping in self._waiting() if ping.tell_from and ping.tell_from <= now})

    def tell(self, keys: Sequence[str], at: datetime) -> None:
        assert aware(at)
        self.rows.told.update(ping.key for ping in self._waiting() if ping.key in keys)

    def forget(self, before: datetime) -> int:
        over = [key for key, ping in self.rows.pings.items() if ping.at < before]
        for key in over:
            del self.rows.pings[key]
        return len(over)

    def less(self, person: str) -> int:
        return self.rows.fewer_reminders.get(person, 0)

    def ask_less(self, person: str, times: int) -> None:
        self.rows.fewer_reminders[person] = times

    def _waiting(self) -> Sequence[Ping]:
        held = (p for p in self.rows.pings.values() if p.is_held and p.key not in self.rows.told)
        return sorted(held, key=lambda ping: (ping.at, ping.key))
