"""Messages and the conversations that hold them: order, threads, membership; knows no API and no events."""

from bisect import bisect_right
from dataclasses import dataclass, field

from sandbox import cast
from sandbox.slack.people import TEAMS
from sandbox.slack.wire import Blocks, Json


@dataclass
class Message:
    """One message; an ephemeral one names its only viewer."""

    ts: str
    channel: str
    user: str
    text: str
    blocks: Blocks = field(default_factory=list)
    attachments: list[Json] = field(default_factory=list)
    thread_ts: str = ""  # the root's ts, on replies only
    broadcast: bool = False
    metadata: Json | None = None
    client_msg_id: str = ""
    edited: Json | None = None
    subtype: str = ""
    files: list[Json] = field(default_factory=list)
    reactions: dict[str, list[str]] = field(default_factory=dict)
    viewer: str = ""

    @property
    def is_bot(self) -> bool:
        """True for what the app posted."""
        return self.user == cast.BOT_USER_ID


@dataclass
class Conversation:
    """A channel, a Slack Connect channel, or a direct message with the bot."""

    id: str
    name: str
    teams: tuple[str, ...]
    members: list[str]
    created: int
    private: bool = False
    archived: bool = False
    topic: str = ""
    invited: tuple[str, ...] = ()  # companies that may accept to share it
    dm_with: str = ""
    messages: dict[str, Message] = field(default_factory=dict)  # by ts, oldest first: timestamps only grow
    roots: list[str] = field(default_factory=list)  # what shows in the channel itself, broadcasts included
    threads: dict[str, list[str]] = field(default_factory=dict)
    whispers: dict[str, list[Message]] = field(default_factory=dict)  # ephemeral messages by viewer
    last_read: dict[str, str] = field(default_factory=dict)

    @property
    def is_dm(self) -> bool:
        """True for a direct message."""
        return bool(self.dm_with)

    @property
    def is_shared(self) -> bool:
        """True when another organisation is in it."""
        return len(self.teams) > 1

    @property
    def kind(self) -> str:
        """Slack's channel_type in message events."""
        if self.is_dm:
            return "im"
        return "group" if self.private else "channel"

    def add(self, message: Message) -> None:
        """Store a message where its thread and kind say."""
        if message.viewer:
            self.whispers.setdefault(message.viewer, []).append(message)
            return
        self.messages[message.ts] = message
        if message.thread_ts:
            self.threads.setdefault(message.thread_ts, []).append(message.ts)
        if not message.thread_ts or message.broadcast:
            self.roots.append(message.ts)

    def remove(self, message: Message) -> None:
        """Forget a message; a thread's root leaves a tombstone, as in Slack."""
        if message.viewer:
            self.whispers[message.viewer].remove(message)
            return
        if self.threads.get(message.ts):
            message.subtype, message.text = "tombstone", "This message was deleted."
            message.blocks, message.attachments, message.metadata = [], [], None
            return
        del self.messages[message.ts]
        if message.ts in self.roots:
            self.roots.remove(message.ts)
        if message.thread_ts:
            self.threads[message.thread_ts].remove(message.ts)

    def find(self, ts: str, viewer: str = "") -> Message | None:
        """A message by its timestamp; ephemeral ones only for their viewer."""
        if ts in self.messages:
            return self.messages[ts]
        return next((m for m in self.whispers.get(viewer, ()) if m.ts == ts), None)

    def replies(self, root_ts: str) -> list[Message]:
        """A thread without its root, oldest first."""
        return [self.messages[ts] for ts in self.threads.get(root_ts, ())]

    def unread_since(self, ts: str) -> list[Message]:
        """What arrived in the channel after a moment."""
        return [self.messages[root] for root in self.roots[bisect_right(self.roots, ts) :]]


def seeded(created: int) -> dict[str, Conversation]:
    """The cast's channels."""
    return {
        channel.id: Conversation(
            channel.id,
            channel.name,
            channel.teams,
            list(channel.members),
            created,
            private=channel.private,
            topic=_topic(channel),
        )
        for channel in cast.CHANNELS
    }


def direct(person_id: str, person_team: str, created: int) -> Conversation:
    """The direct message between a person and the bot."""
    teams = (cast.MERIDIAN.id,) if person_team == cast.MERIDIAN.id else (cast.MERIDIAN.id, person_team)
    return Conversation(dm_id(person_id), "cosell", teams, [person_id, cast.BOT_USER_ID], created, dm_with=person_id)


def dm_id(person_id: str) -> str:
    """'U0PRIYA' -> 'D0PRIYA'."""
    return "D" + person_id[1:]


def _topic(channel: cast.Channel) -> str:
    names = " and ".join(TEAMS[team].name for team in channel.teams)
    if len(channel.teams) > 1:
        return f"Deals that {names} work together"
    return f"{channel.name.replace('-', ' ')}, {names} only"
