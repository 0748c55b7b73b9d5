"""The first tables: deals, matches, motions, decisions, effects, the log, exceptions, the inbox."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_AT = sa.DateTime(timezone=True)
_SEQ = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_ID = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Create every table."""
    _create_deals()
    _create_watermarks()
    _create_triggers()
    _create_matches()
    _create_motions()
    _create_proposals()
    _create_approvals()
    _create_effects()
    _create_log()
    _create_log_head()
    _create_exceptions()
    _create_inbox()


def _create_deals() -> None:
    op.create_table(
        "deals",
        sa.Column("id", _ID, primary_key=True),
        sa.Column("snapshot", sa.Text(), nullable=False),
        sa.Column("modified_at", _AT, nullable=False),
        sa.Column("is_closed", sa.Boolean(), nullable=False),
        sa.Column("name_folded", sa.Text(), nullable=False),
        sa.Column("account_folded", sa.Text(), nullable=False),
        sa.Column("owner_email", sa.Text()),
        sa.Column("region", sa.Text()),
    )
    op.create_index("ix_deals_account_folded", "deals", ["account_folded"])
    op.create_index("ix_deals_name_folded", "deals", ["name_folded"])
    op.create_index("ix_deals_owner_email", "deals", ["owner_email"])
    op.create_index("ix_deals_region", "deals", ["region"])


def _create_watermarks() -> None:
    op.create_table(
        "watermarks",
        sa.Column("feed", sa.Text(), primary_key=True),
        sa.Column("at", _AT, nullable=False),
    )


