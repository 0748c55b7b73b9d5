"""A running Slack emulator, hands to look at it and to act in it, and a place for the Bolt app under test."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import uvicorn
from slack_bolt import App
from slack_sdk import WebClient
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route

from handlers.channels import web_client
from handlers.desk import Identity
from handlers.web import slack_route
from sandbox import cast
from sandbox.clock import WorldClock
from sandbox.slack import build_app
from tests.serving import KEPT_ALIVE

SECRET = "signing-secret-of-the-tests"
US = Identity(cast.MERIDIAN.id, cast.BOT_USER_ID, cast.BOT_ID, cast.APP_ID)


class World:
    """The emulator's address, and hands to look and to act."""

    def __init__(self, url: str, clock: WorldClock) -> None:
        self.url = url
        self.clock = clock
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

    def reset(self) -> None:
        """Begin again: unpaced, and delivering nothing anywhere."""
        self.control("reset")
        self.control("settings", {"paced": False, "retry_delays": [0.0, 0.0], "request_url": "", "is_agent": False})

    def settle(self) -> None:
        """Wait until the app acknowledged every event so far."""
        ends, gate = time.monotonic() + 8, threading.Event()
        while not all(event["acknowledged"] for event in self.look("events")["events"]):
            assert time.monotonic() < ends, "an event was never acknowledged"
            gate.wait(0.01)

    def close(self) -> None:
        """Let go of the connection."""
        self._http.close()


@contextmanager
def running() -> Iterator[World]:
    """One server: the emulator, and the request URL of whichever Bolt app is under test."""
    clock = WorldClock()
    holder: list[World] = []

    async def events(request: Request) -> Response:
        bolt = holder[0].bolt
        assert bolt is not None
        answer: Response = await slack_route(bolt).endpoint(request)
        return answer

    routes = [Mount("/slack", build_app(clock)), Route("/events", events, methods=["POST"])]
    # Listening before the server runs lets a client connect at once: nobody has to wait for start-up.
    with socket.create_server(("127.0.0.1", 0)) as listening:
        config = uvicorn.Config(
            Starlette(routes=routes), log_level="error", timeout_keep_alive=KEPT_ALIVE, lifespan="off", ws="none"
        )
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        world = World(f"http://127.0.0.1:{listening.getsockname()[1]}", clock)
        holder.append(world)
        yield world
        world.close()
        server.should_exit = True
        thread.join()
