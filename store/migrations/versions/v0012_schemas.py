"""What each portal's schema looked like, and what of it waits for a person."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"

_ID = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Add only: the version before this one keeps working on the same tables."""
    op.create_table(
        "portal_schemas",
        sa.Column("portal", _ID, primary_key=True),
        sa.Column("accepted", sa.Text(), nullable=False),
        sa.Column("pending", sa.Text()),
        sa.Column("pending_at", sa.DateTime(timezone=True)),
        sa.Column("released_by", sa.Text()),
    )
