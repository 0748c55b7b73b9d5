"""A company whose cloud partner is Microsoft: its configuration, and what it sees of Partner Center."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import yaml
from pydantic import SecretStr

from bot.app import Bot, build
from bot.settings import DEFAULTS, Settings
from motions.deals import OpportunityId
from motions.model import PartnerKey
from motions.referrals import Field
from motions.triggers import FEED
from sandbox.microsoft.logins import CLIENT_ID, CLIENT_SECRET, SIGN_IN, TENANT
from sandbox.microsoft.webhooks import EVENTS
from tests.scenarios.company import Company, Json
from tests.scenarios.scene import Scene, amend, settings_for
from tests.waiting import wait_until

MICROSOFT = PartnerKey("microsoft")
_CONTACT = {"Contact.Name", "Contact.Email", "Contact.Phone", "Account.NumberOfEmployees"}
ACCOUNT = """
[contact]
first_name = "Priya"
last_name = "Raman"
email = "priya.raman@meridian.example"

[[solutions]]
id = "SOL-51001-GTX"
name = "GTX Platform on Azure"
products = ["GTX Pro", "GTX Basic", "GTX Plus Basic", "GTX Plus Pro"]
play = "Unify Your Data Platform"
"""


def settings_at_microsoft(company: Company, folder: Path, **more: Any) -> Settings:
    """Settings under which what was AWS's is Microsoft's: the portal, the coverage, the rules, the shared channel."""
    config = folder / "config"
    shutil.copytree(DEFAULTS, config)
    amend(config / "policy.yml", review_poll_after="PT0.5S")
    for name in ("coverage.yml", "rules.yml"):
        path = config / name
        path.write_text(path.read_text().replace("partner: aws", "partner: microsoft").replace("[aws]", "[microsoft]"))
    _make_partners(config / "partners.yml")
    _let_contacts_cross(config / "fields.yml")
    defaults = yaml.safe_load((config / "referrals.yml").read_text())
    consent = "Order form, clause 9: may be named to co-sell partners"
    (config / "referrals.yml").write_text(yaml.safe_dump([each | {"consent": consent} for each in defaults]))
    (config / "microsoft.toml").write_text(ACCOUNT)
    token = company.do("/microsoft/_control/sign_in")["refresh_token"]
    authorities = folder / "authorities.pem"
    authorities.write_bytes(company.http.get("/microsoft/_control/authority.pem").raise_for_status().content)
    more["microsoft_webhook_ca_file"] = authorities
    return settings_for(company, folder, microsoft_refresh_token=SecretStr(token), **more)


@contextmanager
def running_with(company: Company, folder: Path, **policy: object) -> Iterator[Scene]:
    """A bot whose cloud partner is Microsoft, until the block ends; `policy` beside what is its own."""
    company.calm()
    settings = settings_at_microsoft(company, folder)
    amend(folder / "config" / "policy.yml", **policy)
    with playing_at_microsoft(company, settings) as scene:
        yield scene


@contextmanager
def playing_at_microsoft(company: Company, settings: Settings) -> Iterator[Scene]:
    """A scene with Microsoft, and its end."""
    scene = Scene(company, settings, started_at_microsoft(settings))
    try:
        yield scene
    finally:
        scene.bot.stop()


def started_at_microsoft(settings: Settings) -> Bot:
    """A running bot with whom Microsoft's people have agreed what is shared."""
    bot = build(settings)
    bot.start(lost=lambda: None)
    wait_until(lambda: bot.ports.durable.read(lambda uow: uow.deals.watermark(FEED)), what="the baseline")
    wait_until(
        lambda: any(g.confirmed_at for g in bot.ports.durable.read(lambda uow: uow.grants.unrevoked(MICROSOFT))),
        what="the partner's agreement",
    )
    return bot


def filed(company: Company, deal: OpportunityId, side: str = "ours") -> list[Json]:
    """What one side of every engagement about a deal looks like."""
    found: list[Json] = company.look("/microsoft/_control/summary")["referrals"]
    return [each for each in found if each["crm_id"] == deal and each["side"] == side]


def whole(company: Company, referral_id: str) -> Json:
    """A referral in full."""
    found: list[Json] = company.look("/microsoft/_control/referrals")["referrals"]
    return next(each for each in found if each["id"] == referral_id)


def register(company: Company, url: str) -> None:
    """Have Microsoft tell this address of every change."""
    form = {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET, "grant_type": "refresh_token"}
    answer = company.http.post(
        f"/microsoft/login/{TENANT}/oauth2/v2.0/token", data=form | {"refresh_token": SIGN_IN}
    ).raise_for_status()
    hook = {"WebhookUrl": url, "WebhookEvents": [event for event in EVENTS if event != "test-created"]}
    bearer = {"Authorization": f"Bearer {answer.json()['access_token']}"}
    company.http.post("/microsoft/webhooks/v1/registration", json=hook, headers=bearer).raise_for_status()


def calm(company: Company) -> None:
    """No fault at Microsoft, whose people accept soon."""
    company.http.delete("/microsoft/_control/faults").raise_for_status()
    company.do("/microsoft/_control/reviewer", mode="auto", delay_seconds=0.2)


def _make_partners(path: Path) -> None:
    rows = {row["key"]: row for row in yaml.safe_load(path.read_text())}
    ours = rows["aws"] | {"key": "microsoft", "name": "Microsoft", "portal": "microsoft", "aliases": ["Azure"]}
    ours["grant"] = ours["grant"] | {"fields": sorted(field.value for field in Field)}
    path.write_text(yaml.safe_dump([ours, rows["northstar"]]))


def _let_contacts_cross(path: Path) -> None:
    rows = yaml.safe_load(path.read_text())
    for row in rows:
        if f"{row['object']}.{row['field']}" in _CONTACT:
            row["label"] = "shareable"
    path.write_text(yaml.safe_dump(rows))
