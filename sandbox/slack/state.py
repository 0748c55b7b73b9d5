"""Everything one emulated workspace remembers, in plain dictionaries; decides nothing and talks to nobody.

All of it is touched from the server's event loop only, so it needs no lock.
"""

from dataclasses import dataclass, field
from datetime import datetime

from sandbox import cast
from sandbox.slack import people
from sandbox.slack.conversations import Conversation, direct, dm_id, seeded
from sandbox.slack.people import Person
from sandbox.slack.wire import Json


@dataclass
class View:
    """A modal or a Home tab as its person sees it."""

    id: str
    user: str
    team: str
    content: Json  # type, title, blocks ... as the app sent them, block ids filled in
    hash: str
    root_id: str
    previous_id: str | None = None

    @property
    def is_home(self) -> bool:
        """True for a Home tab."""
        return bool(self.content["type"] == "home")


@dataclass(frozen=True)
class StoredFile:
    """One upload."""

    id: str
    name: str
    user: str
    channel: str
    data: bytes
    created: int
    base: str  # where the emulator was reached
    is_external: bool = False  # a link to somebody else's storage
    title: str = ""  # its name, unless whoever shared it gave it another
    alt: str = ""  # what is in a picture, in words


@dataclass
class Upload:
    """A file the app is about to share: an address was handed out for it."""

    file: StoredFile
    ticket: str
    length: int
    data: bytes | None = None  # None: nothing has arrived there


@dataclass
class Trigger:
    """A person's gesture that a view may answer once, soon."""

    user: str
    issued_at: datetime
    exchanged: bool = False


@dataclass
class Hook:
    """A response_url: who and where it answers, and how often it still may."""

    user: str
    channel: str
    expires_at: datetime
    message_ts: str = ""
    thread_ts: str = ""
    uses_left: int = 5


@dataclass
class Execution:
    """A step of the app that a workflow waits for, until it is over."""

    id: str
    callback_id: str
    user: str
    token: str
    outputs: Json | None = None
    error: str = ""

    @property
    def is_over(self) -> bool:
        """Whether the app gave something back."""
        return self.outputs is not None or bool(self.error)


@dataclass
class Details:
    """What one person looks at beside a conversation: the details of what stands under a link."""

    trigger_id: str
    channel: str
    message_ts: str
    url: str
    entity: Json | None = None
    problem: Json | None = None

    def shown(self) -> Json:
        """As their client shows it."""
        return {"entity": self.entity, "error": self.problem}


@dataclass
class State:
    """One workspace's memory."""

    people: dict[str, Person]
    conversations: dict[str, Conversation]
    created: int
    views: dict[str, View] = field(default_factory=dict)
    homes: dict[str, View] = field(default_factory=dict)
    executions: dict[str, Execution] = field(default_factory=dict)
    details: dict[str, Details] = field(default_factory=dict)
    modals: dict[str, list[View]] = field(default_factory=dict)
    triggers: dict[str, Trigger] = field(default_factory=dict)
    hooks: dict[str, Hook] = field(default_factory=dict)
    files: dict[str, StoredFile] = field(default_factory=dict)
    uploads: dict[str, Upload] = field(default_factory=dict)
    sessions: dict[str, Json] = field(default_factory=dict)  # agent sessions by "channel:thread_ts"
    seen: dict[str, list[Json]] = field(default_factory=dict)  # everything each person was ever shown

    def conversation(self, conversation_id: str) -> Conversation | None:
        """A channel or an existing direct message."""
        return self.conversations.get(conversation_id)

    def dm(self, person: Person) -> Conversation:
        """The person's direct message with the bot, made on first use."""
        key = dm_id(person.id)
        if key not in self.conversations:
            self.conversations[key] = direct(person.id, person.team, self.created)
        return self.conversations[key]

    def of_member(self, person_id: str) -> list[Conversation]:
        """The conversations a person is in, channels first."""
        mine = [c for c in self.conversations.values() if person_id in c.members]
        return sorted(mine, key=lambda c: c.is_dm)

    def is_stranger(self, person: Person) -> bool:
        """True for somebody of another organisation who shares no channel with ours."""
        if not person.is_external:
            return False
        return not any(
            person.id in c.members and {person.team, cast.MERIDIAN.id} <= set(c.teams)
            for c in self.conversations.values()
            if not c.is_dm
        )


def new_state(created: int, *, with_sellers: bool) -> State:
    """A fresh workspace with the cast's people and channels."""
    everybody = [*people.named_people(), *(people.sellers() if with_sellers else []), people.BOT]
    conversations = seeded(created)
    sales = conversations[cast.SALES_CHANNEL].members
    sales.extend(p.id for p in everybody if p.role == cast.Role.SELLER.value)
    return State({person.id: person for person in everybody}, conversations, created)
