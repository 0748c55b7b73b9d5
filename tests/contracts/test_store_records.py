"""What every store promises about deals, matches, the log, exceptions and the inbox: the fake and both databases."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest

from motions.deals import Account, Owner
from motions.decision_records import ExceptionQuery
from motions.model import Band, TriggerId
from motions.records import UnitOfWork
from store.unit import SqlStore
from tests.fakes.store import FakeStore
from tests.store.samples import MINUTE, NOW, a_deal, a_match, a_trigger, an_entry, an_envelope, an_exception, ranked

AnyStore = FakeStore | SqlStore
NAIVE = datetime(2026, 1, 1)  # noqa: DTZ001 - the mistake under test


def test_a_deal_comes_back_as_it_went(store: AnyStore) -> None:
    bare = replace(a_deal(2), owner=None, account=None, amount=None, close_date=None, product=None)
    with store.transaction() as uow:
        uow.deals.save([a_deal(1), bare])

    ids = [a_deal(n).id for n in (1, 2, 3)]
    assert store.read(lambda uow: [uow.deals.get(each) for each in ids]) == [a_deal(1), bare, None]
    assert store.read(lambda uow: uow.deals.some(ids)) == {ids[0]: a_deal(1), ids[1]: bare}


def test_a_deal_read_again_replaces_what_was_known(store: AnyStore) -> None:
    newer = a_deal(1, name="Umbrella expansion", modified_at=NOW + MINUTE)
    with store.transaction() as uow:
        uow.deals.save([a_deal(1)])
        uow.deals.save([newer, a_deal(2)])
        uow.deals.save([])

    stamps = store.read(lambda uow: uow.deals.stamps())

    assert stamps == {a_deal(1).id: NOW + MINUTE, a_deal(2).id: NOW}
    assert store.read(lambda uow: uow.deals.get(a_deal(1).id)) == newer


def test_stamps_of_some_deals(store: AnyStore) -> None:
    with store.transaction() as uow:
        uow.deals.save([a_deal(1), a_deal(2)])

        stamps = uow.deals.stamps([a_deal(2).id, a_deal(9).id])

        assert uow.deals.stamps([]) == {}
    assert stamps == {a_deal(2).id: NOW}


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("umbrella", ["Umbrella", "Renewal", "Umbrella expansion", "The umbrella deal"]),
        ("  UMBRELLA exp ", ["Umbrella expansion"]),
        ("KÖLN", ["Größe für Köln"]),
        ("GRÖSSE", ["Größe für Köln"]),
        ("50%", ["50% of_all"]),
        ("of_a", ["50% of_all"]),
        ("0% o", ["50% of_all"]),
        ("006000000000005AAA", ["Größe für Köln"]),
        ("006000000000005", ["Größe für Köln"]),
        ("006", []),
        ("closed", []),
        ("nothing like it", []),
    ],
)
def test_open_deals_are_found_exact_names_first(store: AnyStore, asked: str, found: list[str]) -> None:
    elsewhere = Account("001B", "Initech")
    with store.transaction() as uow:
        uow.deals.save(
            [
                a_deal(1, name="The umbrella deal", account=elsewhere),
                a_deal(2, name="Umbrella expansion", account=elsewhere),
                a_deal(3, name="Umbrella", account=None, modified_at=NOW + MINUTE),
                a_deal(4, name="Renewal", account=Account("001C", "Umbrella")),
                a_deal(5, name="Größe für Köln", account=elsewhere),
                a_deal(6, name="50% of_all", account=elsewhere),
                a_deal(7, name="Closed umbrella", account=elsewhere, is_closed=True),
            ]
        )

    assert [deal.name for deal in store.read(lambda uow: uow.deals.search(asked))] == found


def test_a_search_is_narrowed_to_a_seller_or_regions_and_bounded(store: AnyStore) -> None:
    sue = Owner("005S", "Sue", "Sue@Acme.example", "AMER")
    with store.transaction() as uow:
        uow.deals.save([a_deal(1), a_deal(2, owner=sue), a_deal(3, owner=None)])

        by_owner = uow.deals.search("umbrella", owner_email="sue@acme.EXAMPLE")
        by_region = uow.deals.search("umbrella", regions=["EMEA", "APAC"])
        nowhere = uow.deals.search("umbrella", regions=[])
        bounded = uow.deals.search("", limit=2)

    assert [deal.id for deal in by_owner] == [a_deal(2).id]
    assert [deal.id for deal in by_region] == [a_deal(1).id]
    assert nowhere == []
    assert [deal.id for deal in bounded] == [a_deal(1).id, a_deal(2).id]


def test_a_watermark_is_kept_for_each_feed(store: AnyStore) -> None:
    with store.transaction() as uow:
        uow.deals.set_watermark("crm", NOW)
        uow.deals.set_watermark("aws", NOW)
        uow.deals.set_watermark("crm", NOW + MINUTE)

    marks = store.read(lambda uow: [uow.deals.watermark(feed) for feed in ("crm", "aws", "other")])

    assert marks == [NOW + MINUTE, NOW, None]


def test_a_trigger_is_taken_once(store: AnyStore) -> None:
    with store.transaction() as uow:
        assert uow.matches.add_trigger(a_trigger())
        assert not uow.matches.add_trigger(a_trigger(asked_by="somebody else"))

    found = store.read(lambda uow: [uow.matches.trigger(a_trigger().id), uow.matches.trigger(TriggerId("t9"))])

    assert found == [a_trigger(), None]


def test_the_latest_match_is_the_one_added_last(store: AnyStore) -> None:
    first, last = a_match(decided_at=NOW + MINUTE), a_match(trigger_id=None, rule_version="4b")
    with store.transaction() as uow:
        uow.matches.add([])
        uow.matches.add([first, a_match(opportunity_id=a_deal(2).id)])
        uow.matches.add([last])

    latest = store.read(lambda uow: [uow.matches.latest(a_deal(n).id) for n in (1, 3)])

    assert latest == [last, None]


def test_open_deals_are_counted_by_the_band_of_their_latest_match(store: AnyStore) -> None:
    excluded = (replace(ranked(Band.HIGH)[0], excluded_because="tier"),)
    with store.transaction() as uow:
        uow.deals.save([*(a_deal(n) for n in (1, 2, 3, 4, 5)), a_deal(6, is_closed=True)])
        uow.matches.add([a_match(opportunity_id=a_deal(6).id, ranked=ranked(Band.HIGH))])
        uow.matches.add([a_match(opportunity_id=a_deal(n).id, ranked=ranked(Band.HIGH)) for n in (1, 2, 3)])
        uow.matches.add([a_match(opportunity_id=a_deal(3).id, ranked=ranked(Band.GREY))])
        uow.matches.add([a_match(opportunity_id=a_deal(4).id, ranked=excluded)])

    assert store.read(lambda uow: uow.matches.band_counts()) == {"high": 2, "grey": 1, "none": 1}


def test_the_log_chains_each_entry_to_the_one_before(store: AnyStore) -> None:
    with store.transaction() as uow:
        uow.log.append(an_entry("motion.opened", score=81, names=["a", "b"]))
        uow.log.append(an_entry("motion.opened", subject="m2"))
        seen_inside = [entry.seq for entry in uow.log.of("m1")]
        uow.log.append(an_entry("motion.in-review"))

    first, third = store.read(lambda uow: uow.log.of("m1"))
    (second,) = store.read(lambda uow: uow.log.of("m2"))
    assert seen_inside == [1]
    assert [first.seq, second.seq, third.seq] == [1, 2, 3]
    assert [first.prev_hash, second.prev_hash, third.prev_hash] == ["", first.hash, second.hash]
    assert (first.event, first.actor, first.at, first.detail) == (
        "motion.opened",
        "rules 3f2a",
        NOW,
        {"score": 81, "names": ["a", "b"]},
    )
    assert store.read(lambda uow: uow.log.first_break()) is None


def test_an_empty_log_holds(store: AnyStore) -> None:
    assert store.read(lambda uow: (uow.log.first_break(), uow.log.of("m1"))) == (None, [])


def test_an_exception_is_open_once_for_a_subject_and_code(store: AnyStore) -> None:
    with store.transaction() as uow:
        opened = [
            uow.exceptions.open(an_exception()),
            uow.exceptions.open(an_exception(id="x2")),
            uow.exceptions.open(an_exception(id="x3", code="no-answer")),
            uow.exceptions.open(an_exception(id="x4", subject="m2")),
        ]
        resolved = uow.exceptions.resolve("m1", at=NOW + MINUTE, code="portal-refused")
        opened_again = uow.exceptions.open(an_exception(id="x5", opened_at=NOW + MINUTE))

    assert opened == [True, False, True, True]
    assert resolved == 1
    assert opened_again
    assert [item.id for item in store.read(lambda uow: uow.exceptions.of("m1"))] == ["x3", "x5"]


def test_a_subjects_exceptions_are_resolved_together(store: AnyStore) -> None:
    with store.transaction() as uow:
        uow.exceptions.open(an_exception())
        uow.exceptions.open(an_exception(code="no-answer"))

        resolved = [uow.exceptions.resolve("m1", at=NOW), uow.exceptions.resolve("m1", at=NOW)]

        left = uow.exceptions.of("m1")
    assert (resolved, left) == ([2, 0], [])


def test_open_exceptions_are_listed_oldest_first(store: AnyStore) -> None:
    with store.transaction() as uow:
        uow.exceptions.open(an_exception(id="x1", subject="m1", opened_at=NOW + MINUTE))
        uow.exceptions.open(an_exception(id="x2", subject="m2", opportunity_id=None))
        uow.exceptions.open(an_exception(id="x3", subject="m3", owner="mo@acme.example", opened_at=NOW - MINUTE))
        uow.exceptions.open(an_exception(id="x4", subject="m4", code="no-answer", opened_at=NOW - MINUTE))
        uow.exceptions.resolve("m4", at=NOW)
        uow.exceptions.open(an_exception(id="x5", subject="m4", code="no-answer", opened_at=NOW + 2 * MINUTE))

        everybody = uow.exceptions.listing(ExceptionQuery())
        mine = uow.exceptions.listing(ExceptionQuery(owner="ola@acme.example"))
        first = uow.exceptions.listing(ExceptionQuery(limit=1))
        unanswered = uow.exceptions.listing(ExceptionQuery(code="no-answer"))

    assert [item.id for item in everybody] == ["x3", "x2", "x1", "x5"]
    assert mine == [an_exception(id="x2", subject="m2", opportunity_id=None), *everybody[2:]]
    assert unanswered == everybody[3:]
    assert [item.id for item in first] == ["x3"]


@pytest.mark.parametrize(
    "record",
    [
        lambda uow: uow.deals.set_watermark("crm", NAIVE),
        lambda uow: uow.deals.save([a_deal(modified_at=NAIVE)]),
        lambda uow: uow.deals.save([a_deal(created_at=NAIVE)]),
        lambda uow: uow.matches.add([a_match(decided_at=NAIVE)]),
        lambda uow: uow.log.append(replace(an_entry(), at=NAIVE)),
        lambda uow: uow.inbox.receive(an_envelope(received_at=NAIVE)),
    ],
)
def test_a_time_without_a_zone_is_refused(store: AnyStore, record: Callable[[UnitOfWork], object]) -> None:
    with pytest.raises(Exception, match="time zone"), store.transaction() as uow:
        record(uow)


def test_a_time_of_another_zone_is_the_same_moment(store: AnyStore) -> None:
    in_india = NOW.astimezone(timezone(timedelta(hours=5, minutes=30)))
    with store.transaction() as uow:
        uow.deals.set_watermark("crm", in_india)
        uow.log.append(replace(an_entry(), at=in_india))

    assert store.read(lambda uow: uow.deals.watermark("crm")) == NOW
    assert store.read(lambda uow: uow.log.first_break()) is None
