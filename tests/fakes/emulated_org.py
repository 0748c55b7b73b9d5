"""A running Salesforce emulator for tests: a real server on a free port, a clock that stands still, people at work."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import uvicorn
from starlette.applications import Starlette
from starlette.routing import Mount

from connectors.http import Timeout
from connectors.salesforce.client import SalesforceGateway, open_gateway
from motions.deals import OpportunityId
from sandbox.clock import WorldClock
from sandbox.salesforce.app import build_app
from tests.serving import KEPT_ALIVE

DOMAIN = "meridian.my"
BEGIN = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
SECRET = "sandbox-consumer-secret"


class StillClock(WorldClock):
    """The world's clock, moved by hand."""

    def __init__(self) -> None:
        super().__init__()
        self.moment = BEGIN

    def now(self) -> datetime:
        return self.moment

    def advance(self, by: timedelta) -> None:
        self.moment += by


class Hands:
    """Monotonic seconds and naps that take no time."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.naps: list[float] = []

    def monotonic(self) -> float:
        return self.seconds

    def sleep(self, seconds: float) -> None:
        self.naps.append(seconds)
        self.seconds += seconds


@dataclass(frozen=True)
class EmulatedOrg:
    """The org as its own people and its faults reach it; the bot reaches it through a gateway."""

    url: str
    clock: StillClock
    http: httpx.Client

    def control(self, path: str, body: dict[str, object] | None = None, *, method: str = "POST") -> Any:
        """Call the control API."""
        answer = self.http.request(method, f"{self.url}/_control/{path}", json=body)
        answer.raise_for_status()
        return answer.json()

    def reset(self) -> None:
        """The seeded company, no faults, the clock where it began."""
        self.clock.moment = BEGIN
        self.control("reset")
        self.control("limits", {"used": 0, "allowed": 100_000})

    def arm(self, kind: str, **how: object) -> None:
        """Arm a fault."""
        self.control("faults", {"kind": kind, **how})

    def clear_faults(self) -> None:
        """Disarm everything."""
        self.control("faults", method="DELETE")

    def change(self, record_id: str, **fields: object) -> None:
        """The owner saves fields of a record, a little later than anything before."""
        self.clock.advance(timedelta(seconds=2))
        self.control("change", {"id": record_id, "fields": fields})

    def touch(self, count: int) -> list[str]:
        """Many deals move a stage on in one transaction and share one stamp; their ids."""
        self.clock.advance(timedelta(seconds=2))
        return [each["id"] for each in self.control("touch", {"count": count})]

    def record(self, sobject: str, record_id: str) -> dict[str, Any]:
        """A row as stored, whatever is hidden."""
        row: dict[str, Any] = self.control(f"record/{sobject}/{record_id}", method="GET")
        return row

    def calls(self, part: str = "") -> list[dict[str, Any]]:
        """The calls made so far whose URL holds a part."""
        return [each for each in self.control("calls", method="GET") if part in each["path"]]

    def rest(self, method: str, path: str, body: dict[str, object] | None = None) -> Any:
        """One REST call as an admin with a token of their own."""
        granted = self.http.post(
            f"{self.url}/services/oauth2/token",
            data={"grant_type": "client_credentials"},
            auth=("sandbox-consumer-key", SECRET),
        ).json()
        answer = self.http.request(
            method,
            f"{self.url}/services/data/v66.0/{path}",
            json=body,
            headers={"Authorization": f"Bearer {granted['access_token']}"},
        )
        answer.raise_for_status()
        return answer.json() if answer.content else None

    def deal_ids(self, where: str) -> list[OpportunityId]:
        """The ids of deals, oldest first."""
        soql = f"SELECT Id FROM Opportunity WHERE {where} ORDER BY CreatedDate, Id"
        rows = self.http_query(soql)
        return [OpportunityId(row["Id"]) for row in rows]

    def http_query(self, soql: str) -> list[dict[str, Any]]:
        """The first page of a query."""
        rows: list[dict[str, Any]] = self.rest("GET", str(httpx.URL("query", params={"q": soql})))["records"]
        return rows

    def gateway(self, *, hands: Hands | None = None, **changes: Any) -> SalesforceGateway:
        """The bot's gateway to this org."""
        hands = hands or Hands()
        settings: dict[str, Any] = {
            "domain": DOMAIN,
            "consumer_key": "sandbox-consumer-key",
            "consumer_secret": SECRET,
            "emulator_url": self.url,
            "timeout": Timeout(connect=5.0, read=20.0),
            "sleep": hands.sleep,
            "monotonic": hands.monotonic,
        }
        return open_gateway(**{**settings, **changes})


@contextmanager
def running_org(*, deals: int | None = 200) -> Iterator[EmulatedOrg]:
    """The emulator behind a real socket, mounted as the world mounts it."""
    clock = StillClock()
    inner = build_app(clock, deals=deals)
    app = Starlette(routes=[Mount("/salesforce", app=inner)])
    with serving(app) as url, httpx.Client(timeout=30) as http:
        yield EmulatedOrg(f"{url}/salesforce", clock, http)
    inner.state.org.store.close()


@contextmanager
def serving(app: Starlette) -> Iterator[str]:
    """Any app behind a real socket on a free port; its base URL."""
    # Listening before the server runs lets a client connect at once: nobody has to wait for start-up.
    with socket.create_server(("127.0.0.1", 0)) as listening:
        config = uvicorn.Config(
            app, log_level="critical", timeout_keep_alive=KEPT_ALIVE, lifespan="off", ws="none", date_header=False
        )
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()
