"""What interrupts people, as the domain sees it stored; decides nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True)
class Ping:
    """Something that interrupts one person, or would have if it had not been held back."""

    key: str  # of its effect
    person: str  # an e-mail of ours in lower case, or where a partner is reminded
    at: datetime
    said: str = ""  # the headline, of what is held back
    tell_from: datetime | None = None  # when what is held back is told; None: it interrupted at once

    @property
    def is_held(self) -> bool:
        """Whether it was held back."""
        return self.tell_from is not None


class Pings(Protocol):
    """How often people are interrupted, and what was held back for them."""

    def add(self, ping: Ping) -> None:
        """Keep it; of two with one key the first stays."""

    def get(self, key: str) -> Ping | None: ...
    def how_many(self, person: str, since: datetime) -> int:
        """How often somebody was interrupted since; what was held back is none."""

    def held(self, person: str) -> Sequence[Ping]:
        """What is held back for somebody and was not told yet, oldest first."""

    def due(self, now: datetime) -> Sequence[str]:
        """Everybody who is to be told something by now."""

    def tell(self, keys: Sequence[str], at: datetime) -> None:
        """What was held back under these keys has been told."""

    def forget(self, before: datetime) -> int:
        """Delete what is older, told or not; how many."""

    def less(self, person: str) -> int:
        """How often somebody asked to be reminded less."""

    def ask_less(self, person: str, times: int) -> None:
        """Keep how often they did."""
