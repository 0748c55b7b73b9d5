"""A canned world on a real port, and a tab to look at it."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from browser import chromium, served, tab
from fake_viewer import FakeViewer
from playwright.sync_api import Locator, Page, expect

from sandbox import cast

__all__ = ["chromium", "tab"]


@dataclass
class Eyes:
    """A tab on the sandbox page, and the canned world behind it."""

    tab: Page
    viewer: FakeViewer
    base: str

    def open(self, place: str = f"{cast.PRIYA.id}/C0AWSEAST") -> None:
        """Go straight to a place and wait until it is live."""
        self.tab.goto(f"{self.base}/#{place}")
        expect(self.tab.get_by_test_id("live")).to_have_text("Live")

    def see(self, testid: str) -> Locator:
        """What carries this test id."""
        return self.tab.get_by_test_id(testid)

    def tell(self, event: str, user: str = cast.PRIYA.id, **rest: str) -> None:
        """Push a live event to a person."""
        self.viewer.push(user, {"type": event, **rest})


@pytest.fixture
def viewer() -> FakeViewer:
    """The canned world, to be furnished before the page is opened."""
    return FakeViewer()


@pytest.fixture
def eyes(tab: Page, viewer: FakeViewer) -> Iterator[Eyes]:
    """The page in front of the canned world."""
    with served(viewer.app()) as base:
        yield Eyes(tab, viewer, base)
        tab.close()
