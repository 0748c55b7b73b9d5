"""The Slack emulator behind a real server, and hands to look at it and to act as people."""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import httpx
import uvicorn
from slack_bolt import App
from slack_sdk import WebClient
from starlette.applications import Starlette

from sandbox import cast
from sandbox.clock import WorldClock
from tests.serving import KEPT_ALIVE

Json = dict[str, Any]
_DEADLINE = 8.0


def eventually(probe: Callable[[], Any], deadline: float = _DEADLINE) -> Any:
    """The probe's first truthy value; fails when none comes in time."""
    ends = time.monotonic() + deadline
    gate = threading.Event()
    while not (value := probe()):
        assert time.monotonic() < ends, "it never happened"
        gate.wait(0.01)
    return value


@contextmanager
def serving(app: Starlette) -> Iterator[str]:
    """The app behind a real server; gives its address."""
    config = uvicorn.Config(app, port=0, log_level="error", timeout_keep_alive=KEPT_ALIVE, timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    eventually(lambda: server.started)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join(5)


class World:
    """One running emulator and its clock."""

    def __init__(self, url: str, clock: WorldClock, mount: str = "/slack") -> None:
        self.url = url + mount
        self.clock = clock
        self._http = httpx.Client(timeout=15, trust_env=False)

    def client(self, token: str = cast.BOT_TOKEN) -> WebClient:
        """A real Web API client without retries."""
        return WebClient(token=token, base_url=f"{self.url}/api/", retry_handlers=[])

    def get(self, path: str, **query: str) -> Any:
        """Look at something."""
        return self._http.get(self.url + path, params=query).json()

    def post(self, path: str, body: Json | None = None) -> Any:
        """Do something."""
        return self._http.post(self.url + path, json=body or {}).json()

    def act(self, gesture: str, person: cast.Member, **body: Any) -> Any:
        """Act as a person."""
        return self.post(f"/_control/act/{gesture}", {"user": person.id, **body})

    def messages(self, channel: str) -> list[Json]:
        """Everything in a channel."""
        found: list[Json] = self.get("/_control/messages", channel=channel)["messages"]
        return found

    def advance(self, seconds: float) -> None:
        """Push the clock."""
        self.clock.advance(timedelta(seconds=seconds))

    def close(self) -> None:
        """Let go of the connection."""
        self._http.close()


def bolt_app(world: World, signing_secret: str | None = None) -> App:
    """An unmodified Bolt app that knows the emulator by its base URL."""
    logger = logging.getLogger("bolt-under-test")
    logger.setLevel(logging.CRITICAL)
    return App(client=world.client(), signing_secret=signing_secret, logger=logger)
