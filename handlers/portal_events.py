"""The doors at which portals tell that something changed: checked, known again, and only then looked into.

What is told is a hint: nothing in it is believed but that it is worth looking now. Knows no portal.
"""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from handlers.web import body_within, bounded
from motions.errors import CosellError
from motions.ports import Clock
from motions.records import Arrival, Envelope, Store, UnitOfWork

logger = logging.getLogger(__name__)

PATH = "/portal-events"
_LARGEST = 16 * 1024
_AT_ONCE = 8  # checking one may take a call outside
_KIND = "portal event"


@dataclass(frozen=True)
class Heard:
    """One notification: what it is known by when it comes again, and whether it tells of a change."""

    key: str
    is_change: bool  # something is to be looked for
    about: str | None = None  # the one referral it tells of, to be looked at


@dataclass(frozen=True)
class PortalEvents:
    """What one portal's door needs: a reader that checks, the memory of what was seen, and whom to wake."""

    read: Callable[[Mapping[str, str], bytes], Heard | None]  # None: forged; raises Unavailable
    store: Store
    clock: Clock
    wake: Callable[[], object]
    look_at: Callable[[str, str, UnitOfWork], object] = lambda _about, _key, _uow: None


def portal_route(portal: str, events: PortalEvents) -> Route:
    """POST /portal-events/{portal}: 200 taken or known, 401 not the portal's, 503 come again."""

    async def endpoint(request: Request) -> JSONResponse:
        body = await body_within(request, _LARGEST)
        if body is None:
            return JSONResponse({"error": f"the body is larger than {_LARGEST} bytes"}, 413)
        return await run_in_threadpool(hear, portal, events, request.headers, body)

    return Route(f"{PATH}/{portal}", bounded(endpoint, _AT_ONCE), methods=["POST"])


def hear(portal: str, events: PortalEvents, headers: Mapping[str, str], body: bytes) -> JSONResponse:
    """Check one notification and remember it; the same one again wakes nobody."""
    try:
        heard = events.read(headers, body)
        is_news = heard is not None and keep(heard, portal, events)
    except CosellError as error:
        logger.info("portal-event.unheard portal=%s reason=%s", portal, error)
        return JSONResponse({"error": "not taken; send it again"}, 503, {"Retry-After": "5"})
    if heard is None:
        return JSONResponse({"error": "this is no notification of the portal's"}, 401)
    if not is_news:
        return JSONResponse({"status": "duplicate"})
    logger.info("portal-event.taken portal=%s change=%s", portal, heard.is_change)
    # Answered first: the portal need not wait while we look.
    task = BackgroundTask(events.wake) if heard.is_change else None
    return JSONResponse({"status": "accepted"}, background=task)


def keep(heard: Heard, portal: str, events: PortalEvents) -> bool:
    """Remember a notification, and with it that its referral is to be looked at; False when it is known."""
    now, key = events.clock.now(), f"{portal}:{heard.key}"
    with events.store.transaction() as uow:
        # Nobody takes it up again: the regular sweep sees the change anyway.
        is_new = uow.inbox.receive(Envelope(key, _KIND, "{}", now)) is Arrival.NEW
        uow.inbox.handled(key, now)
        if is_new and heard.about is not None:
            events.look_at(heard.about, heard.key, uow)
    return is_new
