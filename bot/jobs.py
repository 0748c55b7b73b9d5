"""One regular job: it survives whatever happens in it, tells of a failure once, and remembers when it last worked."""

import logging
from collections.abc import Callable
from datetime import datetime

from motions import outages
from motions.correlation import working_on
from motions.errors import ConnectorError, OutcomeUnknown, Unavailable
from motions.ports import Ports

log = logging.getLogger(__name__)


class Job:
    """What happens again and again; never twice at a time."""

    def __init__(self, name: str, work: Callable[[], int], ports: Ports) -> None:
        self.name = name
        self.last_worked_at: datetime | None = None
        self._work = work
        self._ports = ports
        self._failures = 0  # in a row

    def run(self) -> None:
        """Do it once; what fails is noted, and done again the next time."""
        with working_on(self.name):
            try:
                self._attempt()
            except Exception as error:  # noqa: BLE001 - boundary: whatever failed, the job runs again
                self._note(error)

    def _attempt(self) -> None:
        try:
            done = self._work()
        except ConnectorError as error:
            self._note(error)
            outages.show_outage(self.name, error, self._failures, self._ports)
            return
        # A process before this one may have left its outage open.
        if self._failures or self.last_worked_at is None:
            outages.end_outage(self.name, self._ports)
        self._succeeded(done)

    def _succeeded(self, done: int) -> None:
        self.last_worked_at = self._ports.clock.now()
        if self._failures:
            log.info("job.recovered job=%s failures=%d", self.name, self._failures)
            self._failures = 0
        if done:
            log.info("job.done job=%s count=%d", self.name, done)

    def _note(self, error: Exception) -> None:
        self._failures += 1
        if self._failures > 1:
            return
        if isinstance(error, Unavailable | OutcomeUnknown):
            # An outage is told by whoever keeps the system's OutageLog, once for all that fail meanwhile.
            log.info("job.failing job=%s reason=%s", self.name, error)
        elif isinstance(error, ConnectorError):
            log.warning("job.failing job=%s reason=%s", self.name, error)
        else:
            log.error("job.failing job=%s reason=%s", self.name, type(error).__name__, exc_info=error)
