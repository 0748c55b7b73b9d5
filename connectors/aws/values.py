"""AWS's words and ours: the closed lists the service model leaves out, and how CRM words translate into them.

Responsible for look-ups that either hit or return None; refuses to guess, and knows nothing of requests or people.
"""

import json
import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from connectors.texts import pick
from motions.deals import Stage
from motions.referrals import Review

TABLES_VERSION = "2026-08"  # of the requirement rows and of everything under data/

CURRENCIES = ("USD", "EUR")
CO_SELL = "Co-Sell"
VISIBILITY_ONLY = "For Visibility Only"
FULL_VISIBILITY = "Full"
OTHER_INDUSTRY = "Other"

# AWS wants a real solution on the record from Committed on, and nothing can be put on a record before it exists. So a
# committed or won deal is created one stage earlier; the card says so.
STAGES: Mapping[Stage, str] = {
    Stage.QUALIFIED: "Qualified",
    Stage.DEMO: "Technical Validation",
    Stage.PROPOSAL: "Business Validation",
    Stage.COMMITTED: "Business Validation",
    Stage.WON: "Business Validation",
}

# What surely happened on the way to a stage. A signed statement of work is a fact nobody infers.
ACTIVITIES: Mapping[str, tuple[str, ...]] = {
    "Qualified": ("Initialized discussions with customer", "Customer has shown interest in solution"),
    "Technical Validation": (
        "Initialized discussions with customer",
        "Customer has shown interest in solution",
        "Conducted POC / Demo",
    ),
    "Business Validation": (
        "Initialized discussions with customer",
        "Customer has shown interest in solution",
        "In evaluation / planning stage",
    ),
}

NEW_BUSINESS = "Net New Business"
EXPANSION = "Expansion"
# A flat renewal is missing on purpose: AWS wants the parent's id, which no CRM field of ours holds.
KINDS: Mapping[str, str] = {
    "new business": NEW_BUSINESS,
    "new customer": NEW_BUSINESS,
    "net new business": NEW_BUSINESS,
    "existing business": EXPANSION,
    "existing customer - upgrade": EXPANSION,
    "existing customer - replacement": EXPANSION,
    "expansion": EXPANSION,
}

REVIEWS: Mapping[str, Review] = {
    "Pending Submission": Review.PENDING,
    "Submitted": Review.PENDING,
    "In review": Review.PENDING,
    "Approved": Review.ACCEPTED,
    "Action Required": Review.ACTION_REQUIRED,
    "Rejected": Review.REJECTED,
}

# RejectEngagementInvitation takes these, to the letter.
REJECTION_REASONS = (
    "Customer problem unclear",
    "Next steps unclear",
    "Unable to support",
    "Duplicate of partner referral",
    "Other",
)
LOST_REASONS = (
    "Customer Deficiency",
    "Delay / Cancellation of Project",
    "Legal / Tax / Regulatory",
    "Lost to Competitor - Google",
    "Lost to Competitor - Microsoft",
    "Lost to Competitor - SoftLayer",
    "Lost to Competitor - VMWare",
    "Lost to Competitor - Other",
    "No Opportunity",
    "On Premises Deployment",
    "Partner Gap",
    "Price",
    "Security / Compliance",
    "Technical Limitations",
    "Customer Experience",
    "Other",
    "People/Relationship/Governance",
    "Product/Technology",
    "Financial/Commercial",
)

PAM_TITLES = ("PDM", "WWPSPDM", "PSM")  # the first of these present is our person at AWS
SELLER_TITLES = ("AWSSalesRep", "AWSAccountOwner")

MOST_RELATED: Mapping[str, int] = {
    "Solutions": 10,
    "AwsProducts": 20,
    "AwsMarketplaceOffers": 1,
    "AwsMarketplaceSolutions": 10,
    "AwsMarketplaceProducts": 10,
}


def use_cases() -> tuple[str, ...]:
    """The 39 values of CustomerUseCase, which has no `Other`."""
    return tuple(_table("use_cases.json"))


def apn_programs() -> tuple[str, ...]:
    """The partner programs an opportunity may name."""
    return tuple(_table("apn_programs.json"))


def marketing_use_cases() -> tuple[str, ...]:
    """The use cases a marketing activity may name."""
    return tuple(_table("marketing_use_cases.json"))


def product_codes() -> frozenset[str]:
    """The AWS products an opportunity may name."""
    return frozenset(_table("product_codes.json"))


def us_states() -> tuple[str, ...]:
    """The names AWS gives the US states and territories, sorted."""
    return tuple(sorted(_mapping("us_states.json").values()))


def us_state(text: str) -> str | None:
    """AWS's name for a US state given by name or abbreviation."""
    states = _mapping("us_states.json")
    spoken = {"district of columbia": states["DC"], "washington dc": states["DC"], "washington d.c.": states["DC"]}
    return states.get(text.upper()) or spoken.get(text.casefold()) or pick(text, states.values())


def industry(text: str) -> str | None:
    """The AWS industry a CRM's industry surely means."""
    known = _mapping("industries.json")
    meant = pick(text, known)
    return known[meant] if meant else None


def postal_formats(code: str) -> tuple[str, ...]:
    """The postal code formats of a country (`#` a digit, `@` a letter); empty when AWS publishes none."""
    return tuple(_mapping_of_lists("postal_codes.json").get(code, ()))


def fits_postal_format(code: str, text: str) -> bool:
    """Whether a postal code has one of its country's formats, or its country has none published."""
    formats = postal_formats(code)
    return not formats or any(_format_pattern(one).fullmatch(text) for one in formats)


@cache
def _format_pattern(template: str) -> re.Pattern[str]:
    spelt = {"#": "[0-9]", "@": "[A-Z]"}
    return re.compile("".join(spelt.get(sign, re.escape(sign)) for sign in template))


@cache
def _table(name: str) -> list[str]:
    return list(json.loads((files("connectors.aws") / "data" / name).read_text("utf-8")))


@cache
def _mapping(name: str) -> dict[str, str]:
    return dict(json.loads((files("connectors.aws") / "data" / name).read_text("utf-8")))


@cache
def _mapping_of_lists(name: str) -> dict[str, list[str]]:
    return dict(json.loads((files("connectors.aws") / "data" / name).read_text("utf-8")))
