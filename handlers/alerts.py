"""The signed webhook: a CRM's deal alert, heard sooner than the next read; knows no CRM."""

import hashlib
import hmac
import logging
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, StringConstraints, ValidationError
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import BaseRoute, Route

from handlers.web import body_within, bounded
from motions.deals import OpportunityId
from motions.ports import Clock
from motions.records import Arrival, Envelope, Store

logger = logging.getLogger(__name__)

_LARGEST = 16 * 1024
_AT_ONCE = 50
_WINDOW = 300  # seconds a signature is good for, both ways
_SIGNATURE = "X-Cosell-Signature"


class _Alert(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    opportunity_id: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{3,64}$")]
    stamped_at: AwareDatetime


@dataclass(frozen=True)
class Alerts:
    """What the webhook needs: the use case, the memory of what was seen, the time and the shared secret."""

    receive: Callable[[OpportunityId, datetime], bool]  # False: this change is known already
    store: Store
    clock: Clock
    secret: str

    def __post_init__(self) -> None:
        if not self.secret:
            raise ValueError("deal alerts need a shared secret")


def build_app(alerts: Alerts | None = None, more: Sequence[BaseRoute] = ()) -> Starlette:
    """POST /deal-alerts when alerts are given, GET /healthz, and whatever else shares the port."""

    async def deal_alerts(request: Request) -> JSONResponse:
        assert alerts is not None
        body = await body_within(request, _LARGEST)
        if body is None:
            return _refused(413, f"the body is larger than {_LARGEST} bytes")
        return await run_in_threadpool(hear, alerts, request.headers.get(_SIGNATURE, ""), body)

    routes = [Route("/deal-alerts", bounded(deal_alerts, _AT_ONCE), methods=["POST"])] if alerts else []
    return Starlette(routes=[*routes, Route("/healthz", _healthz, methods=["GET"]), *more])


def hear(alerts: Alerts, header: str, body: bytes) -> JSONResponse:
    """Check one alert and pass it on; the same one again is answered 200 and does nothing."""
    problem = _unsigned_because(header, body, alerts.secret, alerts.clock.now())
    if problem:
        return _refused(401, problem)
    try:
        alert = _Alert.model_validate_json(body)
    except ValidationError as error:
        return _refused(400, _first(error))
    key = f"alert:{hashlib.sha256(header.encode() + body).hexdigest()}"
    try:
        return _passed_on(alerts, alert, key, body)
    except Exception:  # boundary: the sender is told to come again, whatever failed
        logger.exception("alert.failed opportunity=%s", alert.opportunity_id)
        return JSONResponse({"error": "not taken; send it again"}, 503, {"Retry-After": "5"})


def signature(secret: str, at: datetime, body: bytes) -> str:
    """The header's value for a body sent at a moment: what a sender computes."""
    stamp = int(at.timestamp())
    return f"t={stamp},v1={_mac(secret, str(stamp), body)}"


def _passed_on(alerts: Alerts, alert: _Alert, key: str, body: bytes) -> JSONResponse:
    with alerts.store.transaction() as uow:
        # Nobody but the sender brings it again: the regular read sees the change anyway.
        arrival = uow.inbox.receive(Envelope(key, "deal alert", body.decode(), alerts.clock.now()))
    if arrival is Arrival.HANDLED:
        return JSONResponse({"status": "duplicate"})
    is_news = alerts.receive(OpportunityId(alert.opportunity_id), alert.stamped_at)
    with alerts.store.transaction() as uow:
        uow.inbox.handled(key, alerts.clock.now())
    logger.info("alert.taken opportunity=%s news=%s", alert.opportunity_id, is_news)
    return JSONResponse({"status": "accepted"}, 202) if is_news else JSONResponse({"status": "duplicate"})


def _unsigned_because(header: str, body: bytes, secret: str, now: datetime) -> str | None:
    parts = [part.strip().partition("=") for part in header.split(",")]
    stamps = [value for name, _, value in parts if name == "t"]
    macs = [value for name, _, value in parts if name == "v1"]
    if len(stamps) != 1 or not macs or not re.fullmatch(r"[0-9]{1,12}", stamps[0]):
        return f"{_SIGNATURE} must read t=<unix time>,v1=<hex hmac-sha256 of 't.body'>"
    expected = _mac(secret, stamps[0], body).encode()
    if not any(hmac.compare_digest(expected, mac.encode()) for mac in macs):
        return "the signature does not fit this body and the shared secret"
    if abs(now.timestamp() - int(stamps[0])) > _WINDOW:
        return f"signed more than {_WINDOW} seconds ago, or in the future"
    return None


def _mac(secret: str, stamp: str, body: bytes) -> str:
    return hmac.new(secret.encode(), f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()


def _first(error: ValidationError) -> str:
    fault = error.errors(include_url=False, include_input=False, include_context=False)[0]
    place = ".".join(str(part) for part in fault["loc"]) or "body"
    return f"{place}: {fault['msg']}"


def _refused(status: int, why: str) -> JSONResponse:
    return JSONResponse({"error": why}, status)


async def _healthz(_request: Request) -> JSONResponse:
    return JSONResponse({"status": "ok"})
