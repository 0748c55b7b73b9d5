"""What the app posts, changes and reads, through the real WebClient."""

from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from sandbox import cast
from tests.sandbox.slack.slack_emulator import World

OPS = "C0COSELLOPS"
SHARED = "C0SHAREDAWS"
SECTION: dict[str, Any] = {"type": "section", "text": {"type": "mrkdwn", "text": "*Acme*"}}
METADATA = {"event_type": "motion_posted", "event_payload": {"motion": "m-1"}}


def refusal(caught: pytest.ExceptionInfo[SlackApiError]) -> str:
    return str(caught.value.response["error"])


def test_a_post_is_in_the_history_with_its_metadata_only_when_asked(client: WebClient) -> None:
    posted = client.chat_postMessage(channel=OPS, text="hello", blocks=[SECTION], metadata=METADATA)

    plain = client.conversations_history(channel=OPS)["messages"]
    full = client.conversations_history(channel=OPS, include_all_metadata=True)["messages"]

    assert [m["ts"] for m in plain] == [posted["ts"]]
    assert "metadata" not in plain[0]
    assert full[0]["metadata"] == METADATA
    assert full[0]["bot_id"] == cast.BOT_ID
    assert full[0]["blocks"][0]["block_id"]


def test_an_update_keeps_what_it_leaves_out(client: WebClient) -> None:
    posted = client.chat_postMessage(channel=OPS, text="draft", blocks=[SECTION], metadata=METADATA)

    client.chat_update(channel=OPS, ts=posted["ts"], text="final")

    message = client.conversations_history(channel=OPS, include_all_metadata=True)["messages"][0]
    assert message["text"] == "final"
    assert message["metadata"] == METADATA
    assert message["blocks"][0]["type"] == "section"
    assert message["edited"]["user"] == cast.BOT_USER_ID


def test_a_thread_counts_its_replies_and_lists_them_oldest_first(client: WebClient) -> None:
    root = client.chat_postMessage(channel=OPS, text="root")["ts"]
    first = client.chat_postMessage(channel=OPS, text="one", thread_ts=root)["ts"]
    second = client.chat_postMessage(channel=OPS, text="two", thread_ts=first)["ts"]

    thread = client.conversations_replies(channel=OPS, ts=root)["messages"]
    history = client.conversations_history(channel=OPS)["messages"]

    assert [m["ts"] for m in thread] == [root, first, second]
    assert thread[2]["thread_ts"] == root
    assert [m["ts"] for m in history] == [root]
    assert (history[0]["reply_count"], history[0]["latest_reply"]) == (2, second)


def test_a_broadcast_reply_shows_in_the_channel_too(client: WebClient) -> None:
    root = client.chat_postMessage(channel=OPS, text="root")["ts"]
    reply = client.chat_postMessage(channel=OPS, text="loud", thread_ts=root, reply_broadcast=True)["ts"]

    history = client.conversations_history(channel=OPS)["messages"]

    assert [m["ts"] for m in history] == [reply, root]
    assert history[0]["subtype"] == "thread_broadcast"


def test_history_pages_and_bounds(client: WebClient) -> None:
    stamps = [client.chat_postMessage(channel=OPS, text=str(n))["ts"] for n in range(5)]

    first = client.conversations_history(channel=OPS, limit=2)
    cursor = first["response_metadata"]["next_cursor"]
    second = client.conversations_history(channel=OPS, limit=2, cursor=cursor)
    after = client.conversations_history(channel=OPS, oldest=stamps[3])
    upto = client.conversations_history(channel=OPS, oldest=stamps[3], latest=stamps[4], inclusive=True)

    assert [m["text"] for m in first["messages"]] == ["4", "3"]
    assert first["has_more"]
    assert [m["text"] for m in second["messages"]] == ["2", "1"]
    assert [m["text"] for m in after["messages"]] == ["4"]
    assert [m["text"] for m in upto["messages"]] == ["4", "3"]


def test_timestamps_are_distinct_and_grow(client: WebClient) -> None:
    stamps = [client.chat_postMessage(channel=OPS, text="x")["ts"] for _ in range(20)]

    assert stamps == sorted(set(stamps))


def test_a_deleted_message_is_gone_and_a_deleted_root_leaves_a_tombstone(client: WebClient) -> None:
    lone = client.chat_postMessage(channel=OPS, text="lone")["ts"]
    root = client.chat_postMessage(channel=OPS, text="root")["ts"]
    client.chat_postMessage(channel=OPS, text="reply", thread_ts=root)

    client.chat_delete(channel=OPS, ts=lone)
    client.chat_delete(channel=OPS, ts=root)

    history = client.conversations_history(channel=OPS)["messages"]
    assert [(m["ts"], m["subtype"]) for m in history] == [(root, "tombstone")]


def test_a_person_is_reached_by_their_id(client: WebClient, world: World) -> None:
    posted = client.chat_postMessage(channel=cast.PRIYA.id, text="for you")

    assert posted["channel"] == client.conversations_open(users=cast.PRIYA.id)["channel"]["id"]
    assert world.messages(posted["channel"])[0]["text"] == "for you"


def test_an_ephemeral_message_is_in_no_history(client: WebClient, world: World) -> None:
    client.chat_postEphemeral(channel=SHARED, user=cast.ALEX.id, text="only Alex")

    assert client.conversations_history(channel=SHARED)["messages"] == []
    assert [m["ephemeral_to"] for m in world.messages(SHARED)] == [cast.ALEX.id]


