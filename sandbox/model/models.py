"""`/v1/models`: the catalogue, listed in pages and looked up by id or alias; knows no messages."""

from starlette.requests import Request
from starlette.responses import Response

from sandbox.clock import WorldClock
from sandbox.model.catalogue import MODELS, find_entry, model_json, page
from sandbox.model.delivery import answer, name_request
from sandbox.model.messages import require_key
from sandbox.model.state import ModelState
from sandbox.model.wire import ApiError

_MOST, _USUAL = 1_000, 20
_LISTED_UNASKED = ["active", "deprecated"]


class ModelsApi:
    """The endpoints that describe models."""

    def __init__(self, clock: WorldClock, state: ModelState) -> None:
        self._clock = clock
        self._state = state

    async def list(self, request: Request) -> Response:
        """Answer with one page of the catalogue."""
        self._admit(request)
        now, query = self._clock.now(), request.query_params
        stages = query.getlist("lifecycle[]") or query.getlist("lifecycle") or _LISTED_UNASKED
        limit = _limit(query.get("limit"))
        before = query.get("before_id")
        found = page(
            (model for model in MODELS if model.lifecycle(now) in stages),
            after=query.get("after_id"),
            before=before,
            limit=limit,
        )
        shown = found[-limit:] if before else found[:limit]
        listing = {
            "data": [model_json(model, now) for model in shown],
            "has_more": len(found) > limit,
            "first_id": shown[0].id if shown else None,
            "last_id": shown[-1].id if shown else None,
        }
        return answer(request, listing)

    async def retrieve(self, request: Request) -> Response:
        """Answer with one entry of the catalogue, retired ones too."""
        self._admit(request)
        name = request.path_params["model_id"]
        model = find_entry(name)
        if model is None:
            raise ApiError(404, f"model: {name}")
        return answer(request, model_json(model, self._clock.now()))

    def _admit(self, request: Request) -> None:
        name_request(request, self._state.next_number())
        require_key(request)


def _limit(asked: str | None) -> int:
    if asked is None:
        return _USUAL
    if not asked.isdigit() or not 1 <= int(asked) <= _MOST:
        raise ApiError(400, f"limit: Input should be between 1 and {_MOST}")
    return int(asked)
