"""Indexes that keep every question the running bot asks as quick after a hundred thousand motions as after one."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

# What `find` orders by, so that the first fifty are read and no more.
_IN_ORDER = ["due_at", "seen_at", "id"]
_STILL_OPEN = sa.text("resolved_at IS NULL")


def upgrade() -> None:
    """Add what the questions need, and drop what no question uses any more."""
    _index_motions()
    _index_deals()
    _index_matches()
    _index_exceptions()
    _index_inbox()


def _index_motions() -> None:
    op.create_index("ix_motions_state_due_at_seen_at_id", "motions", ["state", *_IN_ORDER])
    op.create_index("ix_motions_manager_email_state", "motions", ["manager_email", "state", *_IN_ORDER])
    op.create_index("ix_motions_seller_email_state", "motions", ["seller_email", "state", *_IN_ORDER])
    op.create_index("ix_motions_state_updated_at", "motions", ["state", "updated_at"])
    op.create_index("ix_motions_manager_email_moved", "motions", ["manager_email", "state", "updated_at"])
    op.create_index("ix_motions_referral_id_state", "motions", ["referral_id", "state"])
    for name in ("due_at", "manager_email", "partner", "referral_id", "seller_email", "state_due_at", "updated_at"):
        op.drop_index(f"ix_motions_{name}", "motions")


def _index_deals() -> None:
    # A search looks inside names, which no order of theirs helps; what helps is to look at open deals alone, and at
    # no more of each than it is found and ordered by.
    is_open: dict[str, Any] = {"sqlite_where": sa.text("is_closed = 0"), "postgresql_where": sa.text("NOT is_closed")}
    names = ["name_folded", "account_folded", "modified_at", "id"]
    op.create_index("ix_deals_open", "deals", names, **is_open)
    op.create_index("ix_deals_open_owner", "deals", ["owner_email", *names], **is_open)
    op.create_index("ix_deals_open_region", "deals", ["region", *names], **is_open)
    for name in ("account_folded", "name_folded", "owner_email", "region"):
        op.drop_index(f"ix_deals_{name}", "deals")


def _index_matches() -> None:
    op.create_index("ix_matches_opportunity_id_seq_band", "matches", ["opportunity_id", "seq", "band"])
    op.drop_index("ix_matches_opportunity_id_seq", "matches")


def _index_exceptions() -> None:
    is_open: dict[str, Any] = {"sqlite_where": _STILL_OPEN, "postgresql_where": _STILL_OPEN}
    op.create_index("ix_exceptions_open", "exceptions", ["opened_at", "seq"], **is_open)
    op.create_index("ix_exceptions_open_owner", "exceptions", ["owner", "opened_at", "seq"], **is_open)
    op.drop_index("ix_exceptions_owner_opened_at", "exceptions")


def _index_inbox() -> None:
    # Most of the inbox is bare keys, of which the hourly sweep wants the oldest, and the few whose payload is kept.
    for name, where in (("kept", sa.text("payload != ''")), ("bare", sa.text("payload = ''"))):
        op.create_index(f"ix_inbox_{name}", "inbox", ["received_at"], sqlite_where=where, postgresql_where=where)
