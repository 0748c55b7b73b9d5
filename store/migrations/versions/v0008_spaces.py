"""The joint pipelines of two companies: one space a partner, one line a deal."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

_AT = sa.DateTime(timezone=True)
_ID = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Add only: the version before this one keeps working on the same tables."""
    op.create_table(
        "spaces",
        sa.Column("partner", _ID, primary_key=True),
        sa.Column("token", _ID, nullable=False, unique=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("place", sa.Text()),
        sa.Column("shown", sa.Text(), nullable=False),
    )
    op.create_table(
        "space_lines",
        sa.Column("partner", _ID, primary_key=True),
        sa.Column("deal", _ID, primary_key=True),
        sa.Column("customer", sa.Text(), nullable=False),
        sa.Column("token", _ID, nullable=False, unique=True),
        sa.Column("updated_at", _AT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("ours", sa.Text(), nullable=False),
        sa.Column("theirs", sa.Text(), nullable=False),
        sa.Column("moves", sa.Text(), nullable=False),
        sa.Column("agreements", sa.Text(), nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=False),
    )
    op.create_index("ix_space_lines_deal", "space_lines", ["deal"])
