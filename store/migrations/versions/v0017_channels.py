"""Motions by the channel of their card, for its mornings and editions."""

from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    """Add only: the version before this one keeps working on the same tables."""
    op.create_index("ix_motions_channel_state", "motions", ["channel", "state", "due_at", "seen_at", "id"])
