"""What a partner makes of a deal: its engagement score, the deal's quality, and what it would do next."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """Add only: the version before this one keeps working on the same tables."""
    for name in ("engagement", "quality", "best_actions"):
        op.add_column("motions", sa.Column(name, sa.Text()))
