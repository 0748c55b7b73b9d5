"""An outage is one line when it starts and one when it ends, however many calls fail meanwhile; retries nothing."""

import logging
import time
from collections.abc import Callable
from threading import Lock

from motions.errors import ConnectorError, OutcomeUnknown, Unavailable

FLAPPING = 60.0  # seconds: a system that fails and works by turns is told about once in so long


class OutageLog:
    """One outside system, as every thread of this process finds it."""

    def __init__(self, logger: logging.Logger, system: str, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._logger = logger
        self._system = system
        self._monotonic = monotonic
        self._lock = Lock()
        self._is_down = False
        self._since: float | None = None  # when the line of the start was written; None: it was not
        self._failures = 0
        self._quiet_until = monotonic()

    @property
    def is_down(self) -> bool:
        """Whether the last call failed."""
        return self._is_down

    def failed(self, error: Exception) -> None:
        """Note a failed call; only the first of an outage is logged."""
        with self._lock:
            self._is_down = True
            self._failures += 1
            now = self._monotonic()
            starts = self._since is None and now >= self._quiet_until
            if starts:
                self._since = now
        if starts:
            self._logger.warning("outage.started system=%s error=%s", self._system, error)

    def refused(self, error: ConnectorError) -> None:
        """Note a call that gave an error: a throttled, refused or turned away one was answered."""
        is_throttled = isinstance(error, Unavailable) and error.retry_after is not None
        if isinstance(error, Unavailable | OutcomeUnknown) and not is_throttled:
            self.failed(error)
        else:
            self.worked()

    def worked(self) -> None:
        """Note an answered call; only the first after an outage is logged."""
        if not self._is_down:
            return
        with self._lock:
            self._is_down = False
            since, failures = self._since, self._failures
            if since is None:
                return
            now = self._monotonic()
            self._since, self._failures, self._quiet_until = None, 0, now + FLAPPING
        self._logger.warning("outage.ended system=%s seconds=%d failures=%d", self._system, now - since, failures)
