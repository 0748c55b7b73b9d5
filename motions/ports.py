"""Everything a motion needs from outside, as small protocols; each has a real adapter and a fake that is a class."""

from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol, TypeVar

from motions.audiences import Audience
from motions.deals import CosellFields, DealContext, Opportunity, OpportunityId
from motions.edition_surfaces import Edition, Picture
from motions.grant_terms import Signature
from motions.model import MessageRef, PartnerKey, Person
from motions.pipelines import Pipelines
from motions.policy import Configuration
from motions.records import Ended, Store, UnitOfWork
from motions.referrals import Draft, FilingStep, LookAlike, Referral, ReferralStatus
from motions.revisions import ConfigFiles, InForce
from motions.sheet_drops import Files, SheetReader
from motions.surfaces import Surface
from motions.writing import BriefFacts, HandoffFacts, Text

T = TypeVar("T")


class Clock(Protocol):
    """The time, passed in."""

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""


class Ids(Protocol):
    """Fresh ids, passed in."""

    def new(self) -> str:
        """A fresh opaque id nobody can guess (at least 128 random bits, URL-safe)."""


@dataclass(frozen=True)
class DealChanges:
    """One complete read of what changed; never a partial page."""

    deals: tuple[Opportunity, ...]  # ordered by (modified_at, id)
    server_now: datetime  # the CRM's clock, from its Date header


class DealFeed(Protocol):
    """What changed in the CRM. Raises Unavailable, AuthExpired."""

    def changed_since(self, since: datetime) -> DealChanges:
        """Every opportunity stamped at or after `since` (inclusive), all pages or an error."""

    def open_deals(self) -> DealChanges:
        """Every open opportunity: the baseline, and the daily reconcile."""

    def standing(self) -> Mapping[OpportunityId, datetime]:
        """Id and stamp of every open opportunity, cheaply."""

    def deals(self, ids: Sequence[OpportunityId]) -> Sequence[Opportunity]:
        """These opportunities; the ones we may not see are absent."""

    def covered_until(self) -> datetime:
        """The moment before which nothing can appear any more (`latestDateCovered`)."""

    def partner_record(self) -> Mapping[tuple[PartnerKey | None, str | None], tuple[int, int]]:
        """(partner, segment) -> (won, closed) over closed deals, at most an hour old; (None, None) is everything."""


class Crm(Protocol):
    """Single-deal reads and the writes of our own fields. Raises Unavailable, OutcomeUnknown, Rejected, AuthExpired."""

    def context(self, opportunity_id: OpportunityId) -> DealContext:
        """The deal with its contacts and recent activities; NotVisible when it is gone."""

    def write_cosell(
        self, opportunity_id: OpportunityId, fields: CosellFields, last_written: CosellFields
    ) -> tuple[str, ...]:
        """Set our summary fields that are not None; skip and return the names of those a person has since edited.

        A field counts as edited when its present value differs from `last_written` (None: never written by us)
        and from the value to be written. Writing the same twice changes nothing.
        """

    def upsert_motion(self, key: str, opportunity_id: OpportunityId, values: Mapping[str, str]) -> str:
        """Create or update the motion's own record by external id; safe to repeat. Returns the record's id."""

    def log_activity(self, opportunity_id: OpportunityId, key: str, subject: str, body: str) -> str:
        """File one completed task on the deal; `key` is in its text so that `find_activity` sees it."""

    def find_activity(self, opportunity_id: OpportunityId, key: str) -> str | None:
        """The id of the task filed under `key`, or None."""


class Portal(Protocol):
    """One partner's portal. Raises Unavailable, OutcomeUnknown, Rejected, AuthExpired."""

    @property
    def key(self) -> str:
        """'aws', ...: what a proposal names as its destination."""

    def draft(self, referral: Referral, today: date) -> Draft:
        """The portal's own request with everything that would bounce named; pure but for the cached option lists."""

    def look_alikes(self, referral: Referral) -> Sequence[LookAlike]:
        """Referrals already there that may be this deal; exact CRM ids first."""

    def saga(self, payload: Mapping[str, object], key: str) -> Sequence[FilingStep]:
        """The calls that file this payload, in order; `key` makes their idempotency tokens."""

    def status(self, referral_id: str) -> ReferralStatus:
        """Both sides' view of one referral."""

    def changed_since(self, since: datetime | None) -> Sequence[tuple[str, datetime]]:
        """(referral id, portal's stamp) of what changed at or after `since`, oldest first."""


class Writer(Protocol):
    """Phrases texts from facts. Never raises: a writer that fails falls back to the playbook."""

    @property
    def name(self) -> str:
        """Who writes, for people: 'playbook v1 (no AI model configured)', 'claude-haiku-5-5'."""

    def brief(self, facts: BriefFacts) -> Text:
        """The pre-call note, at most 150 words, each sentence tied to facts."""

    def handoff(self, facts: HandoffFacts) -> Text:
        """The context for the partner's seller, from released facts only, at most 150 words."""


