"""Partners' sheets in memory; each promise worded as in motions.imports."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from motions.imports import ImportItem, SheetImport
from motions.model import PartnerKey
from motions.partner_sheets import SheetColumn
from tests.fakes.store_rows import Rows, must_be_aware


@dataclass
class FakeSheets:
    rows: Rows

    def headings(self, partner: PartnerKey) -> Mapping[str, SheetColumn]:
        return {heading: column for (whose, heading), column in self.rows.headings.items() if whose == partner}

    def remember(self, partner: PartnerKey, heading: str, column: SheetColumn) -> None:
        self.rows.headings[partner, heading] = column

    def imported(self, partner: PartnerKey, sha256: str) -> SheetImport | None:
        return next((each for each in self._of(partner) if each.sha256 == sha256), None)

    def latest(self, partner: PartnerKey) -> SheetImport | None:
        return next(reversed(self._of(partner)), None)

    def add(self, imported: SheetImport, items: Sequence[ImportItem]) -> bool:
        must_be_aware(imported)
        if any(each.id == imported.id for each in self.rows.imports):
            return False
        self.rows.imports.append(imported)
        self.rows.items.extend(items)
        return True

    def items(self, import_id: str) -> Sequence[ImportItem]:
        return [item for item in self.rows.items if item.import_id == import_id]

    def waiting(self, limit: int) -> Sequence[ImportItem]:
        return [item for item in self.rows.items if item.outcome is None][:limit]

    def settle(self, item: ImportItem, outcome: str) -> None:
        for index, each in enumerate(self.rows.items):
            is_it = (each.import_id, each.number, each.kind) == (item.import_id, item.number, item.kind)
            if is_it and each.outcome is None:
                self.rows.items[index] = replace(each, outcome=outcome)

    def _of(self, partner: PartnerKey) -> list[SheetImport]:
        return [each for each in self.rows.imports if each.partner == partner]
