"""Time that passes when told to, and ids that can be read off in a failing test."""

from datetime import UTC, datetime, timedelta

MONDAY = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)  # ten in the morning in New York, nine in Chicago


class FakeClock:
    """Stands still until it is moved."""

    def __init__(self, at: datetime = MONDAY) -> None:
        self._moment = at

    def now(self) -> datetime:
        """The present moment."""
        return self._moment

    def advance(self, by: timedelta) -> None:
        """Let time pass, running nothing."""
        self._moment += by

    def move_to(self, at: datetime) -> None:
        """Jump to a moment, backwards too: a test may compare two days."""
        self._moment = at


class CountingIds:
    """'id-1', 'id-2', ... in the order of asking."""

    def __init__(self, kind: str = "id") -> None:
        self._kind = kind
        self._given = 0

    def new(self) -> str:
        """The next one."""
        self._given += 1
        return f"{self._kind}-{self._given}"
