"""The table of private offers, column for field; knows no query."""

from sqlalchemy import Column, Integer, Table, Text

from motions.deals import Quote
from motions.offers import Check, OfferState
from store.columns import EnumText, Nested, UtcDateTime
from store.tables import Id, metadata

offers = Table(
    "private_offers",
    metadata,
    Column("id", Id, primary_key=True),
    Column("motion_id", Id, nullable=False),
    Column("opportunity_id", Id, nullable=False),
    Column("partner", Id, nullable=False),
    Column("portal", Text, nullable=False),
    Column("state", EnumText(OfferState), nullable=False, index=True),  # decided ones only grow
    Column("epoch", Integer, nullable=False),
    Column("deal_name", Text, nullable=False),
    Column("customer", Text, nullable=False),
    Column("referral_id", Id, nullable=False),
    Column("quote", Nested(Quote), nullable=False),
    Column("checks", Nested(tuple[Check, ...]), nullable=False),
    Column("channel", Text, nullable=False),
    Column("manager_email", Text, nullable=False),
    Column("next_act", Text, nullable=False),
    Column("seen_at", UtcDateTime, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
    Column("approved_by", Text),
    Column("approved_at", UtcDateTime),
    Column("offer_id", Text),
    Column("standing", Text),
    Column("refusals", Integer, nullable=False),
)
