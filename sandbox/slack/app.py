"""The Slack emulator as one ASGI application, to be mounted anywhere; wires its parts and nothing else."""

from starlette.applications import Starlette
from starlette.routing import Route, WebSocketRoute

from sandbox.clock import WorldClock
from sandbox.slack.api import WebApi
from sandbox.slack.control import Control
from sandbox.slack.files import Downloads
from sandbox.slack.hooks import Hooks
from sandbox.slack.uploads import Uploads
from sandbox.slack.viewer import Viewer
from sandbox.slack.workspace import Workspace


def build_app(clock: WorldClock, seed_people: bool = True) -> Starlette:
    """An emulated Slack with the cast in it; `seed_people` adds the recorded data's sellers."""
    slack = Workspace(clock, with_sellers=seed_people)
    app = Starlette(
        routes=[
            Route("/api/{method}", WebApi(slack).endpoint, methods=["GET", "POST"]),
            Route("/hooks/{team}/{secret}", Hooks(slack).endpoint, methods=["POST"]),
            Route("/files-pri/{key}/{name:path}", Downloads(slack).endpoint),
            Route("/upload/v1/{ticket}", Uploads(slack).endpoint, methods=["POST"]),
            WebSocketRoute("/link", slack.links.serve),
            *Viewer(slack).routes(),
            *Control(slack).routes(),
        ]
    )
    app.state.workspace = slack  # for whoever plays its people
    return app
