"""Joint pipelines in memory; each promise worded as in motions.space_records."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from motions.deals import OpportunityId
from motions.model import PartnerKey, Token
from motions.spaces import Line, Space
from tests.fakes.store_rows import Rows, must_be_aware


@dataclass
class FakeSpaces:
    rows: Rows

    def get(self, partner: PartnerKey) -> Space | None:
        return self.rows.spaces.get(partner)

    def locked(self, partner: PartnerKey) -> Space | None:
        return self.rows.spaces.get(partner)

    def by_token(self, token: Token) -> Space | None:
        return next((space for space in self.rows.spaces.values() if space.token == token), None)

    def all(self) -> Sequence[Space]:
        return [self.rows.spaces[partner] for partner in sorted(self.rows.spaces)]

    def keep(self, space: Space) -> None:
        self.rows.spaces[space.partner] = space

    def line(self, partner: PartnerKey, deal: OpportunityId) -> Line | None:
        return self.rows.lines.get((partner, deal))

    def line_by_token(self, token: Token) -> Line | None:
        return next((line for line in self.rows.lines.values() if line.token == token), None)

    def open_lines(self, partner: PartnerKey) -> Sequence[Line]:
        return [line for line in self._ordered() if line.partner == partner and line.is_open]

    def open_versions(self, partner: PartnerKey) -> Mapping[OpportunityId, int]:
        return {line.deal: line.version for line in self.open_lines(partner) if line.deal in self.rows.deals}

    def some_lines(self, partner: PartnerKey, wanted: Sequence[OpportunityId]) -> Sequence[Line]:
        return [line for line in self._ordered() if line.partner == partner and line.deal in wanted]

    def open_stamp(self, partner: PartnerKey) -> tuple[object, ...]:
        lines = self.open_lines(partner)
        return len(lines), sum(line.version for line in lines), max((line.updated_at for line in lines), default=None)

    def lines_of(self, deal: OpportunityId) -> Sequence[Line]:
        return [line for line in self._ordered() if line.deal == deal]

    def add_line(self, line: Line) -> bool:
        must_be_aware(line)
        is_new = (line.partner, line.deal) not in self.rows.lines
        self.rows.lines.setdefault((line.partner, line.deal), line)
        return is_new

    def save_line(self, line: Line) -> bool:
        must_be_aware(line)
        known = self.rows.lines.get((line.partner, line.deal))
        if known is None or known.version != line.version - 1:
            return False
        self.rows.lines[line.partner, line.deal] = line
        return True

    def _ordered(self) -> list[Line]:
        return [self.rows.lines[key] for key in sorted(self.rows.lines)]
