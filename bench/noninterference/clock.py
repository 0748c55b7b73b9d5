"""One clock for the bot and everything outside, which stands still until it is moved; ids that are counted."""

from datetime import UTC, datetime

from sandbox.clock import WorldClock
from tests.fakes.clock import FakeClock

START = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)  # Monday, ten in the morning in New York


class LabClock(FakeClock, WorldClock):
    """The bot's clock, the sandbox's clock and the libraries' monotonic clock, all at the same moment."""

    def __init__(self) -> None:
        super().__init__(START)

    def monotonic(self) -> float:
        """Seconds, for what measures spans."""
        return self.now().timestamp()


class Nonces:
    """Ids nobody can guess, in a shape that can be told from all else: '~nonce-000017~'.

    Real ones are random: what they are says nothing. Comparing two worlds, only which are the same counts.
    """

    def __init__(self) -> None:
        self._given = 0

    def new(self) -> str:
        """The next one."""
        self._given += 1
        return f"~nonce-{self._given:06d}~"
