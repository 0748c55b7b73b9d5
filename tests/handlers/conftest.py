"""A running Slack emulator that delivers by signed HTTP to a real Bolt app, whose use cases only write down."""

import logging
import socket
import threading
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
import uvicorn
from slack_bolt import App
from slack_sdk import WebClient
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route

from handlers.channels import web_client
from handlers.desk import Identity
from handlers.listeners import build_bolt, register
from handlers.web import slack_route
from motions.model import Role
from sandbox import cast
from sandbox.clock import WorldClock
from sandbox.slack import build_app
from tests.fakes.people import FakePeople
from tests.handlers import values
from tests.handlers.fakes import Recorder, RefusingStore, StillClock

SECRET = "signing-secret-of-the-tests"
US = Identity(cast.MERIDIAN.id, cast.BOT_USER_ID, cast.BOT_ID, cast.APP_ID)


class World:
    """The emulator's address, and hands to look and to act."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.slack = f"{url}/slack"
        self.bolt: App | None = None
        self._http = httpx.Client(timeout=15, trust_env=False)

    def client(self, token: str = cast.BOT_TOKEN) -> WebClient:
        """The client the application uses."""
        return web_client(token, f"{self.slack}/api/")

    def control(self, path: str, body: dict[str, Any] | None = None) -> Any:
        """Ask the emulator for something."""
        return self._http.post(f"{self.slack}/_control/{path}", json=body or {}).json()

    def look(self, path: str, **query: str) -> Any:
        """Look at something in the emulator."""
        return self._http.get(f"{self.slack}/_control/{path}", params=query).json()

    def act(self, gesture: str, person: cast.Member, **body: Any) -> Any:
        """Do something as a person."""
        return self.control(f"act/{gesture}", {"user": person.id, **body})

    def messages(self, channel: str) -> list[dict[str, Any]]:
        """Everything in a channel, ephemeral messages too."""
        found: list[dict[str, Any]] = self.look("messages", channel=channel)["messages"]
        return found

    def close(self) -> None:
        """Let go of the connection."""
        self._http.close()


@pytest.fixture(scope="session")
def server() -> Iterator[World]:
    """One server for the session: the emulator, and the request URL of whichever Bolt app is under test."""
    holder: list[World] = []

    async def events(request: Request) -> Response:
        bolt = holder[0].bolt
        assert bolt is not None
        endpoint = slack_route(bolt).endpoint
        answer: Response = await endpoint(request)
        return answer

    routes = [Mount("/slack", build_app(WorldClock())), Route("/events", events, methods=["POST"])]
    # Listening before the server runs lets a client connect at once: nobody has to wait for start-up.
    with socket.create_server(("127.0.0.1", 0)) as listening:
        config = uvicorn.Config(Starlette(routes=routes), log_level="error", lifespan="off", ws="none")
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        world = World(f"http://127.0.0.1:{listening.getsockname()[1]}")
        holder.append(world)
        yield world
        world.close()
        server.should_exit = True
        thread.join()


@pytest.fixture
def quiet_world(server: World) -> World:
    """The emulator as it begins, delivering nothing anywhere."""
    server.control("reset")
    server.control("settings", {"paced": False, "retry_delays": [0.0, 0.0], "request_url": ""})
    return server


@pytest.fixture
def recorder() -> Recorder:
    return Recorder()


@pytest.fixture
def store() -> RefusingStore:
    return RefusingStore()


@pytest.fixture
def people() -> FakePeople:
    return FakePeople(values.person(), values.person(Role.PARTNER))


@pytest.fixture
def bolt(quiet_world: World, recorder: Recorder, store: RefusingStore, people: FakePeople) -> App:
    """The real Bolt app, its client pointing at the emulator."""
    app = build_bolt(quiet_world.client(), US, signing_secret=SECRET, threads=2)
    app.logger.setLevel(logging.ERROR)
    register(app, recorder.cases(), people, store, StillClock(), US)
    return app


@pytest.fixture
def world(quiet_world: World, bolt: App) -> World:
    """The emulator, delivering to the Bolt app by signed HTTP."""
    quiet_world.bolt = bolt
    settings = {"request_url": f"{quiet_world.url}/events", "signing_secret": SECRET}
    assert quiet_world.control("settings", settings) == {"ok": True}
    return quiet_world
