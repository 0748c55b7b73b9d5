"""What every store promises about private offers: the fake and both databases."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from motions.deals import OpportunityId
from motions.model import MotionId, PartnerKey
from motions.offers import Check, OfferId, OfferState, PrivateOffer, Whose, offer_id_of
from store.unit import SqlStore
from tests.fakes.store import FakeStore
from tests.motions.quoted import QUOTE

AnyStore = FakeStore | SqlStore
AT = datetime(2026, 11, 22, 9, tzinfo=UTC)
FIRST, SECOND = offer_id_of(MotionId("m1")), offer_id_of(MotionId("m2"))


def an_offer(offer_id: OfferId = FIRST, **changes: Any) -> PrivateOffer:
    """A complete one."""
    whole = PrivateOffer(
        id=offer_id,
        motion_id=MotionId("m1"),
        opportunity_id=OpportunityId("006000000000001AAA"),
        partner=PartnerKey("aws"),
        portal="aws",
        state=OfferState.DRAFTING,
        epoch=2,
        deal_name="Acmeco rollout",
        customer="Acmeco",
        referral_id="O7",
        quote=QUOTE,
        checks=(Check(Whose.OURS, "what", "found", "fix"), Check(Whose.THEIRS, "what", "found")),
        channel="C1",
        manager_email="priya@acme.example",
        next_act="wait",
        seen_at=AT,
        updated_at=AT,
        approved_by="Priya Raman",
        approved_at=AT,
        offer_id="offer-1",
        standing="Draft",
        refusals=1,
    )
    return replace(whole, **changes)


def keep(store: AnyStore, *offers: PrivateOffer) -> list[bool]:
    with store.transaction() as uow:
        return [uow.offers.add(each) for each in offers]


def test_an_offer_is_stored_once_and_comes_back_whole(store: AnyStore) -> None:
    added = keep(store, an_offer(), an_offer(next_act="something else"))

    assert added == [True, False]
    with store.transaction() as uow:
        assert uow.offers.get(FIRST) == uow.offers.locked(FIRST) == an_offer()
        assert uow.offers.get(SECOND) is uow.offers.locked(SECOND) is None


def test_it_is_changed_in_its_epoch_only(store: AnyStore) -> None:
    keep(store, an_offer())

    with store.transaction() as uow:
        late = uow.offers.change(FIRST, epoch=1, changes={"next_act": "too late"})
        moved = uow.offers.change(FIRST, epoch=2, changes={"state": OfferState.DRAFTED, "epoch": 3})
        nowhere = uow.offers.change(SECOND, epoch=1, changes={"next_act": "nobody"})

    assert (late, moved, nowhere) == (False, True, False)
    with store.transaction() as uow:
        assert uow.offers.get(FIRST) == an_offer(state=OfferState.DRAFTED, epoch=3)


def test_what_is_undecided_is_listed_oldest_first(store: AnyStore) -> None:
    states = dict(zip("abcd", OfferState, strict=True))
    offers = [
        an_offer(OfferId(f"offer:{name}"), state=state, seen_at=AT - timedelta(hours=number))
        for number, (name, state) in enumerate(states.items())
    ]
    keep(store, *offers)

    with store.transaction() as uow:
        assert [each.id for each in uow.offers.undecided()] == ["offer:b", "offer:a"]


def test_a_moment_comes_back_in_utc_and_one_without_a_zone_is_refused(store: AnyStore) -> None:
    keep(store, an_offer(seen_at=AT.astimezone(timezone(timedelta(hours=2)))))

    with store.transaction() as uow:
        found = uow.offers.get(FIRST)
    assert found is not None
    assert found.seen_at == AT
    with pytest.raises(Exception, match="zone"):
        keep(store, an_offer(SECOND, seen_at=AT.replace(tzinfo=None)))
