"""The REST resources under /services/data/vNN.N as plain functions of a request; knows no web server."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias
from urllib.parse import unquote

from sandbox.salesforce import changes, describe, query, records
from sandbox.salesforce.errors import SalesforceError, not_found, refused
from sandbox.salesforce.org import Org
from sandbox.salesforce.shapes import API_PATH
from sandbox.salesforce.stamps import from_http_date, http_date, moment


@dataclass(frozen=True)
class Request:
    """One call, at the top or inside a composite; `path` is what follows the version, still percent-encoded."""

    method: str
    path: str
    user_id: str
    params: Mapping[str, str] = field(default_factory=dict)
    body: object = None
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Reply:
    """An answer; a body of None is an empty one."""

    status: int
    body: object = None
    headers: Mapping[str, str] = field(default_factory=dict)


Handler: TypeAlias = Callable[..., Reply]
Route: TypeAlias = tuple[str, re.Pattern[str], Handler]


def route(method: str, template: str, handler: Handler) -> Route:
    """A row of the routing table; `{}` stands for one path segment."""
    return method, re.compile("/".join("([^/]+)" if part == "{}" else part for part in template.split("/"))), handler


def answer(org: Org, request: Request, routes: list[Route]) -> Reply:
    """The reply of the first route that fits; every refusal becomes its status and error array."""
    path = request.path.strip("/")
    allowed = [method for method, pattern, _ in routes if pattern.fullmatch(path)]
    for method, pattern, handler in routes:
        found = pattern.fullmatch(path)
        if found and method == request.method:
            return _guarded(org, request, handler, [unquote(part) for part in found.groups()])
    if not allowed:
        return Reply(404, not_found().body)
    message = f"HTTP Method '{request.method}' not allowed. Allowed are {','.join(sorted(set(allowed)))}"
    return Reply(405, refused("METHOD_NOT_ALLOWED", message).body)


def json_object(body: object) -> dict[str, object]:
    """The body as a JSON object; raises JSON_PARSER_ERROR."""
    if not isinstance(body, dict):
        raise refused("JSON_PARSER_ERROR", "The HTTP entity body is required, but this request has no entity body.")
    return body


def _guarded(org: Org, request: Request, handler: Handler, parts: list[str]) -> Reply:
    try:
        return handler(org, request, *parts)
    except records.SeveralMatchError as several:
        return Reply(300, several.urls)
    except SalesforceError as error:
        return Reply(error.status, error.body)


def _resources(_org: Org, _request: Request) -> Reply:
    return Reply(200, describe.resources())


def _limits(org: Org, _request: Request) -> Reply:
    left = org.usage.allowed - org.usage.used
    return Reply(200, {"DailyApiRequests": {"Max": org.usage.allowed, "Remaining": left}})


def _query(org: Org, request: Request) -> Reply:
    if not request.params.get("q"):
        raise refused("MALFORMED_QUERY", "A query string has to be specified")
    size = query.page_size(request.headers.get("sforce-query-options"))
    is_all = request.path.strip("/") == "queryAll"
    return Reply(200, query.run(org, request.user_id, request.params["q"], deleted=is_all, page_size=size))


def _more(org: Org, _request: Request, locator: str) -> Reply:
    return Reply(200, query.more(org, locator))


def _sobjects(org: Org, _request: Request) -> Reply:
    return Reply(200, describe.global_describe(org.visible_schema()))


def _basic(org: Org, _request: Request, name: str) -> Reply:
    return Reply(200, describe.basic(records.sobject_named(org, name)))


def _describe(org: Org, _request: Request, name: str) -> Reply:
    return Reply(200, describe.describe(records.sobject_named(org, name)))


def _updated(org: Org, request: Request, name: str) -> Reply:
    return Reply(200, changes.updated(org, name, request.params.get("start", ""), request.params.get("end", "")))


def _deleted(org: Org, request: Request, name: str) -> Reply:
    return Reply(200, changes.deleted(org, name, request.params.get("start", ""), request.params.get("end", "")))


def _create(org: Org, request: Request, name: str) -> Reply:
    record_id = records.create(org, request.user_id, name, json_object(request.body))
    headers = {"Location": f"{API_PATH}/sobjects/{name}/{record_id}"}
    return Reply(201, {"id": record_id, "success": True, "errors": []}, headers)


def _read(org: Org, request: Request, name: str, record_id: str) -> Reply:
    chosen = [each for each in request.params.get("fields", "").split(",") if each]
    row = records.live_row(org, records.sobject_named(org, name), record_id)
    modified = http_date(moment(str(row["SystemModstamp"])))
    return Reply(200, records.read(org, name, record_id, chosen), {"Last-Modified": modified})


def _update(org: Org, request: Request, name: str, record_id: str) -> Reply:
    with org.store.transaction():
        _check_unmodified(org, request, name, record_id)
        records.update(org, request.user_id, name, record_id, json_object(request.body))
    return Reply(204)


def _delete(org: Org, request: Request, name: str, record_id: str) -> Reply:
    records.delete(org, request.user_id, name, record_id)
    return Reply(204)


def _find(org: Org, _request: Request, name: str, key: str, value: str) -> Reply:
    return Reply(200, records.find_external(org, name, key, value))


def _upsert(org: Org, request: Request, name: str, key: str, value: str) -> Reply:
    record_id, is_new = records.upsert(org, request.user_id, name, key, value, json_object(request.body))
    body = {"id": record_id, "success": True, "errors": [], "created": is_new}
    return Reply(201 if is_new else 200, body)


def _check_unmodified(org: Org, request: Request, name: str, record_id: str) -> None:
    header = request.headers.get("if-unmodified-since")
    if header is None:
        return
    row = records.live_row(org, records.sobject_named(org, name), record_id)
    try:
        since = from_http_date(header)
    except ValueError as bad:
        raise refused("INVALID_HEADER", f"Invalid If-Unmodified-Since: {header}") from bad
    if moment(str(row["LastModifiedDate"])) > since:
        raise SalesforceError(412, "PRECONDITION_FAILED", "The record was modified after the given time")


ROUTES: list[Route] = [
    route("GET", "", _resources),
    route("GET", "limits", _limits),
    route("GET", "query", _query),
    route("GET", "queryAll", _query),
    route("GET", "query/{}", _more),
    route("GET", "queryAll/{}", _more),
    route("GET", "sobjects", _sobjects),
    route("GET", "sobjects/{}", _basic),
    route("POST", "sobjects/{}", _create),
    route("GET", "sobjects/{}/describe", _describe),
    route("GET", "sobjects/{}/updated", _updated),
    route("GET", "sobjects/{}/deleted", _deleted),
    route("GET", "sobjects/{}/{}", _read),
    route("PATCH", "sobjects/{}/{}", _update),
    route("DELETE", "sobjects/{}/{}", _delete),
    route("GET", "sobjects/{}/{}/{}", _find),
    route("PATCH", "sobjects/{}/{}/{}", _upsert),
]
