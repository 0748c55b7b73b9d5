"""The HTTP door: four operations of the service, `/_control` for whoever runs the sandbox; knows no rule."""

import json
import re
from collections.abc import Callable, Mapping

from botocore.loaders import Loader
from botocore.model import ServiceModel
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route

from sandbox.aws.app import ACCESS_KEY, CutResponse
from sandbox.aws.faults import Fault, Kind
from sandbox.aws.ids import REGION
from sandbox.aws.shapes import errors_in
from sandbox.aws.wire import AwsError, Body, Code, FieldError, iso, pruned, text
from sandbox.clock import WorldClock
from sandbox.marketplace.catalog import Catalog
from sandbox.marketplace.changes import refusal, start
from sandbox.marketplace.views import change_set_view, entity_view, listed, offer_row

SERVICE = "marketplace-catalog"
SIGNED_AS = "aws-marketplace"
MODEL = ServiceModel(Loader().load_service_model(SERVICE, "service-2"), SERVICE)
Operation = Callable[[Catalog, Body], Body]

_CREDENTIAL = re.compile(r"AWS4-HMAC-SHA256 .*Credential=([^/,\s]+)/\d{8}/([^/]+)/([^/]+)/aws4_request")
# The documentation contradicts the model's own patterns here, see the package.
_LOOSE = (".entity.type", ".entity.identifier", ".changeName")
_ERRORS: Mapping[Kind, tuple[str, str, int]] = {
    Kind.THROTTLE: ("ThrottlingException", "Too many requests", 429),
    Kind.INTERNAL_ERROR: ("InternalServiceException", "There was an internal service exception.", 500),
    Kind.ERROR_AFTER_COMMIT: ("InternalServiceException", "There was an internal service exception.", 500),
    Kind.ACCESS_DENIED: ("AccessDeniedException", "Access is denied.", 403),
    Kind.QUOTA: ("ServiceQuotaExceededException", "The maximum number of open requests has been exceeded.", 402),
    Kind.VALIDATION: ("ValidationException", "UpdateTargeting: a rule no client can know beforehand.", 422),
}


def build_app(clock: WorldClock) -> Starlette:
    """One seller's catalog as an ASGI application."""
    catalog = Catalog(clock)

    def route(path: str, method: str, operation: Operation) -> Route:
        async def endpoint(request: Request) -> Response:
            raw, query = await request.body(), dict(request.query_params)
            return await run_in_threadpool(_answer, catalog, path[1:], operation, request.headers, raw, query)

        return Route(path, endpoint, methods=[method])

    return Starlette(
        routes=[
            Mount("/_control", routes=_control_routes(catalog)),
            route("/StartChangeSet", "POST", _start),
            route("/ListChangeSets", "POST", listed),
            route("/DescribeChangeSet", "GET", lambda held, asked: change_set_view(held, text(asked, "ChangeSetId"))),
            route("/DescribeEntity", "GET", lambda held, asked: entity_view(held, text(asked, "EntityId"))),
        ]
    )


def _answer(
    catalog: Catalog,
    name: str,
    operation: Operation,
    headers: Mapping[str, str],
    raw: bytes,
    query: dict[str, str],
) -> Response:
    call: Body = {"operation": name, "at": iso(catalog.now())}
    try:
        _authenticate(headers.get("authorization", ""))
        request = _parsed(name, raw, query)
        call["request"] = request
        return _performed(catalog, name, operation, request)
    except AwsError as problem:
        call["error"] = problem.kind
        return JSONResponse({"Message": problem.message}, problem.status, {"x-amzn-ErrorType": problem.kind})
    finally:
        catalog.calls.append(call)


def _performed(catalog: Catalog, name: str, operation: Operation, request: Body) -> Response:
    with catalog.lock:
        fault = catalog.faults.next_for(name)
        kind = fault.kind if fault else Kind.LATENCY
        problem = AwsError(*_ERRORS[kind][:2], status=_ERRORS[kind][2]) if kind in _ERRORS else None
        if problem is not None and kind is not Kind.ERROR_AFTER_COMMIT:
            raise problem
        catalog.settle()
        body = operation(catalog, request)
    if problem is not None:
        raise problem
    return CutResponse() if kind is Kind.DROP_AFTER_COMMIT else JSONResponse(body)


