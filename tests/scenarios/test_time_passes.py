"""Time that passes by a button: what waits for a week is over, and the bot says so."""

from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import Page, expect

from bot.embedded import start_world
from motions.model import MotionState
from sandbox.cast import PRIYA
from tests.sandbox.page.browser import chromium, tab
from tests.scenarios.company import CENTRAL, Company
from tests.scenarios.scene import Scene, playing, settings_for
from tests.scenarios.test_days import Desk

__all__ = ["chromium", "tab"]

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def world() -> Iterator[Company]:
    """One of our own: everybody in a world is moved with it."""
    running = start_world(0, tick_seconds=None, deals=60)
    with httpx.Client(base_url=running.url, timeout=20) as http:
        yield Company(running.url, http)
    running.stop()


@pytest.fixture(scope="module")
def following(world: Company, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """A bot that follows its world's clock."""
    settings = settings_for(world, tmp_path_factory.mktemp("later"))
    with playing(world, settings.model_copy(update={"cosell_clock_url": f"{world.url}/world/clock"})) as scene:
        yield scene


@pytest.fixture
def at_work(following: Scene, tab: Page) -> Desk:
    """The bot first: no bot can start beside Playwright's event loop."""
    return Desk(following, tab)


def test_a_week_later_a_card_nobody_decided_is_withdrawn(at_work: Desk) -> None:
    motion = at_work.asked()
    at_work.go(PRIYA, CENTRAL)
    expect(at_work.card(motion)).to_contain_text("Approve and file")

    at_work.tab.locator("#open-world").click()
    at_work.tab.get_by_test_id("pass-week").click()
    expect(at_work.tab.get_by_text("A week has passed.")).to_be_visible()

    expect(at_work.card(motion)).to_contain_text("Withdrawn", timeout=60_000)
    at_work.scene.reaches(motion.opportunity_id, MotionState.EXPIRED, within=60)
