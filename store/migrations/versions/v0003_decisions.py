"""What complete approvals need: second people, standing approvals, switches."""

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Add only: the version before this one keeps working on the same tables."""
