"""A running Slack emulator that delivers by signed HTTP to a real Bolt app, whose use cases only write down."""

import logging
from collections.abc import Iterator

import pytest
from slack_bolt import App

from handlers.channels import open_messenger
from handlers.desk import Desk
from handlers.listeners import build_bolt, register
from handlers.workers import Workers
from motions.model import Role
from motions.revisions import InForce
from tests.fakes.people import FakePeople
from tests.handlers import values
from tests.handlers.emulated_slack import SECRET, US, World, running
from tests.handlers.fakes import AtOnce, Recorder, RefusingStore, StillClock


@pytest.fixture(scope="session")
def server() -> Iterator[World]:
    with running() as world:
        yield world


@pytest.fixture
def quiet_world(server: World) -> World:
    server.reset()
    return server


@pytest.fixture
def recorder() -> Recorder:
    return Recorder()


@pytest.fixture
def store() -> RefusingStore:
    return RefusingStore()


@pytest.fixture
def people() -> FakePeople:
    return FakePeople(values.person(), values.person(Role.PARTNER))


@pytest.fixture
def clock() -> StillClock:
    return StillClock()


@pytest.fixture
def bolt(app_and_workers: tuple[App, Workers]) -> App:
    """The real Bolt app, its client pointing at the emulator; it does what it keeps before it acknowledges."""
    return app_and_workers[0]


@pytest.fixture
def workers(app_and_workers: tuple[App, Workers]) -> Workers:
    """What works off what the app kept."""
    return app_and_workers[1]


@pytest.fixture
def has_work_objects() -> bool:
    """Whether the app may show them."""
    return False


@pytest.fixture
def is_agent() -> bool:
    """Whether it is declared an agent."""
    return False


@pytest.fixture
def app_and_workers(
    quiet_world: World,
    recorder: Recorder,
    store: RefusingStore,
    people: FakePeople,
    clock: StillClock,
    has_work_objects: bool,
    is_agent: bool,
) -> tuple[App, Workers]:
    app = build_bolt(quiet_world.client(), US, signing_secret=SECRET)
    app.logger.setLevel(logging.ERROR)
    messenger = open_messenger(quiet_world.client(), InForce(values.configuration()), US)
    desk = Desk(
        US,
        people,
        messenger,
        store,
        clock,
        lanes={"": AtOnce()},
        has_work_objects=has_work_objects,
        is_agent=is_agent,
    )
    return app, register(app, recorder.cases(), desk)


@pytest.fixture
def world(quiet_world: World, bolt: App) -> World:
    """The emulator, delivering to the Bolt app by signed HTTP."""
    quiet_world.bolt = bolt
    settings = {"request_url": f"{quiet_world.url}/events", "signing_secret": SECRET}
    assert quiet_world.control("settings", settings) == {"ok": True}
    return quiet_world
