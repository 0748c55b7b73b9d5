"""The web side of the org: token endpoint, versions, and one door into the REST resources."""

import json
import re
from typing import Any
from urllib.parse import parse_qsl

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request as WebRequest
from starlette.responses import JSONResponse, Response

from sandbox.salesforce import composite, describe, rest, sobject_collections
from sandbox.salesforce.errors import SalesforceError, not_found, refused
from sandbox.salesforce.faults import Kind
from sandbox.salesforce.gate import public_path
from sandbox.salesforce.oauth import LoginRefusedError, Session
from sandbox.salesforce.org import Org
from sandbox.salesforce.rest import Reply, Request

_ROUTES = [*rest.ROUTES, *sobject_collections.ROUTES, *composite.ROUTES]
_VERSIONED = re.compile(r"/services/data/v(\d+\.\d)(?:/(.*))?")


class Endpoints:
    """Turns web requests into calls on one org."""

    def __init__(self, org: Org) -> None:
        self._org = org

    async def token(self, request: WebRequest) -> Response:
        """POST /services/oauth2/token."""
        form = dict(parse_qsl((await request.body()).decode(), keep_blank_values=True))
        try:
            granted = self._org.logins.token(form, request.headers.get("authorization"), self._org.now())
        except LoginRefusedError as refusal:
            return JSONResponse(refusal.body, refusal.status)
        return JSONResponse(granted)

    async def versions(self, _request: WebRequest) -> Response:
        """GET /services/data, which needs no login."""
        return JSONResponse(describe.versions())

    async def resource(self, request: WebRequest) -> Response:
        """Everything under /services/data/vNN.N."""
        body = await request.body()
        reply = await run_in_threadpool(self._reply, request, body)
        if reply.body is None:
            return Response(status_code=reply.status, headers=dict(reply.headers))
        return JSONResponse(reply.body, reply.status, dict(reply.headers))

    def _reply(self, request: WebRequest, body: bytes) -> Reply:
        path = public_path(request.scope)
        url = f"{path}?{request.url.query}"
        self._org.settle()
        try:
            session = self._session(request, url)
            found = _VERSIONED.fullmatch(path)
            if found is None or found[1] not in describe.VERSIONS:
                raise not_found()
            call = Request(
                method=request.method,
                path=found[2] or "",
                user_id=session.user_id,
                params=dict(request.query_params),
                body=_json(body),
                headers={name.lower(): value for name, value in request.headers.items()},
            )
        except SalesforceError as error:
            return Reply(error.status, error.body)
        return rest.answer(self._org, call, _ROUTES)

    def _session(self, request: WebRequest, url: str) -> Session:
        session = self._org.logins.session(request.headers.get("authorization"))
        if session and self._org.faults.take(Kind.UNAUTHORIZED_ONCE, url):
            self._org.logins.end(session)
            session = None
        if session is None or self._org.faults.take(Kind.UNAUTHORIZED_ALWAYS, url):
            raise SalesforceError(401, "INVALID_SESSION_ID", "Session expired or invalid")
        if self._org.faults.take(Kind.LIMIT, url) or self._org.usage.used > self._org.usage.allowed:
            raise SalesforceError(403, "REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.")
        return session


def _json(body: bytes) -> Any:
    if not body:
        return None
    try:
        return json.loads(body)
    except ValueError as bad:
        raise refused(
            "JSON_PARSER_ERROR", f"Unexpected character at [line:1, column:{getattr(bad, 'colno', 1)}]"
        ) from bad
