"""Home, slash commands, and the world behind the conversation."""

import re

import pytest
from playwright.sync_api import expect

from tests.sandbox.page.page_blocks import button, section
from tests.sandbox.page.page_eyes import Eyes

pytestmark = pytest.mark.browser


def home(words: str, hash_: str) -> dict[str, object]:
    """A Home tab with one button."""
    blocks = [section(words, accessory=button("queue", "Open", value="q"))]
    return {"id": "VHOME", "hash": hash_, "type": "home", "blocks": blocks}


def test_home_is_asked_for_and_drawn_live(eyes: Eyes) -> None:
    eyes.open()
    eyes.see("home-link").click()
    expect(eyes.see("home-tab")).to_contain_text("has not published a Home tab")
    assert len(eyes.viewer.told("home_open")) == 1

    eyes.viewer.homes["U0PRIYA"] = home("*2* approvals wait", "1")
    eyes.tell("home")

    expect(eyes.see("home-tab")).to_contain_text("2 approvals wait")
    expect(eyes.tab).to_have_url(re.compile("#U0PRIYA/home$"))


def test_a_button_on_home_names_its_view(eyes: Eyes) -> None:
    eyes.viewer.homes["U0PRIYA"] = home("*2* approvals wait", "1")
    eyes.open("U0PRIYA/home")

    eyes.see("action-queue").click()

    expect(eyes.see("action-queue")).not_to_have_attribute("aria-busy", "true")
    assert eyes.viewer.told("action")[0]["container"] == {"type": "view", "view_id": "VHOME"}


def test_a_slash_offers_the_commands_and_enter_completes_then_sends(eyes: Eyes) -> None:
    eyes.open()

    eyes.see("composer").press_sequentially("/co")
    expect(eyes.see("suggestions").get_by_role("option")).to_have_text(["/cosell"])
    eyes.tab.keyboard.press("Enter")
    eyes.tab.keyboard.type("queue")
    eyes.tab.keyboard.press("Enter")

    expect(eyes.see("composer")).to_have_value("")
    assert eyes.viewer.told("command") == [{"channel": "C0AWSEAST", "text": "/cosell queue"}]


def test_people_of_other_companies_are_told_they_have_no_commands(eyes: Eyes) -> None:
    eyes.viewer.answers["command"] = {"ok": False, "error": "not_allowed"}
    eyes.open("U0ALEX/C0SHAREDAWS")

    eyes.see("composer").press_sequentially("/cosell")
    expect(eyes.see("suggestions")).to_contain_text("no slash commands here")
    eyes.tab.keyboard.press("Enter")

    expect(eyes.see("notice")).to_contain_text("People from other companies have no slash commands here.")


def test_a_command_in_a_thread_is_refused_as_slack_refuses_it(eyes: Eyes) -> None:
    eyes.viewer.said("C0AWSEAST", text="A thread")
    eyes.open("U0PRIYA/C0AWSEAST/1795186800.000100")

    eyes.see("thread-composer").fill("/cosell queue")
    eyes.see("thread-composer").press("Enter")

    expect(eyes.see("notice")).to_contain_text("Slash commands do not work in threads.")
    assert eyes.viewer.posted == []


def test_the_world_shows_deals_opportunities_and_what_is_invented(eyes: Eyes) -> None:
    deal = {
        "id": "006A",
        "name": "Zathunicon <b>",
        "account": "Zathunicon",
        "stage": "Engaging",
        "amount": 54180,
        "changed_at": "2026-11-20T15:29:00Z",
    }
    filed = {"id": "O1", "title": "GTX Pro", "crm_id": "006A", "review_status": "In review", "stage": "Qualified"}
    eyes.viewer.summary = {
        "clock": "2026-11-20T15:30:00Z",
        "crm": {"deals": 8800, "open": 2089, "recent": [deal]},
        "aws": {"opportunities": [filed]},
        "generated": ["The people are invented."],
    }
    eyes.open()

    eyes.see("open-world").click()

    expect(eyes.see("deal-006A")).to_contain_text("Zathunicon <b>")
    expect(eyes.see("deal-006A")).to_contain_text("$54,180")
    expect(eyes.see("aws-O1")).to_contain_text("In review")
    expect(eyes.see("world")).to_contain_text("8,800 deals, 2,089 of them open")
    expect(eyes.see("world")).to_contain_text("The people are invented.")
    eyes.tab.keyboard.press("Escape")
    expect(eyes.see("open-world")).to_be_focused()


def test_a_world_without_a_summary_is_no_error(eyes: Eyes) -> None:
    eyes.viewer.summary = None
    eyes.open()

    eyes.see("open-world").click()

    expect(eyes.see("world")).to_contain_text("This world keeps no summary.")
