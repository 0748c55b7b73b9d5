"""Links of registered domains in the emulator: told to the app, and what it attaches is refused where Slack would."""

from typing import Any

import pytest
from slack_bolt import Ack, App
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from sandbox import cast
from sandbox.slack.unfurls import links_in
from tests.sandbox.slack.slack_emulator import World, eventually

ROOM, SHARED = "C0AWSEAST", "C0SHAREDAWS"
LINK = "https://meridian.lightning.force.com/lightning/r/Opportunity/006/view"
BUTTON = {"type": "button", "text": {"type": "plain_text", "text": "Show me"}, "action_id": "show", "value": "006"}
PREVIEW = {"blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": "A deal"}, "accessory": BUTTON}]}


def said(world: World, text: str, who: cast.Member = cast.PRIYA, channel: str = ROOM) -> str:
    """The ts of what somebody posts."""
    return str(world.act("message", who, channel=channel, text=text)["ts"])


def attached(world: World, ts: str) -> list[dict[str, Any]]:
    """What is under a message."""
    [message] = [each for each in world.messages(ROOM) if each["ts"] == ts]
    found: list[dict[str, Any]] = message.get("attachments", [])
    return found


@pytest.mark.parametrize(
    ("text", "count"),
    [
        (LINK, 1),
        (f"<{LINK}|the deal>, and {LINK}", 1),
        (f"{LINK} {LINK}?a=1", 2),
        ("https://lightning.force.com/x", 1),
        ("https://lightning.force.com.evil.example/x https://evillightning.force.com/x", 0),
        ("lightning.force.com", 0),
    ],
)
def test_links_of_a_domain_and_below_are_found_once_each(text: str, count: int) -> None:
    assert len(links_in(text, ["lightning.force.com"])) == count


def test_the_app_is_told_of_links_our_own_people_post(world: World, bolt: App, client: WebClient) -> None:
    heard: list[dict[str, Any]] = []

    @bolt.event("link_shared")
    def hear(event: dict[str, Any]) -> None:
        heard.append(event)

    bolt.event("message")(lambda: None)

    ts = said(world, f"See {LINK}")
    said(world, f"See {LINK}", cast.ALEX, SHARED)
    client.chat_postMessage(channel=ROOM, text=LINK)
    said(world, "Nothing")

    eventually(lambda: heard)
    [event] = heard
    assert (event["channel"], event["message_ts"], event["user"]) == (ROOM, ts, cast.PRIYA.id)
    assert event["links"] == [{"domain": "lightning.force.com", "url": LINK}]
    assert "text" not in event


def test_what_is_attached_again_replaces_what_was(world: World, client: WebClient) -> None:
    ts = said(world, LINK)

    for _ in range(2):
        client.chat_unfurl(channel=ROOM, ts=ts, unfurls={LINK: PREVIEW})

    [preview] = attached(world, ts)
    assert (preview["app_unfurl_url"], preview["is_app_unfurl"]) == (LINK, True)


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({"channel": "C0NOWHERE"}, "cannot_find_channel"),
        ({"ts": "1.1"}, "cannot_unfurl_message"),
        ({"unfurls": {}}, "missing_unfurls"),
        ({"unfurls": {f"{LINK}/other": PREVIEW}}, "cannot_unfurl_url"),
        ({"unfurls": {LINK: {"blocks": []}}}, "invalid_unfurls_format"),
        ({"unfurls": {LINK: {"text": "old"}}}, "invalid_unfurls_format"),
        ({"unfurls": {LINK: {"blocks": [{"type": "section"}]}}}, "invalid_blocks"),
    ],
)
def test_what_slack_refuses_is_refused(world: World, client: WebClient, given: dict[str, Any], error: str) -> None:
    ts = said(world, LINK)
    with pytest.raises(SlackApiError) as refused:
        client.chat_unfurl(**{"channel": ROOM, "ts": ts, "unfurls": {LINK: PREVIEW}, **given})

    assert refused.value.response["error"] == error
    assert attached(world, ts) == []


def test_a_press_under_a_link_names_the_link_and_has_no_place_to_answer(
    world: World, bolt: App, client: WebClient
) -> None:
    bodies: list[dict[str, Any]] = []

    @bolt.action("show")
    def show(ack: Ack, body: dict[str, Any]) -> None:
        bodies.append(body)
        ack()

    bolt.event("link_shared")(lambda: None)
    bolt.event("message")(lambda: None)
    ts = said(world, LINK)
    client.chat_unfurl(channel=ROOM, ts=ts, unfurls={LINK: PREVIEW})
    container = {"type": "message_attachment", "channel": ROOM, "message_ts": ts, "attachment_id": 1}

    pressed = world.act("action", cast.DANA, container=container, action_id="show", value="006")
    missed = world.act("action", cast.DANA, container=container | {"attachment_id": 2}, action_id="show")

    assert (pressed["ok"], missed["error"]) == (True, "message_not_found")
    [body] = bodies
    assert body["container"]["app_unfurl_url"] == LINK
    assert "response_url" not in body
