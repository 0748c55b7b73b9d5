"""The HTTP door: one POST for the service, `/_control` for whoever runs the sandbox; knows no business.

Order of a call, as at AWS: who are you, which operation, can it be read, may it be made now, does it fit the model,
was it made before, and only then is it done.
"""

import json
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import cast

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.types import Receive, Scope, Send

from sandbox.aws import associations, engagements, invitations, listings, opportunities, review, shapes
from sandbox.aws.control import control_routes
from sandbox.aws.faults import Fault, Kind, error_of
from sandbox.aws.ids import REGION
from sandbox.aws.portal import Portal
from sandbox.aws.queue import EventsQueue
from sandbox.aws.values import CATALOGS
from sandbox.aws.wire import AwsError, Body, Code, FieldError, iso, malformed, pruned, text
from sandbox.clock import WorldClock

ACCESS_KEY = "sandbox"
Operation = Callable[[Portal, Body], Body]
OPERATIONS: dict[str, Operation] = {
    "AssignOpportunity": opportunities.assign,
    "AssociateOpportunity": associations.associate,
    "CreateOpportunity": opportunities.create,
    "DisassociateOpportunity": associations.disassociate,
    "GetAwsOpportunitySummary": review.summary,
    "GetEngagementInvitation": invitations.get_invitation,
    "GetOpportunity": opportunities.get,
    "ListEngagementByAcceptingInvitationTasks": invitations.list_accepting_tasks,
    "ListEngagementFromOpportunityTasks": engagements.list_tasks,
    "ListEngagementInvitations": invitations.list_invitations,
    "ListOpportunities": listings.list_opportunities,
    "ListSolutions": listings.list_solutions,
    "RejectEngagementInvitation": invitations.reject,
    "StartEngagementByAcceptingInvitationTask": invitations.start_accepting,
    "StartEngagementFromOpportunityTask": engagements.start,
    "SubmitOpportunity": engagements.submit,
    "UpdateOpportunity": opportunities.update,
}
_CREDENTIAL = re.compile(r"AWS4-HMAC-SHA256 .*Credential=([^/,\s]+)/\d{8}/([^/]+)/([^/]+)/aws4_request")
_HTML_503 = "<html><body><h1>503 Service Unavailable</h1>No server is available to handle this request.</body></html>"


@dataclass(frozen=True)
class Answer:
    """What goes back: a body and how."""

    status: int
    body: bytes
    kind: str = "application/x-amz-json-1.0"
    is_cut: bool = False


class CutResponse(Response):
    """An answer whose connection closes before it has arrived."""

    async def __call__(self, _scope: Scope, _receive: Receive, send: Send) -> None:
        """Begin a chunked body and never end it, so that the server closes the connection.

        A short Content-Length would not do: botocore does not enforce it and takes an empty body for success.
        """
        headers = [(b"content-type", b"application/x-amz-json-1.0")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b"{", "more_body": True})


def build_app(clock: WorldClock) -> Starlette:
    """One Partner Central as an ASGI application; put it into a world with `routes_at`."""
    portal = Portal(clock)
    queue = EventsQueue(portal)

    async def serve(request: Request) -> Response:
        raw = await request.body()
        answer = await run_in_threadpool(handle, portal, request.headers, raw)
        if answer.is_cut:
            return CutResponse()
        headers = {"x-amzn-RequestId": portal.request_id()}
        return Response(answer.body, answer.status, headers, media_type=answer.kind)

    return Starlette(
        routes=[
            Mount("/_control", routes=control_routes(portal)),
            Route("/sqs", queue.serve, methods=["POST"]),
            Route("/sqs/", queue.serve, methods=["POST"]),
            Route("/{path:path}", serve, methods=["POST"]),
        ]
    )


def routes_at(path: str, app: Starlette) -> list[BaseRoute]:
    """Where the world keeps the portal: boto3 posts to the bare path, which a Mount alone would redirect."""
    return [Route(path, app, methods=["POST"]), Mount(path, app)]


