"""The world: every emulator and the page on one port, one clock; deals change and partners agree by themselves.

What it does not imitate: TLS, the outside network, other tenants; each emulator's own docstring says the rest.
"""

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from random import Random
from typing import TypeAlias

import httpx
from starlette.applications import Starlette
from starlette.background import BackgroundTask
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Mount, Route

from sandbox import page
from sandbox.autopilot import Autopilot
from sandbox.aws.app import build_app as build_aws
from sandbox.aws.app import routes_at
from sandbox.clock import WorldClock
from sandbox.gates import GateKeeper, Gates
from sandbox.marketplace.app import build_app as build_marketplace
from sandbox.microsoft.app import build_app as build_microsoft
from sandbox.model.app import build_app as build_model
from sandbox.salesforce.app import build_app as build_salesforce
from sandbox.slack.app import build_app as build_slack

FIRST_TICK_AFTER = 6.0
BEGINS_ANEW = 75  # the exit code that asks whoever started the world for another
_CONFLICT = 409

_Endpoint: TypeAlias = Callable[[Request], Awaitable[JSONResponse]]


def build_world(
    *,
    tick_seconds: float | None,
    database: Path | None = None,
    deals: int | None = None,
    port: int = 8400,
    has_keeper: bool = False,
    as_agent: bool = False,
) -> Starlette:
    """The whole world as one application; with `tick_seconds` a deal changes that often.

    `has_keeper`: whoever started it starts another when it ends with BEGINS_ANEW.
    """
    clock = WorldClock()
    salesforce = build_salesforce(clock, database=database, deals=deals)
    slack, aws, model = build_slack(clock), build_aws(clock), build_model(clock)
    microsoft = build_microsoft(clock)
    slack.state.workspace.settings.is_agent = as_agent
    gates = Gates()
    autopilot = Autopilot(slack.state.workspace, f"http://127.0.0.1:{port}/slack/")

    @asynccontextmanager
    async def lifespan(_world: Starlette) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            for app in (salesforce, slack, aws, microsoft, model):
                await stack.enter_async_context(app.router.lifespan_context(app))
            flying = asyncio.create_task(autopilot.fly())
            stack.callback(flying.cancel)
            if tick_seconds is not None:
                ticking = asyncio.create_task(_tick(salesforce, tick_seconds))
                stack.callback(ticking.cancel)
            yield

    return Starlette(
        routes=[
            Route("/world/summary", _summary_of(clock, salesforce, aws, microsoft)),
            Route("/world/health", _health),
            Route("/world/anew", _begin_anew if has_keeper else _keep_on, methods=["POST"]),
            Route("/world/clock", clock.endpoint, methods=["GET", "POST"]),
            *gates.routes(),
            *autopilot.routes(),
            Mount("/slack", slack),
            Mount("/salesforce", salesforce),
            *routes_at("/aws", aws),
            Mount("/marketplace", build_marketplace(clock)),
            Mount("/microsoft", microsoft),
            Mount("/model", model),
            Mount("/", page.build_app()),
        ],
        middleware=[Middleware(GateKeeper, gates)],
        lifespan=lifespan,
    )


def _summary_of(clock: WorldClock, salesforce: Starlette, aws: Starlette, microsoft: Starlette) -> _Endpoint:
    async def summary(_request: Request) -> JSONResponse:
        return JSONResponse(
            {
                "clock": clock.now().isoformat(),
                "crm": await _ask(salesforce, "/_control/summary"),
                "aws": await _ask(aws, "/_control/summary"),
                "microsoft": await _ask(microsoft, "/_control/summary"),
                "generated": await _ask(salesforce, "/_control/about"),
            }
        )

    return summary


async def _health(_request: Request) -> JSONResponse:
    return JSONResponse({"ok": True})


async def _begin_anew(_request: Request) -> JSONResponse:
    return JSONResponse({"ok": True}, background=BackgroundTask(os._exit, BEGINS_ANEW))


async def _keep_on(_request: Request) -> JSONResponse:
    return JSONResponse({"ok": False, "error": "nobody_would_start_it_again"}, _CONFLICT)


async def _ask(app: Starlette, path: str) -> object:
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://world") as client:
        return (await client.get(path)).json()


async def _tick(salesforce: Starlette, seconds: float) -> None:
    rng = Random(7)  # noqa: S311 - a world that replays is worth more than one that surprises
    await asyncio.sleep(FIRST_TICK_AFTER)
    while True:
        await asyncio.to_thread(salesforce.state.change_something, rng)
        await asyncio.sleep(seconds)
