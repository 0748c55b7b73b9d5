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
    is_held: bool = False


class Pings(Protocol):
    """How often people are interrupted, and what was held back for them."""

    def add(self, ping: Ping) -> None:
        """Keep it; of two with one key the first stays."""

    def get(self, key: str) -> Ping | None: ...
    def how_many(self, person: str, since: datetime) -> int:
        """How often somebody was interrupted since; what was held back is none."""

    def held(self, person: str) -> Sequence[Ping]:
        """What is held back for somebody and was not told yet, oldest first."""

    def held_for(self, before: datetime) -> Sequence[str]:
        """Everybody for whom something has been held back since before a moment."""

    def tell(self, keys: Sequence[str], at: datetime) -> None:
        """What was held back under these keys has been told."""

    def forget(self, before: datetime) -> int:
        """Delete what is older and does not wait to be told; how many."""

    def less(self, person: str) -> int:
        """How often somebody asked to be reminded less."""

    def ask_less(self, person: str, times: int) -> None:
        """Keep how often they did."""
