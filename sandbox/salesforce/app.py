"""Puts one org together and gives it a web face; the only module that knows all the others."""

import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from random import Random

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Mount, Route

from sandbox.clock import WorldClock
from sandbox.salesforce import people
from sandbox.salesforce.control import Control
from sandbox.salesforce.endpoints import Endpoints
from sandbox.salesforce.gate import Gate
from sandbox.salesforce.oauth import Logins
from sandbox.salesforce.org import Org
from sandbox.salesforce.schema import load_schema
from sandbox.salesforce.seed import ABOUT, dice, fill
from sandbox.salesforce.seed_people import BOT_USER_ID
from sandbox.salesforce.store import Store


def build_app(
    clock: WorldClock, *, database: str | Path | None = None, deals: int | None = None, seed: int = 7
) -> Starlette:
    """The emulator, seeded unless the database already holds an org; `app.state.org` is the org behind it."""
    org = build_org(clock, database=database)
    if org.store.count("User") == 0:
        fill(org.store, clock.now(), deals=deals, seed=seed)

    def reseed() -> None:
        org.store.clear()
        fill(org.store, clock.now(), deals=deals, seed=seed)

    endpoints = Endpoints(org)
    control = Control(org, rng=dice(seed, "control"), reseed=reseed, about=ABOUT)

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        yield
        org.store.close()

    app = Starlette(
        routes=[
            Route("/services/oauth2/token", endpoints.token, methods=["POST"]),
            Route("/services/data", endpoints.versions),
            Route("/services/data/", endpoints.versions),
            Route("/services/data/{rest:path}", endpoints.resource, methods=["GET", "POST", "PATCH", "DELETE", "PUT"]),
            Mount("/_control", routes=control.routes),
        ],
        middleware=[Middleware(Gate, org)],
        lifespan=lifespan,
    )
    app.state.org = org
    app.state.change_something = partial(change_something, org)
    return app


def build_org(clock: WorldClock, *, database: str | Path | None = None) -> Org:
    """An org on its own database file, in a fresh temporary folder unless a path is given."""
    path = Path(database) if database else Path(tempfile.mkdtemp(prefix="salesforce-")) / "org.sqlite"
    schema = load_schema()
    store = Store(path, schema)

    def user_named(username: str) -> str | None:
        found = store.find("User", "Username", username)
        return str(found[0]["Id"]) if found and found[0]["IsActive"] else None

    return Org(clock, schema, store, Logins(BOT_USER_ID, user_named))


def change_something(org: Org, rng: Random) -> people.Change:
    """The world's ticker: one realistic change by a seller."""
    org.settle()
    return people.change_something(org, rng)