class Messenger(Protocol):
    """Slack, outbound. Raises Unavailable, OutcomeUnknown, Rejected."""

    @property
    def renderer(self) -> str:
        """Which drawing `render` is: another name whenever the same surface may be drawn in other bytes."""

    def render(self, surface: Surface) -> Mapping[str, object]:
        """The exact message (text, blocks) for a surface; pure."""

    def depict(self, edition: Edition) -> Picture:
        """An edition's figures as a picture, with its words; pure."""

    def audience(self, channel: str) -> Audience:
        """Who would see a message in this channel, asked of Slack now."""

    def post(self, channel: str, message: Mapping[str, object], key: str, thread_ts: str | None = None) -> MessageRef:
        """Post once; `key` goes into the message's metadata."""

    def find_post(self, channel: str, key: str, since: datetime, thread_ts: str | None = None) -> MessageRef | None:
        """The message posted under `key`, or None when there surely is none."""

    def find_file(self, channel: str, name: str, since: datetime, thread_ts: str | None) -> str | None:
        """The id of the file that we shared under this name in a thread or channel, or None when none is seen there."""

    def update(self, ref: MessageRef, message: Mapping[str, object]) -> None:
        """Replace a posted message; safe to repeat."""

    def direct_channel(self, person: Person) -> str:
        """The channel id of the bot's conversation with one person."""


class People(Protocol):
    """Who is who, from Slack's own directory and the coverage file."""

    def person(self, team_id: str, user_id: str) -> Person:
        """The person behind an actor's ids; a STRANGER when nothing ties them to us or to a partner."""

    def by_email(self, email: str) -> Person | None:
        """One of our own people, or None."""


class Signer(Protocol):
    """Ed25519 keys by name, each made at its first use; the private halves never leave it."""

    def sign(self, key: str, text: str) -> Signature:
        """The signature of a text by a key."""

    def is_signed(self, signature: Signature, text: str) -> bool:
        """Whether the key that a signature names signed exactly this text."""

    def public_key(self, key: str) -> str | None:
        """The public half of a key held here (base64), or None."""


@dataclass(frozen=True)
class Reply:
    """What another company's program answered, unread."""

    status: int
    text: str
    headers: Mapping[str, str] = field(default_factory=dict)  # names in lower case


class Instances(Protocol):
    """The programs of other companies. Raises Unavailable; what is sent is safe to repeat."""

    def post(self, url: str, text: str, headers: Mapping[str, str]) -> Reply:
        """Send a text and return whatever came back."""


class Durable(Protocol):
    """The engine as a segment sees it; outside a segment only `transaction` may be used."""

    def step(self, name: str, work: Callable[[], str]) -> str:
        """Run outside calls at least once and remember the answer (a plain string)."""

    def transaction(self, name: str, work: Callable[[UnitOfWork], T]) -> T:
        """One store transaction, checkpointed in the same commit; T must be a JSON value."""

    def read(self, work: Callable[[UnitOfWork], T]) -> T:
        """Read the store, retrying a database hiccup; nothing is checkpointed, so T may be anything."""

    def is_under_way(self, id_prefix: str) -> bool:
        """Whether any segment whose id starts so is waiting or running."""

    def under_way(self) -> AbstractSet[str]:
        """The ids of all segments that wait or run."""

    def known(self, ids: Sequence[str]) -> AbstractSet[str]:
        """Which of these ids were ever started, and are not forgotten yet."""

    def ended(self, since: datetime, is_wanted: Callable[[str], bool]) -> Sequence[Ended]:
        """Segments of the wanted ids that ended without success since a moment and have not begun again; some first."""


class Surroundings(Protocol):
    """The ports that need no outside system: what a command at the terminal has too."""

    @property
    def clock(self) -> Clock: ...
    @property
    def ids(self) -> Ids: ...
    @property
    def config(self) -> Configuration: ...
    @property
    def origins(self) -> Mapping[str, tuple[str, ...]]:
        """Canonical field -> the fields of the CRM it is made of; a field without any goes to no partner."""


class Outlet(Surroundings, Protocol):
    """The ports through which figures leave for another company's program; a command at the terminal has them too."""

    @property
    def store(self) -> Store: ...
    @property
    def signer(self) -> Signer: ...
    @property
    def instances(self) -> Instances: ...
    @property
    def renderer(self) -> str:
        """Which drawing makes messages for people."""


@dataclass(frozen=True)
class Ports:
    """Everything a use case may reach, wired once in bot/app.py."""

    clock: Clock
    ids: Ids
    store: Store
    durable: Durable
    feed: DealFeed
    crm: Crm
    portals: Mapping[str, Portal]  # by portal key
    writer: Writer
    messenger: Messenger
    people: People
    signer: Signer
    instances: Instances
    files: Files
    sheets: SheetReader
    in_force: InForce  # `config` is of this moment: asked for anew at every use, never kept
    config_files: ConfigFiles
    deal_url: Callable[[OpportunityId], str]
    origins: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    pipelines: Pipelines = field(default_factory=Pipelines)

    @property
    def config(self) -> Configuration:
        return self.in_force.config

    @property
    def renderer(self) -> str:
        return self.messenger.renderer
