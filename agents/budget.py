"""A day's allowance of tokens, counted in this process; knows no price and no calendar."""

from collections.abc import Callable
from threading import Lock

DAY = 24 * 60 * 60.0


class DayBudget:
    """So many tokens in any day that begins with a spending; safe to share between threads."""

    def __init__(self, tokens_a_day: int, monotonic: Callable[[], float]) -> None:
        self._allowed = tokens_a_day
        self._monotonic = monotonic
        self._spent = 0
        self._since = monotonic()
        self._lock = Lock()

    def is_spent(self) -> bool:
        """Whether nothing is left today."""
        with self._lock:
            self._turn_the_day()
            return self._spent >= self._allowed

    def spend(self, tokens: int) -> None:
        """Count tokens that were used; the last text of a day may overdraw it."""
        with self._lock:
            self._turn_the_day()
            self._spent += tokens

    def _turn_the_day(self) -> None:
        now = self._monotonic()
        if now - self._since >= DAY:
            self._since, self._spent = now, 0
