"""The tables of partners' sheets, column for field; knows no query."""

from sqlalchemy import Column, Index, Integer, Table, Text, text

from motions.imports import ItemKind
from motions.partner_sheets import SheetColumn
from store.columns import CanonicalJson, EnumText, UtcDateTime
from store.tables import Id, Seq, metadata

sheet_headings = Table(
    "sheet_headings",
    metadata,
    Column("partner", Id, primary_key=True),
    Column("heading", Id, primary_key=True),
    Column("column", EnumText(SheetColumn), nullable=False),
)

sheet_imports = Table(
    "sheet_imports",
    metadata,
    Column("seq", Seq, primary_key=True),
    Column("id", Id, nullable=False, unique=True),
    Column("partner", Id, nullable=False, index=True),
    Column("sha256", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("imported_by", Text, nullable=False),
    Column("imported_at", UtcDateTime, nullable=False),
)

sheet_items = Table(
    "sheet_items",
    metadata,
    Column("seq", Seq, primary_key=True),
    Column("import_id", Id, nullable=False),
    Column("number", Integer, nullable=False),
    Column("kind", EnumText(ItemKind), nullable=False),
    Column("opportunity_id", Id, nullable=False),
    Column("values", CanonicalJson, nullable=False),
    Column("outcome", Text),
    Index(None, "import_id", "number", "kind", unique=True),
    Index(
        "ix_sheet_items_waiting",
        "seq",
        sqlite_where=text("outcome IS NULL"),
        postgresql_where=text("outcome IS NULL"),
    ),
)
