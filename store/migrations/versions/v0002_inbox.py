"""What the inbox needs to be worked off and tried again."""

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add only: the version before this one keeps working on the same tables."""
