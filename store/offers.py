"""Private offers, each stored once and moved by compare-and-swap; decides no state."""

from collections.abc import Mapping, Sequence

from sqlalchemy import Select, select, update
from sqlalchemy.orm import Session

from motions.offers import OfferId, OfferState, PrivateOffer
from store.offer_tables import offers as rows
from store.rows import insert_new, record_from, update_rows, values_of

_UNDECIDED = [OfferState.PROPOSED, OfferState.DRAFTING]


class SqlOffers:
    """`motions.offers.PrivateOffers` in SQL."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, offer: PrivateOffer) -> bool:
        return insert_new(rows, values_of(offer), self._session)

    def get(self, offer_id: OfferId) -> PrivateOffer | None:
        return next(iter(self._found(select(rows).where(rows.c.id == offer_id))), None)

    def locked(self, offer_id: OfferId) -> PrivateOffer | None:
        return next(iter(self._found(select(rows).where(rows.c.id == offer_id).with_for_update())), None)

    def undecided(self) -> Sequence[PrivateOffer]:
        wanted = select(rows).where(rows.c.state.in_(_UNDECIDED))
        return self._found(wanted.order_by(rows.c.seen_at, rows.c.id))

    def change(self, offer_id: OfferId, *, epoch: int, changes: Mapping[str, object]) -> bool:
        there = (rows.c.id == offer_id, rows.c.epoch == epoch)
        return update_rows(update(rows).where(*there).values(**changes), self._session) == 1

    def _found(self, query: Select[*tuple[object, ...]]) -> list[PrivateOffer]:
        return [record_from(PrivateOffer, row) for row in self._session.execute(query).mappings()]
