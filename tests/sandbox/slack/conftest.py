"""A running emulator and a real Bolt app connected to it by real Socket Mode."""

from collections.abc import Iterator

import pytest
from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient
from starlette.applications import Starlette
from starlette.routing import Mount

from sandbox import cast
from sandbox.clock import WorldClock
from sandbox.slack import build_app
from tests.sandbox.slack.slack_emulator import World, bolt_app, eventually, serving


@pytest.fixture(scope="session")
def server() -> Iterator[World]:
    clock = WorldClock()
    with serving(Starlette(routes=[Mount("/slack", build_app(clock))])) as url:
        world = World(url, clock)
        yield world
        world.close()


@pytest.fixture
def world(server: World) -> World:
    server.post("/_control/reset")
    settings = {"ack_seconds": 3.0, "retry_delays": [0.0, 0.0, 0.0], "request_url": "", "paced": False}
    settings |= {"is_agent": False, "work_objects": True}
    server.post("/_control/settings", settings)
    return server


@pytest.fixture
def client(world: World) -> WebClient:
    return world.client()


@pytest.fixture(scope="session")
def socket_mode(server: World) -> Iterator[SocketModeHandler]:
    """One real connection for all tests: closing one takes Bolt's client three seconds."""
    handler = SocketModeHandler(bolt_app(server), cast.APP_TOKEN, ping_interval=1)
    handler.connect()  # type: ignore[no-untyped-call]  # Bolt leaves it unannotated
    yield handler
    handler.close()  # type: ignore[no-untyped-call]  # the same


@pytest.fixture
def bolt(world: World, socket_mode: SocketModeHandler) -> App:
    """A Bolt app connected by Socket Mode; tests add their listeners to it."""
    socket_mode.app = bolt_app(world)
    eventually(lambda: world.get("/_control/health")["connections"])
    return socket_mode.app
