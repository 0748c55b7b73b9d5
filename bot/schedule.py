"""What happens by the clock. The only module that imports apscheduler; each job is one call of the domain."""

import logging
from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from functools import partial

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

from bot.clock import FollowedClock, SystemClock
from bot.jobs import Job
from motions import (
    attention,
    configuring,
    doubting,
    forecasting,
    granting,
    importing,
    instance_telling,
    inviting,
    logins,
    nudging,
    offering,
    places,
    queues,
    reminding,
    resuming,
    reviewing,
    schemas,
    sweeping,
    switches,
    triggers,
)
from motions.model import PartnerKey
from motions.mornings import Mornings
from motions.ports import Ports

# A poll that takes longer than its interval is simply not doubled; that is no news.
logging.getLogger("apscheduler").setLevel(logging.ERROR)

SOONER = 0.8  # of a sweep, in which what is found is to be written as well
SEGMENTS_KEPT = timedelta(days=30)
REPLAY_SECONDS = 5.0
PULL_SECONDS = 1.0  # between two takings from a queue, which itself waits for the first that comes


class Schedule:
    """The jobs of one process. Every job may run in several processes at once: what it starts has a fixed id."""

    def __init__(
        self,
        ports: Ports,
        poll_seconds: float,
        forget: Callable[[timedelta], int],
        replay: Callable[[], int],
        pull: Callable[["Schedule"], Callable[[], int] | None] = lambda _: None,
    ) -> None:
        self._scheduler = BackgroundScheduler(
            timezone="UTC",
            executors={"default": ThreadPoolExecutor(7)},
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": 30},
        )
        self._ports = ports
        mornings = Mornings()
        drawn: dict[PartnerKey, object] = {}  # what each joint forecast was last found up to date with
        every: Mapping[str, tuple[float, Callable[[], int]]] = {
            "configuration.look": (2, self._look),
            "crm.poll": (poll_seconds * SOONER, lambda: triggers.read_changes(ports)),
            "crm.late": (3600, lambda: triggers.sweep_late(ports)),
            "crm.reconcile": (86400, lambda: triggers.reconcile(ports)),
            "cards.expire": (30, lambda: sweeping.expire_cards(ports)),
            "cards.remind": (60, lambda: reminding.sweep_undecided(ports)),
            "stop.show": (5, lambda: switches.show_stop(ports)),
            "segments.restart": (30, lambda: sweeping.restart_lost(ports)),
            "segments.begin-again": (10, lambda: sweeping.restart_failed(ports)),
            "segments.resume": (60, lambda: resuming.resume_missing(ports)),
            "database.stamp": (30, lambda: doubting.go_on(ports)),
            "channels.look": (3600, lambda: places.look(ports)),
            "schemas.look": (3600, lambda: schemas.look(ports)),
            "schemas.go-on": (10, lambda: schemas.go_on(ports)),
            "logins.watch": (3600, lambda: logins.watch(ports)),
            "grants.tend": (30, lambda: granting.tend(ports)),
            "handoffs.nudge": (60, lambda: nudging.sweep_cold(ports)),
            "attention.tell": (60, lambda: attention.sweep_held(ports)),
            "forecasts.show": (10, lambda: forecasting.sweep(ports, drawn)),
            "figures.tell": (10, lambda: instance_telling.sweep(ports)),
            "sheets.carry-out": (10, lambda: importing.carry_out(ports)),
            "invitations.look": (max(poll_seconds, 30.0), lambda: inviting.look(ports)),
            "offers.look": (max(poll_seconds, 60.0), lambda: offering.look(ports)),
            "digests": (20, lambda: queues.due_digests(ports, mornings)),
            "inbox.replay": (REPLAY_SECONDS, replay),
            "inbox.forget": (3600, lambda: sweeping.forget_payloads(ports)),
            "segments.forget": (3600, lambda: forget(SEGMENTS_KEPT)),
            **({"world.look": (1, ports.clock.look)} if isinstance(ports.clock, FollowedClock) else {}),
            **({"aws.events": (PULL_SECONDS, taking)} if (taking := pull(self)) else {}),
        }
        self.jobs: dict[str, Job] = {}
        for name, (seconds, work) in every.items():
            self._add(name, seconds, work)
        self._portal_seconds = max(poll_seconds * SOONER, 5.0)
        self._watch_portals(ports.portals)

    def start(self) -> None:
        """Start the jobs; the first looks outside happen at once."""
        self._scheduler.start()
        for job in ("inbox.replay", "crm.poll", "logins.watch", "schemas.look", "invitations.look"):
            self._scheduler.modify_job(job, next_run_time=SystemClock().now())  # the only clock it knows

    def run(self, job: str) -> None:
        """Do one job now, beside its regular times."""
        self.jobs[job].run()

    def stop(self) -> None:
        """Let running jobs finish and start no more."""
        self._scheduler.shutdown(wait=True)

    def _add(self, name: str, seconds: float, work: Callable[[], int]) -> None:
        self.jobs[name] = Job(name, work, self._ports)
        self._scheduler.add_job(self.jobs[name].run, "interval", seconds=seconds, id=name)

    def _look(self) -> int:
        """Take what was put in force meanwhile; a portal that it names for the first time is watched from now on."""
        found = configuring.refresh(self._ports)
        self._watch_portals(self._ports.config.portals_named)
        return found

    def _watch_portals(self, portals: Iterable[str]) -> None:
        for key in portals:
            if f"portal.{key}" not in self.jobs:
                self._add(f"portal.{key}", self._portal_seconds, partial(reviewing.watch_portal, key, self._ports))
