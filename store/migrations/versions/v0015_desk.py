"""The desk: deals by region and segment, exceptions by id, and what people put off."""

import sqlalchemy as sa
from alembic import op

from store.columns import SegmentOf

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    """Add only: the version before this one keeps working on the same tables."""
    op.create_index(
        "ix_deals_open_place",
        "deals",
        ["region", SegmentOf(sa.column("snapshot"))],
        sqlite_where=sa.text("is_closed = 0"),
        postgresql_where=sa.text("NOT is_closed"),
    )
    op.create_index("ix_exceptions_id", "exceptions", ["id"])
    op.create_table(
        "snoozes",
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("person", "subject", name="pk_snoozes"),
    )
