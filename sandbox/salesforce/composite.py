"""/composite and /composite/batch: several calls in one, with references between them; runs them through `rest`."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl

from sandbox.salesforce import rest, sobject_collections
from sandbox.salesforce.errors import SalesforceError, refused
from sandbox.salesforce.org import Org
from sandbox.salesforce.rest import Reply, Request, Route, json_object, route

MAX_SUBREQUESTS = 25
MAX_QUERIES = 5
_SUCCESS = range(200, 300)
_REFERENCE = re.compile(r"@\{(\w+)((?:\.\w+|\[\d+\])*)\}")
_VERSIONED = re.compile(r"/?(?:services/data/)?v\d+\.\d/(.*)", re.DOTALL)
_QUERYING = re.compile(r"(query|queryAll|composite/sobjects)\b")


@dataclass(frozen=True)
class _Call:
    """One subrequest as sent."""

    method: str
    url: str
    reference: str
    body: object
    headers: Mapping[str, str]


def composite(org: Org, request: Request) -> Reply:
    """Dependent calls in order; with allOrNone one failure undoes them all."""
    body = json_object(request.body)
    calls = [_call(each) for each in _listed(body.get("compositeRequest"))]
    _check_size(calls)
    all_or_none = body.get("allOrNone") is True
    replies: dict[str, Reply] = {}
    with org.store.transaction() as under_way:
        for call in calls:
            replies[call.reference] = reply = _perform(org, request, call, replies)
            if all_or_none and _has_failed(reply):
                under_way.undo()
                replies = {each.reference: _halted() for each in calls} | {call.reference: reply}
                break
    return Reply(200, {"compositeResponse": [_shown(call, replies[call.reference]) for call in calls]})


def batch(org: Org, request: Request) -> Reply:
    """Independent calls in order, each on its own."""
    body = json_object(request.body)
    calls = [_call({**each, "referenceId": str(at)}) for at, each in enumerate(_listed(body.get("batchRequests")))]
    _check_size(calls)
    results: list[dict[str, object]] = []
    for call in calls:
        reply = _perform(org, request, call, {})
        results.append({"statusCode": reply.status, "result": reply.body})
        if body.get("haltOnError") is True and _has_failed(reply):
            break
    halted: dict[str, object] = {
        "statusCode": 412,
        "result": refused("BATCH_PROCESSING_HALTED", "Batch processing halted").body,
    }
    results += [halted] * (len(calls) - len(results))
    has_errors = any(result["statusCode"] not in _SUCCESS for result in results)
    return Reply(200, {"hasErrors": has_errors, "results": results})


ROUTES: list[Route] = [route("POST", "composite", composite), route("POST", "composite/batch", batch)]
_INNER: list[Route] = [*rest.ROUTES, *sobject_collections.ROUTES]


def _listed(value: object) -> list[dict[str, object]]:
    if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
        raise refused("JSON_PARSER_ERROR", "an array of subrequests is required")
    return value


def _call(each: Mapping[str, object]) -> _Call:
    url, reference, headers = each.get("url"), each.get("referenceId"), each.get("httpHeaders")
    if not isinstance(url, str) or not isinstance(reference, str) or not re.fullmatch(r"\w+", reference):
        raise refused(
            "INVALID_INPUT", "Each subrequest needs a url and a referenceId of letters, digits and underscores"
        )
    named = {str(name).lower(): str(value) for name, value in headers.items()} if isinstance(headers, dict) else {}
    body = each["body"] if "body" in each else each.get("richInput")
    return _Call(str(each.get("method", "GET")).upper(), url, reference, body, named)


def _check_size(calls: list[_Call]) -> None:
    if len(calls) > MAX_SUBREQUESTS:
        raise refused("LIMIT_EXCEEDED", f"The number of subrequests exceeds the limit of {MAX_SUBREQUESTS}")
    if len({call.reference for call in calls}) < len(calls):
        raise refused("INVALID_INPUT", "Duplicate ReferenceId provided in the request")
    querying = sum(bool(_QUERYING.match(_relative(call.url))) for call in calls)
    if querying > MAX_QUERIES:
        raise refused(
            "LIMIT_EXCEEDED", f"The number of query and collection subrequests exceeds the limit of {MAX_QUERIES}"
        )


def _perform(org: Org, request: Request, call: _Call, replies: Mapping[str, Reply]) -> Reply:
    try:
        url = _resolved_text(call.url, replies)
        body = _resolved(call.body, replies)
    except SalesforceError as error:
        return Reply(error.status, error.body)
    path, _, text = _relative(url).partition("?")
    inner = Request(call.method, path, request.user_id, dict(parse_qsl(text)), body, call.headers)
    # A refused subrequest leaves nothing behind: each of rest's writes is a transaction of its own.
    return rest.answer(org, inner, _INNER)


def _relative(url: str) -> str:
    found = _VERSIONED.fullmatch(url)
    return found[1] if found else url.lstrip("/")


def _resolved(value: object, replies: Mapping[str, Reply]) -> object:
    if isinstance(value, str):
        return _resolved_text(value, replies)
    if isinstance(value, dict):
        return {name: _resolved(each, replies) for name, each in value.items()}
    if isinstance(value, list):
        return [_resolved(each, replies) for each in value]
    return value


def _resolved_text(text: str, replies: Mapping[str, Reply]) -> str:
    return _REFERENCE.sub(lambda found: _referred(found[0], found[1], found[2], replies), text)


def _referred(whole: str, reference: str, path: str, replies: Mapping[str, Reply]) -> str:
    value: object = replies[reference].body if reference in replies else None
    for name, index in re.findall(r"\.(\w+)|\[(\d+)\]", path):
        if isinstance(value, dict):
            value = value.get(name)
        elif isinstance(value, list) and index:
            value = dict(enumerate(value)).get(int(index))
        else:
            value = None
    if value is None:
        raise refused(
            "PROCESSING_HALTED", f"Invalid reference specified. No value for {whole[2:-1]} found in {reference}"
        )
    return str(value)


def _has_failed(reply: Reply) -> bool:
    return reply.status not in _SUCCESS


def _halted() -> Reply:
    message = "The transaction was rolled back since another operation in the same transaction failed."
    return Reply(400, refused("PROCESSING_HALTED", message).body)


def _shown(call: _Call, reply: Reply) -> dict[str, object]:
    headers = {name: value for name, value in reply.headers.items() if name == "Location"}
    return {
        "body": reply.body,
        "httpHeaders": headers,
        "httpStatusCode": reply.status,
        "referenceId": call.reference,
    }
