"""Rate limits, ordered faults and lost answers, as the real WebClient meets them."""

from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from sandbox import cast
from tests.sandbox.slack.slack_emulator import World

OPS = "C0COSELLOPS"
EAST = "C0AWSEAST"


@pytest.fixture
def paced(world: World) -> World:
    world.post("/_control/settings", {"paced": True})
    return world


def test_posts_are_paced_per_channel(paced: World, client: WebClient) -> None:
    client.chat_postMessage(channel=OPS, text="one")
    with pytest.raises(SlackApiError) as refused:
        client.chat_postMessage(channel=OPS, text="two")
    client.chat_postMessage(channel=EAST, text="elsewhere")
    paced.advance(1)
    client.chat_postMessage(channel=OPS, text="three")

    assert refused.value.response.status_code == 429
    assert refused.value.response.headers["Retry-After"] == "1"
    assert refused.value.response["error"] == "ratelimited"
    assert [m["text"] for m in paced.messages(OPS)] == ["one", "three"]


def test_counting_can_start_anew(paced: World, client: WebClient) -> None:
    client.chat_postMessage(channel=OPS, text="one")
    paced.post("/_control/settings", {"paced": True})

    assert client.chat_postMessage(channel=OPS, text="two")["ok"]


def test_a_tier_allows_a_minutes_burst_and_then_its_rate(paced: World, client: WebClient) -> None:
    for _ in range(20):
        client.users_list(limit=1)
    with pytest.raises(SlackApiError) as refused:
        client.users_list(limit=1)
    paced.advance(float(refused.value.response.headers["Retry-After"]))
    again = client.users_list(limit=1)

    assert refused.value.response.status_code == 429
    assert again["ok"]


def test_an_ordered_limit_says_how_long_to_wait(world: World, client: WebClient) -> None:
    world.post("/_control/faults", {"method": "chat.update", "kind": "ratelimited", "retry_after": 7})

    with pytest.raises(SlackApiError) as refused:
        client.chat_update(channel=OPS, ts="1.000001", text="x")

    assert refused.value.response.headers["Retry-After"] == "7"


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ({"kind": "internal_error"}, "internal_error"),
        ({"kind": "channel_refused", "channel": OPS}, "restricted_action"),
        ({"kind": "error", "error": "fatal_error"}, "fatal_error"),
    ],
)
def test_ordered_errors_happen_as_often_as_ordered(
    world: World, client: WebClient, fault: dict[str, Any], error: str
) -> None:
    world.post("/_control/faults", {"method": "chat.postMessage", "times": 2, **fault})

    errors = []
    for _ in range(2):
        with pytest.raises(SlackApiError) as refused:
            client.chat_postMessage(channel=OPS, text="x")
        errors.append(refused.value.response["error"])
    client.chat_postMessage(channel=OPS, text="third")

    assert errors == [error, error]
    assert [m["text"] for m in world.messages(OPS)] == ["third"]


def test_a_fault_for_one_channel_leaves_others_alone(world: World, client: WebClient) -> None:
    world.post("/_control/faults", {"kind": "channel_refused", "channel": EAST})

    posted = client.chat_postMessage(channel=OPS, text="x")

    assert posted["ok"]


def test_slack_can_be_down_with_a_page_of_html(world: World, client: WebClient) -> None:
    world.post("/_control/faults", {"method": "auth.test", "kind": "http_503_html"})

    with pytest.raises(SlackApiError) as refused:
        client.auth_test()

    assert refused.value.response.status_code == 503


def test_an_answer_can_be_lost_after_the_post_was_made(world: World, client: WebClient) -> None:
    world.post("/_control/faults", {"method": "chat.postMessage", "kind": "drop_after_accept"})

    with pytest.raises(ConnectionError):
        client.chat_postMessage(channel=OPS, text="once")

    assert [m["text"] for m in world.messages(OPS)] == ["once"]


def test_the_default_clients_blind_retry_posts_twice(world: World) -> None:
    world.post("/_control/faults", {"method": "chat.postMessage", "kind": "drop_after_accept"})
    default = WebClient(token=cast.BOT_TOKEN, base_url=f"{world.url}/api/")

    default.chat_postMessage(channel=OPS, text="once")

    assert [m["text"] for m in world.messages(OPS)] == ["once", "once"]


def test_a_repeated_client_msg_id_is_dropped_only_when_asked(world: World, client: WebClient) -> None:
    for _ in range(2):
        client.chat_postMessage(channel=OPS, text="loud", client_msg_id="m-1")
    world.post("/_control/settings", {"dedupe_client_msg_id": True})
    client.chat_postMessage(channel=EAST, text="quiet", client_msg_id="m-2")
    client.chat_postMessage(channel=EAST, text="quiet", client_msg_id="m-2")
    world.post("/_control/settings", {"dedupe_client_msg_id": False})

    assert (len(world.messages(OPS)), len(world.messages(EAST))) == (2, 1)


def test_an_unknown_fault_is_refused(world: World) -> None:
    assert world.post("/_control/faults", {"kind": "gremlins"})["error"] == "unknown_fault_kind"


def test_every_call_is_logged_with_its_outcome(world: World, client: WebClient) -> None:
    client.chat_postMessage(channel=OPS, text="x")
    with pytest.raises(SlackApiError):
        client.chat_postMessage(channel="C0NOWHERE", text="x")

    calls = world.get("/_control/calls", method="chat.postMessage")["calls"]

    assert [(c["ok"], c["error"], c["args"]["channel"]) for c in calls] == [
        (True, None, OPS),
        (False, "channel_not_found", "C0NOWHERE"),
    ]
