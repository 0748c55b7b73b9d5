"""The company of a run: AWS as it is shipped, and Microsoft and a partner without an API beside it."""

import shutil
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from bench.chaos.company import SHARED, Company
from bench.chaos.databases import Database
from bench.portals.setting import BY_HAND, SIDES, STAFF, sell_with
from bot.settings import DEFAULTS
from sandbox.environment import pointed_at

BY_API = replace(SIDES[1], cards="C0MSCARDS")
BY_PACK = replace(BY_HAND, cards="C0GCPCARDS")
NAMES = {side.partner: side.name for side in SIDES}
# Of five promising deals three are AWS's.
PRODUCTS = (SIDES[0].product, BY_API.product, SIDES[0].product, BY_PACK.product, SIDES[0].product)
CARDS = ("C0AWSCENT", "C0AWSEAST", "C0AWSWEST", BY_API.cards, BY_PACK.cards)
PARTNERS = {SHARED: ("U0ALEX", "U0JORDAN"), BY_API.shared: (BY_API.seller,), BY_PACK.shared: (BY_PACK.seller,)}
PACKS = "packs"


def open_rooms(company: Company) -> None:
    """The channels the sandbox knows nothing of."""
    for side in (BY_API, BY_PACK):
        _open(company, {"id": side.cards, "name": f"cards-{side.partner}"}, list(STAFF))
    shared = {"id": BY_PACK.shared, "name": "meridian-google", "teams": ["T0MERIDIAN", BY_PACK.team]}
    _open(company, shared, [*STAFF, BY_PACK.seller])


def settings_in(folder: Path, company: Company, database: Database) -> dict[str, str]:
    """The bot's settings, with a configuration and packs of its own in a folder."""
    config = folder / "config"
    shutil.copytree(DEFAULTS, config)
    sell_with((BY_API, BY_PACK), config, beside=("aws",))
    world = company.url
    return pointed_at(world) | {
        "AWS_ENDPOINT_URL_MARKETPLACE_CATALOG": f"{world}/marketplace",
        "MICROSOFT_TENANT_ID": "sandbox-tenant",
        "MICROSOFT_CLIENT_ID": "sandbox-microsoft-client",
        "MICROSOFT_CLIENT_SECRET": "sandbox-microsoft-secret",
        "MICROSOFT_REFRESH_TOKEN": company.do("/microsoft/_control/sign_in")["refresh_token"],
        "MICROSOFT_API_URL": f"{world}/microsoft",
        "MICROSOFT_LOGIN_URL": f"{world}/microsoft/login",
        "COSELL_CONFIG": str(config),
        "COSELL_PACKS": str(folder / PACKS),
        "COSELL_DATABASE_URL": database.url,
    }


def _open(company: Company, wish: Mapping[str, object], members: list[str]) -> None:
    company.do("/slack/_control/channels", **wish, members=members)
