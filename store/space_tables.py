"""The tables of joint pipelines, column for field; knows no query."""

from sqlalchemy import Boolean, Column, Integer, Table, Text

from motions.model import MessageRef
from motions.spaces import Agreement, Figures, Move
from store.columns import Nested, UtcDateTime
from store.tables import Id, metadata

spaces = Table(
    "spaces",
    metadata,
    Column("partner", Id, primary_key=True),
    Column("token", Id, nullable=False, unique=True),
    Column("revision", Integer, nullable=False),
    Column("place", Nested(MessageRef)),
    Column("shown", Text, nullable=False),
    Column("told", Text, nullable=False, server_default=""),
)

space_lines = Table(
    "space_lines",
    metadata,
    Column("partner", Id, primary_key=True),
    Column("deal", Id, primary_key=True, index=True),
    Column("customer", Text, nullable=False),
    Column("token", Id, nullable=False, unique=True),
    Column("updated_at", UtcDateTime, nullable=False),
    Column("version", Integer, nullable=False),
    Column("ours", Nested(Figures), nullable=False),
    Column("theirs", Nested(Figures), nullable=False),
    Column("moves", Nested(tuple[Move, ...]), nullable=False),
    Column("agreements", Nested(tuple[Agreement, ...]), nullable=False),
    Column("is_open", Boolean, nullable=False),
)
