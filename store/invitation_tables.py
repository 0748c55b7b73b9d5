"""The table of what partners bring, column for field; knows no query."""

from sqlalchemy import Column, Index, Integer, Table, Text

from motions.invitations import Candidate, Facts, InvitationState
from store.columns import EnumText, Nested, UtcDateTime
from store.tables import Id, metadata

invitations = Table(
    "invitations",
    metadata,
    Column("id", Id, primary_key=True),
    Column("partner", Id, nullable=False),
    Column("portal", Text, nullable=False),
    Column("state", EnumText(InvitationState), nullable=False),
    Column("epoch", Integer, nullable=False),
    Column("facts", Nested(Facts), nullable=False),
    Column("candidates", Nested(tuple[Candidate, ...]), nullable=False),
    Column("invited_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("seen_at", UtcDateTime, nullable=False),
    Column("channel", Text, nullable=False),
    Column("manager_email", Text, nullable=False),
    Column("next_act", Text, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
    Column("opportunity_id", Id, index=True),
    Column("referral_id", Id),
    Column("answered_by", Text),
    Column("answered_at", UtcDateTime),
    Column("reason", Text),
    Column("refusals", Integer, nullable=False),
    Column("days_left", Integer, nullable=False),
    Index(None, "partner", "state"),  # settled ones only grow
)
