"""A running emulator of the Messages API for tests, and a clock in seconds that tests move by hand."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import uvicorn

from sandbox.clock import WorldClock
from sandbox.model.app import build_app
from tests.serving import KEPT_ALIVE

JsonObject = dict[str, Any]


class Seconds:
    """A monotonic clock that stands still, or ticks by a step with every look at it."""

    def __init__(self, step: float = 0.0) -> None:
        self.now = 0.0
        self.step = step

    def __call__(self) -> float:
        self.now += self.step
        return self.now


class EmulatedModel:
    """The emulator's address, and hands to choose its answers and read its calls."""

    def __init__(self, url: str, http: httpx.Client) -> None:
        self.url = url
        self._http = http

    def choose(self, mode: str, **settings: object) -> None:
        """Answer in this mode from now on."""
        self._control("mode", {"mode": mode, **settings})

    def fail(self, fault: str, **knobs: object) -> None:
        """Go wrong in this way from now on."""
        self.choose("faults", fault=fault, **knobs)

    def script(self, *turns: JsonObject) -> None:
        """Answer with these turns, one a request."""
        self._control("script", {"turns": list(turns)})

    def say(self, *sentences: tuple[str, list[str]], **turn: object) -> None:
        """Answer the next request with these sentences and the facts they cite."""
        self.script({"json": {"sentences": [{"text": text, "fact_ids": ids} for text, ids in sentences]}, **turn})

    @property
    def calls(self) -> list[JsonObject]:
        """Every request so far, without its key."""
        calls: list[JsonObject] = self._http.get("/_control/calls").raise_for_status().json()["calls"]
        return calls

    def reset(self) -> None:
        """Forget everything."""
        self._control("reset", {})

    def _control(self, path: str, body: JsonObject) -> None:
        self._http.post(f"/_control/{path}", json=body).raise_for_status()


@contextmanager
def running_model() -> Iterator[EmulatedModel]:
    """The emulator on a free port of this machine."""
    # Listening before the server runs lets a client connect at once: nobody has to wait for start-up.
    with socket.create_server(("127.0.0.1", 0)) as listening:
        config = uvicorn.Config(
            build_app(WorldClock()), log_level="error", timeout_keep_alive=KEPT_ALIVE, lifespan="off", ws="none"
        )
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        with httpx.Client(base_url=url, trust_env=False) as http:
            yield EmulatedModel(url, http)
        server.should_exit = True
        thread.join()
