"""A day of each role, by mouse and keyboard: the sandbox page in a browser, the running bot behind it."""

import pytest
from playwright.sync_api import Locator, Page, expect

from handlers.views.problem import NOT_YOURS
from motions.deals import OpportunityId
from motions.model import Motion, MotionState
from sandbox.cast import ALEX, DANA, PRIYA, Member
from tests.sandbox.page.browser import chromium, tab
from tests.scenarios.company import CENTRAL, SELLER, SHARED
from tests.scenarios.scene import Scene
from tests.waiting import wait_until

__all__ = ["chromium", "tab"]

pytestmark = pytest.mark.browser
LATER_MS = 20_000


@pytest.fixture
def at_work(scene: Scene, tab: Page) -> "Desk":
    """The bot first: no bot can start beside Playwright's event loop."""
    return Desk(scene, tab)


class Desk:
    """Somebody in front of Slack."""

    def __init__(self, scene: Scene, tab: Page) -> None:
        self.scene, self.tab = scene, tab

    def go(self, who: Member, where: str) -> None:
        """Be somebody, and look at a channel or at Home."""
        self.tab.goto(f"{self.scene.company.url}/#{who.id}/{where}")
        expect(self.tab.get_by_test_id("live")).to_have_text("Live")

    def asked(self) -> Motion:
        """A deal of Priya's region whose card waits."""
        return self.scene.asked(self.scene.company.new_deal())

    def card(self, motion: Motion) -> Locator:
        """The motion's card, in its channel."""
        assert motion.card is not None
        return self.tab.get_by_test_id(f"message-{motion.card.ts}")

    def type(self, words: str) -> None:
        """Write into the channel and send it."""
        self.tab.get_by_test_id("composer").fill(words)
        self.tab.get_by_test_id("composer").press("Enter")

    def press(self, within: Locator, button: str) -> None:
        """Press a button, and say yes if it asks."""
        within.get_by_role("button", name=button, exact=True).click()
        sure = self.tab.get_by_test_id("confirm-yes")
        expect(sure.or_(self.tab.get_by_test_id("modal")).or_(self.whispers.last).first).to_be_visible()
        if sure.is_visible():
            sure.click()

    @property
    def whispers(self) -> Locator:
        """What only this person sees."""
        return self.tab.locator(".message-ephemeral")

    @property
    def modal(self) -> Locator:
        """The open form."""
        return self.tab.get_by_test_id("modal")

    @property
    def home(self) -> Locator:
        """The Home tab."""
        return self.tab.get_by_test_id("home-tab")

    def send(self) -> None:
        """Submit the open form."""
        self.tab.get_by_test_id("modal-submit").click()

    def close(self) -> None:
        """Put the form away."""
        self.tab.get_by_test_id("modal-close").click()
        expect(self.modal).to_have_count(0)

    def reaches(self, deal: OpportunityId, state: MotionState) -> Motion:
        """The deal's motion once it stands there."""
        return self.scene.reaches(deal, state)


def test_a_seller_asks_is_answered_and_hears_of_the_partner(at_work: Desk) -> None:
    motion = at_work.asked()
    at_work.go(SELLER, "C0SALES")

    at_work.type(f"/cosell {motion.deal_name}")
    expect(at_work.whispers.last).to_contain_text("awaiting approval")
    at_work.type(f"/cosell why {motion.deal_name}")
    expect(at_work.whispers.last).to_contain_text("AWS")
    link = f"https://meridian.lightning.force.com/lightning/r/Opportunity/{motion.opportunity_id}/view"
    at_work.type(f"Anybody at AWS for {link} ?")
    said = at_work.tab.locator(".message", has_text="Anybody at AWS").last
    said.get_by_role("button", name="Show me").click()
    expect(at_work.modal).to_contain_text("awaiting approval")
    at_work.close()
    said.get_by_role("button", name="A deal").click()
    beside = at_work.tab.get_by_test_id("details")
    expect(beside).to_contain_text(motion.deal_name)
    expect(beside).to_contain_text("awaiting approval")
    at_work.tab.get_by_test_id("details-close").click()
    expect(beside).to_have_count(0)
    expect(said).not_to_contain_text(motion.deal_name)
    said.hover()
    said.get_by_label("More actions").click()
    at_work.tab.get_by_role("menuitem", name="Co-sell this").click()
    expect(at_work.modal).to_contain_text(motion.deal_name)
    at_work.close()

    at_work.scene.approve(PRIYA, motion)
    at_work.scene.handed(motion.opportunity_id)
    at_work.tab.get_by_test_id(f"channel-D{SELLER.id[1:]}").click()
    note = at_work.tab.locator(".message", has_text=motion.account_name).last
    expect(note).to_contain_text("AWS accepted", timeout=LATER_MS)


