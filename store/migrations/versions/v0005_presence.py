"""When this database was last worked on, what it may have forgotten, and what was seen lately."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

_AT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Add only: the version before this one keeps working on the same tables."""
    op.create_table(
        "presence",
        sa.Column("id", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("worked_at", _AT),
        sa.Column("doubt_since", _AT),
        sa.Column("doubt_until", _AT),
    )
    op.execute("INSERT INTO presence (id) VALUES (1)")
    op.create_index("ix_triggers_seen_at", "triggers", ["seen_at"])
