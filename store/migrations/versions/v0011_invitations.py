"""What partners bring, and our answers."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"

_AT = sa.DateTime(timezone=True)
_ID = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Add only: the version before this one keeps working on the same tables."""
    op.create_table(
        "invitations",
        sa.Column("id", _ID, primary_key=True),
        sa.Column("partner", _ID, nullable=False),
        sa.Column("portal", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("candidates", sa.Text(), nullable=False),
        sa.Column("invited_at", _AT, nullable=False),
        sa.Column("expires_at", _AT, nullable=False),
        sa.Column("seen_at", _AT, nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("manager_email", sa.Text(), nullable=False),
        sa.Column("next_act", sa.Text(), nullable=False),
        sa.Column("updated_at", _AT, nullable=False),
        sa.Column("opportunity_id", _ID),
        sa.Column("referral_id", _ID),
        sa.Column("answered_by", sa.Text()),
        sa.Column("answered_at", _AT),
        sa.Column("reason", sa.Text()),
        sa.Column("refusals", sa.Integer(), nullable=False),
        sa.Column("days_left", sa.Integer(), nullable=False),
    )
    op.create_index("ix_invitations_partner_state", "invitations", ["partner", "state"])
    op.create_index("ix_invitations_opportunity_id", "invitations", ["opportunity_id"])
