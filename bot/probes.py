"""What watches the bot from outside asks here, on the bot's own port: /readyz and /metrics; decides nothing."""

from collections.abc import Mapping
from typing import Protocol

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.metrics import CONTENT_TYPE
from bot.readiness import WELL


class Findings(Protocol):
    """Whoever knows how things stand."""

    def findings(self) -> Mapping[str, str]: ...


class Scraped(Protocol):
    """Whoever counts."""

    def scrape(self) -> bytes: ...


def probe_routes(readiness: Findings, metrics: Scraped) -> list[Route]:
    """GET /readyz, 200 or 503 with what is wrong, and GET /metrics; neither holds up the other requests."""

    async def readyz(_request: Request) -> JSONResponse:
        findings = await run_in_threadpool(readiness.findings)
        is_ready = all(said == WELL for said in findings.values())
        body = {"status": "ready" if is_ready else "not ready", "checks": dict(findings)}
        return JSONResponse(body, 200 if is_ready else 503)

    async def scrape(_request: Request) -> Response:
        return Response(await run_in_threadpool(metrics.scrape), media_type=CONTENT_TYPE)

    return [Route("/readyz", readyz, methods=["GET"]), Route("/metrics", scrape, methods=["GET"])]
