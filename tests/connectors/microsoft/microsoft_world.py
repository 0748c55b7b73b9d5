"""A running Partner Center emulator with a clock that stands still, and a realistic deal to file in it."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import uvicorn
from starlette.applications import Starlette
from starlette.routing import Mount

from connectors.microsoft.account import Account as OurAccount
from connectors.microsoft.account import Person, Solution
from connectors.microsoft.client import MicrosoftClient, renewal
from connectors.microsoft.portal import MicrosoftPortal
from connectors.microsoft.tokens import Login, TokenFile
from motions.deals import Account, Money, Stage
from motions.referrals import Referral
from sandbox.clock import WorldClock
from sandbox.microsoft.app import build_app
from sandbox.microsoft.logins import CLIENT_ID, CLIENT_SECRET, TENANT
from tests.serving import KEPT_ALIVE
from tests.waiting import wait_until

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
TODAY = NOW.date()

OURS = OurAccount(
    contact=Person("Priya", "Raman", "priya.raman@meridian.example", "+12065550100"),
    solutions=(
        Solution("SOL-51001-GTX", "GTX Platform on Azure", products=("GTX Pro", "GTX Basic")),
        Solution("SOL-51002-MGA", "MG Analytics", kind="ip", products=("MG Special",)),
        Solution("SOL-51003-GTK", "GTK Migration Services", play="Migrate and Modernize Your Estate"),
    ),
)
PLAY = "Unify Your Data Platform"

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
        state="Illinois",
        city="Chicago",
        postal_code="60601-1234",
        street="1 N State St, Suite 400",
    ),
    stage=Stage.QUALIFIED,
    annual_value=Money(Decimal("48210.55"), "USD"),
    monthly_spend=None,
    monthly_spend_note=None,
    close_date=date(2027, 3, 31),
    problem="Dispatchers cannot see where freight is &amp; lose hours a day; they need tracking\nand alerts on Azure.",
    next_steps="Workshop with the data team on 3 December",
    kind="New Business",
    product="GTX Pro",
    use_case=PLAY,
    delivery_models=("SaaS or PaaS",),
    help_wanted=("Co-Sell - Deal Support", "Co-Sell - Technical Consultation"),
    contact="Sue Smith <Sue.Smith@isdom.example> +1 (312) 555-0100",
    consent="Order form of 2 March 2026, clause 9: may be named to co-sell partners",
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

    def control(self, path: str, **arguments: Any) -> Any:
        """One command."""
        return self.http.post(f"{self.url}/_control{path}", json=arguments).raise_for_status().json()

    def seen(self, path: str) -> Any:
        """One look behind the scenes."""
        return self.http.get(f"{self.url}/_control{path}").raise_for_status().json()

    def fault(self, operation: str, kind: str, times: int = 1) -> None:
        """The next calls of an operation go wrong."""
        self.control("/faults", operation=operation, kind=kind, times=times)

    def forget_referrals(self) -> None:
        """An empty portal in which everybody stays signed in."""
        self.http.delete(f"{self.url}/_control/referrals").raise_for_status()

    def calls(self, operation: str) -> list[Any]:
        """What was asked of one operation."""
        return [call for call in self.seen("/calls")["calls"] if call["operation"] == operation]

    def filed(self, side: str = "ours") -> list[Any]:
        """What one side of every engagement looks like."""
        return [each for each in self.seen("/summary")["referrals"] if each["side"] == side]

    def signed_in(self, folder: Path, refresh_token: str | None = None, secret: str = CLIENT_SECRET) -> Login:
        """A sign-in of ours, kept in a folder."""
        token = refresh_token if refresh_token is not None else self.control("/sign_in")["refresh_token"]
        renew = renewal(self.http, f"{self.url}/login/{TENANT}/oauth2/v2.0/token", CLIENT_ID, secret)
        return Login(TokenFile(folder / "sign-in.json"), token, renew, self.clock)

    def client(self, folder: Path) -> MicrosoftClient:
        """Our wire, over real HTTP."""
        return MicrosoftClient(self.http, self.url, self.signed_in(folder))

    def portal(self, folder: Path, ours: OurAccount = OURS) -> MicrosoftPortal:
        """Our adapter, over real HTTP."""
        login = self.signed_in(folder)
        return MicrosoftPortal(MicrosoftClient(self.http, self.url, login), login, ours, self.clock)

    def start_afresh(self) -> None:
        """An empty portal in which nobody reviews by themselves."""
        self.clock.rewind()
        self.control("/reset")
        self.control("/reviewer", mode="manual")


@contextmanager
def running_emulator() -> Iterator[Emulator]:
    """The emulator on a free port, mounted where the world keeps it."""
    clock = StillClock()
    world = Starlette(routes=[Mount("/microsoft", build_app(clock))])
    server = uvicorn.Server(uvicorn.Config(world, port=0, log_level="critical", timeout_keep_alive=KEPT_ALIVE))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    wait_until(lambda: server.started, what="the emulator's start")
    port = server.servers[0].sockets[0].getsockname()[1]
    with httpx.Client(timeout=10) as http:
        yield Emulator(f"http://127.0.0.1:{port}/microsoft", clock, http)
    server.should_exit = True
    thread.join(5)
