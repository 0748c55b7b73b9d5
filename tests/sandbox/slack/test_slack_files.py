"""Files people share: what an app is told of them, and who is handed their bytes."""

import base64
from typing import Any

import httpx
import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from sandbox import cast
from tests.sandbox.slack.slack_emulator import World

CENTRAL, SHARED = "C0AWSCENT", "C0SHAREDAWS"
TEXT = b"CRM ID,Score\n006,81\n"


def share(world: World, channel: str = CENTRAL, who: cast.Member = cast.PRIYA, **more: Any) -> str:
    content = base64.b64encode(TEXT).decode()
    answer = world.act("file", who, channel=channel, name="scores.csv", content=content, **more)
    assert answer["ok"], answer
    return str(answer["file"])


def fetched(url: str, token: str = cast.BOT_TOKEN) -> httpx.Response:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return httpx.get(url, headers=headers, trust_env=False)


def test_a_file_is_told_of_in_its_message_and_by_its_id(world: World, client: WebClient) -> None:
    file = share(world)

    [in_message] = world.messages(CENTRAL)[-1]["files"]
    info = client.files_info(file=file)["file"]

    assert in_message == info
    assert (info["id"], info["name"], info["filetype"], info["size"]) == (file, "scores.csv", "csv", len(TEXT))
    assert (info["mode"], info["is_external"], info["user"], info["channels"]) == (
        "snippet",
        False,
        cast.PRIYA.id,
        [CENTRAL],
    )


def test_in_a_shared_channel_a_message_says_only_that_there_is_one(world: World, client: WebClient) -> None:
    file = share(world, SHARED, cast.ALEX)

    [in_message] = world.messages(SHARED)[-1]["files"]

    assert (in_message["id"], in_message["file_access"]) == (file, "check_file_info")
    assert "name" not in in_message
    assert client.files_info(file=file)["file"]["name"] == "scores.csv"


def test_its_bytes_are_for_the_bot_s_token_alone(world: World, client: WebClient) -> None:
    url = client.files_info(file=share(world))["file"]["url_private_download"]

    answers = [fetched(url, token) for token in (cast.BOT_TOKEN, "", "xoxb-somebody", cast.APP_TOKEN)]

    assert [each.status_code for each in answers] == [200, 302, 302, 302]
    assert answers[0].content == TEXT
    assert answers[0].headers["content-type"].startswith("text/csv")


def test_a_file_is_seen_where_the_bot_is(world: World, client: WebClient) -> None:
    world.post("/_control/channels", {"id": "C0PRIVATE", "private": True, "members": [cast.PRIYA.id]})
    url = client.files_info(file=share(world))["file"]["url_private_download"]
    hidden = share(world, "C0PRIVATE")

    for file in (hidden, "F0NONE"):
        with pytest.raises(SlackApiError, match="file_not_found"):
            client.files_info(file=file)
    elsewhere = url.replace(url.rpartition("-F")[2].partition("/")[0], hidden[1:])
    assert fetched(elsewhere).status_code == 404


def test_what_lies_elsewhere_is_not_handed_out(world: World, client: WebClient) -> None:
    info = client.files_info(file=share(world, external=True))["file"]

    assert (info["mode"], info["is_external"]) == ("external", True)
    assert info["url_private"].startswith("https://files.elsewhere.example/")
    path = f"{world.url}/files-pri/{cast.MERIDIAN.id}-{info['id']}/download/scores.csv"
    assert fetched(path).status_code == 404


def test_what_is_no_content_is_refused(world: World) -> None:
    answer = world.act("file", cast.PRIYA, channel=CENTRAL, name="a.csv", content="no base64!")

    assert (answer["ok"], answer["error"]) == (False, "invalid_content")


def test_a_file_in_a_thread_is_a_reply(world: World) -> None:
    root = world.act("message", cast.PRIYA, channel=CENTRAL, text="the list")["ts"]

    share(world, thread_ts=root)

    assert world.messages(CENTRAL)[-1]["thread_ts"] == root
    missing = world.act("file", cast.PRIYA, channel=CENTRAL, name="a.csv", thread_ts="1.1")
    assert missing["error"] == "thread_not_found"


@pytest.mark.parametrize(("kind", "status"), [("http_503_html", 503), ("ratelimited", 429)])
def test_a_download_fails_on_order(world: World, client: WebClient, kind: str, status: int) -> None:
    url = client.files_info(file=share(world))["file"]["url_private_download"]
    world.post("/_control/faults", {"kind": kind, "method": "files.download", "retry_after": 3})

    assert [fetched(url).status_code, fetched(url).status_code] == [status, 200]
