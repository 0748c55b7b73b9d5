"""An emulator of Anthropic's Messages API, for programs that use the unmodified SDK against a base URL.

It speaks `/v1/messages` (JSON and server-sent events), `/v1/messages/count_tokens` and `/v1/models`, refuses what the
real API refuses, and goes wrong on demand; `/_control` says how (see `sandbox.model.control`). It imitates the
protocol, not a model: there is no understanding and no quality to measure.

What it does not imitate: real token counts (four characters a token), prompt-cache hits, rate-limit headers and
budgets, prices, latency, stop sequences, thinking of its own (only scripted turns have any) and the checking of its
signatures, `pattern` in schemas, images and documents (they are accepted and not looked at), server tools, batches,
files, threads and the other beta endpoints, and the limits on the size of a compiled schema. Any non-empty key and any
`anthropic-version` will do.
"""

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.routing import Route

from sandbox.clock import WorldClock
from sandbox.model.control import control_routes
from sandbox.model.delivery import api_error_response, http_error_response
from sandbox.model.messages import MessagesApi
from sandbox.model.models import ModelsApi
from sandbox.model.state import ModelState
from sandbox.model.wire import ApiError


def build_app(clock: WorldClock) -> Starlette:
    """The emulator as an application; the world mounts it at `/model`."""
    state = ModelState()
    messages, models = MessagesApi(clock, state), ModelsApi(clock, state)
    return Starlette(
        routes=[
            Route("/v1/messages", messages.create, methods=["POST"]),
            Route("/v1/messages/count_tokens", messages.count_tokens, methods=["POST"]),
            Route("/v1/models", models.list, methods=["GET"]),
            Route("/v1/models/{model_id}", models.retrieve, methods=["GET"]),
            *control_routes(state),
        ],
        exception_handlers={ApiError: api_error_response, HTTPException: http_error_response},
    )
