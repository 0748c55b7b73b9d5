"""The tables, column for field; knows no query. `seq` is the order of insertion."""

from sqlalchemy import BigInteger, Boolean, Column, Date, Index, Integer, MetaData, Table, Text, text

from motions.deals import Money, Opportunity
from motions.effects import EffectStatus, Recovery, Undo
from motions.model import Band, FieldChange, MessageRef, MotionState, PartnerScore, Reason, TriggerKind
from motions.proposals import ProposalKind, Verdict
from motions.referrals import FormField, Problem
from store.columns import CanonicalJson, EnumText, Nested, PackedText, SegmentOf, UtcDateTime

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    }
)

# SQLite counts up only a column declared INTEGER PRIMARY KEY.
Seq = BigInteger().with_variant(Integer, "sqlite")
# Ids sort the same way on every server, whatever its locale.
Id = Text().with_variant(Text(collation="C"), "postgresql")

deals = Table(
    "deals",
    metadata,
    Column("id", Id, primary_key=True),
    Column("snapshot", Nested(Opportunity), nullable=False),
    Column("modified_at", UtcDateTime, nullable=False),
    Column("is_closed", Boolean, nullable=False),
    # Folded by Python, since SQLite folds ASCII alone and PostgreSQL by locale.
    Column("name_folded", Text, nullable=False),
    Column("account_folded", Text, nullable=False),
    Column("owner_email", Text),
    Column("region", Text),
)
# The database reads it out of the snapshot: the version before this one, which knows no segment, keeps it true as well.
SEGMENT = SegmentOf(deals.c.snapshot)
# A search looks inside names, which no order of theirs helps; what helps is to look at open deals alone, and at no more
# of each than it is found and ordered by.
for _name, _columns in (("", ()), ("_owner", (deals.c.owner_email,)), ("_region", (deals.c.region,))):
    Index(
        f"ix_deals_open{_name}",
        *_columns,
        deals.c.name_folded,
        deals.c.account_folded,
        deals.c.modified_at,
        deals.c.id,
        sqlite_where=text("is_closed = 0"),
        postgresql_where=text("NOT is_closed"),
    )

Index(
    "ix_deals_open_place",
    deals.c.region,
    SEGMENT,
    sqlite_where=text("is_closed = 0"),
    postgresql_where=text("NOT is_closed"),
)

triggers = Table(
    "triggers",
    metadata,
    Column("id", Id, primary_key=True),
    Column("opportunity_id", Id, nullable=False, index=True),
    Column("kind", EnumText(TriggerKind), nullable=False),
    Column("source_at", UtcDateTime, nullable=False),
    Column("seen_at", UtcDateTime, nullable=False, index=True),
    Column("changes", Nested(tuple[FieldChange, ...]), nullable=False),
    Column("asked_by", Text),
)

matches = Table(
    "matches",
    metadata,
    Column("seq", Seq, primary_key=True),
    Column("opportunity_id", Id, nullable=False),
    Column("trigger_id", Id),
    Column("ranked", Nested(tuple[PartnerScore, ...]), nullable=False),
    Column("rule_version", Text, nullable=False),
    Column("decided_at", UtcDateTime, nullable=False),
    Column("band", Text, nullable=False),
    Column("known", Text),
    Index(None, "opportunity_id", "seq", "band"),
)

