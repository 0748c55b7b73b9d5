"""A company with three partners to file with: its configuration on the sandbox, and what each sells with."""

import shutil
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from bench.chaos.company import Company
from bot.settings import DEFAULTS, Settings
from motions.referrals import Field

Row = dict[str, object]

# The job that looks for portals' news runs as often as the shipped setting says, not as often as the sandbox could.
POLL_SECONDS = Settings().cosell_poll_seconds
MANAGER = "priya.raman@meridian.example"
_CONTACT = {"Contact.Name", "Contact.Email", "Contact.Phone", "Account.NumberOfEmployees"}
_CONSENT = "Order form, clause 9: may be named to co-sell partners"
_MICROSOFT = """
[contact]
first_name = "Priya"
last_name = "Raman"
email = "priya.raman@meridian.example"

[[solutions]]
id = "SOL-51002-MGA"
name = "MG Analytics"
products = ["MG Advanced"]
play = "Unify Your Data Platform"
"""


@dataclass(frozen=True)
class Side:
    """One partner: which product of ours it gets, where its cards are asked about, and who of theirs agrees."""

    partner: str
    name: str
    portal: str
    product: str
    cards: str
    shared: str
    team: str
    seller: str
    share: int  # of a hundred referrals
    writes_per_second: float | None = None  # the portal's own quota; None: it publishes none


# AWS takes three writes a referral at one a second, so it gets what it can file while the others take the rest.
SIDES = (
    Side("aws", "AWS", "aws", "GTX Pro", "C0AWSCENT", "C0SHAREDAWS", "T0AWSTEAM", "U0ALEX", 34, 1.0),
    Side("microsoft", "Microsoft", "microsoft", "MG Advanced", "C0AWSEAST", "C0SHAREDNST", "T0NORTHSTR", "U0KIM", 46),
    Side("google", "Google Cloud", "sheet", "GTK 500", "C0AWSWEST", "C0SHAREDGCP", "T0ELSEWHERE", "U0MALLORY", 20),
)
BY_HAND = SIDES[2]
STAFF = ("U0PRIYA", "U0TOMAS", "U0DANA", "U0SAM", "U0COSELLBOT")


def shares(count: int) -> Mapping[str, int]:
    """How many of so many referrals each partner gets."""
    given = {side.partner: count * side.share // 100 for side in SIDES[1:]}
    return {SIDES[0].partner: count - sum(given.values()), **given}


def settings_in(folder: Path, company: Company) -> Settings:
    """Settings on the sandbox, with a database, packs and a configuration of their own in a folder."""
    config = folder / "config"
    shutil.copytree(DEFAULTS, config)
    sell_with(SIDES, config)
    token = company.do("/microsoft/_control/sign_in")["refresh_token"]
    given = {
        "cosell_database_url": f"sqlite:///{folder}/bench.db",
        "cosell_config": config,
        "cosell_port": 0,
        "cosell_packs": folder / "packs",
        "microsoft_refresh_token": token,
    }
    on_sandbox = Settings.model_validate(given).on_sandbox(company.url)
    return on_sandbox.model_copy(update={"cosell_poll_seconds": POLL_SECONDS})


def sell_with(sides: Sequence[Side], config: Path, *, beside: Collection[str] = ()) -> None:
    """Write these partners into a configuration, and leave of those that are in it only some."""
    partners, rules = _rows(config / "partners.yml"), yaml.safe_load((config / "rules.yml").read_text())["rules"]
    coverage = yaml.safe_load((config / "coverage.yml").read_text())
    kept = [row for row in partners if row["key"] in beside]
    _write(config / "partners.yml", [*kept, *_partners(partners[0], sides)])
    kept = [rule for rule in rules if {*rule["partners"]} <= {*beside}]
    kept += [_left_to(sides, partner) for partner in beside]
    _write(config / "rules.yml", {"rules": [*kept, *(rule for side in sides for rule in _rules(side))]})
    kept = [row for row in coverage["rows"] if row["partner"] in beside]
    _write(config / "coverage.yml", coverage | {"rows": [*kept, *(_covered(side) for side in sides)]})
    _write(config / "referrals.yml", [row | {"consent": _CONSENT} for row in _rows(config / "referrals.yml")])
    _write(config / "fields.yml", [_labelled(row) for row in _rows(config / "fields.yml")])
    (config / "microsoft.toml").write_text(_MICROSOFT)
    policy = (config / "policy.yml").read_text()  # a replay's day is a month's: everybody is told all of it
    (config / "policy.yml").write_text(policy.replace("pings_a_day: 20", "pings_a_day: null"))


def _partners(pattern: Row, sides: Sequence[Side]) -> list[Row]:
    grant = pattern["grant"]
    assert isinstance(grant, dict)
    shared = grant | {"fields": sorted(field.value for field in Field)}
    return [
        pattern
        | {"key": side.partner, "name": side.name, "portal": side.portal, "aliases": [], "team_ids": [side.team]}
        | {"shared_channel": side.shared, "handoff_slack_id": side.seller, "handoff_name": side.name, "grant": shared}
        for side in sides
    ]


def _rules(side: Side) -> list[Row]:
    """Every product is one partner's, and promising there."""
    about: Row = {
        "when": [{"field": "product", "op": "eq", "value": side.product}],
        "partners": [side.partner],
        "because": f"{side.product} is sold with {side.name}",
        "owner": MANAGER,
    }
    return [
        about | {"id": f"{side.partner}-only", "effect": "require"},
        about | {"id": f"{side.partner}-well", "effect": "points", "points": 2.0},
    ]


def _left_to(sides: Sequence[Side], partner: str) -> Row:
    """What others sell is nothing for this partner."""
    theirs = [side.product for side in sides]
    return {
        "id": f"{partner}-others",
        "when": [{"field": "product", "op": "not_in", "value": theirs}],
        "partners": [partner],
        "effect": "require",
        "because": "what else we sell has partners of its own",
        "owner": MANAGER,
    }


def _covered(side: Side) -> Row:
    backup = "tomas.lindqvist@meridian.example"
    return {"partner": side.partner, "region": "*", "channel": side.cards, "manager": MANAGER, "backup": backup}


def _labelled(row: Row) -> Row:
    is_contacts = f"{row['object']}.{row['field']}" in _CONTACT
    return row | {"label": "shareable"} if is_contacts else row


def _rows(path: Path) -> list[Row]:
    rows: list[Row] = yaml.safe_load(path.read_text())
    return rows


def _write(path: Path, value: Sequence[Row] | Row) -> None:
    path.write_text(yaml.safe_dump(value))
