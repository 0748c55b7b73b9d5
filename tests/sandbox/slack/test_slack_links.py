"""Socket Mode on the wire, seen by a bare WebSocket client."""

import json
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import pytest
from starlette.applications import Starlette
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from sandbox import cast
from sandbox.clock import WorldClock
from sandbox.slack import build_app
from tests.sandbox.slack.slack_emulator import World, eventually, serving

OPS = "C0COSELLOPS"


@pytest.fixture(scope="module")
def quiet() -> Iterator[World]:
    """An emulator no Bolt app is connected to, mounted at the root, without sellers."""
    clock = WorldClock()
    with serving(Starlette(routes=build_app(clock, seed_people=False).routes)) as url:
        world = World(url, clock, mount="")
        world.post("/_control/settings", {"retry_delays": [], "ack_seconds": 2.0})
        yield world
        world.close()


def address(world: World) -> str:
    url: str = world.client(cast.APP_TOKEN).apps_connections_open(app_token=cast.APP_TOKEN)["url"]
    return url


@contextmanager
def linked(world: World) -> Iterator[ClientConnection]:
    """A Socket Mode connection past its hello."""
    before = world.get("/_control/health")["connections"]
    with connect(address(world)) as link:
        assert receive(link)["type"] == "hello"
        yield link
    eventually(lambda: world.get("/_control/health")["connections"] <= before)


def receive(link: ClientConnection) -> dict[str, Any]:
    message: dict[str, Any] = json.loads(link.recv(timeout=5))
    return message


def acknowledge(link: ClientConnection, envelope: dict[str, Any]) -> None:
    link.send(json.dumps({"envelope_id": envelope["envelope_id"]}))


def test_each_payload_goes_to_one_connection(quiet: World) -> None:
    with ExitStack() as stack:
        links = [stack.enter_context(linked(quiet)) for _ in range(2)]
        for text in ("one", "two"):
            quiet.act("message", cast.PRIYA, channel=OPS, text=text)

        envelopes = [receive(link) for link in links]

        for link, envelope in zip(links, envelopes, strict=True):
            acknowledge(link, envelope)
        texts = {envelope["payload"]["event"]["text"] for envelope in envelopes}
        assert texts == {"one", "two"}
        eventually(lambda: all(e["acknowledged"] for e in quiet.get("/_control/events")["events"]))


def test_an_envelope_says_what_it_is(quiet: World) -> None:
    with linked(quiet) as link:
        quiet.act("message", cast.PRIYA, channel=OPS, text="hello")

        envelope = receive(link)

        acknowledge(link, envelope)
    assert (envelope["type"], envelope["accepts_response_payload"]) == ("events_api", False)
    assert (envelope["retry_attempt"], envelope["retry_reason"]) == (0, "")
    assert envelope["payload"]["api_app_id"] == cast.APP_ID


def test_a_ticket_works_once(quiet: World) -> None:
    url = address(quiet)
    with connect(url) as link:
        receive(link)

        with pytest.raises(InvalidStatus) as refused:
            connect(url)

    assert refused.value.response.status_code == 403


def test_a_refresh_is_announced_before_the_connection_closes(quiet: World) -> None:
    with linked(quiet) as link:
        quiet.post("/_control/disconnect", {"reason": "refresh_requested"})

        said = receive(link)

        with pytest.raises(ConnectionClosed):
            link.recv(timeout=5)
    assert (said["type"], said["reason"]) == ("disconnect", "refresh_requested")


def test_sellers_are_left_out_when_not_wanted(quiet: World) -> None:
    assert len(quiet.get("/_view/people")["people"]) == len(cast.NAMED)
