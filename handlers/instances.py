"""Where other companies' programs knock: one signed text in, one signed text out; judges nothing of what it says."""

import logging
from collections.abc import Callable

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from handlers.web import body_within, bounded
from motions.errors import Unavailable
from motions.instance_hearing import Heard
from motions.instance_wire import KEY, LARGEST, PATH, SIGNATURE, Outcome

logger = logging.getLogger(__name__)

_AT_ONCE = 4  # a text may have 4 MB, and is read before its signature can be checked
Hear = Callable[[str, str, str], Heard | None]  # the text, the key that is said to have signed it, the signature


def instance_route(hear: Hear) -> Route:
    """POST a partner's figures; whoever is not known gets the same 401 whatever the reason, and leaves no trace."""

    async def figures(request: Request) -> Response:
        body = await body_within(request, LARGEST)
        if body is None:
            return PlainTextResponse(f"the body is larger than {LARGEST} bytes; nothing was written", 413)
        said = request.headers.get(KEY, ""), request.headers.get(SIGNATURE, "")
        return await run_in_threadpool(_answered, hear, body, *said)

    return Route(PATH, bounded(figures, _AT_ONCE), methods=["POST"])


def _answered(hear: Hear, body: bytes, key: str, signature: str) -> Response:
    try:
        heard = hear(body.decode("utf-8", "replace"), key, signature)  # a replaced byte breaks the signature
    except Unavailable:
        return PlainTextResponse("not taken; send it again", 503, {"Retry-After": "5"})
    if heard is None:
        return PlainTextResponse("not known", 401)
    logger.info("figures.heard partner=%s outcome=%s", heard.partner, heard.outcome)
    status = 422 if heard.outcome is Outcome.REFUSED else 200
    return Response(heard.text, status, {SIGNATURE: heard.signature}, "application/json")
