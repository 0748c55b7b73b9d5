"""When this database was last worked on."""

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Add only: the version before this one keeps working on the same tables."""
