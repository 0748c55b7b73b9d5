"""A real simple-salesforce against the emulator over HTTP, on a clock that stands still."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeAlias

import pytest
import requests
import uvicorn
from requests.adapters import HTTPAdapter
from simple_salesforce.api import Salesforce
from starlette.applications import Starlette
from starlette.routing import Mount

from sandbox.clock import WorldClock
from sandbox.salesforce.app import build_app
from tests.serving import KEPT_ALIVE

DOMAIN = "https://meridian.my.salesforce.com"
Client: TypeAlias = Any  # simple-salesforce makes its attributes up at run time; its stubs guess wrong
START = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
DEALS = 300


class StillClock(WorldClock):
    """A world whose time moves only when it is pushed."""

    def now(self) -> datetime:
        return START + self._offset

    def set_back(self) -> None:
        self._offset = timedelta()


class ToEmulator(HTTPAdapter):
    """Sends what is meant for the org's My Domain to the emulator, as the application's adapter does."""

    def __init__(self, base: str) -> None:
        super().__init__()
        self._base = base

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        assert request.url is not None
        request.url = request.url.replace(DOMAIN, self._base, 1)
        request.headers["Host"] = DOMAIN.removeprefix("https://")
        kwargs["timeout"] = 20
        return super().send(request, *args, **kwargs)


def error_of(caught: pytest.ExceptionInfo[Exception]) -> Any:
    """The first error of the array Salesforce refused a call with."""
    content: Any = getattr(caught.value, "content")  # noqa: B009 - typed as a number by the client
    return content[0]


@dataclass
class Emulator:
    """A running emulator and the ways to talk to it."""

    base: str
    clock: StillClock
    app: Starlette
    _sessions: list[requests.Session] = field(default_factory=list)
    _written: int = -1

    def session(self) -> requests.Session:
        made = requests.Session()
        made.mount(DOMAIN, ToEmulator(self.base))
        self._sessions.append(made)
        return made

    def login(self, **credentials: str) -> Client:
        given: dict[str, Any] = dict(credentials) or {
            "consumer_key": "sandbox-consumer-key",
            "consumer_secret": "sandbox-consumer-secret",
        }
        return Salesforce(**given, domain="meridian.my", version="66.0", session=self.session())

    def control(self, method: str, path: str, /, **body: object) -> Any:
        reply = requests.request(method, f"{self.base}/_control{path}", json=body or None, timeout=20)
        assert reply.ok, reply.text
        return reply.json()

    def get(self, path: str, **kwargs: Any) -> requests.Response:
        return requests.get(f"{self.base}{path}", timeout=20, **kwargs)

    def renew(self) -> None:
        """As new for the next test; rows are made again only when something wrote."""
        self.close_sessions()
        self.clock.set_back()
        org = self.app.state.org
        if org.store._connection.total_changes != self._written:
            self.control("POST", "/reset")
        org.forget()
        self._written = org.store._connection.total_changes

    def close_sessions(self) -> None:
        for session in self._sessions:
            session.close()
        self._sessions.clear()


class _Server:
    """Uvicorn in a thread on a free port, the emulator mounted as the world mounts it."""

    def __init__(self, app: Starlette) -> None:
        outer = Starlette(routes=[Mount("/salesforce", app)])
        config = uvicorn.Config(
            outer, port=0, log_level="critical", timeout_keep_alive=KEPT_ALIVE, date_header=False, ws="none"
        )
        self._server = uvicorn.Server(config)
        self._started = threading.Event()
        startup = self._server.startup

        async def announced(*args: Any, **kwargs: Any) -> None:
            await startup(*args, **kwargs)
            self._started.set()

        self._server.startup = announced  # type: ignore[method-assign]  # the one moment the port is known
        self._thread = threading.Thread(target=self._server.run, daemon=True)

    def __enter__(self) -> str:
        self._thread.start()
        assert self._started.wait(20)
        port = self._server.servers[0].sockets[0].getsockname()[1]
        return f"http://127.0.0.1:{port}/salesforce"

    def __exit__(self, *_: object) -> None:
        self._server.should_exit = True
        self._thread.join(20)


def serve(database: Path, deals: int | None) -> Iterator[Emulator]:
    clock = StillClock()
    app = build_app(clock, database=database, deals=deals)
    with _Server(app) as base:
        running = Emulator(base, clock, app)
        yield running
        running.close_sessions()
    app.state.org.store.close()
