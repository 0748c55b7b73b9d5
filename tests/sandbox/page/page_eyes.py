"""A tab on the sandbox page, as page tests hold it."""

from dataclasses import dataclass

from playwright.sync_api import Locator, Page, expect

from sandbox import cast
from tests.sandbox.page.fake_viewer import FakeViewer


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
