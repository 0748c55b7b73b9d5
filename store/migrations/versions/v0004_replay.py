"""What was known when something was decided or drawn."""

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Add only: the version before this one keeps working on the same tables."""
