"""The HTTP door: sign-in, referrals, webhooks, and `/_control` for whoever runs the sandbox; knows no business.

Order of a call, as at Microsoft: who are you, can it be read, may it be made now, and only then is it done.
"""

import json
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import cast
from urllib.parse import parse_qsl

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route
from starlette.types import Receive, Scope, Send

from sandbox.clock import WorldClock
from sandbox.microsoft import referrals
from sandbox.microsoft.control import control_routes, mounted_at
from sandbox.microsoft.faults import Kind, Planned, error_of
from sandbox.microsoft.logins import LoginRefusedError
from sandbox.microsoft.portal import Portal
from sandbox.microsoft.wire import ApiError, Body, iso, malformed

_HTML_503 = b"<html><body><h1>503 Service Unavailable</h1></body></html>"
_REFERRALS = "/v1.0/engagements/referrals"
_HOOKS = "/webhooks/v1/registration"


@dataclass(frozen=True)
class Call:
    """One request, read."""

    operation: str
    path: Mapping[str, str]
    query: Mapping[str, str]
    headers: Mapping[str, str]
    raw: bytes
    base_url: str

    @property
    def json(self) -> object:
        """The body; raises ApiError when it is not JSON."""
        try:
            return json.loads(self.raw)
        except ValueError as problem:
            raise malformed("The request body is not valid JSON.") from problem

    @property
    def body(self) -> Body:
        """The body as an object; raises ApiError when it is none."""
        if not isinstance(self.json, dict):
            raise malformed("The request body is not a JSON object.")
        return cast("Body", self.json)


