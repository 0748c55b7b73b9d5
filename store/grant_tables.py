"""The table of grants, column for field; knows no query. `seq` is the order of insertion."""

from sqlalchemy import Column, Index, Integer, Table, Text

from motions.grant_terms import Side, Signature, Terms
from store.columns import EnumText, Nested, UtcDateTime
from store.tables import Id, Seq, metadata

grants = Table(
    "grants",
    metadata,
    Column("seq", Seq, primary_key=True),
    Column("id", Id, nullable=False, unique=True),
    Column("partner", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("terms", Nested(Terms), nullable=False),
    Column("proposed_by", Text, nullable=False),
    Column("proposed_name", Text, nullable=False),
    Column("proposed_at", UtcDateTime, nullable=False),
    Column("our_signature", Nested(Signature), nullable=False),
    Column("confirmed_by", Text),
    Column("confirmed_name", Text),
    Column("confirmed_at", UtcDateTime),
    Column("their_signature", Nested(Signature)),
    Column("revoked_by", Text),
    Column("revoked_name", Text),
    Column("revoked_at", UtcDateTime),
    Column("revoked_side", EnumText(Side)),
    Index("uq_grants_partner_version", "partner", "version", unique=True),
)
