"""What crosses the wire: JSON values, a Web API call's arguments and its refusal; knows nothing of the workspace."""

import json
from dataclasses import dataclass
from typing import Any, TypeAlias

from starlette.requests import Request

Json: TypeAlias = dict[str, Any]  # the wire edge: Slack's payloads are open-ended
Blocks: TypeAlias = list[Json]

_TRUE = (True, 1, "1", "true", "True")


class SlackError(Exception):
    """A refusal in Slack's own words: {"ok": false, "error": ...}."""

    def __init__(self, error: str, messages: list[str] | None = None) -> None:
        super().__init__(error)
        self.error = error
        self.messages = messages or []

    def body(self) -> Json:
        """The body Slack would answer with."""
        body: Json = {"ok": False, "error": self.error}
        if self.messages:
            body["errors"] = [message.removeprefix("[ERROR] ") for message in self.messages]
            body["response_metadata"] = {"messages": self.messages}
        return body


@dataclass(frozen=True)
class Call:
    """One call of a Web API method."""

    method: str
    values: Json
    token: str
    base: str  # where this emulator was reached, with a trailing slash

    def text(self, name: str, default: str = "") -> str:
        """An argument as text; absent ones give the default."""
        value = self.values.get(name)
        return default if value is None else str(value)

    def required(self, name: str) -> str:
        """An argument that must be there."""
        value = self.text(name)
        if not value:
            raise SlackError("invalid_arguments", [f"[ERROR] missing required field: {name}"])
        return value

    def flag(self, name: str) -> bool:
        """A boolean in any of the spellings clients send."""
        return self.values.get(name) in _TRUE

    def number(self, name: str, default: int) -> int:
        """A whole number."""
        try:
            return int(self.values.get(name) or default)
        except (TypeError, ValueError) as wrong:
            raise SlackError("invalid_arguments", [f"[ERROR] must be an integer: {name}"]) from wrong

    def structure(self, name: str) -> Any:
        """A nested argument: given as JSON, or as a string holding JSON; None when absent."""
        value = self.values.get(name)
        if not isinstance(value, str):
            return value
        if not value.strip():
            return None
        try:
            return json.loads(value)
        except ValueError as wrong:
            raise SlackError(f"invalid_{name}_format") from wrong


async def read_call(request: Request, method: str) -> Call:
    """The call a request makes: JSON, form and query arguments alike."""
    values: Json = dict(request.query_params)
    if request.method == "POST":
        values |= await _body(request)
    header = request.headers.get("authorization", "")
    token = header.removeprefix("Bearer ").strip() or str(values.pop("token", ""))
    return Call(method, values, token, base_of(request))


def base_of(request: Request) -> str:
    """Where this emulator was reached, with a trailing slash; Starlette's base_url leaves out the mount."""
    return f"{request.url.scheme}://{request.url.netloc}{request.scope.get('root_path', '')}/"


async def read_json(request: Request) -> Json:
    """A JSON object posted to the viewer or control API; an empty body is an empty object."""
    raw = await request.body()
    if not raw:
        return {}
    try:
        value = json.loads(raw)
    except ValueError as wrong:
        raise SlackError("invalid_json") from wrong
    if not isinstance(value, dict):
        raise SlackError("json_not_object")
    return value


async def _body(request: Request) -> Json:
    if "application/json" in request.headers.get("content-type", ""):
        return await read_json(request)
    async with request.form() as form:
        return {name: value for name, value in form.items() if isinstance(value, str)}
