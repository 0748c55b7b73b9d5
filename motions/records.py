"""The store as the domain sees it: small repositories inside one transaction; knows no SQL."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from motions.archive import Archive
from motions.attention_records import Pings
from motions.deals import Opportunity, OpportunityId
from motions.decision_records import Decisions, Exceptions, Standings, Switches
from motions.desk_records import Moments, Sleeper, Snoozes
from motions.doubts import Memory
from motions.effects import Effects
from motions.grant_records import Grants
from motions.imports import Sheets
from motions.invitations import Invitations
from motions.model import (
    Match,
    MessageRef,
    Motion,
    MotionId,
    MotionState,
    PartnerKey,
    Token,
    Trigger,
    TriggerId,
)
from motions.offers import PrivateOffers
from motions.revisions import Revisions
from motions.schema_records import Schemas
from motions.space_records import Spaces


class Deals(Protocol):
    """The deals as last read from the CRM, and how far each feed was read."""

    def get(self, opportunity_id: OpportunityId) -> Opportunity | None: ...
    def some(self, ids: Sequence[OpportunityId]) -> Mapping[OpportunityId, Opportunity]:
        """Those of them that are known, in bulk."""

    def save(self, deals: Sequence[Opportunity]) -> None:
        """Insert or replace snapshots, in bulk."""

    def stamps(self, ids: Sequence[OpportunityId] | None = None) -> Mapping[OpportunityId, datetime]: ...
    def search(
        self, text: str, *, owner_email: str | None = None, regions: Sequence[str] | None = None, limit: int = 6
    ) -> Sequence[Opportunity]:
        """Open deals whose name, account or id contains `text`, case-insensitively; exact names first."""

    def changed_last(self, limit: int) -> Sequence[Opportunity]:
        """The open deals that the CRM changed last, the latest first."""

    def places(self) -> Sequence[tuple[str | None, str | None]]:
        """Every region and segment that open deals are in together, in order."""

    def watermark(self, feed: str) -> datetime | None: ...
    def set_watermark(self, feed: str, at: datetime) -> None: ...


class Matches(Protocol):
    """Triggers, and the matches they led to."""

    def add_trigger(self, trigger: Trigger) -> bool:
        """False when this trigger is already known."""

    def trigger(self, trigger_id: TriggerId) -> Trigger | None: ...
    def unmatched(self, *, since: datetime, before: datetime) -> Sequence[Trigger]:
        """Triggers first seen in this span that led to no match yet."""

    def add(self, matches: Sequence[Match]) -> None: ...
    def latest(self, opportunity_id: OpportunityId) -> Match | None: ...
    def of(self, opportunity_id: OpportunityId) -> Sequence[Match]: ...  # oldest first
    def band_counts(self) -> Mapping[str, int]:
        """How many open deals' latest match is in each band; counting ends at COUNTED_TO."""


# Nobody needs to know how many more there are, and finished motions only ever grow.
COUNTED_TO = 10_000


@dataclass(frozen=True)
class MotionQuery:
    """Which motions; None means any. Ordered by due_at (none last), then seen_at, unless `by_worth`."""

    opportunity_id: OpportunityId | None = None
    referral_id: str | None = None
    handoff_token: Token | None = None
    handoff: MessageRef | None = None
    states: tuple[MotionState, ...] | None = None
    manager_email: str | None = None
    seller_email: str | None = None
    partner: PartnerKey | None = None
    channel: str | None = None  # the alliance channel of its card
    region: str | None = None  # of the deal as last read
    segment: str | None = None
    due_before: datetime | None = None  # due_at at or before
    with_due: bool = False  # only those with a due_at
    cold_at: datetime | None = None  # nudged, or due_at at or before
    idle_since: datetime | None = None  # updated_at at or before
    moved_since: datetime | None = None  # updated_at after
    deal_changed_since: datetime | None = None  # the stamp of an open deal, or when a trigger of a deal was seen, after
    without_card: bool = False  # only those whose card is not out
    without_handoff: bool = False  # only those whose handoff is not out
    awake_for: Sleeper | None = None  # only those this person has not put off
    asleep_for: Sleeper | None = None  # only those this person has put off
    by_worth: bool = False  # the largest amount first, whatever its currency, and no amount last
    limit: int = 50
    offset: int = 0


@dataclass(frozen=True)
class Position:
    """Where a motion stands, and nothing else of it."""

    id: MotionId
    state: MotionState
    epoch: int


