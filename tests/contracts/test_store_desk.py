"""What every store promises of a desk: where deals are, what was put off, whose an exception is."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

from motions.deals import Account, Money, Opportunity, Owner
from motions.decision_records import ExceptionQuery
from motions.desk_records import Sleeper
from motions.model import ExceptionItem, Motion, MotionId, MotionState, PartnerKey
from motions.records import MotionQuery
from store.unit import SqlStore
from tests.fakes.store import FakeStore
from tests.store.samples import MINUTE, NOW, PRIYA, a_deal, a_motion, an_exception

AnyStore = FakeStore | SqlStore
BIOTECH = a_deal(1)
RETAIL = a_deal(2, owner=Owner("005S", "Sue", None, "AMER"), account=Account("001B", "Initech", industry="Retail"))
NOWHERE = a_deal(3, owner=None, account=None)
OVER = a_deal(4, owner=Owner("005S", "Sue", None, "APAC"), is_closed=True)
US, NOON = PRIYA.key, Sleeper(PRIYA.key, NOW)


def found(store: AnyStore, query: MotionQuery) -> list[str]:
    """Which motions; counting them says as many."""
    motions = store.read(lambda uow: [motion.id for motion in uow.motions.find(query)])
    assert store.read(lambda uow: uow.motions.how_many(query)) == len(motions)
    return sorted(motions)


def stuck(store: AnyStore, query: ExceptionQuery) -> list[str]:
    """Which exceptions; counting them says as many."""
    items = store.read(lambda uow: [item.id for item in uow.exceptions.listing(query)])
    assert store.read(lambda uow: uow.exceptions.how_many(query)) == len(items)
    return items


def motion_of(deal: Opportunity, **changes: Any) -> Motion:
    """A motion called after its deal."""
    return a_motion(f"of-{deal.id[-4]}", opportunity_id=deal.id, **changes)


def about(deal: Opportunity, **changes: object) -> ExceptionItem:
    """An exception of a deal's motion."""
    number = deal.id[-4]
    return an_exception(**{"id": f"x{number}", "subject": f"of-{number}", "opportunity_id": deal.id, **changes})


def filled(store: AnyStore) -> AnyStore:
    """A motion and an exception of each deal."""
    with store.transaction() as uow:
        uow.deals.save([BIOTECH, RETAIL, NOWHERE, OVER])
        for deal in (BIOTECH, RETAIL, NOWHERE):
            uow.motions.add(motion_of(deal))
            uow.exceptions.open(about(deal))
        uow.exceptions.open(about(OVER, subject="a portal", opportunity_id=None))
    return store


def test_the_places_of_open_deals(store: AnyStore) -> None:
    filled(store)

    assert store.read(lambda uow: uow.deals.places()) == [("AMER", "Retail"), ("EMEA", "Biotech"), (None, None)]


def test_motions_are_found_by_where_their_deals_are(store: AnyStore) -> None:
    filled(store)

    assert found(store, MotionQuery(region="EMEA")) == ["of-1"]
    assert found(store, MotionQuery(segment="Retail")) == ["of-2"]
    assert found(store, MotionQuery(region="EMEA", segment="Retail")) == []


def test_a_deal_that_moves_takes_its_motion_along(store: AnyStore) -> None:
    filled(store)
    with store.transaction() as uow:
        uow.deals.save([replace(BIOTECH, account=Account("001A", "Umbrella GmbH", industry="Retail"))])

    assert found(store, MotionQuery(segment="Retail")) == ["of-1", "of-2"]


def test_cold_is_what_waits_and_was_nudged_or_is_due(store: AnyStore) -> None:
    with store.transaction() as uow:
        uow.motions.add(motion_of(BIOTECH, due_at=NOW, nudges=0))
        uow.motions.add(motion_of(RETAIL, due_at=NOW + MINUTE, nudges=1))
        uow.motions.add(motion_of(NOWHERE, due_at=NOW + MINUTE, nudges=0))
        uow.motions.add(motion_of(OVER, due_at=None, nudges=1))

    assert found(store, MotionQuery(cold_at=NOW)) == ["of-1", "of-2"]


def test_what_has_a_due_date_is_found_alone(store: AnyStore) -> None:
    with store.transaction() as uow:
        uow.motions.add(motion_of(BIOTECH, due_at=NOW))
        uow.motions.add(motion_of(RETAIL, due_at=None))

    assert found(store, MotionQuery(with_due=True)) == ["of-1"]


def test_motions_come_by_what_their_deals_are_worth(store: AnyStore) -> None:
    amounts = {"9000.50": BIOTECH, "100000": RETAIL, "20000": OVER}
    with store.transaction() as uow:
        uow.deals.save([replace(deal, amount=Money(Decimal(amount), "EUR")) for amount, deal in amounts.items()])
        uow.deals.save([replace(NOWHERE, amount=None)])
        for deal in (BIOTECH, RETAIL, NOWHERE, OVER):
            uow.motions.add(motion_of(deal, due_at=NOW))

    def page(limit: int, offset: int) -> list[str]:
        query = MotionQuery(by_worth=True, limit=limit, offset=offset)
        return store.read(lambda uow: [motion.id for motion in uow.motions.find(query)])

    assert page(50, 0) == ["of-2", "of-4", "of-1", "of-3"]
    assert page(2, 1) == ["of-4", "of-1"]


