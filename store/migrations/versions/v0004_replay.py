"""What was known when something was decided or drawn."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Add only: the version before this one keeps working on the same tables."""
    op.add_column("effects", sa.Column("surface", sa.Text(), nullable=True))
    op.add_column("matches", sa.Column("known", sa.Text(), nullable=True))