motions = Table(
    "motions",
    metadata,
    Column("id", Id, primary_key=True),
    Column("opportunity_id", Id, nullable=False, index=True),
    Column("partner", Text, nullable=False),
    Column("state", EnumText(MotionState), nullable=False),
    Column("epoch", Integer, nullable=False),
    Column("trigger_id", Id, nullable=False),
    Column("triggered_at", UtcDateTime, nullable=False),
    Column("seen_at", UtcDateTime, nullable=False),
    Column("matched_at", UtcDateTime, nullable=False),
    Column("band", EnumText(Band), nullable=False),
    Column("score", Integer, nullable=False),
    Column("reasons", Nested(tuple[Reason, ...]), nullable=False),
    Column("rule_version", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("manager_email", Text, nullable=False),
    Column("seller_email", Text),
    Column("deal_name", Text, nullable=False),
    Column("account_name", Text, nullable=False),
    Column("next_act", Text, nullable=False),
    Column("first_at", UtcDateTime),
    Column("approved_at", UtcDateTime),
    Column("asked_at", UtcDateTime),
    Column("logged_at", UtcDateTime),
    Column("due_at", UtcDateTime),
    Column("card", Nested(MessageRef)),
    Column("handoff", Nested(MessageRef), index=True),
    Column("handoff_token", Text, index=True),
    Column("brief", Text, nullable=False),
    Column("brief_by", Text, nullable=False),
    Column("missing", Nested(tuple[str, ...]), nullable=False),
    Column("referral_id", Text),
    Column("partner_stage", Text),
    Column("pam", Text),
    Column("next_step", Text),
    Column("nudges", Integer, nullable=False),
    Column("updated_at", UtcDateTime),
    Column("engagement", Text),
    Column("quality", Text),
    Column("best_actions", Text),
    # In the order of `find`, so that the first fifty are read and no more.
    Index(None, "state", "due_at", "seen_at", "id"),
    Index("ix_motions_manager_email_state", "manager_email", "state", "due_at", "seen_at", "id"),
    Index("ix_motions_seller_email_state", "seller_email", "state", "due_at", "seen_at", "id"),
    Index(None, "state", "updated_at"),
    Index("ix_motions_channel_state", "channel", "state", "due_at", "seen_at", "id"),
    Index("ix_motions_manager_email_moved", "manager_email", "state", "updated_at"),
    Index(None, "referral_id", "state"),
)

proposals = Table(
    "proposals",
    metadata,
    Column("id", Id, primary_key=True),
    Column("motion_id", Id, nullable=False, index=True),
    Column("kind", EnumText(ProposalKind), nullable=False),
    Column("destination", Text, nullable=False),
    Column("audience", Text, nullable=False),
    Column("payload", CanonicalJson, nullable=False),
    Column("form", Nested(tuple[FormField, ...]), nullable=False),
    Column("problems", Nested(tuple[Problem, ...]), nullable=False),
    Column("schema_version", Text, nullable=False),
    Column("policy_version", Text, nullable=False),
    Column("answers", CanonicalJson, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("edited_by", Text),
)

approvals = Table(
    "approvals",
    metadata,
    Column("seq", Seq, primary_key=True),
    Column("token", Id, nullable=False, unique=True),
    Column("proposal_id", Id, nullable=False),
    Column("motion_id", Id, nullable=False),
    Column("epoch", Integer, nullable=False),
    Column("seal", Text, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("verdict", EnumText(Verdict)),
    Column("decided_by", Text),
    Column("decided_name", Text),
    Column("decided_at", UtcDateTime),
    Column("reason", Text),
    Column("first_by", Text),
    Column("first_name", Text),
    Column("first_at", UtcDateTime),
    Column("standing", Id),
    Column("revoked_by", Text),
    Column("revoked_name", Text),
    Column("revoked_at", UtcDateTime),
    Index(None, "motion_id", "seq"),
)

standing_approvals = Table(
    "standing_approvals",
    metadata,
    Column("seq", Seq, primary_key=True),
    Column("token", Id, nullable=False, unique=True),
    Column("play", Text, nullable=False),
    Column("partner", Text, nullable=False),
    Column("up_to", Nested(Money), nullable=False),
    Column("until", Date, nullable=False),
    Column("policy_version", Text, nullable=False),
    Column("given_by", Text, nullable=False),
    Column("given_name", Text, nullable=False),
    Column("given_email", Text, nullable=False),
    Column("seal", Text, nullable=False),
    Column("asked_at", UtcDateTime, nullable=False),
    Column("given_at", UtcDateTime),
    Column("revoked_by", Text),
    Column("revoked_name", Text),
    Column("revoked_at", UtcDateTime),
)

effects = Table(
    "effects",
    metadata,
    Column("seq", Seq, primary_key=True),
    Column("key", Id, nullable=False, unique=True),
    Column("subject", Id, nullable=False),
    Column("kind", Text, nullable=False),
    Column("destination", Text, nullable=False),
    Column("audience", Text, nullable=False),
    Column("payload", CanonicalJson, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("policy_version", Text, nullable=False),
    Column("undo", EnumText(Undo), nullable=False),
    Column("recovery", EnumText(Recovery), nullable=False),
    Column("status", EnumText(EffectStatus), nullable=False),
    Column("first_started_at", UtcDateTime, nullable=False),
    Column("lease_until", UtcDateTime, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("external_id", Text),
    Column("detail", Text, nullable=False),
    Column("settled_at", UtcDateTime),
    Column("surface", PackedText),
    Index(None, "subject", "seq"),
)

log = Table(
    "log",
    metadata,
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("at", UtcDateTime, nullable=False),
    Column("event", Text, nullable=False),
    Column("subject", Id, nullable=False),
    Column("actor", Text, nullable=False),
    Column("detail", CanonicalJson, nullable=False),
    Column("prev_hash", Text, nullable=False),
    Column("hash", Text, nullable=False),
    Index(None, "subject", "seq"),
)

# One row: where the chain ends. Locked by whoever appends, so it never forks; names the end, so a cut tail shows.
log_head = Table(
    "log_head",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("seq", BigInteger, nullable=False),
    Column("hash", Text, nullable=False),
)

exceptions = Table(
    "exceptions",
    metadata,
    Column("seq", Seq, primary_key=True),
    Column("id", Id, nullable=False),
    Column("subject", Id, nullable=False),
    Column("opportunity_id", Id),
    Column("code", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("next_act", Text, nullable=False),
    Column("owner", Text, nullable=False),
    Column("opened_at", UtcDateTime, nullable=False),
    Column("resolved_at", UtcDateTime),
    Index(None, "id"),
)
_still_open = text("resolved_at IS NULL")
Index(
    "uq_exceptions_open",
    exceptions.c.subject,
    exceptions.c.code,
    unique=True,
    sqlite_where=_still_open,
    postgresql_where=_still_open,
)
for _name, _columns in (("", ()), ("_owner", (exceptions.c.owner,))):
    Index(
        f"ix_exceptions_open{_name}",
        *_columns,
        exceptions.c.opened_at,
        exceptions.c.seq,
        sqlite_where=_still_open,
        postgresql_where=_still_open,
    )
