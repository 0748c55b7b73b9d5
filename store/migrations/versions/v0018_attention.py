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
        sa.Column("tell_from", sa.DateTime(timezone=True)),
        sa.Column("told_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("key", name="pk_pings"),
    )
    op.create_index("ix_pings_person_at", "pings", ["person", "at"])
    op.create_index("ix_pings_at", "pings", ["at"])
    waits = sa.text("tell_from IS NOT NULL AND told_at IS NULL")
    op.create_index("ix_pings_waiting", "pings", ["tell_from", "person"], sqlite_where=waits, postgresql_where=waits)
    op.create_table(
        "fewer_reminders",
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("person", name="pk_fewer_reminders"),
    )