def handle(portal: Portal, headers: Mapping[str, str], raw: bytes) -> Answer:
    """Answer one call and log it."""
    operation = headers.get("x-amz-target", "").rpartition(".")[2]
    call: Body = {"operation": operation}
    try:
        _authenticate(headers.get("authorization", ""))
        answer = _perform(portal, operation, _parsed(operation, raw, call))
    except AwsError as problem:
        answer = Answer(problem.status, _encoded(problem.body()))
        call["error"] = problem.body()
    portal.calls.append(call | {"at": iso(portal.clock.now()), "status": 0 if answer.is_cut else answer.status})
    return answer


def _authenticate(authorization: str) -> None:
    if not authorization:
        raise AwsError("MissingAuthenticationTokenException", "Missing Authentication Token")
    found = _CREDENTIAL.match(authorization)
    if found is None:
        raise AwsError("IncompleteSignatureException", "Authorization header is not a SigV4 signature")
    key, region, service = found.groups()
    if key != ACCESS_KEY:
        raise AwsError("UnrecognizedClientException", "The security token included in the request is invalid.")
    if region != REGION:
        raise AwsError("InvalidSignatureException", "Credential should be scoped to a valid region.")
    if service != shapes.SERVICE:
        message = f"Credential should be scoped to correct service: '{shapes.SERVICE}'."
        raise AwsError("InvalidSignatureException", message)


def _parsed(operation: str, raw: bytes, call: Body) -> Body:
    if operation not in OPERATIONS:
        raise AwsError("UnknownOperationException", f"The operation {operation} is not known.")
    try:
        body = json.loads(raw or b"{}")
    except ValueError as problem:
        raise AwsError("SerializationException", "The request body is not valid JSON") from problem
    if not isinstance(body, dict):
        raise AwsError("SerializationException", "The request body is not a JSON object")
    call["request"] = body
    return cast("Body", pruned(body))


def _perform(portal: Portal, operation: str, request: Body) -> Answer:
    with portal.lock:
        fault = portal.faults.next_for(operation) or Fault(operation, Kind.LATENCY)
    if fault.seconds:
        time.sleep(fault.seconds)  # outside the lock: one slow call must not slow the others
    problem = error_of(fault.kind)
    if problem and fault.kind is not Kind.ERROR_AFTER_COMMIT:
        raise problem
    if fault.kind is Kind.HTTP_503_HTML:
        return Answer(503, _HTML_503.encode(), "text/html")
    with portal.lock:
        portal.settle()
        portal.limits.admit(operation)
        body = _done(portal, operation, request, is_stale=fault.kind is Kind.STALE_READ)
    if problem:
        raise problem
    is_cut = fault.kind is Kind.DROP_AFTER_COMMIT
    has_body = shapes.operation_model(operation).output_shape is not None
    return Answer(200, _encoded(shapes.answer(operation, body)) if has_body else b"", is_cut=is_cut)


def _done(portal: Portal, operation: str, request: Body, *, is_stale: bool) -> Body:
    errors = shapes.input_errors(operation, request)
    catalog = text(request, "Catalog")
    if not errors and catalog not in CATALOGS:
        message = f"Value '{catalog}' at 'catalog' failed to satisfy constraint: Member must be AWS or Sandbox"
        errors = [FieldError("catalog", message, Code.VALUE)]
    if errors:
        raise malformed(errors)
    if is_stale:
        with portal.as_before():
            return OPERATIONS[operation](portal, request)
    if not shapes.has_token(operation):
        return OPERATIONS[operation](portal, request)
    token = text(request, "ClientToken")
    known = portal.answered(operation, token, request)
    if known is None:
        known = OPERATIONS[operation](portal, request)
        portal.answer(operation, token, request, known)
    return known


def _encoded(body: Body) -> bytes:
    return json.dumps(body).encode()
