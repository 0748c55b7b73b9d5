"""One world for all scenarios, one bot for each file; whatever a scenario broke is whole again afterwards."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from bot.embedded import start_world
from tests.handlers.emulated_slack import World as Slack
from tests.handlers.emulated_slack import running as serving_slack
from tests.scenarios.company import Company
from tests.scenarios.scene import Scene, playing, settings_for

DEALS = 300


@pytest.fixture(scope="session")
def world() -> Iterator[Company]:
    running = start_world(0, tick_seconds=None, deals=DEALS)
    with httpx.Client(base_url=running.url, timeout=20) as http:
        yield Company(running.url, http)
    running.stop()


@pytest.fixture(scope="module")
def slack() -> Iterator[Slack]:
    """An emulated Slack alone, for listeners whose other systems are in memory."""
    with serving_slack() as found:
        yield found


@pytest.fixture
def company(world: Company) -> Iterator[Company]:
    """The world, calm before and after."""
    world.calm()
    yield world
    world.calm()


@pytest.fixture(scope="module")
def running(world: Company, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    folder: Path = tmp_path_factory.mktemp("bot")
    world.begin()
    with playing(world, settings_for(world, folder)) as scene:
        yield scene


@pytest.fixture
def scene(running: Scene, company: Company) -> Scene:
    """The bot of this file, in a calm world."""
    return running
