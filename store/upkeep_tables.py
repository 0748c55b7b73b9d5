"""The tables that keep the program going: feeds read, switches, files in force, envelopes, when it last worked."""

from sqlalchemy import Boolean, Column, Index, Integer, Table, Text, text

from store.columns import CanonicalJson, UtcDateTime
from store.tables import Id, Seq, metadata

watermarks = Table(
    "watermarks",
    metadata,
    Column("feed", Text, primary_key=True),
    Column("at", UtcDateTime, nullable=False),
)

# One row for each switch, there from the start: who reads it can keep it from being set meanwhile.
switches = Table(
    "switches",
    metadata,
    Column("name", Text, primary_key=True),
    Column("is_on", Boolean, nullable=False),
    Column("reason", Text, nullable=False),
    Column("by_name", Text, nullable=False),
    Column("at", UtcDateTime),
)

inbox = Table(
    "inbox",
    metadata,
    Column("seq", Seq, primary_key=True),
    Column("key", Id, nullable=False, unique=True),
    Column("kind", Text, nullable=False),
    Column("payload", Text, nullable=False),
    Column("received_at", UtcDateTime, nullable=False),
    Column("handled_at", UtcDateTime),
    Column("moment", Id),
    Column("message", Id),
    Column("due_at", UtcDateTime),
    Column("tries", Integer, nullable=False, server_default="1"),
    Index(None, "handled_at", "received_at"),
    Index(None, "moment", unique=True),
    Index(None, "message", unique=True),
)
for _name, _where in (("kept", "payload != ''"), ("bare", "payload = ''")):
    Index(f"ix_inbox_{_name}", inbox.c.received_at, sqlite_where=text(_where), postgresql_where=text(_where))

revisions = Table(
    "revisions",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("files", CanonicalJson, nullable=False),
    Column("by", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("why", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
)

# One row, there from the start.
presence = Table(
    "presence",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("worked_at", UtcDateTime),
    Column("doubt_since", UtcDateTime),
    Column("doubt_until", UtcDateTime),
)