class Motions(Protocol):
    """The motions; the only way to change a state is `move`."""

    def add(self, motion: Motion) -> bool:
        """False when a motion with this id exists."""

    def get(self, motion_id: MotionId) -> Motion | None: ...
    def locked(self, motion_id: MotionId) -> Motion | None:
        """The motion, which nobody else moves until this transaction ends: what it decides on stays true meanwhile."""

    def find(self, query: MotionQuery) -> Sequence[Motion]: ...
    def positions(self, query: MotionQuery) -> Sequence[Position]:
        """Where all of them stand, whatever the query's limit: cheap however many there are."""

    def move(self, motion_id: MotionId, *, state: MotionState, epoch: int, changes: Mapping[str, object]) -> bool:
        """Set these fields if the motion is still in that state and epoch: the compare-and-swap. False: it moved.

        `changes` maps field names of `Motion` to values and usually holds the new state and epoch + 1.
        """

    def note(self, motion_id: MotionId, changes: Mapping[str, object]) -> None:
        """Set fields that are no part of the state machine (a message's place, a count, a clock)."""

    def how_many(self, query: MotionQuery) -> int:
        """How many motions a query means, whatever its limit; counting ends at COUNTED_TO."""

    def tally(self, query: MotionQuery) -> Mapping[tuple[PartnerKey, MotionState], int]:
        """How many of a query's motions each partner has in each state."""

    def moments(self, channel: str, since: datetime) -> Sequence[Moments]:
        """What came when, of a channel's motions of which anything came since; oldest match first."""

    def counts(self) -> Mapping[MotionState, int]:
        """How many motions are in each state that has any, each counted to COUNTED_TO."""


@dataclass(frozen=True)
class LogEntry:
    """One line of the append-only, hash-chained log."""

    at: datetime
    event: str  # 'motion.matched', 'approval.granted', 'effect.done', ...
    subject: str  # motion id or opportunity id
    actor: str  # who or what decided: 'playbook', 'rules 3f2a', 'Priya Raman (T…/U…)', 'AWS'
    detail: Mapping[str, object]
    seq: int = 0
    prev_hash: str = ""
    hash: str = ""


class Log(Protocol):
    """The append-only log."""

    def append(self, entry: LogEntry) -> None:
        """Chain one entry: hash = SHA-256(prev_hash + canonical JSON of the entry)."""

    def of(self, subject: str) -> Sequence[LogEntry]: ...
    def first_break(self) -> int | None:
        """The first seq whose hash does not follow from the one before; None when the chain holds."""


@dataclass(frozen=True)
class Envelope:
    """One delivery from outside. `moment` and `message` know the same gesture under another key."""

    key: str
    kind: str
    payload: str
    received_at: datetime
    moment: str | None = None  # what happened where and when
    message: str | None = None  # the writer's own id of what was said
    due_at: datetime | None = None  # when whoever works it off loses it to others; None: nobody else takes it
    tries: int = 1  # how often somebody began to work it off


class Arrival(StrEnum):
    """What a delivery is to the inbox."""

    NEW = "new"
    WAITING = "waiting"  # known, and not handled yet
    HANDLED = "handled"


class Inbox(Protocol):
    """What Slack and the webhook delivered, kept until handled; knows an envelope seen before."""

    def receive(self, envelope: Envelope) -> Arrival:
        """Keep an envelope unless its key, moment or message is known."""

    def take(self, *, now: datetime, until: datetime, limit: int) -> Sequence[Envelope]:
        """Take what is due, oldest first, tries + 1: a compare-and-swap, so that one of several gets each."""

    def hold(self, keys: Sequence[str], *, until: datetime) -> None:
        """Keep others from taking these before `until`."""

    def handled(self, key: str, at: datetime) -> None:
        """Mark it, and blank its payload."""

    def pending(self, *, older_than: datetime, limit: int = 100) -> Sequence[tuple[str, str, str]]: ...
    def forget(self, *, before: datetime) -> int:
        """Blank payloads older than the retention; keys stay, so a late redelivery is still known."""

    def prune(self, *, before: datetime) -> int:
        """Delete the bare keys of what came before."""


class Queue(StrEnum):
    """Which lane a segment runs in."""

    WORK = "work"
    PORTAL = "portal"  # partitioned by portal
    SLACK = "slack"  # partitioned by channel, one message a second each


@dataclass(frozen=True)
class Segment:
    """One short stretch of durable work to be started under a deterministic id."""

    name: str  # a key of motions.segments.SEGMENTS
    id: str  # '{motion}:{epoch}:{segment}[.{n}]'
    args: tuple[str | int, ...]
    queue: Queue = Queue.WORK
    partition: str | None = None
    delay: timedelta | None = None


@dataclass(frozen=True)
class Ended:
    """A segment that ended in the engine without having succeeded; it never runs again under this id."""

    segment: Segment
    how: str  # the kind of error, 'cancelled', ...


class UnitOfWork(Protocol):
    """One transaction over everything the store holds; enqueued segments commit with it."""

    deals: Deals
    matches: Matches
    motions: Motions
    decisions: Decisions
    standings: Standings
    grants: Grants
    switches: Switches
    effects: Effects
    log: Log
    exceptions: Exceptions
    inbox: Inbox
    memory: Memory
    archive: Archive
    spaces: Spaces
    sheets: Sheets
    invitations: Invitations
    offers: PrivateOffers
    schemas: Schemas
    snoozes: Snoozes
    revisions: Revisions
    pings: Pings

    def enqueue(self, segment: Segment) -> None:
        """Start a segment when, and only when, this transaction commits; the same id starts once."""


class Store(Protocol):
    """Transactions over everything the store holds."""

    def transaction(self) -> AbstractContextManager[UnitOfWork]:
        """Commits on success, rolls back on an error; never nested, nothing outside is called inside it."""
