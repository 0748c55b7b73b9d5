"""What a partner's people are shown when they ask: made of what was handed to them, and of nothing else we know."""

from dataclasses import dataclass
from datetime import date

from motions.model import PartnerKey, Token


@dataclass(frozen=True)
class SharedDeal:
    """One deal that was handed to a partner, as the sealed words tell it."""

    token: Token
    title: str  # the customer, when that is shared
    standing: str
    text: str
    written_by: str
    fields: tuple[tuple[str, str], ...]
    next_step: str
    owner_name: str  # who does it, on our side
    proposed: str = ""  # the next step a person of the partner proposed last
    is_open: bool = True  # nobody is on it yet


@dataclass(frozen=True)
class SharedDeals:
    """The deals one person of a partner may see, the newest handoff first."""

    audience: PartnerKey
    deals: tuple[SharedDeal, ...]
    more: int = 0


@dataclass(frozen=True)
class SharedTerms:
    """What both companies agreed to share: which fields, what for, until when, and who agreed."""

    audience: PartnerKey
    fields: tuple[str, ...]
    purposes: tuple[str, ...]
    until: date
    agreed_by: str
    token: Token  # of the button that ends it


@dataclass(frozen=True)
class PartnerHelp:
    """What a person of a partner can do here, and why that was not it."""

    audience: PartnerKey
    why: str = ""


PartnerAnswer = SharedDeals | SharedTerms | PartnerHelp
