"""Who is looking, and what they can go to."""

import re

import pytest
from playwright.sync_api import expect

from sandbox import cast
from tests.sandbox.page.page_eyes import Eyes

pytestmark = pytest.mark.browser


def test_the_page_opens_as_an_alliance_manager(eyes: Eyes) -> None:
    eyes.tab.goto(eyes.base)

    expect(eyes.see("person-switcher")).to_contain_text("Priya Raman")
    expect(eyes.see("person-switcher")).to_contain_text("Meridian Software")
    expect(eyes.tab).to_have_url(re.compile("#U0PRIYA/C0AWSCENT$"))
    expect(eyes.tab.get_by_text("nothing here leaves this machine")).to_be_visible()


def test_switching_people_shows_their_own_workspace(eyes: Eyes) -> None:
    eyes.open("U0PRIYA/C0SHAREDAWS")

    eyes.see("person-switcher").click()
    eyes.see("person-U0ALEX").click()

    expect(eyes.see("person-switcher")).to_contain_text("Alex Moreno")
    expect(eyes.see("channel-C0SHAREDAWS")).to_contain_text("shared with Meridian Software")
    expect(eyes.see("channel-C0AWSEAST")).to_have_count(0)
    expect(eyes.tab).to_have_url(re.compile("#U0ALEX/C0SHAREDAWS$"))


def test_a_person_who_may_not_see_the_channel_lands_in_one_they_may(eyes: Eyes) -> None:
    eyes.open("U0KIM/C0AWSEAST")

    expect(eyes.tab).to_have_url(re.compile("#U0KIM/C0SHAREDNST$"))
    expect(eyes.tab.get_by_role("heading", name="meridian-northstar")).to_be_visible()


def test_the_switcher_is_found_and_worked_by_keyboard_alone(eyes: Eyes) -> None:
    eyes.open()

    eyes.tab.keyboard.press("Control+k")
    eyes.tab.keyboard.type("violet seller")
    eyes.tab.keyboard.press("Enter")

    expect(eyes.see("person-switcher")).to_contain_text("Violet Mclelland")


def test_the_switcher_lists_people_by_company_with_role_and_title(eyes: Eyes) -> None:
    eyes.open()

    eyes.see("person-switcher").click()

    northstar = eyes.see("people").get_by_role("group", name="Northstar Integrators")
    expect(northstar.get_by_role("option")).to_have_count(1)
    expect(northstar).to_contain_text("partner rep · Practice lead")
    expect(northstar).to_contain_text("external")


def test_escape_leaves_the_switcher_and_gives_the_focus_back(eyes: Eyes) -> None:
    eyes.open()
    eyes.see("person-switcher").press("Enter")
    expect(eyes.see("people-search")).to_be_focused()

    eyes.tab.keyboard.press("Escape")

    expect(eyes.see("people")).to_have_count(0)
    expect(eyes.see("person-switcher")).to_be_focused()


def test_shared_channels_say_with_whom_they_are_shared(eyes: Eyes) -> None:
    eyes.open("U0PRIYA/C0SHAREDAWS")

    expect(eyes.see("channel-C0SHAREDAWS")).to_contain_text("shared with AWS")
    expect(eyes.see("shared-badge")).to_have_text("shared with AWS")


def test_unread_channels_are_marked_until_they_are_opened(eyes: Eyes) -> None:
    eyes.viewer.unread = {"C0AWSWEST": 3}
    eyes.open()
    west = eyes.see("channel-C0AWSWEST")
    expect(west).to_have_accessible_name("alliance-aws-west, 3 unread")

    west.click()

    expect(west).to_have_accessible_name("alliance-aws-west")
    expect(west).to_have_attribute("aria-current", "page")


def test_unread_marks_arrive_live(eyes: Eyes) -> None:
    eyes.open()
    eyes.viewer.unread = {cast.SALES_CHANNEL: 1}

    eyes.tell("channel", channel=cast.SALES_CHANNEL)

    expect(eyes.see("channel-C0SALES")).to_have_accessible_name("sales, 1 unread")
