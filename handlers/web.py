"""Slack's signed HTTP deliveries, for installations that prefer a public port to Socket Mode."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from slack_bolt import App
from slack_bolt.adapter.starlette.handler import to_bolt_request, to_starlette_response
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

logger = logging.getLogger(__name__)

Endpoint = Callable[[Request], Awaitable[Response]]

_AT_ONCE = 50
_READ_WITHIN = 30.0  # seconds; who sends a body byte by byte takes nobody's place for ever
LARGEST = 4 * 1024 * 1024  # an envelope of one megabyte, with its quotes and brackets percent-encoded


def slack_route(app: App, path: str = "/slack/events") -> Route:
    """The one request URL of events, commands and interactions; listeners run on worker threads.

    Bolt's own Starlette handler dispatches inside the event loop and would hold up every other request.
    """

    async def endpoint(request: Request) -> Response:
        body = await body_within(request, LARGEST)
        if body is None:
            return PlainTextResponse(f"the body is larger than {LARGEST} bytes", 413)
        return await run_in_threadpool(_dispatched, app, request, body)

    return Route(path, bounded(endpoint, _AT_ONCE), methods=["POST"])


def bounded(endpoint: Endpoint, at_once: int) -> Endpoint:
    """The same endpoint for so many requests at a time: what anybody may send fills neither memory nor threads."""
    under_way = 0  # read and changed in the event loop alone

    async def door(request: Request) -> Response:
        nonlocal under_way
        if under_way >= at_once:
            return PlainTextResponse("too many at once; send it again", 503, {"Retry-After": "5"})
        under_way += 1
        try:
            return await endpoint(request)
        except TimeoutError:
            return PlainTextResponse("it came too slowly; send it again", 503, {"Retry-After": "5"})
        finally:
            under_way -= 1

    return door


async def body_within(request: Request, limit: int) -> bytes | None:
    """The request's body; None when it is longer than that, read no further. Raises TimeoutError when it is slow."""
    parts, size = [], 0
    async with asyncio.timeout(_READ_WITHIN):
        async for chunk in request.stream():
            size += len(chunk)
            if size > limit:
                return None
            parts.append(chunk)
    return b"".join(parts)


def _dispatched(app: App, request: Request, body: bytes) -> Response:
    try:
        bolt_request = to_bolt_request(request, body)
    except Exception as error:  # noqa: BLE001 - boundary: bytes from anybody, read before the signature can be checked
        logger.warning("envelope.unreadable reason=%s", type(error).__name__)
        return PlainTextResponse("this is no delivery of Slack's", 400)
    return to_starlette_response(app.dispatch(bolt_request))
