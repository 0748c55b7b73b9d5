"""What each person sees through the page's API, and nothing else."""

import json
from typing import Any

import pytest
from slack_sdk import WebClient
from websockets.sync.client import connect

from sandbox import cast
from tests.sandbox.slack.slack_emulator import World

Json = dict[str, Any]
OPS = "C0COSELLOPS"
SHARED = "C0SHAREDAWS"
NORTHSTAR = "C0SHAREDNST"
HOME: Json = {"type": "home", "blocks": [{"type": "divider"}]}


def channels(world: World, person: cast.Member) -> dict[str, Json]:
    rooms = world.get(f"/_view/{person.id}/workspace")["channels"]
    return {room["id"]: room for room in rooms}


def texts(world: World, person: cast.Member, channel: str) -> list[str]:
    return [m["text"] for m in world.get(f"/_view/{person.id}/channel/{channel}")["messages"]]


def test_everybody_can_be_chosen_named_people_first(world: World) -> None:
    listed = world.get("/_view/people")

    assert [team["name"] for team in listed["teams"]] == [
        team.name for team in (cast.MERIDIAN, cast.AWS, cast.NORTHSTAR)
    ]
    assert [p["id"] for p in listed["people"]][: len(cast.NAMED)] == [m.id for m in cast.NAMED]
    assert len(listed["people"]) == len(cast.NAMED) + 35
    alex = next(p for p in listed["people"] if p["id"] == cast.ALEX.id)
    assert alex == {
        "id": cast.ALEX.id,
        "team_id": cast.AWS.id,
        "team_name": "AWS",
        "name": "Alex Moreno",
        "role": "partner rep",
        "title": "AWS account executive",
        "tz": "America/New_York",
        "is_external": True,
    }


def test_the_side_bar_holds_only_ones_own_channels(world: World) -> None:
    alex = channels(world, cast.ALEX)
    priya = channels(world, cast.PRIYA)

    assert {room["kind"] for room in alex.values()} == {"shared", "dm"}
    assert (alex[SHARED]["with"], priya[SHARED]["with"]) == (["Meridian Software"], ["AWS"])
    assert OPS in priya
    assert OPS not in alex
    assert world.get(f"/_view/{cast.PRIYA.id}/workspace")["commands"] == ["/cosell"]


def test_messages_are_seen_by_members_alone(world: World, client: WebClient) -> None:
    client.chat_postMessage(channel=OPS, text="internal")
    client.chat_postMessage(channel=SHARED, text="for both")
    client.chat_postMessage(channel=NORTHSTAR, text="for northstar")
    client.chat_postMessage(channel=cast.PRIYA.id, text="for Priya")
    client.chat_postEphemeral(channel=SHARED, user=cast.PRIYA.id, text="whispered")

    assert texts(world, cast.PRIYA, SHARED) == ["for both", "whispered"]
    assert texts(world, cast.ALEX, SHARED) == ["for both"]
    assert world.get(f"/_view/{cast.ALEX.id}/channel/{OPS}")["error"] == "channel_not_found"
    assert world.get(f"/_view/{cast.ALEX.id}/channel/D0PRIYA")["error"] == "channel_not_found"
    seen = json.dumps(world.get(f"/_control/seen/{cast.ALEX.id}"))
    assert "for both" in seen
    for hidden in ("internal", "for northstar", "for Priya", "whispered"):
        assert hidden not in seen


def test_what_was_seen_counts_older_versions_metadata_and_views(world: World, client: WebClient) -> None:
    metadata = {"event_type": "m", "event_payload": {"id": "hidden-in-metadata"}}
    ts = client.chat_postMessage(channel=SHARED, text="first version", metadata=metadata)["ts"]
    client.chat_update(channel=SHARED, ts=ts, text="second version")
    client.chat_delete(channel=SHARED, ts=ts)
    client.views_publish(user_id=cast.ALEX.id, view={**HOME, "private_metadata": "hidden-in-view"})

    seen = world.get(f"/_control/seen/{cast.ALEX.id}")

    assert [item["kind"] for item in seen["items"]] == ["message", "update", "delete", "home"]
    for content in ("first version", "second version", "hidden-in-metadata", "hidden-in-view"):
        assert content in json.dumps(seen)


def test_the_same_content_has_the_same_hash(world: World, client: WebClient) -> None:
    hashes = []
    for _ in range(2):
        world.post("/_control/reset")
        client.chat_postMessage(channel=SHARED, text="x", blocks=[{"type": "divider", "block_id": "d"}])
        hashes.append(world.get(f"/_control/seen/{cast.ALEX.id}")["sha256"])

    assert hashes[0] == hashes[1]


