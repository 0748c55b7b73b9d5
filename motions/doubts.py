"""What the database knows of its own memory, as the domain sees it stored; decides nothing."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True)
class Doubt:
    """A span this database may have forgotten: it was put back from a copy, or a clock jumped."""

    since: datetime  # the last work it surely remembers
    until: datetime  # until when what is done for the first time is looked up first


class Memory(Protocol):
    """What the database knows of itself."""

    def worked_at(self) -> datetime | None:
        """When somebody last worked on it; None before anybody said so."""

    def work(self, at: datetime) -> None:
        """Say that it is worked on."""

    def doubt(self) -> Doubt | None:
        """What was last found doubtful, over or not."""

    def set_doubt(self, doubt: Doubt) -> None: ...
