"""The published lists, read from sandbox/data/microsoft; knows no rule."""

import json
from functools import cache
from pathlib import Path

_DATA = Path(__file__).parent.parent / "data" / "microsoft"

STATUSES = {
    "New": ("Pending", "Received"),
    "Active": ("Accepted",),
    "Closed": ("Won", "Lost", "Declined", "Expired"),
}
NEXT = {"New": ("New", "Active", "Closed"), "Active": ("Active", "Closed"), "Closed": ("Closed",)}
TYPES = ("Independent", "Shared")
QUALIFICATIONS = ("None", "Direct", "MarketingQualified", "SalesQualified")
TARGETS = ("BusinessProfileLocation", "SolutionProfile")
MSFT = "msft"
CONSENTS = (
    "consentToToShareInfoWithOthers",
    "consentToContact",
    "consentToMicrosoftToContactSpecificPartners",
    "consentToShareReferralWithMicrosoftSellers",
)


def listed(name: str) -> frozenset[str]:
    """The values of one published list: industries, products, services, solutions, sizes."""
    return frozenset(_lists()[name])


def our_solutions() -> dict[str, str]:
    """Id and name of the sandbox company's solutions."""
    return {each["id"]: each["name"] for each in json.loads((_DATA / "solutions.json").read_text("utf-8"))}


def plays(area: str) -> frozenset[str]:
    """The solution plays of an area; none when the area is not one."""
    found: dict[str, list[str]] = json.loads((_DATA / "taxonomy.json").read_text("utf-8"))
    return frozenset(found.get(area, ()))


@cache
def _lists() -> dict[str, list[str]]:
    found: dict[str, list[str]] = json.loads((_DATA / "lists.json").read_text("utf-8"))
    return found
