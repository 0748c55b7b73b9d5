"""What stands before every call: the log, the usage and Date headers, and faults of the line; knows no resource."""

import asyncio
from urllib.parse import unquote_plus

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sandbox.salesforce.faults import Kind
from sandbox.salesforce.org import Org
from sandbox.salesforce.stamps import http_date, stamp

_DOWN = b"<html><head><title>Service Unavailable</title></head><body><h1>Down for maintenance</h1></body></html>"


class Gate:
    """ASGI middleware around the org's public paths."""

    def __init__(self, app: ASGIApp, org: Org) -> None:
        self._app = app
        self._org = org

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a call through, late, refused or with its answer lost, as armed."""
        path = public_path(scope) if scope["type"] == "http" else ""
        if not path.startswith("/services/"):
            await self._app(scope, receive, send)
            return
        url = f"{path}?{unquote_plus(scope['query_string'].decode())}".removesuffix("?")
        entry: dict[str, object] = {
            "method": scope["method"],
            "path": url,
            "status": None,
            "at": stamp(self._org.now()),
        }
        self._org.calls.append(entry)
        self._org.usage.used += path.startswith("/services/data")
        if late := self._org.faults.take(Kind.LATENCY, url):
            await asyncio.sleep(late.seconds)
        if self._org.faults.take(Kind.UNAVAILABLE, url):
            await self._say_down(send, entry)
            return
        is_lost = scope["method"] != "GET" and self._org.faults.take(Kind.DROP, url) is not None
        await self._app(scope, receive, self._lost(send, entry) if is_lost else self._noting(send, entry))

    def _noting(self, send: Send, entry: dict[str, object]) -> Send:
        async def noted(message: Message) -> None:
            if message["type"] == "http.response.start":
                entry["status"] = message["status"]
                self._mark(message)
            await send(message)

        return noted

    def _lost(self, send: Send, entry: dict[str, object]) -> Send:
        """Promises a body and never sends it: the server then closes the connection on the client."""

        async def cut(message: Message) -> None:
            if message["type"] == "http.response.start":
                entry["status"] = "dropped"
                headers = [(b"content-type", b"application/json"), (b"content-length", b"1048576")]
                await send({"type": "http.response.start", "status": 200, "headers": headers})

        return cut

    async def _say_down(self, send: Send, entry: dict[str, object]) -> None:
        entry["status"] = 503
        start: Message = {
            "type": "http.response.start",
            "status": 503,
            "headers": [(b"content-type", b"text/html; charset=UTF-8"), (b"content-length", b"%d" % len(_DOWN))],
        }
        self._mark(start)
        await send(start)
        await send({"type": "http.response.body", "body": _DOWN})

    def _mark(self, message: Message) -> None:
        headers = MutableHeaders(scope=message)
        headers["Date"] = http_date(self._org.now())
        headers["Sforce-Limit-Info"] = self._org.usage.header


def public_path(scope: Scope) -> str:
    """The path below the mount, still percent-encoded: external ids may hold slashes."""
    raw: bytes = scope.get("raw_path") or scope["path"].encode()
    path = raw.decode("ascii").partition("?")[0]
    mount: str = scope.get("root_path", "")
    return path.removeprefix(mount)
