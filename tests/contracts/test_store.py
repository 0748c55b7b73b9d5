"""What every store promises about its transactions and motions: the fake and both databases."""

from collections.abc import Callable
from dataclasses import replace
from threading import Barrier, Thread

import pytest

from motions.decision_records import ExceptionQuery
from motions.model import EffectKey, MessageRef, MotionId, MotionState, PartnerKey, Token
from motions.records import MotionQuery, Segment, UnitOfWork
from store.unit import SqlStore
from tests.fakes.store import FakeStore
from tests.store.samples import (
    MINUTE,
    NOW,
    a_deal,
    a_decision,
    a_full_motion,
    a_match,
    a_motion,
    a_trigger,
    an_effect,
    an_entry,
    an_envelope,
    an_exception,
)

AnyStore = FakeStore | SqlStore
M1 = MotionId("m1")
KEY = EffectKey("m1:file.create")
K1 = Token("k1")


class Failure(Exception):
    """Whatever goes wrong inside a transaction."""


def test_an_error_leaves_nothing_behind(store: AnyStore, enqueued: Callable[[], list[str]]) -> None:
    with pytest.raises(Failure), store.transaction() as uow:
        _write_everything_and_fail(uow)

    with store.transaction() as uow:
        left = (
            uow.deals.stamps(),
            uow.deals.watermark("crm"),
            uow.matches.trigger(a_trigger().id),
            uow.matches.band_counts(),
            uow.motions.counts(),
            uow.decisions.get(K1),
            uow.effects.get(KEY),
            uow.log.of("m1"),
            uow.exceptions.listing(ExceptionQuery()),
            uow.inbox.pending(older_than=NOW + MINUTE),
        )
        assert uow.log.first_break() is None
    assert not any(left)
    assert enqueued() == []


def test_segments_start_with_the_commit_and_each_id_once(store: AnyStore, enqueued: Callable[[], list[str]]) -> None:
    first = Segment("prepare", "m1:1:prepare", ("m1", 1))
    with store.transaction() as uow:
        uow.enqueue(first)
        uow.enqueue(Segment("record_match", "m1:1:record_match", ("m1", 1)))

    with store.transaction() as uow:
        uow.enqueue(first)

    assert enqueued() == ["m1:1:prepare", "m1:1:record_match"]


def test_a_read_sees_what_is_committed_and_keeps_nothing(store: AnyStore) -> None:
    with store.transaction() as uow:
        uow.motions.add(a_motion())

    motion = store.read(lambda uow: uow.motions.get(M1))

    assert motion == a_motion()


def test_transactions_are_never_nested(store: AnyStore) -> None:
    with pytest.raises(RuntimeError, match="never nested"), store.transaction(), store.transaction():
        pass

    with store.transaction() as uow:
        assert uow.motions.get(M1) is None


def test_a_motion_comes_back_as_it_went(store: AnyStore) -> None:
    with store.transaction() as uow:
        assert uow.motions.add(a_full_motion())

    assert store.read(lambda uow: uow.motions.get(M1)) == a_full_motion()


def test_a_motion_is_opened_once(store: AnyStore) -> None:
    with store.transaction() as uow:
        assert uow.motions.add(a_motion())
        assert not uow.motions.add(a_motion(next_act="something else"))

    assert store.read(lambda uow: uow.motions.get(M1)) == a_motion()


def test_a_motion_moves_from_where_it_is_only(store: AnyStore) -> None:
    changes = {"state": MotionState.FILING, "epoch": 4, "approved_at": NOW, "card": MessageRef("C1", "1.0")}
    with store.transaction() as uow:
        uow.motions.add(a_motion())

        moved = [
            uow.motions.move(M1, state=MotionState.MATCHED, epoch=3, changes=changes),
            uow.motions.move(M1, state=MotionState.AWAITING, epoch=2, changes=changes),
            uow.motions.move(MotionId("m2"), state=MotionState.AWAITING, epoch=3, changes=changes),
            uow.motions.move(M1, state=MotionState.AWAITING, epoch=3, changes=changes),
            uow.motions.move(M1, state=MotionState.AWAITING, epoch=3, changes=changes),
        ]

    assert moved == [False, False, False, True, False]
    expected = replace(a_motion(), state=MotionState.FILING, epoch=4, approved_at=NOW, card=MessageRef("C1", "1.0"))
    assert store.read(lambda uow: uow.motions.get(M1)) == expected


