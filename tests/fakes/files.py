"""Slack's files in memory: bytes by id, and failures on order."""

from dataclasses import dataclass, field

from motions.errors import OutcomeUnknown, UserMistake
from motions.sheet_drops import SharedFile


@dataclass(frozen=True)
class Shared:
    """A file of ours in a thread or a channel."""

    file_id: str
    name: str
    channel: str
    thread_ts: str | None
    words: str = ""


@dataclass
class FakeFiles:
    """The Files port without Slack; `troubles` are raised one by one instead of an answer."""

    stored: dict[str, SharedFile] = field(default_factory=dict)
    troubles: list[Exception] = field(default_factory=list)
    fetched: int = 0
    uploaded: dict[str, bytes] = field(default_factory=dict)
    alts: dict[str, str] = field(default_factory=dict)
    shared: list[Shared] = field(default_factory=list)

    def put(self, file_id: str, name: str, data: bytes) -> None:
        """Somebody uploads a file."""
        self.stored[file_id] = SharedFile(name, data)

    def fetch(self, file_id: str, at_most: int) -> SharedFile:
        """The file as it is now."""
        self.fetched += 1
        if self.troubles:
            raise self.troubles.pop(0)
        if file_id not in self.stored:
            raise UserMistake("It is not in Slack any more, or not where cosell may read it.")
        found = self.stored[file_id]
        if len(found.data) > at_most:
            raise UserMistake("It is too large.")
        return found

    def upload(self, name: str, data: bytes, alt: str = "") -> str:
        """Keep the bytes unseen."""
        if self.troubles:
            raise self.troubles.pop(0)
        file_id = f"F{len(self.uploaded) + 1}{name}"
        self.uploaded[file_id] = data
        self.alts[file_id] = alt
        return file_id

    def share(self, file_id: str, name: str, channel: str, thread_ts: str | None = None, words: str = "") -> None:
        """Show them; an OutcomeUnknown on order comes after the deed, everything else before."""
        trouble = self.troubles.pop(0) if self.troubles else None
        if trouble is not None and not isinstance(trouble, OutcomeUnknown):
            raise trouble
        assert file_id in self.uploaded
        self.shared.append(Shared(file_id, name, channel, thread_ts, words))
        if trouble is not None:
            raise trouble
