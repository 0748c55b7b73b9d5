"""Slack's signed HTTP deliveries, for installations that prefer a public port to Socket Mode."""

from slack_bolt import App
from slack_bolt.adapter.starlette.handler import to_bolt_request, to_starlette_response
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route


def slack_route(app: App, path: str = "/slack/events") -> Route:
    """The one request URL of events, commands and interactions; listeners run on worker threads.

    Bolt's own Starlette handler dispatches inside the event loop and would hold up every other request.
    """

    async def endpoint(request: Request) -> Response:
        body = await request.body()
        return to_starlette_response(await run_in_threadpool(app.dispatch, to_bolt_request(request, body)))

    return Route(path, endpoint, methods=["POST"])
