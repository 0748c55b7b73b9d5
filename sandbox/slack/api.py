"""Answers Web API calls: token, fault, pace, method, log; the methods themselves live elsewhere."""

import asyncio
from collections.abc import Callable, Mapping
from typing import TypeAlias

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.types import Receive, Scope, Send

from sandbox import cast
from sandbox.slack import (
    entities,
    files,
    methods_chat,
    methods_conversations,
    methods_people,
    methods_views,
    unfurls,
    uploads,
    workflows,
)
from sandbox.slack.faults import Fault, Kind
from sandbox.slack.wire import Call, Json, SlackError, read_call
from sandbox.slack.workspace import Workspace

Method: TypeAlias = Callable[[Workspace, Call], Json]
_BOT_METHODS: Mapping[str, Method] = {
    **methods_chat.METHODS,
    **methods_conversations.METHODS,
    **methods_people.METHODS,
    **methods_views.METHODS,
    **files.METHODS,
    **uploads.METHODS,
    **entities.METHODS,
    **unfurls.METHODS,
    **workflows.METHODS,
}
_APP_METHODS: Mapping[str, Method] = methods_people.APP_METHODS
_OPEN_METHODS: Mapping[str, Method] = methods_people.OPEN_METHODS
_REFUSALS = {
    Kind.INTERNAL_ERROR: "internal_error",
    Kind.CHANNEL_REFUSED: "restricted_action",
}
_HTTP_429, _HTTP_503 = 429, 503
_UNAVAILABLE = "<!DOCTYPE html><html><body><h1>Slack is unavailable right now</h1></body></html>"


class LostResponse(Response):
    """An answer that never arrives: the connection closes without a byte, as when a network breaks."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        # ASGI has no word for this; uvicorn's request cycle behind `receive` holds the transport.
        transport = getattr(getattr(receive, "__self__", None), "transport", None)
        if transport is None:
            await HTMLResponse("", _HTTP_503)(scope, receive, send)
            return
        transport.abort()
        while (await receive())["type"] != "http.disconnect":
            pass


class WebApi:
    """The endpoint behind /api/{method}."""

    def __init__(self, slack: Workspace) -> None:
        self._slack = slack

    async def endpoint(self, request: Request) -> Response:
        """Answer one call."""
        slack = self._slack
        method = request.path_params["method"]
        try:
            call = await read_call(request, method)
        except SlackError as refusal:
            return JSONResponse(refusal.body())
        channel = call.text("channel") or call.text("channel_id")
        fault = slack.faults.take(method, channel)
        if fault is not None and fault.kind is Kind.LATENCY:
            await asyncio.sleep(fault.seconds)
        response, body = self._respond(call, channel, fault)
        self._log(call, body, response)
        if fault is not None and fault.kind is Kind.DROP_AFTER_ACCEPT:
            return LostResponse()
        return response

    def _respond(self, call: Call, channel: str, fault: Fault | None) -> tuple[Response, Json]:
        if fault is not None and fault.kind is Kind.HTTP_503_HTML:
            return HTMLResponse(_UNAVAILABLE, _HTTP_503), {"ok": False, "error": "http_503"}
        wait = self._seconds_to_wait(call, channel, fault)
        if wait:
            body: Json = {"ok": False, "error": "ratelimited"}
            return JSONResponse(body, _HTTP_429, {"Retry-After": str(wait)}), body
        try:
            _refuse_by(fault)
            body = self._method(call)(self._slack, call)
        except SlackError as refusal:
            body = refusal.body()
        return JSONResponse(body, headers={"x-oauth-scopes": methods_people.SCOPES}), body

    def _seconds_to_wait(self, call: Call, channel: str, fault: Fault | None) -> int:
        if fault is not None and fault.kind is Kind.RATE_LIMITED:
            return fault.retry_after
        return self._slack.pacer.seconds_to_wait(call.method, channel, self._slack.clock.now())

    def _method(self, call: Call) -> Method:
        if call.method in _OPEN_METHODS:
            return _OPEN_METHODS[call.method]
        kind = _token_kind(self._slack, call.token)
        if call.method in _APP_METHODS:
            return _allowed(_APP_METHODS[call.method], kind, "app")
        if call.method in _BOT_METHODS:
            return _allowed(_BOT_METHODS[call.method], kind, "bot")
        raise SlackError("unknown_method")

    def _log(self, call: Call, body: Json, response: Response) -> None:
        self._slack.calls.append(
            {
                "at": self._slack.clock.now().isoformat(),
                "method": call.method,
                "args": call.values,
                "status": response.status_code,
                "ok": body.get("ok", False),
                "error": body.get("error"),
                "ts": body.get("ts") or body.get("message_ts"),
            }
        )


def _token_kind(slack: Workspace, token: str) -> str:
    if not token:
        raise SlackError("not_authed")
    # One made for a step of a workflow is good until the step is over.
    of_steps = {each.token: "bot" for each in slack.state.executions.values() if not each.is_over}
    kinds = {cast.BOT_TOKEN: "bot", cast.APP_TOKEN: "app", **of_steps}
    if token not in kinds:
        raise SlackError("invalid_auth")
    return kinds[token]


def _allowed(method: Method, kind: str, wanted: str) -> Method:
    # auth.test is the one bot method that app-level tokens may call.
    if kind != wanted and method is not methods_people.auth_test:
        raise SlackError("not_allowed_token_type")
    return method


def _refuse_by(fault: Fault | None) -> None:
    if fault is None:
        return
    if fault.kind is Kind.ERROR:
        raise SlackError(fault.error)
    if fault.kind in _REFUSALS:
        raise SlackError(_REFUSALS[fault.kind])
