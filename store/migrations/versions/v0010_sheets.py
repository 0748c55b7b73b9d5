"""What partners' sheets said, and what their headings mean."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

_AT = sa.DateTime(timezone=True)
_SEQ = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_ID = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
_WAITING = sa.text("outcome IS NULL")


def upgrade() -> None:
    """Add only: the version before this one keeps working on the same tables."""
    op.create_table(
        "sheet_headings",
        sa.Column("partner", _ID, primary_key=True),
        sa.Column("heading", _ID, primary_key=True),
        sa.Column("column", sa.Text(), nullable=False),
    )
    op.create_table(
        "sheet_imports",
        sa.Column("seq", _SEQ, primary_key=True),
        sa.Column("id", _ID, nullable=False, unique=True),
        sa.Column("partner", _ID, nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("imported_by", sa.Text(), nullable=False),
        sa.Column("imported_at", _AT, nullable=False),
    )
    op.create_index("ix_sheet_imports_partner", "sheet_imports", ["partner"])
    op.create_table(
        "sheet_items",
        sa.Column("seq", _SEQ, primary_key=True),
        sa.Column("import_id", _ID, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("opportunity_id", _ID, nullable=False),
        sa.Column("values", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text()),
    )
    op.create_index("ix_sheet_items_import_id_number_kind", "sheet_items", ["import_id", "number", "kind"], unique=True)
    op.create_index("ix_sheet_items_waiting", "sheet_items", ["seq"], sqlite_where=_WAITING, postgresql_where=_WAITING)
