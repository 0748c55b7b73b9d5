"""Gates of the sandbox world: what fits is held on the side asked for, and nothing else waits."""

import asyncio
from collections.abc import Awaitable, Callable

import httpx
import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from sandbox.gates import GateKeeper, Gates

GATES = "/world/_control/gates"


class Shop:
    """A world of one endpoint that remembers what was done, behind gates."""

    def __init__(self) -> None:
        self.done: list[str] = []
        gates = Gates()
        app = Starlette(
            routes=[*gates.routes(), Route("/orders/{name}", self._order, methods=["GET", "POST", "PATCH"])],
            middleware=[Middleware(GateKeeper, gates)],
        )
        transport = httpx.ASGITransport(app)
        self.http = httpx.AsyncClient(transport=transport, base_url="http://world", timeout=5)

    async def _order(self, request: Request) -> JSONResponse:
        self.done.append(f"{request.method} {request.path_params['name']} {(await request.body()).decode()}".strip())
        return JSONResponse({"done": len(self.done)})

    async def held(self, count: int) -> list[dict[str, object]]:
        """What is held, once it is so many."""
        while True:
            answer = (await self.http.get(GATES)).json()["held"]
            if len(answer) == count:
                found: list[dict[str, object]] = answer
                return found
            await asyncio.sleep(0)


def play(scene: Callable[[Shop], Awaitable[None]]) -> None:
    """Run one scene in a fresh shop; one that waits for ever fails."""

    async def run() -> None:
        shop = Shop()
        async with shop.http:
            await asyncio.wait_for(scene(shop), 10)

    asyncio.run(run())


def test_a_request_held_before_is_done_when_it_is_released() -> None:
    async def scene(shop: Shop) -> None:
        await shop.http.post(GATES, json={"name": "order", "when": "before", "path": "/orders"})
        order = asyncio.create_task(shop.http.post("/orders/tea", content="two"))
        (held,) = await shop.held(1)
        done_meanwhile = list(shop.done)

        await shop.http.delete(GATES)
        answer = await order

        assert (held["name"], held["when"], held["path"]) == ("order", "before", "/orders/tea")
        assert done_meanwhile == []
        assert shop.done == ["POST tea two"]
        assert answer.json() == {"done": 1}

    play(scene)


def test_a_request_held_after_is_done_before_its_answer_arrives() -> None:
    async def scene(shop: Shop) -> None:
        await shop.http.post(GATES, json={"name": "order", "when": "after"})
        order = asyncio.create_task(shop.http.post("/orders/tea"))
        await shop.held(1)
        done_meanwhile, has_answer = list(shop.done), order.done()

        await shop.http.delete(GATES, params={"name": "order"})
        answer = await order

        assert done_meanwhile == ["POST tea"]
        assert not has_answer
        assert answer.json() == {"done": 1}

    play(scene)


def test_a_request_dropped_at_a_gate_is_never_done() -> None:
    async def scene(shop: Shop) -> None:
        await shop.http.post(GATES, json={"name": "order", "when": "before"})
        order = asyncio.create_task(shop.http.post("/orders/tea"))
        await shop.held(1)

        await shop.http.delete(GATES, params={"drop": 1})
        answer = await order

        assert answer.status_code == 503
        assert shop.done == []

    play(scene)


def test_what_holds_a_word_it_must_lack_passes() -> None:
    async def scene(shop: Shop) -> None:
        await shop.http.post(GATES, json={"name": "order", "when": "before", "lacks": "two"})
        passed = await shop.http.post("/orders/tea", content="two cups")
        order = asyncio.create_task(shop.http.post("/orders/tea", content="one"))
        await shop.held(1)

        assert passed.json() == {"done": 1}
        await shop.http.delete(GATES)
        await order

    play(scene)


def test_only_so_many_requests_are_held_and_the_next_pass() -> None:
    async def scene(shop: Shop) -> None:
        await shop.http.post(GATES, json={"name": "order", "when": "before", "times": 1})
        first = asyncio.create_task(shop.http.get("/orders/tea"))
        await shop.held(1)

        await shop.http.get("/orders/milk")
        done_meanwhile = list(shop.done)
        await shop.http.delete(GATES)
        await first

        assert done_meanwhile == ["GET milk"]
        assert shop.done == ["GET milk", "GET tea"]

    play(scene)


@pytest.mark.parametrize(
    "gate",
    [
        {"method": "PATCH"},
        {"path": "/orders/milk"},
        {"path": "size = 'small'"},
        {"target": "CreateOrder"},
        {"text": "three"},
        {"text": "two", "method": "GET"},
    ],
)
def test_what_does_not_fit_a_gate_passes(gate: dict[str, str]) -> None:
    async def scene(shop: Shop) -> None:
        await shop.http.post(GATES, json=[{"name": "order", "when": "before", **gate}])

        await shop.http.post(
            "/orders/tea", content="two", params={"q": "size = 'big'"}, headers={"X-Amz-Target": "Shop.DeleteOrder"}
        )

        assert shop.done == ["POST tea two"]

    play(scene)


@pytest.mark.parametrize(
    "gate",
    [
        {"method": "POST"},
        {"path": "/orders/tea"},
        {"path": "size = 'big'"},
        {"target": "DeleteOrder"},
        {"text": "two"},
    ],
)
def test_what_fits_a_gate_is_held(gate: dict[str, str]) -> None:
    async def scene(shop: Shop) -> None:
        await shop.http.post(GATES, json=[{"name": "order", "when": "before", **gate}])

        order = asyncio.create_task(
            shop.http.post(
                "/orders/tea", content="two", params={"q": "size = 'big'"}, headers={"X-Amz-Target": "Shop.DeleteOrder"}
            )
        )
        await shop.held(1)
        done_meanwhile = list(shop.done)
        await shop.http.delete(GATES)
        await order

        assert done_meanwhile == []

    play(scene)


def test_a_gate_by_another_name_stays_when_one_is_released() -> None:
    async def scene(shop: Shop) -> None:
        wishes = [{"name": "tea", "when": "before", "path": "tea"}, {"name": "milk", "when": "before", "path": "milk"}]
        await shop.http.post(GATES, json=wishes)
        tea = asyncio.create_task(shop.http.get("/orders/tea"))
        milk = asyncio.create_task(shop.http.get("/orders/milk"))
        await shop.held(2)

        await shop.http.delete(GATES, params={"name": "tea"})
        await tea
        held = await shop.held(1)
        await shop.http.delete(GATES)
        await milk

        assert [each["name"] for each in held] == ["milk"]
        assert shop.done == ["GET tea", "GET milk"]

    play(scene)


@pytest.mark.parametrize("wish", [{"name": "x"}, {"name": "x", "when": "during"}, {"when": "after"}, {"colour": "red"}])
def test_a_gate_that_cannot_be_read_is_refused(wish: dict[str, str]) -> None:
    async def scene(shop: Shop) -> None:
        answer = await shop.http.post(GATES, json=wish)

        assert answer.status_code == 400
        assert "cannot read the gate" in answer.json()["error"]

    play(scene)
