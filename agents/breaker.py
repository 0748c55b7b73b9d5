"""A circuit breaker: after many failures in a short time nothing is tried for a while; knows not what fails."""

import logging
from collections import deque
from collections.abc import Callable
from threading import Lock

log = logging.getLogger(__name__)

FAILURES = 5
WITHIN_SECONDS = 60.0
REST_SECONDS = 120.0


class Breaker:
    """Opens after FAILURES within WITHIN_SECONDS and closes REST_SECONDS later; safe to share between threads."""

    def __init__(self, name: str, monotonic: Callable[[], float]) -> None:
        self._name = name
        self._monotonic = monotonic
        self._failures: deque[float] = deque(maxlen=FAILURES)
        self._rests_until: float | None = None
        self._lock = Lock()

    def is_open(self) -> bool:
        """Whether nothing should be tried now."""
        with self._lock:
            if self._rests_until is None:
                return False
            if self._monotonic() < self._rests_until:
                return True
            self._rests_until = None
            log.info("model.resumed line=%s", self._name)
            return False

    def failed(self) -> None:
        """Count one failure."""
        with self._lock:
            now = self._monotonic()
            self._failures.append(now)
            if len(self._failures) == FAILURES and now - self._failures[0] <= WITHIN_SECONDS:
                self._failures.clear()
                self._rests_until = now + REST_SECONDS
                log.warning("model.rests line=%s seconds=%d", self._name, REST_SECONDS)
