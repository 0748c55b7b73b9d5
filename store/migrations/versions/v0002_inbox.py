"""What the inbox needs to be worked off and tried again."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_ID = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Add only: the version before this one keeps working on the same tables."""
    op.add_column("inbox", sa.Column("moment", _ID))
    op.add_column("inbox", sa.Column("message", _ID))
    op.add_column("inbox", sa.Column("due_at", sa.DateTime(timezone=True)))
    op.add_column("inbox", sa.Column("tries", sa.Integer(), nullable=False, server_default="1"))
    op.create_index("ix_inbox_moment", "inbox", ["moment"], unique=True)
    op.create_index("ix_inbox_message", "inbox", ["message"], unique=True)
