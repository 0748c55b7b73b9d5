"""Private offers in memory; each promise worded as in motions.offers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from motions.offers import OfferId, OfferState, PrivateOffer
from tests.fakes.store_rows import Rows, must_be_aware


@dataclass
class FakeOffers:
    rows: Rows

    def add(self, offer: PrivateOffer) -> bool:
        must_be_aware(offer)
        is_new = offer.id not in self.rows.offers
        self.rows.offers.setdefault(offer.id, offer)
        return is_new

    def get(self, offer_id: OfferId) -> PrivateOffer | None:
        return self.rows.offers.get(offer_id)

    def locked(self, offer_id: OfferId) -> PrivateOffer | None:
        return self.rows.offers.get(offer_id)

    def undecided(self) -> Sequence[PrivateOffer]:
        states = {OfferState.PROPOSED, OfferState.DRAFTING}
        found = [offer for offer in self.rows.offers.values() if offer.state in states]
        return sorted(found, key=lambda offer: (offer.seen_at, offer.id))

    def change(self, offer_id: OfferId, *, epoch: int, changes: Mapping[str, Any]) -> bool:
        known = self.rows.offers.get(offer_id)
        if known is None or known.epoch != epoch:
            return False
        self.rows.offers[offer_id] = replace(known, **changes)
        must_be_aware(self.rows.offers[offer_id])
        return True
