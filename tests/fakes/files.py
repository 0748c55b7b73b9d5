"""Slack's files in memory: bytes by id, and failures on order."""

from dataclasses import dataclass, field

from motions.errors import UserMistake
from motions.sheet_drops import SharedFile


@dataclass
class FakeFiles:
    """The Files port without Slack; `troubles` are raised one by one instead of an answer."""

    stored: dict[str, SharedFile] = field(default_factory=dict)
    troubles: list[Exception] = field(default_factory=list)
    fetched: int = 0

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
