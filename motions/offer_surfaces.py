"""What people see of a private offer, as values; handlers draw them."""

from dataclasses import dataclass

from motions.model import ExceptionItem, Token
from motions.offers import PrivateOffer


@dataclass(frozen=True)
class OfferCard:
    """The one card of a private offer in its alliance channel; redrawn in place as checks are met and people decide."""

    offer: PrivateOffer
    partner_name: str
    deal_url: str
    token: Token | None  # None: there is nothing to decide (any more, or yet)
    manager_slack_id: str | None = None  # mentioned on the first posting
    problems: tuple[ExceptionItem, ...] = ()
