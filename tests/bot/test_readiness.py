"""Ready means that everything the bot needs works just now; what does not is named, within a bounded time."""

import logging
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from bot.jobs import Job
from bot.probes import probe_routes
from bot.readiness import Readiness
from motions.errors import Unavailable
from motions.outage_log import OutageLog
from tests.fakes.world import World, world

ALL_WELL = {"engine": "ok", "store": "ok", "slack": "ok", "crm": "ok"}
DOWN = Unavailable("the database", "does not answer")


@dataclass
class Bot:
    """What readiness asks, and switches for it."""

    world: World = field(default_factory=world)
    database: OutageLog = field(default_factory=lambda: OutageLog(logging.getLogger("test"), "the database"))
    is_connected: bool = True
    read: Callable[[], object] = lambda: None
    readiness: Readiness = field(init=False)

    def __post_init__(self) -> None:
        self.crm = Job("crm.poll", lambda: 0, self.world.ports)
        self.readiness = Readiness(
            read_store=lambda: self.read(),  # noqa: PLW0108 - what it is by then
            database=self.database,
            is_connected=lambda: self.is_connected,
            crm=self.crm,
            poll_seconds=30,
            clock=self.world.clock,
            answers_within=0.2,
        )
        self.readiness.is_launched = True
        self.crm.run()


@pytest.fixture
def bot() -> Bot:
    return Bot()


def test_a_bot_whose_parts_all_work_is_ready(bot: Bot) -> None:
    assert bot.readiness.findings() == ALL_WELL


def test_an_engine_that_does_not_run_is_named(bot: Bot) -> None:
    bot.readiness.is_launched = False

    assert bot.readiness.findings() == ALL_WELL | {"engine": "not running"}


def test_a_slack_that_is_not_connected_is_named_and_http_needs_no_connection(bot: Bot) -> None:
    bot.is_connected = False
    socket = bot.readiness.findings()
    bot.readiness._is_connected = None

    assert socket == ALL_WELL | {"slack": "not connected"}
    assert bot.readiness.findings() == ALL_WELL


def test_a_crm_that_was_not_read_for_four_intervals_is_named(bot: Bot) -> None:
    bot.world.clock.advance(timedelta(seconds=120))
    in_time = bot.readiness.findings()
    bot.world.clock.advance(timedelta(seconds=1))
    late = bot.readiness.findings()

    assert in_time == ALL_WELL
    assert late == ALL_WELL | {"crm": "last read 121 s ago"}


def test_a_bot_that_never_read_the_crm_is_not_ready(bot: Bot) -> None:
    bot.crm.last_worked_at = None

    assert bot.readiness.findings() == ALL_WELL | {"crm": "not read yet"}


def test_a_database_that_fails_is_named_until_it_works(bot: Bot) -> None:
    bot.database.failed(DOWN)
    failing = bot.readiness.findings()
    bot.database.worked()
    bot.read = raising(DOWN)
    still = bot.readiness.findings()
    bot.read = lambda: None

    assert (failing, still) == (ALL_WELL | {"store": "fails"},) * 2
    assert bot.readiness.findings() == ALL_WELL


def test_a_store_that_hangs_is_named_in_time_and_holds_one_thread(bot: Bot) -> None:
    goes_on, began = threading.Event(), list[int]()

    def hang() -> None:
        began.append(1)
        goes_on.wait(20)

    bot.read = hang
    hanging = [bot.readiness.findings() for _ in range(3)]
    goes_on.set()

    assert hanging == [ALL_WELL | {"store": "did not answer within 0.2 s"}] * 3
    assert began == [1]


class Counts:
    """Metrics that are always the same."""

    def scrape(self) -> bytes:
        return b"cosell_motions 1\n"


@pytest.fixture
def web(bot: Bot) -> Iterator[TestClient]:
    with TestClient(Starlette(routes=probe_routes(bot.readiness, Counts()))) as client:
        yield client


def test_the_probe_says_which_is_not_ready_and_with_which_status(bot: Bot, web: TestClient) -> None:
    ready = web.get("/readyz")
    bot.is_connected = False
    not_ready = web.get("/readyz")

    assert (ready.status_code, ready.json()) == (200, {"status": "ready", "checks": ALL_WELL})
    assert not_ready.status_code == 503
    assert not_ready.json() == {"status": "not ready", "checks": ALL_WELL | {"slack": "not connected"}}


def test_metrics_are_told_as_prometheus_reads_them(web: TestClient) -> None:
    answer = web.get("/metrics")

    assert answer.text == "cosell_motions 1\n"
    assert answer.headers["content-type"].startswith("text/plain; version=")


def raising(error: Exception) -> Callable[[], object]:
    def work() -> object:
        raise error

    return work