def test_of_two_who_move_a_motion_one_wins(store: AnyStore) -> None:
    with store.transaction() as uow:
        uow.motions.add(a_motion())
    start = Barrier(2)
    won: list[str] = []

    def move(name: str) -> None:
        start.wait()
        with store.transaction() as uow:
            motion = uow.motions.get(M1)
            assert motion is not None
            changes = {"epoch": motion.epoch + 1, "next_act": name}
            if uow.motions.move(M1, state=MotionState.AWAITING, epoch=3, changes=changes):
                won.append(name)

    threads = [Thread(target=move, args=(name,)) for name in ("left", "right")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    motion = store.read(lambda uow: uow.motions.get(M1))
    assert motion is not None
    assert (motion.epoch, [motion.next_act]) == (4, won)


def test_a_note_sets_fields_whatever_the_state(store: AnyStore) -> None:
    with store.transaction() as uow:
        uow.motions.add(a_motion())
        uow.motions.note(M1, {"nudges": 1, "handoff": MessageRef("C2", "2.0"), "missing": ("website",)})

    expected = a_motion(nudges=1, handoff=MessageRef("C2", "2.0"), missing=("website",))
    assert store.read(lambda uow: uow.motions.get(M1)) == expected


def test_an_unknown_field_of_a_motion_is_refused(store: AnyStore) -> None:
    with pytest.raises(Exception, match="amount"), store.transaction() as uow:  # noqa: PT012 - the second line fails
        uow.motions.add(a_motion())
        uow.motions.note(M1, {"amount": 1})


@pytest.mark.parametrize(
    ("query", "found"),
    [
        (MotionQuery(), ["late", "early", "b", "a"]),
        (MotionQuery(limit=2), ["late", "early"]),
        (MotionQuery(opportunity_id=a_deal(2).id), ["a"]),
        (MotionQuery(referral_id="O9"), ["early"]),
        (MotionQuery(handoff_token=Token("h9")), ["late"]),
        (MotionQuery(handoff=MessageRef("C9", "9.0")), ["b"]),
        (MotionQuery(states=(MotionState.HANDED_OFF, MotionState.ENGAGED)), ["late", "b"]),
        (MotionQuery(states=()), []),
        (MotionQuery(manager_email="mo@acme.example"), ["a"]),
        (MotionQuery(seller_email="sue@acme.example"), ["b"]),
        (MotionQuery(partner=PartnerKey("microsoft")), ["early"]),
        (MotionQuery(due_before=NOW), ["late"]),
        (MotionQuery(idle_since=NOW), ["b"]),
        (MotionQuery(moved_since=NOW), ["early"]),
        (MotionQuery(limit=2, offset=1), ["early", "b"]),
        (MotionQuery(offset=4), []),
        (MotionQuery(without_card=True, partner=PartnerKey("microsoft")), ["early"]),
        (MotionQuery(states=(MotionState.AWAITING,), partner=PartnerKey("aws")), ["a"]),
    ],
)
def test_motions_are_found_by_any_field_and_come_by_due_time(
    store: AnyStore, query: MotionQuery, found: list[str]
) -> None:
    with store.transaction() as uow:
        uow.motions.add(a_motion("a", opportunity_id=a_deal(2).id, manager_email="mo@acme.example", seen_at=NOW))
        uow.motions.add(
            a_motion(
                "b",
                handoff=MessageRef("C9", "9.0"),
                state=MotionState.ENGAGED,
                seller_email="sue@acme.example",
                updated_at=NOW,
            )
        )
        uow.motions.add(
            a_motion("early", due_at=NOW + MINUTE, referral_id="O9", partner="microsoft", updated_at=NOW + MINUTE)
        )
        uow.motions.add(a_motion("late", due_at=NOW, handoff_token="h9", state=MotionState.HANDED_OFF))

    assert [motion.id for motion in store.read(lambda uow: uow.motions.find(query))] == found


def test_motions_are_found_by_when_their_deals_changed(store: AnyStore) -> None:
    with store.transaction() as uow:
        for n, (stamp, is_closed) in enumerate([(MINUTE, False), (MINUTE, True), (-MINUTE, False), (-MINUTE, True)]):
            deal = a_deal(n, modified_at=NOW + stamp, is_closed=is_closed)
            uow.deals.save([deal])
            uow.motions.add(a_motion(f"m{n}", opportunity_id=deal.id))
        uow.matches.add_trigger(a_trigger(opportunity_id=a_deal(3).id, seen_at=NOW + MINUTE))

    found = store.read(lambda uow: uow.motions.find(MotionQuery(deal_changed_since=NOW)))

    assert {motion.id for motion in found} == {"m0", "m3"}


def test_motions_are_counted_by_state(store: AnyStore) -> None:
    with store.transaction() as uow:
        uow.motions.add(a_motion("a"))
        uow.motions.add(a_motion("b"))
        uow.motions.add(a_motion("c", state=MotionState.DENIED))

    counts = store.read(lambda uow: uow.motions.counts())

    assert counts == {MotionState.AWAITING: 2, MotionState.DENIED: 1}


def test_counting_ends_where_nobody_needs_to_know(store: AnyStore, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("store.motions", "tests.fakes.store_repositories"):
        monkeypatch.setattr(f"{module}.COUNTED_TO", 2)
    with store.transaction() as uow:
        for name in ("a", "b", "c"):
            uow.motions.add(a_motion(name))

        counted = uow.motions.counts(), uow.motions.how_many(MotionQuery(limit=1))

    assert counted == ({MotionState.AWAITING: 2}, 2)


def _write_everything_and_fail(uow: UnitOfWork) -> None:
    uow.deals.save([a_deal()])
    uow.deals.set_watermark("crm", NOW)
    uow.matches.add_trigger(a_trigger())
    uow.matches.add([a_match()])
    uow.motions.add(a_motion())
    uow.decisions.add(*a_decision())
    uow.effects.intend(an_effect())
    uow.log.append(an_entry())
    uow.exceptions.open(an_exception())
    uow.inbox.receive(an_envelope())
    uow.enqueue(Segment("prepare", "m1:1:prepare", ("m1", 1)))
    raise Failure
