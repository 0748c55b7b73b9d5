"""Slack in memory: channels with their companies, messages with their keys, and failures on order."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from handlers.views import VERSION, render
from handlers.views.edition import picture_of
from motions.audiences import Audience, AudienceKind
from motions.edition_surfaces import Edition, Picture
from motions.errors import Rejected
from motions.model import MessageRef, PartnerKey, Person
from motions.ports import Clock, Messenger
from motions.surfaces import Surface
from tests.fakes.files import FakeFiles


@dataclass(frozen=True)
class Posted:
    """One message as it stands now."""

    ref: MessageRef
    message: Mapping[str, object]
    key: str
    thread_ts: str | None
    at: datetime


@dataclass
class Trouble:
    """The next call fails so; `after` is when the work was done already and only the answer is lost."""

    error: Exception
    after: bool = False


@dataclass
class FakeMessenger(Messenger):
    """The Messenger port without Slack. `rooms` maps a channel to the partners reading it."""

    clock: Clock
    rooms: dict[str, tuple[PartnerKey, ...]] = field(default_factory=dict)
    posted: list[Posted] = field(default_factory=list)
    updates: list[Posted] = field(default_factory=list)
    troubles: list[Trouble] = field(default_factory=list)
    files: FakeFiles = field(default_factory=FakeFiles)

    @property
    def renderer(self) -> str:
        """The real drawing's version."""
        return VERSION

    def render(self, surface: Surface) -> Mapping[str, object]:
        """The real drawing: it is pure."""
        return render(surface)

    def depict(self, edition: Edition) -> Picture:
        """The real drawing."""
        return picture_of(edition)

    def audience(self, channel: str) -> Audience:
        """Who reads a channel; a direct message is internal unless told otherwise."""
        partners = self.rooms.get(channel, () if channel.startswith("D") else None)
        if partners is None:
            return Audience(AudienceKind.UNKNOWN)
        kinds = {0: AudienceKind.INTERNAL, 1: AudienceKind.ONE_PARTNER}
        return Audience(kinds.get(len(partners), AudienceKind.SEVERAL), partners)

    def post(self, channel: str, message: Mapping[str, object], key: str, thread_ts: str | None = None) -> MessageRef:
        """Store a message; posting a key twice posts twice, as in Slack."""
        trouble = self._next_trouble(channel)
        ref = MessageRef(channel, f"{self.clock.now().timestamp():.0f}.{len(self.posted) + 1:06d}")
        self.posted.append(Posted(ref, message, key, thread_ts, self.clock.now()))
        if trouble:
            raise trouble
        return ref

    def find_post(self, channel: str, key: str, since: datetime, thread_ts: str | None = None) -> MessageRef | None:
        """The message with this key."""
        self._check(channel)
        wanted = (channel, key, thread_ts)
        return next((p.ref for p in self.posted if (p.ref.channel, p.key, p.thread_ts) == wanted), None)

    def find_file(self, channel: str, name: str, since: datetime, thread_ts: str | None) -> str | None:
        """What was shared there under this name."""
        self._check(channel)
        wanted = (channel, name, thread_ts)
        return next((s.file_id for s in self.files.shared if (s.channel, s.name, s.thread_ts) == wanted), None)

    def update(self, ref: MessageRef, message: Mapping[str, object]) -> None:
        """Change a message in place."""
        trouble = self._next_trouble(ref.channel)
        index = next((n for n, each in enumerate(self.posted) if each.ref == ref), None)
        if index is None:
            raise Rejected("Slack", "chat.update: message_not_found; the message was deleted in Slack")
        self.posted[index] = replace(self.posted[index], message=message)
        self.updates.append(self.posted[index])
        if trouble:
            raise trouble

    def direct_channel(self, person: Person) -> str:
        """'U0PRIYA' -> 'D0PRIYA'."""
        return "D" + person.user_id[1:]

    def in_channel(self, channel: str) -> list[Posted]:
        """What a channel holds, oldest first."""
        return [each for each in self.posted if each.ref.channel == channel]

    def _next_trouble(self, channel: str) -> Exception | None:
        self._check(channel)
        if not self.troubles:
            return None
        trouble = self.troubles.pop(0)
        if trouble.after:
            return trouble.error
        raise trouble.error

    def _check(self, channel: str) -> None:
        if channel not in self.rooms and not channel.startswith("D"):
            raise Rejected("Slack", "channel_not_found; check the channel's id")
