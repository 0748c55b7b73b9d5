"""Whether the bot does its work just now: cheap questions with an end, to nobody outside; mends nothing."""

from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as StillWaiting
from datetime import timedelta

from bot.jobs import Job
from motions.errors import Unavailable
from motions.outage_log import OutageLog
from motions.ports import Clock

WELL = "ok"
ANSWERS_WITHIN = 2.0
READS_LATE = 4  # intervals without a read of the CRM
READS_LATE_AT_LEAST = timedelta(seconds=60)


class Readiness:
    """Asked by /readyz as often as anybody likes; a store that hangs holds one thread, not one for each question."""

    def __init__(
        self,
        *,
        read_store: Callable[[], object],
        database: OutageLog,
        is_connected: Callable[[], bool] | None,
        crm: Job,
        poll_seconds: float,
        clock: Clock,
        answers_within: float = ANSWERS_WITHIN,
    ) -> None:
        """`is_connected` is None when Slack comes in by HTTP."""
        self.is_launched = False  # the engine; set by who launches and stops it
        self._read_store = read_store
        self._database = database
        self._is_connected = is_connected
        self._crm = crm
        self._late = max(READS_LATE * timedelta(seconds=poll_seconds), READS_LATE_AT_LEAST)
        self._clock = clock
        self._answers_within = answers_within
        self._asker = ThreadPoolExecutor(1, thread_name_prefix="readiness")
        self._asked: Future[object] | None = None

    def findings(self) -> Mapping[str, str]:
        """What is asked, and WELL or what is wrong with it."""
        return {
            "engine": WELL if self.is_launched else "not running",
            "store": self._store(),
            "slack": self._slack(),
            "crm": self._read_lately(),
        }

    def _store(self) -> str:
        if self._database.is_down:
            return "fails"
        if self._asked is None or self._asked.done():
            self._asked = self._asker.submit(self._read_store)
        try:
            self._asked.result(self._answers_within)
        except StillWaiting:
            return f"did not answer within {self._answers_within:g} s"
        except Unavailable:
            return "fails"
        return WELL

    def _slack(self) -> str:
        return WELL if self._is_connected is None or self._is_connected() else "not connected"

    def _read_lately(self) -> str:
        read_at = self._crm.last_worked_at
        if read_at is None:
            return "not read yet"
        age = self._clock.now() - read_at
        return WELL if age <= self._late else f"last read {age.total_seconds():.0f} s ago"
