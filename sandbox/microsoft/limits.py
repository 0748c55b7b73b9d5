"""How many calls a minute; the real number is unpublished, so there is none until somebody sets one."""

from collections.abc import Callable
from datetime import datetime, timedelta

from sandbox.microsoft.wire import ApiError

_WINDOW = timedelta(minutes=1)


class Limits:
    """One sliding window for the whole account."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self.per_minute: int | None = None
        self._made: list[datetime] = []

    def configure(self, per_minute: int | None) -> None:
        """Set the rate anew and forget what was counted."""
        self.per_minute, self._made = per_minute, []

    def admit(self) -> None:
        """Let one call through; raises ApiError with Retry-After when the minute is full."""
        if self.per_minute is None:
            return
        now = self._now()
        self._made = [at for at in self._made if now - at < _WINDOW]
        if len(self._made) >= self.per_minute:
            wait = int((self._made[0] + _WINDOW - now).total_seconds()) + 1
            raise ApiError(429, "tooManyRequests", "Too many requests.", wait=wait)
        self._made.append(now)
