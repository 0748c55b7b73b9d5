"""The standard values the API enforces although its service model does not list them; knows no record."""

import json
import re
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import cast

from sandbox.aws.wire import Body

CATALOGS = ("AWS", "Sandbox")
TEAM_TITLES = ("PartnerAccountManager", "OpportunityOwner")
CURRENCIES = ("USD", "EUR")
CLOSED = ("Launched", "Closed Lost")
WON_STAGES = ("Committed", "Launched")
REJECTION_REASONS = (
    "Customer problem unclear",
    "Next steps unclear",
    "Unable to support",
    "Duplicate of partner referral",
    "Other",
)
MOST_RELATED = {
    "Solutions": 10,
    "AwsProducts": 20,
    "AwsMarketplaceOffers": 1,
    "AwsMarketplaceOfferSets": 1,
    "AwsMarketplaceSolutions": 10,
    "AwsMarketplaceProducts": 10,
}
INVITATION_LIFE = timedelta(days=15)
FURTHEST_CLOSE = timedelta(days=60 * 365)
LONGEST_CONTRACT_MONTHS = 144

# The published pattern backtracks exponentially on hostile input; this one accepts exactly the same strings.
_WEBSITE = re.compile(r"(?:https?://)?(?:www\.)?[a-zA-Z0-9-]+\.[(-|]+")
_FILES = Path(__file__).parent.parent / "data" / "aws"


def standard(name: str) -> frozenset[str]:
    """A published list of values by its name in `standard_values.json`."""
    return frozenset(cast("dict[str, list[str]]", _load("standard_values.json"))[name])


def product_codes() -> frozenset[str]:
    """The AWS products an opportunity may name."""
    return frozenset(cast("list[str]", _load("product_codes.json")))


def solutions() -> list[Body]:
    """The partner's own solutions, in the shape ListSolutions answers."""
    return [dict(entry) for entry in cast("list[Body]", _load("solutions.json"))]


def is_website(value: str) -> bool:
    """Whether the published website pattern accepts it."""
    return _WEBSITE.fullmatch(value) is not None


def has_postal_codes(country: str) -> bool:
    """Whether addresses in the country carry a postal code."""
    return country not in standard("countries_without_postal_code")


def postal_code_fault(country: str, code: str) -> str | None:
    """The published complaint about a postal code, or None when it fits one of the country's formats."""
    rule = cast("dict[str, dict[str, object]]", _load("postal_codes.json")).get(country)
    if rule is None:
        return None
    formats = cast("list[str]", rule["formats"])
    return None if any(_template(form).fullmatch(code) for form in formats) else str(rule["message"])


@cache
def _template(form: str) -> re.Pattern[str]:
    spelt = {"#": "[0-9]", "@": "[A-Za-z]"}
    return re.compile("".join(spelt.get(char, re.escape(char)) for char in form))


@cache
def _load(name: str) -> object:
    return json.loads((_FILES / name).read_text(encoding="utf-8"))
