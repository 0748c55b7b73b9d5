"""What the partner's own program was told of a joint pipeline."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Add only: the version before this one keeps working on the same tables."""
    op.add_column("spaces", sa.Column("told", sa.Text(), nullable=False, server_default=""))
