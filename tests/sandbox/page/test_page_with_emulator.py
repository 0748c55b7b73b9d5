"""The page in front of the Slack emulator, with an unmodified Bolt app behind it by Socket Mode."""

import logging
import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, Route, expect
from slack_bolt import Ack, App, Complete
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient
from starlette.applications import Starlette
from starlette.routing import Mount

from sandbox import cast
from sandbox.clock import WorldClock
from sandbox.page import build_app
from sandbox.slack import build_app as build_slack
from tests.sandbox.page.browser import served
from tests.sandbox.page.page_blocks import actions, asked, button, modal, section

pytestmark = pytest.mark.browser
Json = dict[str, Any]
EAST = "C0AWSEAST"
SHARED = "C0SHAREDAWS"
_VIEW_IN_REPLIES = ("id", "hash", "state")


@pytest.fixture(scope="module")
def base() -> Iterator[str]:
    """The page and the emulator on one port; a small app connected to it."""
    mounts = [Mount("/slack", build_slack(WorldClock())), Mount("/", build_app())]
    with served(Starlette(routes=mounts)) as base:
        handler = SocketModeHandler(small_app(base), cast.APP_TOKEN, ping_interval=1)
        handler.connect()  # type: ignore[no-untyped-call]  # Bolt leaves it unannotated
        yield base
        handler.close()  # type: ignore[no-untyped-call]  # the same


@pytest.fixture
def client(base: str) -> WebClient:
    """The app's own way to post."""
    return WebClient(cast.BOT_TOKEN, base_url=f"{base}/slack/api/")


def small_app(base: str) -> App:
    """A command that opens a form, a button that changes its message, a Home tab."""
    logger = logging.getLogger("app-behind-the-page")
    logger.setLevel(logging.CRITICAL)
    app = App(client=WebClient(cast.BOT_TOKEN, base_url=f"{base}/slack/api/"), logger=logger)
    app.command("/cosell")(open_form)
    app.shortcut("cosell.message")(open_form)
    app.shortcut("cosell.start")(open_form)
    app.view("filing")(file_it)
    app.action("approve")(approve)
    app.function("start_motion")(start)
    app.event("app_home_opened")(publish)
    app.event("message")(leave)
    app.event("agent_session_stopped")(stop_it)
    return app


def open_form(ack: Ack, body: Json, client: WebClient) -> None:
    """Open a form with one field."""
    ack()
    view = modal(asked("title", "Title", "plain_text_input"))
    view = {name: part for name, part in view.items() if name not in _VIEW_IN_REPLIES}
    client.views_open(trigger_id=body["trigger_id"], view={**view, "callback_id": "filing"})


def start(inputs: Json, complete: Complete) -> None:
    """The step of a workflow."""
    complete(outputs={"says": f"{inputs['deal']} for {inputs['asker']} is under way."})


def file_it(ack: Ack, view: Json, body: Json, client: WebClient) -> None:
    """Refuse short titles; say the others to the person alone."""
    title = view["state"]["values"]["title"]["title_answer"]["value"]
    if len(title) < 5:
        ack(response_action="errors", errors={"title": "Too short for AWS."})
        return
    ack()
    client.chat_postEphemeral(channel=EAST, user=body["user"]["id"], text=f"Filed *{title}*")


def approve(ack: Ack, body: Json, client: WebClient) -> None:
    """Say who pressed, in place of the button."""
    ack()
    said = f"Approved by <@{body['user']['id']}>"
    channel, ts = body["channel"]["id"], body["message"]["ts"]
    client.chat_update(channel=channel, ts=ts, text=said, blocks=[section(said)])


def stop_it(event: Json, client: WebClient) -> None:
    """Say that nothing is worked on."""
    client.agents_sessions_setStatus(channel_id=event["channel"], thread_ts=event["thread_ts"], status="active")


def publish(event: Json, client: WebClient) -> None:
    """Show a Home tab to whoever opens it."""
    client.views_publish(user_id=event["user"], view={"type": "home", "blocks": [section("*2* approvals")]})


def leave() -> None:
    """Messages are not this app's business."""


def go(tab: Page, base: str, place: str) -> None:
    """Open a place and wait until it is live."""
    tab.goto(f"{base}/#{place}")
    expect(tab.get_by_test_id("live")).to_have_text("Live")


def test_a_card_arrives_is_pressed_and_is_changed_by_the_app(tab: Page, base: str, client: WebClient) -> None:
    go(tab, base, f"U0PRIYA/{EAST}")
    blocks = [section("File with AWS?"), actions(button("approve", "Approve", value="token"))]

    card = client.chat_postMessage(channel=EAST, text="File with AWS?", blocks=blocks)
    tab.get_by_test_id("action-approve").click()

    expect(tab.get_by_test_id(f"message-{card['ts']}")).to_contain_text("Approved by @Priya Raman")


def test_a_command_opens_a_form_that_is_corrected_and_submitted(tab: Page, base: str) -> None:
    go(tab, base, f"U0DANA/{EAST}")

    tab.get_by_test_id("composer").fill("/cosell file")
    tab.get_by_test_id("composer").press("Enter")
    tab.get_by_label("Title").fill("GTX")
    tab.keyboard.press("Enter")
    expect(tab.get_by_test_id("error-title")).to_have_text("Too short for AWS.")
    tab.get_by_label("Title").fill("GTX Pro for Zathunicon")
    tab.keyboard.press("Enter")

    expect(tab.get_by_test_id("modal")).to_have_count(0)
    expect(tab.locator(".message-ephemeral")).to_contain_text("Filed GTX Pro for Zathunicon")


