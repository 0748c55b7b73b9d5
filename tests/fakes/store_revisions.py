"""Revisions in memory; each promise worded as in motions.revisions."""

from dataclasses import dataclass

from motions.revisions import Revision
from tests.fakes.store_rows import Rows, must_be_aware


@dataclass
class FakeRevisions:
    rows: Rows

    def newest(self) -> int:
        return max(self.rows.revisions, default=0)

    def get(self, number: int) -> Revision | None:
        return self.rows.revisions.get(number)

    def add(self, revision: Revision) -> bool:
        must_be_aware(revision)
        return self.rows.revisions.setdefault(revision.number, revision) is revision