@dataclass(frozen=True)
class Answer:
    """What goes back: a body and how."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    kind: str = "application/json"
    is_cut: bool = False


Operation = Callable[[Portal, Call], Answer]


class CutResponse(Response):
    """An answer whose connection closes before it has arrived."""

    async def __call__(self, _scope: Scope, _receive: Receive, send: Send) -> None:
        """Begin a body and never end it, so that the server closes the connection."""
        headers = [(b"content-type", b"application/json")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b"{", "more_body": True})


def build_app(clock: WorldClock) -> Starlette:
    """One Partner Center as an ASGI application, to be mounted at `/microsoft`."""
    portal = Portal(clock)

    def route(path: str, method: str, name: str, operation: Operation) -> Route:
        async def endpoint(request: Request) -> Response:
            raw = await request.body()
            base = mounted_at(request)
            # Both referrals of a co-sell come by the same door; faults and gates tell them apart.
            which = "invite" if name == "create" and b'"engagementId"' in raw else name
            call = Call(which, request.path_params, dict(request.query_params), request.headers, raw, base)
            return _response(await run_in_threadpool(_handle, portal, call, operation), request)

        return Route(path, endpoint, methods=[method])

    async def certificate(_request: Request) -> Response:
        return Response(portal.webhooks.seal.certificate_der, media_type="application/pkix-cert")

    return Starlette(
        routes=[
            Mount("/_control", routes=control_routes(portal)),
            Route("/certificates/{name}", certificate, methods=["GET"]),
            route("/login/{tenant}/oauth2/v2.0/token", "POST", "token", _token),
            route(_REFERRALS, "POST", "create", _create),
            route(_REFERRALS, "GET", "list", _list),
            route(f"{_REFERRALS}/{{id}}", "GET", "get", _get),
            route(f"{_REFERRALS}/{{id}}", "PATCH", "update", _patch),
            route(f"{_REFERRALS}/{{id}}", "PUT", "update", _put),
            route(_HOOKS, "GET", "webhooks", lambda portal, _: _said(200, portal.webhooks.registration())),
            route(_HOOKS, "POST", "webhooks", _register),
            route(_HOOKS, "PUT", "webhooks", _register),
            route(
                f"{_HOOKS}/validationEvents", "POST", "webhooks", lambda portal, _: _said(200, portal.webhooks.test())
            ),
        ]
    )


def _handle(portal: Portal, call: Call, operation: Operation) -> Answer:
    noted: Body = {"operation": call.operation, "id": call.path.get("id"), "query": dict(call.query)}
    if call.operation not in {"token", "webhooks"} and call.raw:
        noted["request"] = call.raw.decode("utf-8", "replace")
    try:
        answer = _performed(portal, call, operation)
    except ApiError as problem:
        wait = {"Retry-After": str(problem.wait)} if problem.wait is not None else {}
        answer = _said(problem.status, problem.body(), wait)
        noted["error"] = problem.body()
    except LoginRefusedError as problem:
        answer = _said(problem.status, problem.body(portal.now()))
        noted["error"] = str(problem)
    portal.calls.append(noted | {"at": iso(portal.clock.now()), "status": 0 if answer.is_cut else answer.status})
    return answer


def _performed(portal: Portal, call: Call, operation: Operation) -> Answer:
    with portal.lock:
        fault = portal.faults.next_for(call.operation) or Planned(call.operation, Kind.LATENCY)
    if fault.seconds:
        time.sleep(fault.seconds)  # outside the lock: one slow call must not slow the others
    problem = error_of(fault.kind)
    if problem and fault.kind is not Kind.ERROR_AFTER_COMMIT:
        raise problem
    if fault.kind is Kind.HTTP_503_HTML:
        return Answer(503, _HTML_503, kind="text/html")
    with portal.lock:
        portal.settle()
        answer = _admitted(portal, call, operation, is_stale=fault.kind is Kind.STALE_READ)
    if problem:
        raise problem
    if fault.kind is Kind.DROP_AFTER_COMMIT:
        return Answer(0, is_cut=True)
    return answer


def _admitted(portal: Portal, call: Call, operation: Operation, *, is_stale: bool) -> Answer:
    if call.operation != "token":
        if not portal.logins.is_let_in(call.headers.get("authorization", "")):
            raise ApiError(401, "unauthenticated", "The caller is not authenticated.")
        if call.operation != "webhooks":
            _identified(call.headers.get("client-request-id", ""))
        portal.limits.admit()
    if is_stale:
        with portal.as_before():
            return operation(portal, call)
    return operation(portal, call)


def _identified(request_id: str) -> None:
    try:
        uuid.UUID(request_id)
    except ValueError as problem:
        raise malformed("The client-request-id header must be a GUID.", "client-request-id") from problem


def _token(portal: Portal, call: Call) -> Answer:
    form = dict(parse_qsl(call.raw.decode("utf-8", "replace")))
    return _said(200, portal.logins.token(call.path["tenant"], form))


def _create(portal: Portal, call: Call) -> Answer:
    return _tagged(201, referrals.create(portal, call.body))


def _list(portal: Portal, call: Call) -> Answer:
    return _said(200, referrals.listing(portal, call.query, f"{call.base_url.rstrip('/')}{_REFERRALS}"))


def _get(portal: Portal, call: Call) -> Answer:
    return _tagged(200, referrals.read(portal, call.path["id"]))


def _patch(portal: Portal, call: Call) -> Answer:
    changed = referrals.patch(portal, call.path["id"], call.json, call.headers.get("if-match"))
    if call.headers.get("prefer") != "return=representation":
        return Answer(204, headers={"ETag": str(changed["eTag"])})
    return _tagged(200, changed)


def _put(portal: Portal, call: Call) -> Answer:
    return _tagged(200, referrals.put(portal, call.path["id"], call.body, call.headers.get("if-match")))


def _register(portal: Portal, call: Call) -> Answer:
    registered = portal.webhooks.register(call.body, call.base_url)
    portal.webhooks.start_posting(portal.catch_up)
    return _said(200, registered)


def _tagged(status: int, body: Body) -> Answer:
    return _said(status, body, {"ETag": str(body["eTag"])})


def _said(status: int, body: Body, headers: Mapping[str, str] | None = None) -> Answer:
    return Answer(status, json.dumps(body).encode(), headers or {})


def _response(answer: Answer, request: Request) -> Response:
    if answer.is_cut:
        return CutResponse()
    told = {"request-id": str(uuid.uuid4()), "client-request-id": request.headers.get("client-request-id", "")}
    return Response(answer.body, answer.status, {**told, **answer.headers}, media_type=answer.kind)
