"""What a desk shows, in memory: exceptions, and what was put off; each promise worded as in motions.records."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from motions.decision_records import ExceptionQuery
from motions.model import ExceptionItem, MotionId
from motions.records import COUNTED_TO
from tests.fakes.store_queries import is_asleep, is_in_place
from tests.fakes.store_rows import Rows, aware, must_be_aware


@dataclass
class FakeExceptions:
    rows: Rows

    def open(self, item: ExceptionItem) -> bool:
        must_be_aware(item)
        if any((known.subject, known.code) == (item.subject, item.code) for known in self._open()):
            return False
        self.rows.exceptions.append(item)
        return True

    def resolve(self, subject: str, *, at: datetime, code: str | None = None) -> int:
        chosen = [item for item in self._open() if item.subject == subject and code in {None, item.code}]
        self.rows.exceptions = [
            replace(item, resolved_at=aware(at)) if item in chosen else item for item in self.rows.exceptions
        ]
        return len(chosen)

    def get(self, exception_id: str) -> ExceptionItem | None:
        return next((item for item in self.rows.exceptions if item.id == exception_id), None)

    def listing(self, query: ExceptionQuery) -> Sequence[ExceptionItem]:
        return self._found(query)[query.offset : query.offset + query.limit]

    def how_many(self, query: ExceptionQuery) -> int:
        return min(len(self._found(query)), COUNTED_TO)

    def assign(self, exception_id: str, owner: str) -> bool:
        found = self.get(exception_id)
        if found is None or found.resolved_at is not None:
            return False
        self.rows.exceptions[self.rows.exceptions.index(found)] = replace(found, owner=owner)
        return True

    def of(self, subject: str) -> Sequence[ExceptionItem]:
        return [item for item in self._open() if item.subject == subject]

    def _open(self) -> Sequence[ExceptionItem]:
        return sorted((i for i in self.rows.exceptions if i.resolved_at is None), key=lambda item: item.opened_at)

    def _found(self, query: ExceptionQuery) -> Sequence[ExceptionItem]:
        return [item for item in self._open() if self._is_wanted(item, query)]

    def _is_wanted(self, item: ExceptionItem, query: ExceptionQuery) -> bool:
        motion = self.rows.motions.get(MotionId(item.subject))
        return (
            query.owner in {None, item.owner}
            and query.code in {None, item.code}
            and query.partner in {None, motion.partner if motion else ""}
            and is_in_place(item.opportunity_id, query, self.rows)
            and (query.awake_for is None or not is_asleep(item.id, query.awake_for, self.rows))
            and (query.asleep_for is None or is_asleep(item.id, query.asleep_for, self.rows))
        )


@dataclass
class FakeSnoozes:
    rows: Rows

    def put(self, person: str, subject: str, until: datetime, *, now: datetime) -> None:
        over = [key for key, end in self.rows.snoozes.items() if key[0] == person and end <= now]
        for key in over:
            del self.rows.snoozes[key]
        self.rows.snoozes[person, subject] = aware(until)

    def wake(self, person: str, subject: str) -> None:
        self.rows.snoozes.pop((person, subject), None)

    def of(self, person: str, now: datetime) -> Mapping[str, datetime]:
        return {key[1]: end for key, end in self.rows.snoozes.items() if key[0] == person and end > now}
