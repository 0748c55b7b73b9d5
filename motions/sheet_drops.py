"""A partner's sheet that one of ours put into an alliance channel, as values: where it lies and what was seen in it.

Knows no file format, no Slack and no SQL.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Protocol

from motions.model import PartnerKey
from motions.partner_sheets import Reading, SheetColumn


@dataclass(frozen=True)
class Dropped:
    """A file in a message, as Slack tells of it."""

    file_id: str
    name: str  # empty: it is of another conversation, and Slack does not tell


@dataclass(frozen=True)
class Drop:
    """One file in one message; its card stands in that message's thread."""

    id: str
    file_id: str
    name: str  # as whoever put it there called it
    partner: PartnerKey
    channel: str
    thread: str
    by: str  # our person's name


@dataclass(frozen=True)
class SeenColumn:
    """A column of theirs as it was shown; `column` None: nobody has said what it means."""

    letter: str
    heading: str
    spelt: str  # the heading's plain spelling, under which its meaning is remembered
    column: SheetColumn | None
    percent: int  # how sure that is
    how: str


@dataclass(frozen=True)
class Told:
    """Some lines for people, and how many there are in all."""

    lines: tuple[str, ...]
    count: int


@dataclass(frozen=True)
class Look:
    """What a file says and would change, as one card shows it; Import is approved on exactly this."""

    drop: Drop
    sha256: str
    sheet: str
    told: Mapping[str, SheetColumn]  # what people had said of this partner's headings when it was read
    columns: tuple[SeenColumn, ...]
    rows: int  # that can be taken
    mistakes: Told
    changes: Told
    left_out: Told  # rows that change nothing, and why; what the last import said and this one does not
    same: int
    imported_at: datetime | None = None  # exactly these bytes, before
    imported_by: str | None = None
    last: str | None = None  # the id of the import its changes were held against

    @property
    def unmapped(self) -> tuple[SeenColumn, ...]:
        """The columns whose meaning can be asked for."""
        return tuple(each for each in self.columns if each.column is None and each.spelt)


@dataclass(frozen=True)
class Seen:
    """What came of reading a file: a look, or why there is none."""

    look: Look | None
    refusal: str = ""


@dataclass(frozen=True)
class SharedFile:
    """A file that is or will be in Slack: its bytes, and what it is called there."""

    name: str
    data: bytes

    @property
    def sha256(self) -> str:
        """Of its bytes."""
        return sha256(self.data).hexdigest()


class Files(Protocol):
    """Files in Slack. Raises Unavailable, AuthExpired, Rejected; `share` OutcomeUnknown when its answer is lost."""

    def fetch(self, file_id: str, at_most: int) -> SharedFile:
        """One file whole; UserMistake when it is larger than `at_most` bytes, or not Slack's own."""

    def upload(self, name: str, data: bytes, alt: str = "") -> str:
        """The id of a file that nobody sees until it is shared; what never is is forgotten."""

    def share(self, file_id: str, name: str, channel: str, thread_ts: str | None = None, words: str = "") -> None:
        """Show an uploaded file under its name in a thread, or in a channel below these words; again shows it again."""


class SheetReader(Protocol):
    """Partners' spreadsheets, read."""

    def read(self, data: bytes, name: str, told: Mapping[str, SheetColumn]) -> Reading:
        """The sheet of a file; UserMistake says why it cannot be read."""

    def spelt(self, heading: str) -> str:
        """A heading's plain spelling, under which its meaning is remembered."""
