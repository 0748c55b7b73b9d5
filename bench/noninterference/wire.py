"""HTTP without a network: the clients' own bytes, answered by ASGI applications on the calling thread.

Every client library writes and parses real HTTP/1.1; only the kernel's sockets are missing, and with them threads and
waiting. Knows no system. An address nobody serves here cannot be reached at all.
"""

import asyncio
import io
import socket
from collections.abc import Awaitable, Callable, Coroutine, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from http.client import responses
from typing import TypeVar
from unittest.mock import patch

import anyio.to_thread
import urllib3.util.connection
from starlette.types import ASGIApp, Message, Scope

T = TypeVar("T")

HOST, PORT = "127.0.0.1", 9  # of the discard service: whatever slips past the patches reaches nobody
BASE = f"http://{HOST}:{PORT}"
_HEAD_END = b"\r\n\r\n"


@dataclass(frozen=True)
class Request:
    """One request as it crossed the wire."""

    method: str
    path: str  # with its query
    headers: tuple[tuple[str, str], ...]
    body: bytes


@dataclass
class Wire:
    """Who answers below which first path segment, and who looks at what is asked."""

    apps: dict[str, ASGIApp] = field(default_factory=dict)
    streaming: frozenset[str] = frozenset()  # below these an application needs an event loop
    looked_at_by: Callable[[Request], None] = lambda _request: None
    calls: int = 0
    _loop: asyncio.AbstractEventLoop = field(default_factory=asyncio.new_event_loop)

    @contextmanager
    def connected(self) -> Iterator[None]:
        """While it lasts, every connection of this process ends here."""
        with (
            patch.object(socket, "create_connection", self._connection),
            patch.object(urllib3.util.connection, "create_connection", self._connection),
            # The emulators hop onto threads; here everything happens in turn.
            patch.object(anyio.to_thread, "run_sync", _at_once),
            # What never waits needs no limit, which would want an event loop.
            patch.object(asyncio, "timeout", lambda _seconds: nullcontext()),
        ):
            yield

    def close(self) -> None:
        """Serve nobody any more."""
        self._loop.close()

    def answer(self, raw: bytes) -> bytes:
        """The answer to a request, both as bytes."""
        request = _read(raw)
        self.calls += 1
        self.looked_at_by(request)
        return self.ask(request)

    def ask(self, request: Request) -> bytes:
        """The answer to a request."""
        path, _, query = request.path.partition("?")
        prefix = "/" + path.split("/", 2)[1]
        scope: Scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": request.method,
            "scheme": "http",
            "path": path if path != prefix else f"{prefix}/",
            "raw_path": path.encode(),
            "root_path": prefix,
            "query_string": query.encode(),
            "headers": [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in request.headers],
            "client": (HOST, PORT),
            "server": (HOST, PORT),
        }
        exchange = _Exchange(request.body)
        answering = self.apps[prefix](scope, exchange.receive, exchange.send)
        if prefix in self.streaming:
            self._loop.run_until_complete(answering)
        else:
            driven(answering)
        return exchange.answer()

    def _connection(self, address: tuple[str, int], *_args: object, **_kwargs: object) -> "_Socket":
        if address != (HOST, PORT):
            raise ConnectionRefusedError(f"nothing but the sandbox is reached from here, not {address}")
        return _Socket(self.answer)


def driven(work: Awaitable[T]) -> T:
    """Run a coroutine that never waits: without a loop, so that one may run inside another."""
    assert isinstance(work, Coroutine)
    try:
        work.send(None)
    except StopIteration as done:
        value: T = done.value
        return value
    raise RuntimeError("an emulator waited for something: it needs a loop of its own")


class _Exchange:
    def __init__(self, body: bytes) -> None:
        self._asked: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]
        self._status = 500
        self._headers: Mapping[bytes, bytes] = {}
        self._body = bytearray()
        self._is_whole = False

    async def receive(self) -> Message:
        return self._asked.pop(0) if self._asked else {"type": "http.disconnect"}

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._status, self._headers = message["status"], dict(message["headers"])
        else:
            self._body += message.get("body", b"")
            self._is_whole = not message.get("more_body", False)

    def answer(self) -> bytes:
        head = {name: value for name, value in self._headers.items() if name != b"content-length"}
        # What was cut short promises more than it holds, as a connection that breaks does.
        length = len(self._body) if self._is_whole else len(self._body) + 1
        lines = [b"%s: %s" % pair for pair in (head | {b"content-length": b"%d" % length}).items()]
        first = f"HTTP/1.1 {self._status} {responses.get(self._status, '')}".encode()
        return b"\r\n".join([first, b"connection: close", *lines, b"", b""]) + bytes(self._body)


class _Socket:
    """As much of a socket as HTTP clients use: the answer is made when they begin to read."""

    def __init__(self, answer: Callable[[bytes], bytes]) -> None:
        self._ask = answer
        self._asked = bytearray()
        self._answer: io.BytesIO | None = None

    def sendall(self, data: bytes) -> None:
        self._asked += data

    def send(self, data: bytes) -> int:
        self._asked += data
        return len(data)

    def recv(self, size: int) -> bytes:
        return self._heard().read(size)

    def makefile(self, *_args: object, **_kwargs: object) -> io.BytesIO:
        return self._heard()

    def settimeout(self, _seconds: float | None) -> None: ...
    def setsockopt(self, *_option: object) -> None: ...
    def shutdown(self, _how: int) -> None: ...
    def close(self) -> None: ...
    def fileno(self) -> int:
        return -1

    def _heard(self) -> io.BytesIO:
        if self._answer is None:
            self._answer = io.BytesIO(self._ask(bytes(self._asked)))
        return self._answer


async def _at_once(work: Callable[..., T], *args: object, **_kwargs: object) -> T:
    return work(*args)


def _read(raw: bytes) -> Request:
    head, _, body = raw.partition(_HEAD_END)
    first, *lines = head.decode("latin-1").split("\r\n")
    method, path, _version = first.split(" ", 2)
    headers = tuple((name, value.strip()) for name, _, value in (line.partition(":") for line in lines))
    return Request(method, path, headers, _unchunked(body) if _is_chunked(headers) else body)


def _is_chunked(headers: tuple[tuple[str, str], ...]) -> bool:
    return any(name.lower() == "transfer-encoding" and value == "chunked" for name, value in headers)


def _unchunked(body: bytes) -> bytes:
    whole, rest = bytearray(), body
    while rest:
        size, _, rest = rest.partition(b"\r\n")
        length = int(size, 16)
        whole += rest[:length]
        rest = rest[length + 2 :]
    return bytes(whole)
