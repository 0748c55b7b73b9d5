"""The browser page of the sandbox world, as files on a path; knows nothing of what the viewer API answers."""

from pathlib import Path

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

STATIC = Path(__file__).parent / "static"

# Message text is data from other people: even a drawing mistake must not be able to run or fetch anything.
_POLICY = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
_HEADERS = (
    (b"content-security-policy", _POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cache-control", b"no-cache"),  # an upgraded page is seen on the next reload
)


def build_app() -> Starlette:
    """The page and its files, index at `/`, each with headers that forbid foreign code and addresses."""
    return Starlette(
        routes=[Mount("/", StaticFiles(directory=STATIC, html=True))],
        middleware=[Middleware(_Guarded)],
    )


class _Guarded:
    """Adds the headers to every answer."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": [*message["headers"], *_HEADERS]}
            await send(message)

        await self._app(scope, receive, send_guarded)