def _create_triggers() -> None:
    op.create_table(
        "triggers",
        sa.Column("id", _ID, primary_key=True),
        sa.Column("opportunity_id", _ID, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("source_at", _AT, nullable=False),
        sa.Column("seen_at", _AT, nullable=False),
        sa.Column("changes", sa.Text(), nullable=False),
        sa.Column("asked_by", sa.Text()),
    )
    op.create_index("ix_triggers_opportunity_id", "triggers", ["opportunity_id"])


def _create_matches() -> None:
    op.create_table(
        "matches",
        sa.Column("seq", _SEQ, primary_key=True),
        sa.Column("opportunity_id", _ID, nullable=False),
        sa.Column("trigger_id", _ID),
        sa.Column("ranked", sa.Text(), nullable=False),
        sa.Column("rule_version", sa.Text(), nullable=False),
        sa.Column("decided_at", _AT, nullable=False),
        sa.Column("band", sa.Text(), nullable=False),
    )
    op.create_index("ix_matches_opportunity_id_seq", "matches", ["opportunity_id", "seq"])


def _create_motions() -> None:
    op.create_table(
        "motions",
        sa.Column("id", _ID, primary_key=True),
        sa.Column("opportunity_id", _ID, nullable=False),
        sa.Column("partner", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("trigger_id", _ID, nullable=False),
        sa.Column("triggered_at", _AT, nullable=False),
        sa.Column("seen_at", _AT, nullable=False),
        sa.Column("matched_at", _AT, nullable=False),
        sa.Column("band", sa.Text(), nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("reasons", sa.Text(), nullable=False),
        sa.Column("rule_version", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("manager_email", sa.Text(), nullable=False),
        sa.Column("seller_email", sa.Text()),
        sa.Column("deal_name", sa.Text(), nullable=False),
        sa.Column("account_name", sa.Text(), nullable=False),
        sa.Column("next_act", sa.Text(), nullable=False),
        sa.Column("first_at", _AT),
        sa.Column("approved_at", _AT),
        sa.Column("asked_at", _AT),
        sa.Column("logged_at", _AT),
        sa.Column("due_at", _AT),
        sa.Column("card", sa.Text()),
        sa.Column("handoff", sa.Text()),
        sa.Column("handoff_token", sa.Text()),
        sa.Column("brief", sa.Text(), nullable=False),
        sa.Column("brief_by", sa.Text(), nullable=False),
        sa.Column("missing", sa.Text(), nullable=False),
        sa.Column("referral_id", sa.Text()),
        sa.Column("partner_stage", sa.Text()),
        sa.Column("pam", sa.Text()),
        sa.Column("next_step", sa.Text()),
        sa.Column("nudges", sa.Integer(), nullable=False),
        sa.Column("updated_at", _AT),
    )
    op.create_index("ix_motions_due_at", "motions", ["due_at"])
    op.create_index("ix_motions_handoff", "motions", ["handoff"])
    op.create_index("ix_motions_handoff_token", "motions", ["handoff_token"])
    op.create_index("ix_motions_manager_email", "motions", ["manager_email"])
    op.create_index("ix_motions_opportunity_id", "motions", ["opportunity_id"])
    op.create_index("ix_motions_partner", "motions", ["partner"])
    op.create_index("ix_motions_referral_id", "motions", ["referral_id"])
    op.create_index("ix_motions_seller_email", "motions", ["seller_email"])
    op.create_index("ix_motions_state_due_at", "motions", ["state", "due_at"])
    op.create_index("ix_motions_updated_at", "motions", ["updated_at"])


def _create_proposals() -> None:
    op.create_table(
        "proposals",
        sa.Column("id", _ID, primary_key=True),
        sa.Column("motion_id", _ID, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("destination", sa.Text(), nullable=False),
        sa.Column("audience", sa.Text(), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("form", sa.Text(), nullable=False),
        sa.Column("problems", sa.Text(), nullable=False),
        sa.Column("schema_version", sa.Text(), nullable=False),
        sa.Column("policy_version", sa.Text(), nullable=False),
        sa.Column("answers", sa.Text(), nullable=False),
        sa.Column("created_at", _AT, nullable=False),
        sa.Column("edited_by", sa.Text()),
    )
    op.create_index("ix_proposals_motion_id", "proposals", ["motion_id"])


def _create_approvals() -> None:
    op.create_table(
        "approvals",
        sa.Column("seq", _SEQ, primary_key=True),
        sa.Column("token", _ID, nullable=False),
        sa.Column("proposal_id", _ID, nullable=False),
        sa.Column("motion_id", _ID, nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("seal", sa.Text(), nullable=False),
        sa.Column("expires_at", _AT, nullable=False),
        sa.Column("verdict", sa.Text()),
        sa.Column("decided_by", sa.Text()),
        sa.Column("decided_name", sa.Text()),
        sa.Column("decided_at", _AT),
        sa.Column("reason", sa.Text()),
        sa.UniqueConstraint("token", name="uq_approvals_token"),
    )
    op.create_index("ix_approvals_motion_id_seq", "approvals", ["motion_id", "seq"])


def _create_effects() -> None:
    op.create_table(
        "effects",
        sa.Column("seq", _SEQ, primary_key=True),
        sa.Column("key", _ID, nullable=False),
        sa.Column("subject", _ID, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("destination", sa.Text(), nullable=False),
        sa.Column("audience", sa.Text(), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("policy_version", sa.Text(), nullable=False),
        sa.Column("undo", sa.Text(), nullable=False),
        sa.Column("recovery", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("first_started_at", _AT, nullable=False),
        sa.Column("lease_until", _AT, nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("external_id", sa.Text()),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("settled_at", _AT),
        sa.UniqueConstraint("key", name="uq_effects_key"),
    )
    op.create_index("ix_effects_subject_seq", "effects", ["subject", "seq"])


def _create_log() -> None:
    op.create_table(
        "log",
        sa.Column("seq", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("at", _AT, nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("subject", _ID, nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("prev_hash", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
    )
    op.create_index("ix_log_subject_seq", "log", ["subject", "seq"])


def _create_log_head() -> None:
    op.create_table(
        "log_head",
        sa.Column("id", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
    )
    op.execute("INSERT INTO log_head (id, seq, hash) VALUES (1, 0, '')")


def _create_exceptions() -> None:
    op.create_table(
        "exceptions",
        sa.Column("seq", _SEQ, primary_key=True),
        sa.Column("id", _ID, nullable=False),
        sa.Column("subject", _ID, nullable=False),
        sa.Column("opportunity_id", _ID),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("next_act", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("opened_at", _AT, nullable=False),
        sa.Column("resolved_at", _AT),
    )
    op.create_index("ix_exceptions_owner_opened_at", "exceptions", ["owner", "opened_at"])
    is_open = sa.text("resolved_at IS NULL")
    op.create_index(
        "uq_exceptions_open",
        "exceptions",
        ["subject", "code"],
        unique=True,
        sqlite_where=is_open,
        postgresql_where=is_open,
    )


def _create_inbox() -> None:
    op.create_table(
        "inbox",
        sa.Column("seq", _SEQ, primary_key=True),
        sa.Column("key", _ID, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("received_at", _AT, nullable=False),
        sa.Column("handled_at", _AT),
        sa.UniqueConstraint("key", name="uq_inbox_key"),
    )
    op.create_index("ix_inbox_handled_at_received_at", "inbox", ["handled_at", "received_at"])