def test_what_somebody_put_off_sleeps_for_them_until_then(store: AnyStore) -> None:
    filled(store)
    with store.transaction() as uow:
        uow.snoozes.put(US, "of-1", NOW + MINUTE, now=NOW)
        uow.snoozes.put(US, "x2", NOW + MINUTE, now=NOW)

    assert found(store, MotionQuery(awake_for=NOON)) == ["of-2", "of-3"]
    assert found(store, MotionQuery(asleep_for=NOON)) == ["of-1"]
    assert stuck(store, ExceptionQuery(awake_for=NOON)) == ["x1", "x3", "x4"]
    assert stuck(store, ExceptionQuery(asleep_for=NOON)) == ["x2"]
    later, other = Sleeper(US, NOW + MINUTE), Sleeper("T1/U8", NOW)
    assert found(store, MotionQuery(asleep_for=later)) == []
    assert found(store, MotionQuery(asleep_for=other)) == []
    assert store.read(lambda uow: uow.snoozes.of(US, NOW)) == {"of-1": NOW + MINUTE, "x2": NOW + MINUTE}


def test_what_is_put_off_again_sleeps_until_the_other_moment(store: AnyStore) -> None:
    with store.transaction() as uow:
        uow.snoozes.put(US, "m1", NOW + MINUTE, now=NOW)
        uow.snoozes.put(US, "m1", NOW + 2 * MINUTE, now=NOW)

    assert store.read(lambda uow: uow.snoozes.of(US, NOW)) == {"m1": NOW + 2 * MINUTE}


def test_what_is_woken_is_seen_at_once(store: AnyStore) -> None:
    with store.transaction() as uow:
        uow.snoozes.put(US, "m1", NOW + MINUTE, now=NOW)
        uow.snoozes.wake(US, "m1")
        uow.snoozes.wake(US, "m2")

    assert store.read(lambda uow: uow.snoozes.of(US, NOW)) == {}


def test_snoozes_that_are_over_are_forgotten_with_the_next(store: AnyStore) -> None:
    with store.transaction() as uow:
        uow.snoozes.put(US, "m1", NOW + MINUTE, now=NOW)
        uow.snoozes.put(US, "m2", NOW + timedelta(days=1), now=NOW + MINUTE)

    assert store.read(lambda uow: uow.snoozes.of(US, NOW)) == {"m2": NOW + timedelta(days=1)}


def test_exceptions_are_found_by_the_partner_and_place_of_what_they_are_about(store: AnyStore) -> None:
    filled(store)
    with store.transaction() as uow:
        uow.motions.note(MotionId("of-2"), {"partner": PartnerKey("northstar")})

    assert stuck(store, ExceptionQuery(partner=PartnerKey("northstar"))) == ["x2"]
    assert stuck(store, ExceptionQuery(region="EMEA")) == ["x1"]
    assert stuck(store, ExceptionQuery(segment="Retail", partner=PartnerKey("northstar"))) == ["x2"]


def test_motions_are_found_by_the_channel_of_their_card(store: AnyStore) -> None:
    filled(store)
    with store.transaction() as uow:
        uow.motions.note(MotionId("of-2"), {"channel": "C0OTHER"})

    assert found(store, MotionQuery(channel="C0OTHER")) == ["of-2"]


def test_what_came_since_in_a_channel_is_told_by_moments(store: AnyStore) -> None:
    before, after = NOW - MINUTE, NOW + MINUTE
    changes: Mapping[str, dict[str, Any]] = {
        "matched": {"matched_at": after},
        "approved": {"approved_at": NOW},
        "accepted": {"approved_at": before, "logged_at": after},
        "rejected": {"logged_at": after, "state": MotionState.REJECTED},
        "old": {"approved_at": before, "logged_at": before},
        "elsewhere": {"matched_at": after, "channel": "C0OTHER"},
    }
    with store.transaction() as uow:
        for name, changed in changes.items():
            uow.motions.add(a_motion(name, **{"matched_at": before, "channel": "C0HERE", **changed}))

    moments = store.read(lambda uow: uow.motions.moments("C0HERE", NOW))

    told = {each.id: (each.matched_at, each.approved_at, each.accepted_at) for each in moments}
    assert list(told) == ["accepted", "approved", "rejected", "matched"]
    assert told[MotionId("matched")] == (after, None, None)
    assert told[MotionId("accepted")] == (before, before, after)
    assert told[MotionId("rejected")] == (before, None, None)
    assert {each.opportunity_id for each in moments} == {a_motion().opportunity_id}


def test_exceptions_come_by_the_page(store: AnyStore) -> None:
    filled(store)

    queries = [ExceptionQuery(limit=3), ExceptionQuery(limit=3, offset=3)]
    pages = store.read(lambda uow: [[item.id for item in uow.exceptions.listing(query)] for query in queries])

    assert pages == [["x1", "x2", "x3"], ["x4"]]


def test_an_open_exception_is_given_to_somebody_else(store: AnyStore) -> None:
    filled(store)
    with store.transaction() as uow:
        assert uow.exceptions.assign("x1", "mo@acme.example")
        uow.exceptions.resolve("of-2", at=NOW)
        assert not uow.exceptions.assign("x2", "mo@acme.example")
        assert not uow.exceptions.assign("x9", "mo@acme.example")

    items = store.read(lambda uow: [uow.exceptions.get(each) for each in ("x1", "x2", "x9")])
    assert [item and item.owner for item in items] == ["mo@acme.example", "ola@acme.example", None]
