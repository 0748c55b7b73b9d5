"""Slack's signed HTTP deliveries, for installations that prefer a public port to Socket Mode."""

import logging

from slack_bolt import App
from slack_bolt.adapter.starlette.handler import to_bolt_request, to_starlette_response
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

logger = logging.getLogger(__name__)

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

    return Route(path, endpoint, methods=["POST"])


async def body_within(request: Request, limit: int) -> bytes | None:
    """The request's body; None when it is longer than that, read no further."""
    parts, size = [], 0
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
