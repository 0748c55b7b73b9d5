"""What happens by the clock. The only module that imports apscheduler; each job is one call of the domain."""

import logging
from collections.abc import Callable, Mapping
from datetime import timedelta

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

from motions import filing, handoffs, outages, queues, sweeping, triggers
from motions.errors import ConnectorError
from motions.ports import Ports

log = logging.getLogger(__name__)
# A poll that takes longer than its interval is simply not doubled; that is no news.
logging.getLogger("apscheduler").setLevel(logging.ERROR)

SEGMENTS_KEPT = timedelta(days=30)


class Schedule:
    """The jobs of one process. Every job may run in several processes at once: what it starts has a fixed id."""

    def __init__(self, ports: Ports, poll_seconds: float, forget: Callable[[timedelta], int]) -> None:
        self._scheduler = BackgroundScheduler(
            timezone="UTC",
            executors={"default": ThreadPoolExecutor(6)},
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": 30},
        )
        self._ports = ports
        self._failures: dict[str, int] = {}  # in a row
        self._worked: set[str] = set()
        every: Mapping[str, tuple[float, Callable[[], int]]] = {
            "crm.poll": (poll_seconds, lambda: triggers.read_changes(ports)),
            "crm.late": (3600, lambda: triggers.sweep_late(ports)),
            "crm.reconcile": (86400, lambda: triggers.reconcile(ports)),
            "cards.expire": (30, lambda: sweeping.expire_cards(ports)),
            "segments.restart": (30, lambda: sweeping.restart_lost(ports)),
            "handoffs.nudge": (60, lambda: handoffs.sweep_cold(ports)),
            "digests": (300, lambda: queues.due_digests(ports)),
            "inbox.forget": (3600, lambda: sweeping.forget_payloads(ports)),
            "segments.forget": (86400, lambda: forget(SEGMENTS_KEPT)),
            **{f"portal.{key}": (max(poll_seconds, 5.0), _watch(key, ports)) for key in ports.portals},
        }
        for name, (seconds, work) in every.items():
            self._scheduler.add_job(self._job(name, work), "interval", seconds=seconds, id=name)

    def start(self) -> None:
        """Start the jobs; the first poll happens at once."""
        self._scheduler.start()
        self._scheduler.modify_job("crm.poll", next_run_time=self._ports.clock.now())

    def stop(self) -> None:
        """Let running jobs finish and start no more."""
        self._scheduler.shutdown(wait=True)

    def _job(self, name: str, work: Callable[[], int]) -> Callable[[], None]:
        def run() -> None:
            try:
                done = work()
            except ConnectorError as error:
                self._failed(name, error)
                return
            self._succeeded(name)
            if done:
                log.info("job.done job=%s count=%d", name, done)

        return run

    def _failed(self, name: str, error: ConnectorError) -> None:
        failures = self._failures[name] = self._failures.get(name, 0) + 1
        if failures == 1:
            log.warning("job.failing job=%s reason=%s", name, error)
        outages.show_outage(name, error, failures, self._ports)

    def _succeeded(self, name: str) -> None:
        was_failing = self._failures.pop(name, 0)
        if was_failing:
            log.info("job.recovered job=%s", name)
        if was_failing or name not in self._worked:  # a process before this one may have left it open
            outages.end_outage(name, self._ports)
            self._worked.add(name)


def _watch(portal: str, ports: Ports) -> Callable[[], int]:
    return lambda: filing.watch_portal(portal, ports)
