"""Gates before the whole world: a request that fits one is held before it is done, or done and its answer held.

Made for whoever ends the asking program at that very moment; a gate knows requests, not what they do.
"""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from urllib.parse import unquote_plus

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_TARGET = "x-amz-target"


class When(StrEnum):
    """On which side of the deed a request is held."""

    BEFORE = "before"
    AFTER = "after"


@dataclass
class Gate:
    """What is held: every condition given must be met; `times` requests are held, the next pass."""

    name: str
    when: When
    method: str = ""
    path: str = ""  # part of the path with its query, unquoted
    target: str = ""  # the end of X-Amz-Target
    text: str = ""  # part of the body
    lacks: str = ""  # no part of the body
    times: int = 1

    def fits(self, asked: "Asked") -> bool:
        """Whether this request is meant."""
        return (
            self.times > 0
            and self.method in ("", asked.method)
            and self.path in asked.path
            and asked.target.endswith(self.target)
            and self.text in asked.text
            and not (self.lacks and self.lacks in asked.text)
        )


@dataclass(frozen=True)
class Asked:
    """A request as gates see it."""

    method: str
    path: str
    target: str
    text: str
    port: int  # the client's


@dataclass
class Held:
    """A request at a gate."""

    gate: Gate
    asked: Asked
    released: asyncio.Event = field(default_factory=asyncio.Event)
    is_dropped: bool = False


class Gates:
    """The gates that stand, and who waits at them."""

    def __init__(self) -> None:
        self._standing: list[Gate] = []
        self._held: list[Held] = []

    @property
    def stand(self) -> bool:
        """Whether any request could be held at all."""
        return any(gate.times > 0 for gate in self._standing)

    def routes(self) -> list[Route]:
        """POST a gate or several, GET what is held, DELETE to release: by `name` or all, with `drop` undone."""
        return [Route("/world/_control/gates", self._serve, methods=["GET", "POST", "DELETE"])]

    def gate_for(self, asked: Asked) -> Gate | None:
        """The gate this request is stopped by, counted down."""
        for gate in self._standing:
            if gate.fits(asked):
                gate.times -= 1
                return gate
        return None

    async def hold(self, gate: Gate, asked: Asked) -> bool:
        """Wait until released; False when what was not done yet shall not be done."""
        held = Held(gate, asked)
        self._held.append(held)
        try:
            await held.released.wait()
        finally:
            self._held.remove(held)
        return not held.is_dropped

    async def _serve(self, request: Request) -> JSONResponse:
        match request.method:
            case "POST":
                try:
                    self._standing += _gates_of(await request.json())
                except (KeyError, TypeError, ValueError) as mistake:
                    return JSONResponse({"error": f"cannot read the gate: {mistake}"}, 400)
            case "DELETE":
                self._release(request.query_params.get("name"), drop="drop" in request.query_params)
        return JSONResponse({"gates": [*self._shown()], "held": [_shown(held) for held in self._held]})

    def _release(self, name: str | None, *, drop: bool) -> None:
        self._standing = [gate for gate in self._standing if name not in (None, gate.name)]
        for held in self._held:
            if name in (None, held.gate.name):
                held.is_dropped = drop
                held.released.set()

    def _shown(self) -> Iterator[dict[str, object]]:
        for gate in self._standing:
            yield {"name": gate.name, "when": gate.when, "left": gate.times}


class GateKeeper:
    """ASGI middleware around the world; its own control API always passes."""

    def __init__(self, app: ASGIApp, gates: Gates) -> None:
        self._app = app
        self._gates = gates

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request pass, hold it before it is done, or hold its answer."""
        if scope["type"] != "http" or "/_control/" in scope["path"] or not self._gates.stand:
            await self._app(scope, receive, send)
            return
        body = await _whole(receive)
        asked = _asked(scope, body)
        gate = self._gates.gate_for(asked)
        receive = _again(body, receive)
        if gate is None:
            await self._app(scope, receive, send)
        elif gate.when is When.AFTER:
            answer: list[Message] = []
            await self._app(scope, receive, _kept_in(answer))
            await self._gates.hold(gate, asked)
            for message in answer:
                await send(message)
        elif await self._gates.hold(gate, asked):
            await self._app(scope, receive, send)
        else:
            await PlainTextResponse("dropped at a gate; nothing was done", 503)(scope, receive, send)


def _asked(scope: Scope, body: bytes) -> Asked:
    query = unquote_plus(scope["query_string"].decode())
    return Asked(
        method=scope["method"],
        path=f"{scope['path']}?{query}" if query else scope["path"],
        target=Headers(scope=scope).get(_TARGET, ""),
        text=body.decode(errors="replace"),
        port=scope["client"][1] if scope.get("client") else 0,
    )


def _gates_of(wishes: Any) -> list[Gate]:
    asked = wishes if isinstance(wishes, list) else [wishes]
    return [Gate(**(wish | {"when": When(wish["when"])})) for wish in asked]


def _shown(held: Held) -> dict[str, object]:
    return {
        "name": held.gate.name,
        "when": held.gate.when,
        "method": held.asked.method,
        "path": held.asked.path,
        "port": held.asked.port,
    }


async def _whole(receive: Receive) -> bytes:
    body = b""
    while True:
        message = await receive()
        body += bytes(message.get("body", b""))
        if message["type"] != "http.request" or not message.get("more_body"):
            return body


def _again(body: bytes, receive: Receive) -> Receive:
    """The body once more, then whatever comes after it."""
    left = [body]

    async def receive_again() -> Message:
        if left:
            return {"type": "http.request", "body": left.pop(), "more_body": False}
        return await receive()

    return receive_again


def _kept_in(answer: list[Message]) -> Send:
    async def keep(message: Message) -> None:
        answer.append(message)

    return keep
