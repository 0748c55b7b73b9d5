"""Private offers: what was quoted, what has to be true, and where the draft stands."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"

_AT = sa.DateTime(timezone=True)
_ID = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Add only: the version before this one keeps working on the same tables."""
    op.create_table(
        "private_offers",
        sa.Column("id", _ID, primary_key=True),
        sa.Column("motion_id", _ID, nullable=False),
        sa.Column("opportunity_id", _ID, nullable=False),
        sa.Column("partner", _ID, nullable=False),
        sa.Column("portal", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("deal_name", sa.Text(), nullable=False),
        sa.Column("customer", sa.Text(), nullable=False),
        sa.Column("referral_id", _ID, nullable=False),
        sa.Column("quote", sa.Text(), nullable=False),
        sa.Column("checks", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("manager_email", sa.Text(), nullable=False),
        sa.Column("next_act", sa.Text(), nullable=False),
        sa.Column("seen_at", _AT, nullable=False),
        sa.Column("updated_at", _AT, nullable=False),
        sa.Column("approved_by", sa.Text()),
        sa.Column("approved_at", _AT),
        sa.Column("offer_id", sa.Text()),
        sa.Column("standing", sa.Text()),
        sa.Column("refusals", sa.Integer(), nullable=False),
    )
    op.create_index("ix_private_offers_state", "private_offers", ["state"])
