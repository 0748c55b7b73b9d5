"""/_control: what people and tests may do to the org from outside Salesforce; never part of the imitation."""

from collections.abc import Callable
from random import Random
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.salesforce import people, records
from sandbox.salesforce.errors import SalesforceError, not_found
from sandbox.salesforce.org import Org

_DEFAULT_RECENT = 20


class Control:
    """The control endpoints of one org; `reseed` fills it anew and `about` tells what is made up."""

    def __init__(self, org: Org, *, rng: Random, reseed: Callable[[], None], about: list[str]) -> None:
        self._org = org
        self._rng = rng
        self._reseed = reseed
        self._about = about

    @property
    def routes(self) -> list[Route]:
        """The paths, below wherever the control API is mounted."""
        table: list[tuple[str, str, Callable[[Request, dict[str, Any]], object]]] = [
            ("GET", "/about", lambda _request, _body: self._about),
            ("POST", "/change", self._change),
            ("POST", "/touch", lambda _request, body: people.touch(self._org, int(body["count"]), self._rng)),
            ("POST", "/tick", self._tick),
            ("GET", "/record/{sobject}/{id}", self._record),
            ("GET", "/recent", self._recent),
            ("GET", "/summary", lambda _request, _body: people.summary(self._org)),
            ("GET", "/faults", lambda _request, _body: self._org.faults.listed()),
            ("POST", "/faults", self._arm),
            ("DELETE", "/faults", lambda _request, _body: self._org.faults.clear()),
            ("POST", "/limits", self._limits),
            ("POST", "/reset", lambda _request, _body: self._reset()),
            ("GET", "/calls", lambda _request, _body: list(self._org.calls)),
            ("POST", "/register_jwt_key", lambda _request, body: self._org.logins.register_key(**body)),
        ]
        return [Route(path, self._endpoint(act), methods=[method]) for method, path, act in table]

    def _endpoint(self, act: Callable[[Request, dict[str, Any]], object]) -> Callable[[Request], Any]:
        async def endpoint(request: Request) -> Response:
            body = await request.json() if await request.body() else {}
            try:
                answer = await run_in_threadpool(self._act, act, request, body)
            except SalesforceError as refusal:
                return JSONResponse(refusal.body, refusal.status)
            except (people.NobodyError, KeyError, TypeError, ValueError) as mistake:
                return JSONResponse({"error": str(mistake)}, 400)
            return JSONResponse({"ok": True} if answer is None else answer)

        return endpoint

    def _act(self, act: Callable[[Request, dict[str, Any]], object], request: Request, body: dict[str, Any]) -> object:
        self._org.settle()
        return act(request, body)

    def _change(self, _request: Request, body: dict[str, Any]) -> object:
        if not body.get("id") and not body.get("random"):
            raise ValueError("name an id, or say random: true")
        record_id = body.get("id") or people.random_deal(self._org, self._rng)
        return people.change(self._org, record_id, body["fields"], body.get("user"))

    def _tick(self, _request: Request, body: dict[str, Any]) -> object:
        return people.change_something(self._org, Random(body["seed"]) if "seed" in body else self._rng)  # noqa: S311

    def _record(self, request: Request, _body: dict[str, Any]) -> object:
        name, record_id = request.path_params["sobject"], request.path_params["id"]
        row = self._org.store.get(records.sobject_named(self._org, name).name, record_id)
        if row is None:
            raise not_found(f"no {name} {record_id}")
        return row

    def _recent(self, request: Request, _body: dict[str, Any]) -> object:
        return people.recent(self._org, int(request.query_params.get("n", _DEFAULT_RECENT)))

    def _arm(self, _request: Request, body: dict[str, Any]) -> object:
        self._org.faults.arm(**body)
        return self._org.faults.listed()

    def _limits(self, _request: Request, body: dict[str, Any]) -> object:
        self._org.usage.used = int(body.get("used", self._org.usage.used))
        self._org.usage.allowed = int(body.get("allowed", self._org.usage.allowed))
        return {"used": self._org.usage.used, "allowed": self._org.usage.allowed}

    def _reset(self) -> None:
        self._org.forget()
        self._reseed()
