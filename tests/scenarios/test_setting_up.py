"""An admin's first day: an empty workspace is set up from Slack, and its first deal goes to a partner."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from bot.config_cli import begun
from sandbox.cast import ALEX, BOT_USER_ID, PRIYA, SAM
from tests.sandbox.page.browser import chromium, tab
from tests.scenarios.company import CENTRAL, SHARED, Company
from tests.scenarios.scene import Scene, amend, playing, settings_for, stands
from tests.scenarios.test_days import Desk
from tests.waiting import wait_until

__all__ = ["chromium", "tab"]

pytestmark = pytest.mark.browser
LATER_MS = 20_000


@pytest.fixture(scope="module")
def blank(world: Company, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """A bot whose files name no partner, no channel and one admin."""
    folder = tmp_path_factory.mktemp("blank")
    begun(folder / "config", SAM.email, "Meridian")
    amend(folder / "config" / "policy.yml", review_poll_after="PT0.5S")
    world.begin()
    with playing(world, settings_for(world, folder), is_granted=False) as scene:
        yield scene


@pytest.fixture
def at_work(blank: Scene, tab: Page) -> Desk:
    """The bot first: no bot can start beside Playwright's event loop."""
    return Desk(blank, tab)


def test_an_admin_sets_up_an_empty_workspace_and_the_first_deal_is_filed(at_work: Desk) -> None:
    company = at_work.scene.company
    at_work.go(SAM, CENTRAL)
    at_work.type("/cosell setup")
    expect(at_work.whispers.last).to_contain_text("2 things to look at")

    name_the_partner(at_work)
    expect(at_work.whispers.last).to_contain_text("Nobody looks after it")
    say_who_looks_after_it(at_work)
    add_a_rule(at_work)
    expect(at_work.whispers.last).to_contain_text("Everything is set up as it should be")
    agree_on_what_is_shared(at_work)

    deal = company.new_deal()
    motion = at_work.scene.asked(deal)
    at_work.go(PRIYA, CENTRAL)
    at_work.press(at_work.card(motion), "Approve and file")
    at_work.scene.handed(deal, within=60)
    assert len(company.filed(deal)) == 1


def test_a_bot_that_is_added_to_a_channel_asks_what_it_is_for_and_an_admin_answers(at_work: Desk) -> None:
    modal = at_work.modal
    members = [SAM.id, PRIYA.id, BOT_USER_ID]
    at_work.scene.company.do("/slack/_control/channels", id="C0WEST", name="partners-west", members=members)
    at_work.go(SAM, "C0WEST")

    at_work.tab.get_by_role("button", name="Answer").click()
    modal.get_by_label("Partner", exact=True).select_option(label="AWS")
    modal.get_by_label("Region").fill("South")
    modal.get_by_label("Alliance manager").select_option(value=PRIYA.id)
    modal.get_by_label("Stands in").select_option(value=SAM.id)
    at_work.send()

    expect(modal).to_contain_text("In force now. The channel is read by exactly those it is meant for.")
    at_work.close()
    at_work.tab.get_by_role("button", name="Answer").click()
    expect(at_work.whispers.last).to_contain_text("This channel is set up already. Nothing was changed; /cosell setup")


def test_the_people_who_administer_are_shown_as_slack_knows_them(at_work: Desk) -> None:
    at_work.go(SAM, CENTRAL)
    at_work.type("/cosell setup")

    at_work.whispers.last.get_by_role("button", name="Change").nth(1).click()

    expect(at_work.modal.get_by_label("Admins")).to_have_values([SAM.id])


def name_the_partner(at_work: Desk) -> None:
    modal = at_work.modal
    at_work.whispers.last.get_by_role("button", name="Add a partner").click()
    modal.get_by_label("Name", exact=True).fill("AWS")
    modal.get_by_label("Portal").select_option(label="aws")
    modal.get_by_label("Its Slack organisations").fill("not an id")
    modal.get_by_label("The channel we share").select_option(value=SHARED)
    at_work.send()
    expect(modal).to_contain_text("NOT is no id of a Slack organisation.")
    modal.get_by_label("Its Slack organisations").fill("T0AWSTEAM")
    at_work.send()
    expect(modal).to_contain_text("In force now. The channel is read by exactly those it is meant for.")
    at_work.close()
    at_work.type("/cosell setup")


def say_who_looks_after_it(at_work: Desk) -> None:
    modal = at_work.modal
    at_work.whispers.last.get_by_role("button", name="Add a row").click()
    modal.get_by_label("Partner", exact=True).select_option(label="AWS")
    modal.get_by_label("Alliance channel").select_option(value=CENTRAL)
    modal.get_by_label("Alliance manager").select_option(value=PRIYA.id)
    modal.get_by_label("Stands in").select_option(value=SAM.id)
    at_work.send()
    expect(modal).to_contain_text("In force now.")
    at_work.close()


def add_a_rule(at_work: Desk) -> None:
    modal = at_work.modal
    at_work.type("/cosell rules")
    at_work.whispers.last.get_by_role("button", name="Add a rule").click()
    modal.get_by_label("When all of this holds, one condition a line").fill("amount at least 20000")
    modal.get_by_label("AWS", exact=True).check()
    modal.get_by_label("Points, if it adds any").fill("0.7")
    modal.get_by_label("Because").fill("deals from 20,000 a year get an AWS seller's attention")
    at_work.send()
    modal.get_by_role("button", name="Put in force").click()
    expect(modal).to_contain_text("In force now: rule deals-from-20-000")
    at_work.close()
    at_work.type("/cosell setup")


def agree_on_what_is_shared(at_work: Desk) -> None:
    at_work.type("/cosell share AWS")
    at_work.press(at_work.whispers.last, "Propose")
    at_work.go(ALEX, SHARED)
    at_work.tab.get_by_role("button", name="Agree", exact=True).last.click(timeout=LATER_MS)
    wait_until(lambda: at_work.scene.bot.ports.durable.read(stands), what="the partner's agreement")
