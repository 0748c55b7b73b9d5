"""A canned world on a real port, and a tab to look at it."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page

from tests.sandbox.page.browser import chromium, served, tab
from tests.sandbox.page.fake_viewer import FakeViewer
from tests.sandbox.page.page_eyes import Eyes

__all__ = ["chromium", "tab"]


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
