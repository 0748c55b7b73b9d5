"""A partner's marketplace in memory: the promises of motions.offers.Marketplace; nothing in it can be published."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from motions.deals import Quote
from motions.errors import CosellError, NotVisible, OutcomeUnknown, Rejected, Unavailable
from motions.offers import Check, Listing, Whose

SYSTEM = "FakeMarketplace"
PRODUCT, UNLISTED = "prod-gtx", "prod-hidden"


@dataclass
class Asked:
    """One draft somebody asked for."""

    request: Mapping[str, Any]
    offer_id: str
    why: str | None = None  # it is not made


@dataclass
class FakeMarketplace:
    """Implements `motions.offers.Marketplace`; makes a draft at the first look, unless told otherwise."""

    listings: dict[str, Listing] = field(
        default_factory=lambda: {
            PRODUCT: Listing("GTX Plus Pro", is_for_sale=True, standing="Public"),
            UNLISTED: Listing("GTX Basic", is_for_sale=False, standing="Draft"),
        }
    )
    asked: dict[str, Asked] = field(default_factory=dict)  # by key
    links: list[tuple[str, str]] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)
    _lost: list[str] = field(default_factory=list)
    _failures: list[tuple[str, CosellError]] = field(default_factory=list)
    _slow: int = 0
    _failing: list[str] = field(default_factory=list)

    # What people and the weather do.

    def lose_answer(self, what: str) -> None:
        """The next call of this name is done, and nobody is told."""
        self._lost.append(what)

    def fail(self, what: str, error: CosellError) -> None:
        """The next call of this name raises this and does nothing."""
        self._failures.append((what, error))

    def be_unavailable(self, what: str, times: int = 1) -> None:
        """The next calls of this name find nobody in."""
        self._failures += [(what, Unavailable(SYSTEM, "cannot be reached"))] * times

    def take_time(self, looks: int) -> None:
        """The next draft is being made for so many looks."""
        self._slow = looks

    def fail_draft(self, why: str) -> None:
        """The next draft is taken, and then not made."""
        self._failing.append(why)

    @property
    def offers(self) -> Sequence[str]:
        """Every draft there is."""
        return [one.offer_id for one in self.asked.values() if one.why is None]

    # The port.

    def judge(self, quote: Quote, today: date) -> Sequence[Check]:
        is_whole = bool(quote.amount and quote.months and quote.product)
        is_open = quote.valid_until is not None and quote.valid_until > today
        return (
            Check(Whose.OURS, "The buyer's account is known", quote.buyer_account or "none", _fix(quote.buyer_account)),
            Check(Whose.OURS, "The quote is whole", quote.number or "none", _fix(is_whole)),
            Check(Whose.OURS, "It can still be accepted", f"until {quote.valid_until}", _fix(is_open)),
        )

    def listing(self, product: str) -> Listing | None:
        self._begin("listing")
        return self.listings.get(product)

    def request(self, quote: Quote) -> Mapping[str, object]:
        return {"name": quote.number, "price": str(quote.amount), "buyer": quote.buyer_account}

    def start(self, request: Mapping[str, object], key: str) -> str:
        self._begin("start")
        if key not in self.asked:
            why = self._failing.pop(0) if self._failing else None
            self.asked[key] = Asked(request, f"offer-{len(self.asked) + 1}", why)
        self._lose("start")
        return key

    def find(self, request: Mapping[str, object], key: str) -> str | None:
        self._begin("find")
        return key if key in self.asked and self.asked[key].request == request else None

    def outcome(self, started: str) -> str | None:
        self._begin("outcome")
        if self._slow:
            self._slow -= 1
            return None
        asked = self.asked[started]
        if asked.why is not None:
            raise Rejected(SYSTEM, f"the draft was not made: {asked.why}")
        return asked.offer_id

    def standing(self, offer_id: str) -> str:
        self._begin("standing")
        if offer_id not in self.offers:
            raise NotVisible(SYSTEM, f"no offer {offer_id}")
        return "Draft"

    def link(self, referral_id: str, offer_id: str) -> None:
        self._begin("link")
        if (referral_id, offer_id) not in self.links:
            self.links.append((referral_id, offer_id))
        self._lose("link")

    def is_linked(self, referral_id: str, offer_id: str) -> bool:
        self._begin("is_linked")
        return (referral_id, offer_id) in self.links

    def _begin(self, what: str) -> None:
        self.calls.append(what)
        planned = next((one for one in self._failures if one[0] == what), None)
        if planned is not None:
            self._failures.remove(planned)
            raise planned[1]

    def _lose(self, what: str) -> None:
        if what in self._lost:
            self._lost.remove(what)
            raise OutcomeUnknown(SYSTEM, "did not answer; the write may or may not have happened")


def _fix(is_met: object) -> str:
    return "" if is_met else "Enter it in the CRM."
