"""A running AWS emulator with a clock that stands still, and a realistic deal to file in it."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import httpx
import uvicorn
from botocore.client import BaseClient
from starlette.applications import Starlette
from starlette.routing import Mount

from connectors.aws import AwsPortal
from connectors.aws.client import AwsClient, Pacer, connect
from connectors.aws.edits import plain
from motions.deals import Account, Money, Stage
from motions.referrals import Referral
from sandbox.aws.app import build_app, routes_at
from sandbox.clock import WorldClock
from sandbox.marketplace.app import build_app as build_marketplace
from tests.serving import KEPT_ALIVE
from tests.waiting import wait_until

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
TODAY = NOW.date()

READY = Referral(
    crm_id="006Hs00001TAbcDIAT",
    title="Isdom - GTX Pro rollout",
    account=Account(
        id="001Hs00001TAbcDIAT",
        name="Isdom Logistics, Inc.",
        website="https://www.Isdom.com/about?x=1",
        industry="Transportation",
        employees=4540,
        country="US",
        state="IL",
        city="Chicago",
        postal_code="60601-1234",
        street="1 N State St, Suite 400",
    ),
    stage=Stage.QUALIFIED,
    annual_value=Money(Decimal(48210), "USD"),
    monthly_spend=Money(Decimal("1205.25"), "USD"),
    monthly_spend_note="30% of USD 48,210.00 a year, by policy, divided by 12",
    close_date=date(2027, 3, 31),
    problem="Dispatchers cannot see where freight is &amp; lose hours a day; they need tracking\nand alerts on AWS.",
    next_steps="Workshop with the data team on 3 December",
    kind="New Business",
    product="GTX Pro",
    use_case="Big Data: Data Warehouse / Data Integration / ETL / Data Lake / BI",
    delivery_models=("SaaS or PaaS",),
    help_wanted=("Co-Sell - Deal Support", "Co-Sell - Technical Consultation"),
)


def account(**changes: Any) -> Referral:
    """The ready referral with another customer."""
    return replace(READY, account=replace(READY.account, **changes))


class StillClock(WorldClock):
    """A world whose time stands still until somebody advances it."""

    def now(self) -> datetime:
        return NOW + self._offset

    def rewind(self) -> None:
        self._offset = timedelta()


@dataclass
class Emulator:
    """The emulator under test, commanded over HTTP like everything else about it."""

    url: str
    clock: StillClock
    http: httpx.Client
    _clients: dict[str, BaseClient] = field(default_factory=dict)

    def control(self, path: str, **arguments: Any) -> Any:
        """One command."""
        return self.http.post(f"{self.url}/_control{path}", json=arguments).raise_for_status().json()

    def seen(self, path: str) -> Any:
        """One look behind the scenes."""
        return self.http.get(f"{self.url}/_control{path}").raise_for_status().json()

    def fault(self, operation: str, kind: str, times: int = 1) -> None:
        """The next calls of an operation go wrong."""
        self.control("/faults", operation=operation, kind=kind, times=times)

    def calls(self, operation: str) -> list[Any]:
        """What was asked of one operation."""
        return [call for call in self.seen("/calls")["calls"] if call["operation"] == operation]

    def portal(self, *, catalog: str = "AWS", pacer: Pacer | None = None, key: str = "sandbox") -> AwsPortal:
        """Our adapter, over real HTTP."""
        return AwsPortal(self.client(catalog=catalog, pacer=pacer, key=key), self.clock)

    def client(self, *, catalog: str = "AWS", pacer: Pacer | None = None, key: str = "sandbox") -> AwsClient:
        """Our adapter's wire, for what the adapter does not do."""
        return AwsClient(self.boto(key), catalog=catalog, pacer=pacer or Pacer(0))

    def held(self, referral: str) -> dict[str, Any]:
        """A record as GetOpportunity answers it, decoded and without its nulls."""
        return plain(self.client().read("get_opportunity", Identifier=referral))

    def boto(self, key: str = "sandbox") -> BaseClient:
        """The boto3 client our adapter uses; one a key, because making one takes half a second."""
        if key not in self._clients:
            self._clients[key] = connect(endpoint_url=self.url, access_key_id=key, secret_access_key="sandbox")
        return self._clients[key]

    def start_afresh(self) -> None:
        """An empty portal: nobody reviews by themselves, no quota, tasks end at once."""
        self.clock.rewind()
        self.control("/reset")
        self.control("/reviewer", mode="manual")
        self.control("/limits", writes_per_second=None, reads_per_second=None)
        self.control("/knobs", task_delay_seconds=0)


@contextmanager
def running_emulator() -> Iterator[Emulator]:
    """The emulator on a free port, mounted where the world keeps it."""
    clock = StillClock()
    marketplace = Mount("/marketplace", build_marketplace(clock))
    world = Starlette(routes=[*routes_at("/aws", build_app(clock)), marketplace])
    server = uvicorn.Server(uvicorn.Config(world, port=0, log_level="critical", timeout_keep_alive=KEPT_ALIVE))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    wait_until(lambda: server.started, what="the emulator's start")
    port = server.servers[0].sockets[0].getsockname()[1]
    with httpx.Client() as http:
        yield Emulator(f"http://127.0.0.1:{port}/aws", clock, http)
    server.should_exit = True
    thread.join(5)