def _authenticate(authorization: str) -> None:
    found = _CREDENTIAL.match(authorization)
    if found is None or found.group(1) != ACCESS_KEY:
        raise AwsError(
            "UnrecognizedClientException", "The security token included in the request is invalid.", status=403
        )
    if found.groups()[1:] != (REGION, SIGNED_AS):
        raise AwsError(
            "InvalidSignatureException", f"Credential should be scoped to {REGION}, {SIGNED_AS}.", status=403
        )


def _parsed(name: str, raw: bytes, query: dict[str, str]) -> Body:
    shape = MODEL.operation_model(name).input_shape
    assert shape is not None
    try:
        sent = json.loads(raw or b"{}")
    except ValueError as problem:
        raise refusal("ValidationException", "The request body is not valid JSON.") from problem
    found = pruned(sent | {key[:1].upper() + key[1:]: value for key, value in query.items()})
    assert isinstance(found, dict)
    try:
        errors = [error for error in errors_in(shape, found) if not _is_loose(error)]
    except AwsError as problem:
        raise refusal("ValidationException", problem.message) from problem
    if errors:
        raise refusal("ValidationException", "; ".join(error.message for error in errors))
    if text(found, "Catalog") != "AWSMarketplace":
        raise refusal("ValidationException", "Catalog must be AWSMarketplace.")
    return found


def _is_loose(error: FieldError) -> bool:
    return error.code is Code.FORMAT and error.field.endswith(_LOOSE)


def _start(catalog: Catalog, request: Body) -> Body:
    made = start(catalog, request)
    view = change_set_view(catalog, made)
    return {"ChangeSetId": made, "ChangeSetArn": view["ChangeSetArn"]}


def _control_routes(catalog: Catalog) -> list[Route]:
    def route(path: str, method: str, command: Operation) -> Route:
        async def endpoint(request: Request) -> JSONResponse:
            raw = await request.body()
            return await run_in_threadpool(_commanded, catalog, command, raw)

        return Route(path, endpoint, methods=[method])

    return [
        route("/faults", "POST", _plan_fault),
        route("/faults", "DELETE", _clear_faults),
        route("/knobs", "POST", _turn),
        route("/calls", "GET", lambda held, _: {"calls": list(held.calls)}),
        route("/summary", "GET", lambda held, _: {"offers": [offer_row(each) for each in held.offers.values()]}),
        route("/reset", "POST", _reset),
    ]


def _commanded(catalog: Catalog, command: Operation, raw: bytes) -> JSONResponse:
    with catalog.lock:
        catalog.settle()
        try:
            return JSONResponse(command(catalog, json.loads(raw) if raw else {}))
        except (KeyError, TypeError, ValueError) as problem:
            return JSONResponse({"error": f"cannot read the arguments: {problem}"}, 400)


def _plan_fault(catalog: Catalog, arguments: Body) -> Body:
    operation, times = str(arguments.get("operation", "*")), int(str(arguments.get("times", 1)))
    catalog.faults.plan(Fault(operation, Kind(str(arguments["kind"])), times))
    return {"faults": catalog.faults.pending()}


def _clear_faults(catalog: Catalog, _arguments: Body) -> Body:
    catalog.faults.clear()
    return {"faults": []}


def _turn(catalog: Catalog, arguments: Body) -> Body:
    catalog.delay_seconds = float(str(arguments.get("delay_seconds", catalog.delay_seconds)))
    catalog.break_next = str(arguments.get("break_next", catalog.break_next))
    return {"delay_seconds": catalog.delay_seconds, "break_next": catalog.break_next}


def _reset(catalog: Catalog, _arguments: Body) -> Body:
    catalog.reset()
    return {"ok": True}
