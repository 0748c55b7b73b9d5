"""A world's configuration: the operator's default files with what this world says otherwise; asks nobody."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from bench.noninterference.drawing import Terms
from bench.noninterference.outside import PORTALS
from bench.noninterference.worlds import PARTNERS, World
from bot.configuration import load_configuration
from motions.coverage import Away, Coverage, CoverageRow
from motions.grant_terms import GrantBlock
from motions.labels import Catalogue, Label
from motions.model import Band, PartnerKey
from motions.policy import (
    ActionKind,
    Autonomy,
    Configuration,
    MatchRule,
    Partner,
    Policy,
    ReferralDefaults,
    Rulebook,
    Tell,
)
from sandbox import cast

DEFAULTS = Path(__file__).parents[2] / "bot" / "defaults"
PRIYA, TOMAS, DANA, SAM = (member.email for member in (cast.PRIYA, cast.TOMAS, cast.DANA, cast.SAM))
ROOMS = {"aws": ("C0AWSCENT", "C0AWSEAST"), "northstar": ("C0AWSWEST", "C0COSELLOPS")}
NOBODYS = Terms(frozenset({"handoff"}), frozenset({"customer"}))  # proposed to nobody
_SIZES = {"aws": (200, 4999), "northstar": (5000, 1_000_000)}


def default_configuration() -> Configuration:
    """What operators start with."""
    return load_configuration(DEFAULTS)


def configure(default: Configuration, world: World) -> Configuration:
    """The same in this world."""
    catalogue = [
        row.model_copy(update={"label": Label.INTERNAL}) if row.path in world.relabelled else row
        for row in default.fields.rows
    ]
    return default.model_copy(
        update={
            "policy": _policy(default.policy, world),
            "partners": tuple(_partner(default.partner(PartnerKey(key)), world) for key in PARTNERS),
            "coverage": _coverage(world),
            "rulebook": Rulebook(rules=(*_sizes(), *_leanings(world))),
            "referral_defaults": _defaults(),
            "fields": Catalogue(rows=tuple(catalogue)),
        }
    )


def _policy(default: Policy, world: World) -> Policy:
    autonomy = {**default.autonomy, ActionKind.CRM_WRITE: dict.fromkeys(Band, Autonomy(world.writes_crm))}
    changes: Mapping[str, Any] = {
        "autonomy": autonomy,
        "grey_from": 1,  # whoever is matched at all gets a motion
        "high_from": world.high_from,
        "two_people_from": None if world.two_people_from is None else Decimal(world.two_people_from),
        "guests_are_internal": world.guests_are_internal,
        "version": f"2026-11-{world.variant}",
    }
    return default.model_copy(update=changes)


def _partner(default: Partner, world: World) -> Partner:
    terms = world.terms if default.key == world.partner else world.rival_terms
    return default.model_copy(
        update={
            "portal": dict(zip(PARTNERS, PORTALS, strict=True))[default.key],
            "grant": _block(terms or NOBODYS),
            "tell_seller": Tell(world.tells_seller),
        }
    )


def _block(terms: Terms) -> GrantBlock:
    said = {
        "purposes": sorted(terms.purposes),
        "fields": sorted(terms.fields),
        "deals": {"products": terms.products} if terms.products else "all",
        "people": terms.people,
        "until": date(2027, 6, 30),
    }
    return GrantBlock.model_validate(said)


def room_of(partner: str, world: World) -> str:
    """The alliance channel of a partner's cards; which one the partner itself has is nothing it can see."""
    return ROOMS[partner][world.variant % 2 if partner == world.partner else world.room]


def _coverage(world: World) -> Coverage:
    first, second = (PRIYA, TOMAS) if world.variant % 2 else (TOMAS, PRIYA)
    return Coverage(
        rows=tuple(
            CoverageRow(partner=PartnerKey(key), channel=room_of(key, world), manager=first, backup=second)
            for key in PARTNERS
        ),
        operators=(DANA,),
        admins=(SAM,),
        away=()
        if not world.is_manager_away
        else (Away(email=first, first=date(2026, 11, 1), last=date(2026, 12, 31)),),
    )


def _sizes() -> tuple[MatchRule, ...]:
    """Who is matched follows from how large the customer is, which no partner sees."""
    return tuple(
        _rule(f"size-{key}", key, "employees", "between", list(size), "require", 0.0, f"{key} wants this size")
        for key, size in _SIZES.items()
    )


def _leanings(world: World) -> tuple[MatchRule, ...]:
    return tuple(
        _rule(f"leaning-{n}", "*", of, "gte", at_least, "points", points, because[:140])
        for n, (of, at_least, points, because) in enumerate(world.leanings)
    )


def _rule(
    name: str, partner: str, of: str, op: str, value: object, effect: str, points: float, because: str
) -> MatchRule:
    said = {
        "id": name,
        "when": [{"field": of, "op": op, "value": value}],
        "partners": [partner],
        "effect": effect,
        "points": points,
        "because": because,
        "owner": DANA,
    }
    return MatchRule.model_validate(said)


def _defaults() -> tuple[ReferralDefaults, ...]:
    return (
        ReferralDefaults(
            product="*",
            use_case="Business Applications & Contact Center",
            delivery_models=("SaaS or PaaS",),
            help_wanted=("Co-Sell - Deal Support",),
        ),
    )
