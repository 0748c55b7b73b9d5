"""The emulator's control API: choose a mode, give a script, read the calls; touches only the emulator's state.

POST /_control/mode    {"mode": "schema" | "scripted" | "echo", "lenient_schemas": false}
                       {"mode": "faults", "fault": "429", "over": "schema", "times": 1, "match": "Northwind",
                        and any knob of `sandbox.model.faults.Knobs`, such as "retry_after": 2}
                       {"mode": "adversary", "seed": 7, "trick": "links", "orders": [{"heard", "say", "call"}]}: hostile
                        in every way of `sandbox.model.adversary` in turn, or by one trick; knobs as above
POST /_control/script  {"turns": [...]}: appends turns and switches to scripted mode. A turn has any of "thinking",
                       "text", "json", "tool_use" (a {name, input} or a list of them) and "content" (raw blocks), or
                       "error" ({status, message}); and, if wanted, "stop_reason", "stop_details", "match" (a text
                       the request's system, messages or tools must hold) and "repeat".
GET  /_control/mode, /_control/calls, /_control/health; POST /_control/reset
"""

import json
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from sandbox.model.state import BadControl, ModelState


def control_routes(state: ModelState) -> list[Route]:
    """The routes under `/_control`."""
    control = _Control(state)
    return [
        Route("/_control/health", control.health, methods=["GET"]),
        Route("/_control/mode", control.mode, methods=["GET", "POST"]),
        Route("/_control/script", control.script, methods=["POST"]),
        Route("/_control/calls", control.calls, methods=["GET"]),
        Route("/_control/reset", control.reset, methods=["POST"]),
    ]


class _Control:
    def __init__(self, state: ModelState) -> None:
        self._state = state

    async def health(self, _request: Request) -> JSONResponse:
        return JSONResponse({"ok": True, "answers": self._state.setting.answers, "calls": len(self._state.calls)})

    async def mode(self, request: Request) -> JSONResponse:
        if request.method == "POST":
            try:
                self._state.choose(await _json(request))
            except BadControl as mistake:
                return _told(mistake)
        return JSONResponse(self._state.as_json())

    async def script(self, request: Request) -> JSONResponse:
        try:
            self._state.add_turns((await _json(request)).get("turns"))
        except BadControl as mistake:
            return _told(mistake)
        return JSONResponse(self._state.as_json())

    async def calls(self, _request: Request) -> JSONResponse:
        return JSONResponse({"calls": [call.as_json() for call in self._state.calls]})

    async def reset(self, _request: Request) -> JSONResponse:
        self._state.reset()
        return JSONResponse({"ok": True})


async def _json(request: Request) -> dict[str, Any]:
    try:
        asked = json.loads(await request.body())
    except ValueError as unreadable:
        raise BadControl("the body is not JSON") from unreadable
    if not isinstance(asked, dict):
        raise BadControl("the body is not a JSON object")
    return asked


def _told(mistake: BadControl) -> JSONResponse:
    return JSONResponse({"error": str(mistake)}, status_code=400)
