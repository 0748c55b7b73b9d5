"""What complete approvals need: the first of two people, what was taken back, standing approvals, the switch."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

_AT = sa.DateTime(timezone=True)
_SEQ = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_ID = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Add only: the version before this one keeps working on the same tables."""
    _extend_approvals()
    _create_standing_approvals()
    _create_switches()


def _extend_approvals() -> None:
    for name, kind in (
        ("first_by", sa.Text()),
        ("first_name", sa.Text()),
        ("first_at", _AT),
        ("standing", _ID),
        ("revoked_by", sa.Text()),
        ("revoked_name", sa.Text()),
        ("revoked_at", _AT),
    ):
        op.add_column("approvals", sa.Column(name, kind))


def _create_standing_approvals() -> None:
    op.create_table(
        "standing_approvals",
        sa.Column("seq", _SEQ, primary_key=True),
        sa.Column("token", _ID, nullable=False, unique=True),
        sa.Column("play", sa.Text(), nullable=False),
        sa.Column("partner", sa.Text(), nullable=False),
        sa.Column("up_to", sa.Text(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("policy_version", sa.Text(), nullable=False),
        sa.Column("given_by", sa.Text(), nullable=False),
        sa.Column("given_name", sa.Text(), nullable=False),
        sa.Column("given_email", sa.Text(), nullable=False),
        sa.Column("seal", sa.Text(), nullable=False),
        sa.Column("asked_at", _AT, nullable=False),
        sa.Column("given_at", _AT),
        sa.Column("revoked_by", sa.Text()),
        sa.Column("revoked_name", sa.Text()),
        sa.Column("revoked_at", _AT),
    )


def _create_switches() -> None:
    op.create_table(
        "switches",
        sa.Column("name", sa.Text(), primary_key=True),
        sa.Column("is_on", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by_name", sa.Text(), nullable=False),
        sa.Column("at", _AT),
    )
    op.execute("INSERT INTO switches (name, is_on, reason, by_name) VALUES ('stop', false, '', '')")
