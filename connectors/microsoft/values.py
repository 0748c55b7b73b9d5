"""Microsoft's words and ours: the published lists, and how CRM words translate into them.

Responsible for look-ups that either hit or return None; refuses to guess, and knows nothing of requests or people.
"""

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from connectors.texts import folded, pick
from motions.deals import Stage

TABLES_VERSION = "2026-11"  # of the requirement rows and of everything under data/

SHARED, INDEPENDENT = "Shared", "Independent"
MSFT = "msft"
NEW, ACTIVE, CLOSED = "New", "Active", "Closed"
PENDING, ACCEPTED, WON, LOST = "Pending", "Accepted", "Won", "Lost"
NOT_TO_BE = frozenset({LOST, "Declined", "Expired"})  # how a closed referral ends without a sale

# What Partner Center's form offers under "Help needed from Microsoft"; its API has no field for it, so it goes into the
# notes, and co-sell itself is the second referral.
HELP = (
    "Workload-specific value proposition",
    "Customer technical architecture",
    "Proof of concept or demo",
    "Quotes or licensing",
    "Post-sales customer success",
    "General or other",
)
PARTNER_LED = "No help needed, Microsoft sees the deal"
PRIVATE = "No help needed, the deal stays private"
KINDS_OF_HELP = (*HELP, PARTNER_LED, PRIVATE)
# What referrals.yml and people say in AWS's words.
_HELP_IN_OTHER_WORDS: Mapping[str, str] = {
    "architectural validation": HELP[1],
    "business presentation": HELP[0],
    "competitive information": HELP[5],
    "pricing assistance": HELP[3],
    "technical consultation": HELP[1],
    "total cost of ownership evaluation": HELP[3],
    "deal support": HELP[5],
    "support for public tender / rfx": HELP[5],
    "for visibility only": PARTNER_LED,
}
_SERVICES_IN_OTHER_WORDS: Mapping[str, str] = {
    "saas or paas": "IPServices(ISV)",
    "byol or ami": "Licensing",
    "managed services": "ManagedServices",
    "professional services": "ConsultingAndProfessional",
    "resell": "Licensing",
}

# A referral is made New; what follows is for both sides to say in the portal.
FILED_FROM = (Stage.QUALIFIED, Stage.DEMO, Stage.PROPOSAL, Stage.COMMITTED)

_SIZES = (
    (9, "1to9employees"),
    (50, "10to50employees"),
    (250, "51to250employees"),
    (1000, "251to1000employees"),
    (5000, "1001to5000employees"),
    (10000, "5001to10000employees"),
    (20000, "10001to20000employees"),
)
_LARGEST = "Morethan20000employees"
BANDS = (*(band for _, band in _SIZES), _LARGEST)


def listed(name: str) -> tuple[str, ...]:
    """One published list: industries, products, services, solutions, sizes, currencies."""
    return tuple(_lists()[name])


def size(employees: int) -> str | None:
    """The band of a number of people; None below one."""
    if employees < 1:
        return None
    return next((band for most, band in _SIZES if employees <= most), _LARGEST)


def industry(text: str) -> str | None:
    """The industry of Microsoft's that a CRM's surely means."""
    known = _mapping("industries.json")
    meant = pick(text, known)
    return pick(text, listed("industries")) or (known[meant] if meant else None)


def service(text: str) -> str | None:
    """The service of Microsoft's that a delivery model surely means."""
    return pick(text, listed("services")) or _SERVICES_IN_OTHER_WORDS.get(folded(text))


def help_wanted(text: str) -> str | None:
    """What Partner Center calls a kind of help, or the wish for none."""
    return pick(text, KINDS_OF_HELP) or _HELP_IN_OTHER_WORDS.get(folded(text).removeprefix("co-sell - "))


def us_state(text: str) -> str | None:
    """The two-letter code of a US state given by code or name."""
    states = _mapping("us_states.json")
    if text.upper() in states:
        return text.upper()
    code_of = {folded(name): code for code, name in states.items()}
    return code_of.get(folded(text)) or {"district of columbia": "DC", "washington dc": "DC"}.get(folded(text))


def us_states() -> tuple[str, ...]:
    """The codes of all of them, sorted."""
    return tuple(sorted(_mapping("us_states.json")))


@cache
def _lists() -> dict[str, list[str]]:
    return dict(json.loads(_text_of("lists.json")))


@cache
def _mapping(name: str) -> dict[str, str]:
    return dict(json.loads(_text_of(name)))


def _text_of(name: str) -> str:
    return (files("connectors.microsoft") / "data" / name).read_text("utf-8")