def test_a_manager_edits_approves_and_denies_in_the_channel(at_work: Desk) -> None:
    edited, denied = at_work.asked(), at_work.asked()
    at_work.go(PRIYA, CENTRAL)

    at_work.press(at_work.card(edited), "Edit")
    at_work.modal.get_by_label("Business problem").fill("Dispatchers lose two hours a day.")
    at_work.send()
    expect(at_work.modal).to_contain_text("Saved.")
    at_work.close()
    expect(at_work.card(edited)).to_contain_text("Dispatchers lose two hours a day.")
    at_work.press(at_work.card(edited), "Approve and file")
    expect(at_work.card(edited)).to_contain_text("Approved by Priya Raman", timeout=LATER_MS)
    at_work.press(at_work.card(denied), "Deny")
    at_work.modal.get_by_role("combobox").select_option(index=1)
    at_work.send()
    expect(at_work.modal).to_contain_text("Denied.")
    at_work.close()

    at_work.reaches(denied.opportunity_id, MotionState.DENIED)
    at_work.scene.handed(edited.opportunity_id)
    [filed] = at_work.scene.company.filed(edited.opportunity_id)
    assert filed
    assert at_work.scene.company.filed(denied.opportunity_id) == []


def test_a_manager_puts_one_off_and_approves_several_from_home(at_work: Desk) -> None:
    rested, *batch = at_work.asked(), at_work.asked(), at_work.asked()
    at_work.go(PRIYA, "home")

    line = at_work.home.locator("section, div", has_text=rested.deal_name).get_by_role("button", name="Review").last
    line.click()
    at_work.modal.get_by_label("Put it off").select_option(label="Until tomorrow morning")
    at_work.send()
    expect(at_work.modal).to_contain_text("for you alone")
    at_work.close()
    expect(at_work.home).not_to_contain_text(rested.deal_name)
    at_work.home.get_by_role("button", name="Review several").click()
    boxes = at_work.modal.get_by_role("checkbox")
    expect(boxes).to_have_count(len(batch))
    for box in boxes.all():
        box.check()
    at_work.send()

    expect(at_work.modal).to_contain_text("approved.")
    at_work.close()
    for motion in batch:
        at_work.scene.handed(motion.opportunity_id)
    assert at_work.scene.company.filed(rested.opportunity_id) == []


def test_an_operator_sees_what_is_stuck_and_it_goes_when_it_is_mended(at_work: Desk) -> None:
    company = at_work.scene.company
    deal = company.new_deal(customer=None)
    at_work.scene.trouble(deal, "deal-incomplete")
    name = company.record(deal)["Name"]
    at_work.go(DANA, "home")

    stuck = at_work.home.locator("section, div", has_text=f"{name} has no account").last
    expect(stuck).to_contain_text("Set the account on the deal")
    at_work.home.get_by_role("button", name="Open", exact=True).first.click()
    expect(at_work.modal).to_contain_text("Next:")
    at_work.close()
    company.change(deal, AccountId="0015e0000000001AAA")
    wait_until(lambda: not at_work.scene.exceptions(deal), what="the exception to go")
    at_work.tab.get_by_test_id("home-link").click()

    at_work.go(DANA, CENTRAL)
    at_work.go(DANA, "home")
    expect(at_work.home).not_to_contain_text(f"{name} has no account")


def test_a_portal_that_is_broken_by_a_button_loses_nothing(at_work: Desk) -> None:
    motion = at_work.asked()
    at_work.go(PRIYA, CENTRAL)

    at_work.tab.locator("#open-world").click()
    at_work.tab.get_by_test_id("break-aws").click()
    expect(at_work.tab.get_by_test_id("notice").last).to_contain_text("AWS answers its next ten calls")
    at_work.tab.keyboard.press("Escape")
    at_work.press(at_work.card(motion), "Approve and file")
    expect(at_work.card(motion)).to_contain_text("Approved by Priya Raman", timeout=LATER_MS)
    at_work.tab.locator("#open-world").click()
    at_work.tab.get_by_test_id("mend-all").click()
    expect(at_work.tab.get_by_test_id("notice").last).to_contain_text("All troubles are over.")

    at_work.scene.handed(motion.opportunity_id, within=60)
    assert len(at_work.scene.company.filed(motion.opportunity_id)) == 1


def test_a_partners_rep_takes_a_handoff_and_is_refused_what_is_not_theirs(at_work: Desk) -> None:
    motion = at_work.asked()
    at_work.scene.approve(PRIYA, motion)
    handed = at_work.scene.handed(motion.opportunity_id)
    assert handed.handoff is not None
    at_work.go(ALEX, SHARED)
    handoff = at_work.tab.get_by_test_id(f"message-{handed.handoff.ts}")

    at_work.type("/cosell queue")
    expect(at_work.tab.get_by_test_id("notice").last).to_contain_text("only available to people of Meridian")
    expect(at_work.tab.get_by_label("More actions")).to_have_count(0)
    at_work.type("@cosell queue")
    expect(at_work.whispers.last).not_to_contain_text("awaiting approval")
    handoff.get_by_role("button", name="I am on it").click()

    expect(at_work.whispers.last).to_contain_text("it is yours")
    at_work.reaches(motion.opportunity_id, MotionState.ENGAGED)
    at_work.tab.get_by_test_id("home-link").click()
    expect(at_work.home).to_contain_text(motion.account_name)
    expect(at_work.home).not_to_contain_text("co-sell desk")
    assert NOT_YOURS not in at_work.home.inner_text()
