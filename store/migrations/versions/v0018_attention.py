"""How often people are interrupted, what was held back for them, and who asked for fewer reminders."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    """Add only: the version before this one keeps working on the same tables."""
    op.create_table(
        "pings",
        sa.Column("key", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("is_held", sa.Boolean(), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("key", name="pk_pings"),
    )
    op.create_index("ix_pings_person_at", "pings", ["person", "at"])
    op.create_index(
        "ix_pings_waiting",
        "pings",
        ["person", "at"],
        sqlite_where=sa.text("is_held = 1 AND told_at IS NULL"),
        postgresql_where=sa.text("is_held AND told_at IS NULL"),
    )
    op.create_table(
        "fewer_reminders",
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("person", name="pk_fewer_reminders"),
    )
