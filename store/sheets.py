"""Partners' sheets: an import is stored once with all of its items; carries nothing out."""

from collections.abc import Mapping, Sequence

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from motions.imports import ImportItem, SheetImport
from motions.model import PartnerKey
from motions.partner_sheets import SheetColumn
from store.rows import in_chunks, insert_into, insert_new, record_from, values_of
from store.sheet_tables import sheet_headings, sheet_imports, sheet_items

_AT_ONCE = 1000


class SqlSheets:
    """`motions.imports.Sheets` in SQL."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def headings(self, partner: PartnerKey) -> Mapping[str, SheetColumn]:
        wanted = select(sheet_headings).where(sheet_headings.c.partner == partner)
        return {row["heading"]: row["column"] for row in self._session.execute(wanted).mappings()}

    def remember(self, partner: PartnerKey, heading: str, column: SheetColumn) -> None:
        said = insert_into(sheet_headings, self._session).values(partner=partner, heading=heading, column=column)
        self._session.execute(
            said.on_conflict_do_update(index_elements=["partner", "heading"], set_={"column": said.excluded["column"]})
        )

    def imported(self, partner: PartnerKey, sha256: str) -> SheetImport | None:
        wanted = select(sheet_imports).where(sheet_imports.c.partner == partner, sheet_imports.c.sha256 == sha256)
        row = self._session.execute(wanted).mappings().first()
        return None if row is None else record_from(SheetImport, row)

    def latest(self, partner: PartnerKey) -> SheetImport | None:
        wanted = select(sheet_imports).where(sheet_imports.c.partner == partner).order_by(sheet_imports.c.seq.desc())
        row = self._session.execute(wanted.limit(1)).mappings().first()
        return None if row is None else record_from(SheetImport, row)

    def add(self, imported: SheetImport, items: Sequence[ImportItem]) -> bool:
        if not insert_new(sheet_imports, values_of(imported), self._session):
            return False
        for some in in_chunks(items, _AT_ONCE):
            self._session.execute(insert(sheet_items), [values_of(item) for item in some])
        return True

    def items(self, import_id: str) -> Sequence[ImportItem]:
        wanted = select(sheet_items).where(sheet_items.c.import_id == import_id).order_by(sheet_items.c.seq)
        return [record_from(ImportItem, row) for row in self._session.execute(wanted).mappings()]

    def waiting(self, limit: int) -> Sequence[ImportItem]:
        wanted = select(sheet_items).where(sheet_items.c.outcome.is_(None)).order_by(sheet_items.c.seq).limit(limit)
        return [record_from(ImportItem, row) for row in self._session.execute(wanted).mappings()]

    def settle(self, item: ImportItem, outcome: str) -> None:
        mine = (
            sheet_items.c.import_id == item.import_id,
            sheet_items.c.number == item.number,
            sheet_items.c.kind == item.kind,
            sheet_items.c.outcome.is_(None),
        )
        self._session.execute(update(sheet_items).where(*mine).values(outcome=outcome))