def test_a_newcomer_sees_what_was_there(world: World, client: WebClient) -> None:
    client.chat_postMessage(channel="C0AWSEAST", text="old news")
    seller = cast.seller_slack_id("Anna Snelling")

    world.post("/_control/act/join", {"user": seller, "channel": "C0AWSEAST"})

    assert "old news" in json.dumps(world.get(f"/_control/seen/{seller}"))


def test_partners_cannot_join_our_channels(world: World) -> None:
    assert world.act("join", cast.ALEX, channel=OPS)["error"] == "channel_not_found"


def test_a_thread_is_shown_below_its_root(world: World, client: WebClient) -> None:
    root = world.post(f"/_view/{cast.PRIYA.id}/message", {"channel": OPS, "text": "question"})["ts"]
    client.chat_postMessage(channel=OPS, text="answer", thread_ts=root)

    shown = world.get(f"/_view/{cast.DANA.id}/channel/{OPS}")["messages"]

    assert len(shown) == 1
    assert (shown[0]["user_name"], shown[0]["is_bot"], shown[0]["reply_count"]) == ("Priya Raman", False, 1)
    reply = shown[0]["replies"][0]
    assert (reply["text"], reply["thread_ts"], reply["is_bot"]) == ("answer", root, True)


def test_looking_at_a_channel_marks_it_as_read(world: World, client: WebClient) -> None:
    client.chat_postMessage(channel=OPS, text="one")
    client.chat_postMessage(channel=OPS, text="two")

    before = channels(world, cast.PRIYA)[OPS]["unread"]
    texts(world, cast.PRIYA, OPS)
    after = channels(world, cast.PRIYA)[OPS]["unread"]

    assert (before, after, channels(world, cast.DANA)[OPS]["unread"]) == (2, 0, 2)


def test_the_page_hears_of_changes(world: World, client: WebClient) -> None:
    url = world.url.replace("http", "ws", 1) + f"/_view/{cast.ALEX.id}/live"
    with connect(url) as page:
        world.get("/_control/health")
        client.chat_postMessage(channel=OPS, text="not for Alex")
        client.chat_postMessage(channel=SHARED, text="for Alex")
        client.views_publish(user_id=cast.ALEX.id, view=HOME)

        heard = [json.loads(page.recv(timeout=5)) for _ in range(2)]

    assert heard == [{"type": "channel", "channel": SHARED}, {"type": "home"}]


def test_a_failed_command_is_noticed_on_the_page(world: World) -> None:
    url = world.url.replace("http", "ws", 1) + f"/_view/{cast.PRIYA.id}/live"
    with connect(url) as page:
        outcome = world.post(f"/_view/{cast.PRIYA.id}/command", {"channel": OPS, "text": "/unknown now"})

        heard = json.loads(page.recv(timeout=5))

    assert outcome == {"ok": False, "error": "unknown_command", "detail": "/unknown is not a valid command."}
    assert heard == {"type": "notice", "text": "/unknown is not a valid command."}


def test_nobody_is_nobody(world: World) -> None:
    assert world.get("/_view/U0NOBODY/workspace")["error"] == "user_not_found"
    assert world.post("/_view/U0PRIYA/teleport")["error"] == "unknown_gesture"
    assert world.post("/_control/act/message", {"user": "U0NOBODY"})["error"] == "user_not_found"


def test_a_session_status_is_shown_on_its_message(world: World, client: WebClient) -> None:
    world.post("/_control/settings", {"is_agent": True})
    ts = client.chat_postMessage(channel=OPS, text="thinking")["ts"]

    client.agents_sessions_setStatus(channel_id=OPS, thread_ts=ts, status="processing")
    client.agents_sessions_rename(channel_id=OPS, thread_ts=ts, title="Acme")

    shown = world.get(f"/_view/{cast.PRIYA.id}/channel/{OPS}")["messages"][0]
    assert (shown["session"]["status"], shown["session"]["title"]) == ("processing", "Acme")


@pytest.mark.parametrize("text", ["", "   "])
def test_an_empty_message_is_not_sent(world: World, text: str) -> None:
    outcome = world.post(f"/_view/{cast.PRIYA.id}/message", {"channel": OPS, "text": text})

    assert outcome == {"ok": False, "error": "no_text"}
