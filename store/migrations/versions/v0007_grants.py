"""What a partner may see of which deals, as both companies signed it."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

_AT = sa.DateTime(timezone=True)
_SEQ = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_ID = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Add only: the version before this one keeps working on the same tables."""
    op.create_table(
        "grants",
        sa.Column("seq", _SEQ, primary_key=True),
        sa.Column("id", _ID, nullable=False, unique=True),
        sa.Column("partner", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("terms", sa.Text(), nullable=False),
        sa.Column("proposed_by", sa.Text(), nullable=False),
        sa.Column("proposed_name", sa.Text(), nullable=False),
        sa.Column("proposed_at", _AT, nullable=False),
        sa.Column("our_signature", sa.Text(), nullable=False),
        sa.Column("confirmed_by", sa.Text()),
        sa.Column("confirmed_name", sa.Text()),
        sa.Column("confirmed_at", _AT),
        sa.Column("their_signature", sa.Text()),
        sa.Column("revoked_by", sa.Text()),
        sa.Column("revoked_name", sa.Text()),
        sa.Column("revoked_at", _AT),
        sa.Column("revoked_side", sa.Text()),
    )
    op.create_index("uq_grants_partner_version", "grants", ["partner", "version"], unique=True)