def test_reactions_are_counted(client: WebClient) -> None:
    ts = client.chat_postMessage(channel=OPS, text="done")["ts"]

    client.reactions_add(channel=OPS, timestamp=ts, name="white_check_mark")

    with pytest.raises(SlackApiError) as twice:
        client.reactions_add(channel=OPS, timestamp=ts, name="white_check_mark")
    assert refusal(twice) == "already_reacted"
    message = client.conversations_history(channel=OPS)["messages"][0]
    assert message["reactions"] == [{"name": "white_check_mark", "users": [cast.BOT_USER_ID], "count": 1}]


def test_a_permalink_names_channel_and_message(client: WebClient) -> None:
    ts = client.chat_postMessage(channel=OPS, text="x")["ts"]

    link = client.chat_getPermalink(channel=OPS, message_ts=ts)["permalink"]

    assert link == f"https://meridian.slack.com/archives/{OPS}/p{ts.replace('.', '')}"


@pytest.mark.parametrize(
    ("method", "arguments", "error"),
    [
        ("chat.postMessage", {"channel": "C0NOWHERE", "text": "x"}, "channel_not_found"),
        ("chat.postMessage", {"channel": OPS}, "no_text"),
        ("chat.postMessage", {"channel": OPS, "text": "x" * 40_001}, "msg_too_long"),
        ("chat.postMessage", {"channel": OPS, "text": "x", "thread_ts": "1.000001"}, "thread_not_found"),
        ("chat.postMessage", {"channel": OPS, "text": "x", "metadata": {"a": 1}}, "invalid_metadata_format"),
        ("chat.postMessage", {"channel": OPS, "markdown_text": "x", "text": "x"}, "markdown_text_conflict"),
        ("chat.update", {"channel": OPS, "ts": "1.000001", "text": "x"}, "message_not_found"),
        ("chat.postEphemeral", {"channel": OPS, "user": cast.ALEX.id, "text": "x"}, "user_not_in_channel"),
        ("conversations.open", {"users": "U0NOBODY"}, "user_not_found"),
        ("conversations.info", {"channel": "C0NOWHERE"}, "channel_not_found"),
        ("users.info", {"user": "U0NOBODY"}, "user_not_found"),
        ("reactions.add", {"channel": OPS, "timestamp": "1.000001", "name": "eyes"}, "message_not_found"),
        ("chat.conjure", {"channel": OPS}, "unknown_method"),
        ("apps.connections.open", {}, "not_allowed_token_type"),
    ],
)
def test_refusals_are_slacks_own(client: WebClient, method: str, arguments: dict[str, Any], error: str) -> None:
    with pytest.raises(SlackApiError) as refused:
        client.api_call(method, json=arguments)

    assert refusal(refused) == error
    assert refused.value.response.status_code == 200


def test_people_own_their_messages(client: WebClient, world: World) -> None:
    ts = world.act("message", cast.PRIYA, channel=OPS, text="mine")["ts"]

    with pytest.raises(SlackApiError) as changed:
        client.chat_update(channel=OPS, ts=ts, text="yours")
    with pytest.raises(SlackApiError) as deleted:
        client.chat_delete(channel=OPS, ts=ts)

    assert (refusal(changed), refusal(deleted)) == ("cant_update_message", "cant_delete_message")


def test_a_long_text_cannot_be_an_update(client: WebClient) -> None:
    ts = client.chat_postMessage(channel=OPS, text="x" * 5_000)["ts"]

    with pytest.raises(SlackApiError) as refused:
        client.chat_update(channel=OPS, ts=ts, text="x" * 4_001)

    assert refusal(refused) == "msg_too_long"


def test_the_bot_must_be_in_a_channel_and_the_channel_alive(client: WebClient, world: World) -> None:
    world.post("/_control/channels", {"id": "C0ELSEWHERE", "members": [cast.PRIYA.id]})
    world.post("/_control/channels", {"id": "C0SECRET", "members": [cast.PRIYA.id], "private": True})
    world.post("/_control/channels", {"id": "C0AWSEAST", "archived": True})

    errors = []
    for channel in ("C0ELSEWHERE", "C0SECRET", "C0AWSEAST"):
        with pytest.raises(SlackApiError) as refused:
            client.chat_postMessage(channel=channel, text="x")
        errors.append(refusal(refused))
    client.conversations_join(channel="C0ELSEWHERE")
    posted = client.chat_postMessage(channel="C0ELSEWHERE", text="x")

    assert errors == ["not_in_channel", "channel_not_found", "is_archived"]
    assert posted["ok"]


@pytest.mark.parametrize(("token", "error"), [("", "not_authed"), ("xoxb-wrong", "invalid_auth")])
def test_tokens_are_checked(world: World, token: str, error: str) -> None:
    with pytest.raises(SlackApiError) as refused:
        world.client(token).auth_test()

    assert refusal(refused) == error


def test_the_app_knows_itself(client: WebClient) -> None:
    me = client.auth_test()

    assert (me["team_id"], me["user_id"], me["bot_id"]) == (
        cast.MERIDIAN.id,
        cast.BOT_USER_ID,
        cast.BOT_ID,
    )
    assert "chat:write" in me.headers["x-oauth-scopes"]
