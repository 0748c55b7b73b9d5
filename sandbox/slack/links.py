"""Socket Mode connections: tickets, hello, envelopes out and acknowledgements in; knows no payload's meaning."""

import asyncio
import json
from contextlib import suppress
from dataclasses import dataclass, field

from starlette.websockets import WebSocket, WebSocketDisconnect

from sandbox import cast
from sandbox.slack.mint import Mint
from sandbox.slack.wire import Json

MOST_LINKS = 10
_POLICY_VIOLATION = 1008


class NoLinkError(Exception):
    """No connection was there to send over, or it broke before the answer."""


@dataclass(eq=False)
class _Link:
    outbox: asyncio.Queue[Json | None] = field(default_factory=asyncio.Queue)
    waiting: dict[str, asyncio.Future[Json | None]] = field(default_factory=dict)
    leaving: bool = False  # told to reconnect: gets nothing new, may still acknowledge


class Links:
    """All Socket Mode connections of the app; each envelope goes to one of them."""

    def __init__(self, mint: Mint) -> None:
        self._mint = mint
        self._tickets: set[str] = set()
        self._links: list[_Link] = []
        self._turn = 0
        self._arrival = asyncio.Event()

    def ticket(self) -> str:
        """A pass for one connection."""
        ticket = self._mint.secret()
        self._tickets.add(ticket)
        return ticket

    def count(self) -> int:
        """How many connections take new envelopes."""
        return len(self._ready())

    async def serve(self, websocket: WebSocket) -> None:
        """Run one connection until either side ends it."""
        ticket = websocket.query_params.get("ticket", "")
        if ticket not in self._tickets or len(self._links) >= MOST_LINKS:
            await websocket.close(_POLICY_VIOLATION)
            return
        self._tickets.remove(ticket)
        await websocket.accept()
        link = _Link()
        self._links.append(link)
        link.outbox.put_nowait(self._hello())
        self._arrival.set()
        sender = asyncio.create_task(_pump(websocket, link))
        try:
            async for text in websocket.iter_text():
                _acknowledge(link, text)
        finally:
            sender.cancel()
            self._forget(link)

    async def ask(self, envelope: Json, patience: float) -> Json | None:
        """Send an envelope and give its acknowledgement's payload.

        Raises NoLinkError without a connection, TimeoutError without an acknowledgement in time.
        """
        link = await self._next_link(patience)
        answer: asyncio.Future[Json | None] = asyncio.get_running_loop().create_future()
        link.waiting[envelope["envelope_id"]] = answer
        link.outbox.put_nowait(envelope)
        try:
            return await asyncio.wait_for(answer, patience)
        finally:
            link.waiting.pop(envelope["envelope_id"], None)
            _hang_up_when_idle(link)

    def disconnect(self, reason: str) -> int:
        """Tell every connection to reconnect, as Slack does; only a warning leaves them in use.

        The others close as soon as nothing on them waits for an acknowledgement.
        """
        told = self._ready()
        for link in told:
            link.outbox.put_nowait({"type": "disconnect", "reason": reason, "debug_info": {"host": "sandbox"}})
            link.leaving = reason != "warning"
            _hang_up_when_idle(link)
        return len(told)

    def drop(self) -> int:
        """Break every connection without a word."""
        for link in self._links:
            link.leaving = True
            link.outbox.put_nowait(None)
        return len(self._links)

    async def _next_link(self, patience: float) -> _Link:
        if not self._ready():
            self._arrival.clear()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._arrival.wait(), patience)
        ready = self._ready()
        if not ready:
            raise NoLinkError
        self._turn += 1
        return ready[self._turn % len(ready)]

    def _ready(self) -> list[_Link]:
        return [link for link in self._links if not link.leaving]

    def _forget(self, link: _Link) -> None:
        self._links.remove(link)
        for answer in link.waiting.values():
            if not answer.done():
                answer.set_exception(NoLinkError())

    def _hello(self) -> Json:
        return {
            "type": "hello",
            "num_connections": len(self._links),
            "debug_info": {"host": "sandbox", "build_number": 1, "approximate_connection_time": 18060},
            "connection_info": {"app_id": cast.APP_ID},
        }


def _hang_up_when_idle(link: _Link) -> None:
    if link.leaving and not link.waiting:
        link.outbox.put_nowait(None)


def _acknowledge(link: _Link, text: str) -> None:
    try:
        message = json.loads(text)
    except ValueError:
        return  # the clients' own liveness strings
    if not isinstance(message, dict):
        return
    answer = link.waiting.pop(str(message.get("envelope_id")), None)
    if answer is not None and not answer.done():
        answer.set_result(message.get("payload"))


async def _pump(websocket: WebSocket, link: _Link) -> None:
    # The reader notices the same broken connection and cleans up.
    with suppress(WebSocketDisconnect, RuntimeError):
        while (message := await link.outbox.get()) is not None:
            await websocket.send_text(json.dumps(message))
        await websocket.close()