def test_a_messages_menu_and_the_one_beside_the_box_reach_the_app(tab: Page, base: str, client: WebClient) -> None:
    go(tab, base, f"U0DANA/{EAST}")
    said = client.chat_postMessage(channel=EAST, text="A deal")
    message = tab.get_by_test_id(f"message-{said['ts']}")

    message.hover()
    message.get_by_label("More actions").click()
    tab.get_by_role("menuitem", name="Co-sell this").click()
    expect(tab.get_by_test_id("modal")).to_have_count(1)
    tab.keyboard.press("Escape")
    expect(tab.get_by_test_id("modal")).to_have_count(0)
    tab.get_by_test_id("composer-shortcuts").press("Enter")
    tab.keyboard.press("Enter")

    expect(tab.get_by_test_id("modal")).to_have_count(1)
    tab.keyboard.press("Escape")
    expect(tab.get_by_test_id("modal")).to_have_count(0)


def test_a_workflow_is_run_from_the_menu_and_asks_for_what_its_step_needs(tab: Page, base: str) -> None:
    go(tab, base, f"U0DANA/{EAST}")

    tab.get_by_test_id("composer-shortcuts").press("Enter")
    tab.get_by_role("menuitem", name="Workflow: Start a co-sell motion").click()
    tab.get_by_label("Deal").fill("Zathunicon")
    tab.get_by_test_id("workflow-run").click()

    expect(tab.get_by_test_id("notice")).to_contain_text("The workflow went on: Zathunicon for U0DANA is under way.")


@pytest.fixture
def as_agent(base: str) -> Iterator[None]:
    """The app is declared an agent meanwhile."""
    with httpx.Client(base_url=f"{base}/slack/_control", trust_env=False) as control:
        control.post("/settings", json={"is_agent": True})
        yield
        control.post("/settings", json={"is_agent": False})


@pytest.mark.usefixtures("as_agent")
def test_an_agent_offers_prompts_and_is_stopped_where_it_works(tab: Page, base: str, client: WebClient) -> None:
    go(tab, base, "U0PRIYA/D0PRIYA")

    tab.get_by_role("button", name="What can I ask?").press("Enter")
    said = tab.locator(".message", has_text="help").last
    expect(said).to_be_visible()
    ts = str(said.get_attribute("data-testid")).removeprefix("message-")
    client.agents_sessions_setStatus(channel_id="D0PRIYA", thread_ts=ts, status="processing")
    tab.get_by_test_id(f"stop-{ts}").click()

    expect(tab.get_by_test_id(f"stop-{ts}")).to_have_count(0)


def test_the_world_begins_anew_once_that_is_confirmed_and_the_page_comes_back(tab: Page, base: str) -> None:
    asked: list[str] = []

    def note(route: Route) -> None:
        asked.append(route.request.url.rpartition("/")[2])
        route.fulfill(json={"ok": True})

    tab.route("**/world/anew", note)
    tab.route("**/world/health", note)
    go(tab, base, f"U0DANA/{EAST}")
    tab.get_by_role("button", name="The world").click()
    tab.get_by_test_id("begin-anew").click()
    tab.get_by_test_id("confirm-no").click()
    tab.get_by_test_id("begin-anew").click()
    with tab.expect_navigation():
        tab.get_by_test_id("confirm-yes").click()

    expect(tab.get_by_test_id("world")).to_have_count(0)
    assert asked == ["anew", "health"]


def test_people_of_another_company_are_offered_none(tab: Page, base: str, client: WebClient) -> None:
    said = client.chat_postMessage(channel=SHARED, text="A deal")
    go(tab, base, f"U0ALEX/{SHARED}")

    expect(tab.get_by_test_id(f"message-{said['ts']}")).to_be_visible()
    expect(tab.get_by_label("More actions")).to_have_count(0)
    expect(tab.get_by_test_id("composer-shortcuts")).to_have_count(0)


def test_home_is_published_when_it_is_opened(tab: Page, base: str) -> None:
    go(tab, base, f"U0DANA/{EAST}")

    tab.get_by_test_id("home-link").click()

    expect(tab.get_by_test_id("home-tab")).to_contain_text("2 approvals")


def test_two_companies_talk_in_a_shared_channel(tab: Page, base: str) -> None:
    go(tab, base, f"U0ALEX/{SHARED}")
    tab.get_by_test_id("composer").fill("Accepted <&> thanks @Priya Raman")
    tab.get_by_test_id("composer").press("Enter")
    said = tab.locator(".message", has_text="Accepted <&> thanks @Priya Raman")
    expect(said).to_be_visible()

    go(tab, base, f"U0PRIYA/{EAST}")
    tab.get_by_test_id(f"channel-{SHARED}").click()

    expect(said.locator(".badge")).to_have_text("AWS")
    expect(said.locator(".mention-me")).to_have_text("@Priya Raman")


def test_a_person_of_another_company_is_refused_the_command(tab: Page, base: str) -> None:
    go(tab, base, f"U0ALEX/{SHARED}")

    tab.get_by_test_id("composer").fill("/cosell queue")
    tab.get_by_test_id("composer").press("Enter")

    expect(tab.get_by_test_id("notice")).to_have_count(1)
    expect(tab.get_by_test_id("notice")).to_contain_text(re.compile("only available to people of Meridian"))


def test_every_seller_of_the_recorded_data_can_be_found(tab: Page, base: str) -> None:
    go(tab, base, f"U0PRIYA/{EAST}")

    tab.keyboard.press("Control+k")
    tab.get_by_test_id("people-search").fill("seller")
    expect(tab.get_by_test_id("people").get_by_role("option")).to_have_count(35)
    tab.get_by_test_id("person-U0DARCELSCHLECHT").click()

    expect(tab.get_by_test_id("person-switcher")).to_contain_text("Darcel Schlecht")
    expect(tab.get_by_test_id("channel-C0SALES")).to_be_visible()
