"""What every store promises about its transactions, motions, decisions and effects: the fake and both databases."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from threading import Barrier, Thread

import pytest

from motions.effects import EffectStatus
from motions.model import EffectKey, MessageRef, MotionId, MotionState, PartnerKey, Token
from motions.proposals import Verdict, canonical_json, sha256_of
from motions.records import MotionQuery, Segment
from store.unit import SqlStore
from tests.fakes.store import FakeStore
from tests.store.samples import (
    MINUTE,
    NOW,
    PRIYA,
    a_deal,
    a_decision,
    a_full_motion,
    a_match,
    a_motion,
    a_trigger,
    an_effect,
    an_entry,
    an_exception,
)

pytest_plugins = ("tests.store.databases",)

AnyStore = FakeStore | SqlStore
M1 = MotionId("m1")
KEY = EffectKey("m1:file.create")
K1 = Token("k1")


class Failure(Exception):
    """Whatever goes wrong inside a transaction."""


def test_an_error_leaves_nothing_behind(store: AnyStore, enqueued: Callable[[], list[str]]) -> None:
    with pytest.raises(Failure), store.transaction() as uow:
        uow.deals.save([a_deal()])
        uow.deals.set_watermark("crm", NOW)
        uow.matches.add_trigger(a_trigger())
        uow.matches.add([a_match()])
        uow.motions.add(a_motion())
        uow.decisions.add(*a_decision())
        uow.effects.intend(an_effect())
        uow.log.append(an_entry())
        uow.exceptions.open(an_exception())
        uow.inbox.receive("e1", "event", "{}", NOW)
        uow.enqueue(Segment("prepare", "m1:1:prepare", ("m1", 1)))
        raise Failure

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
            uow.exceptions.listing(),
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


def test_motions_are_counted_by_state(store: AnyStore) -> None:
    with store.transaction() as uow:
        uow.motions.add(a_motion("a"))
        uow.motions.add(a_motion("b"))
        uow.motions.add(a_motion("c", state=MotionState.DENIED))

    counts = store.read(lambda uow: uow.motions.counts())

    assert counts == {MotionState.AWAITING: 2, MotionState.DENIED: 1}


def test_a_proposal_comes_back_byte_for_byte(store: AnyStore) -> None:
    proposal, approval = a_decision()
    with store.transaction() as uow:
        uow.decisions.add(proposal, approval)

    found = store.read(lambda uow: uow.decisions.get(K1))

    assert found == (approval, proposal)
    assert canonical_json(found[1].payload) == canonical_json(proposal.payload)
    assert found[1].seal == approval.seal


def test_the_latest_request_is_the_newest_decided_or_not(store: AnyStore) -> None:
    with store.transaction() as uow:
        uow.decisions.add(*a_decision(1))
        uow.decisions.add(*a_decision(2))
        uow.decisions.add(*a_decision(3, motion_id="m2"))
        uow.decisions.claim(Token("k2"), Verdict.EXPIRED, by=None, at=NOW)

        latest = uow.decisions.latest(M1)

        assert uow.decisions.latest(MotionId("m9")) is None
        assert uow.decisions.get(Token("k9")) is None
    assert latest is not None
    assert (latest[0].token, latest[0].verdict, latest[1].id) == ("k2", Verdict.EXPIRED, "p2")


def test_a_request_is_decided_once(store: AnyStore) -> None:
    with store.transaction() as uow:
        uow.decisions.add(*a_decision())

    with store.transaction() as uow:
        claimed = [
            uow.decisions.claim(K1, Verdict.DENIED, by=PRIYA, at=NOW, reason="too early"),
            uow.decisions.claim(K1, Verdict.APPROVED, by=PRIYA, at=NOW),
            uow.decisions.claim(Token("k9"), Verdict.APPROVED, by=PRIYA, at=NOW),
        ]

    decided = store.read(lambda uow: uow.decisions.get(K1))
    assert claimed == [True, False, False]
    assert decided is not None
    approval = decided[0]
    assert (approval.verdict, approval.reason, approval.decided_at) == (Verdict.DENIED, "too early", NOW)
    assert (approval.decided_by, approval.decided_name) == ("T1/U7", "Priya Raman")


def test_an_effect_is_intended_once(store: AnyStore) -> None:
    with store.transaction() as uow:
        assert uow.effects.intend(an_effect())
        assert not uow.effects.intend(an_effect(payload={"other": 1}))

    found = store.read(lambda uow: uow.effects.get(KEY))

    assert found == an_effect()
    assert sha256_of(found.payload) == sha256_of(an_effect().payload)


@pytest.mark.parametrize(
    ("status", "at", "is_taken"),
    [
        (EffectStatus.INTENT, NOW, True),
        (EffectStatus.INTENT, NOW + MINUTE, False),
        (EffectStatus.HELD, NOW, True),
        (EffectStatus.HELD, NOW + MINUTE, False),
        (EffectStatus.DONE, NOW, False),
        (EffectStatus.REFUSED, NOW, False),
        (EffectStatus.UNKNOWN, NOW, False),
    ],
)
def test_only_an_open_effect_nobody_leases_is_taken(
    store: AnyStore, status: EffectStatus, at: object, *, is_taken: bool
) -> None:
    later = NOW + timedelta(hours=1)
    with store.transaction() as uow:
        uow.effects.intend(an_effect(lease_until=later))
        uow.effects.settle(KEY, status, at=at, detail="why")  # type: ignore[arg-type]  # a datetime of the table

        taken = [uow.effects.take(KEY, now=NOW, lease_until=later) for _ in range(2)]

        effect = uow.effects.get(KEY)
    assert effect is not None
    assert taken == [is_taken, False]
    assert effect.tries == (2 if is_taken else 1)
    if is_taken:
        assert (effect.status, effect.lease_until) == (EffectStatus.INTENT, later)


def test_what_is_done_stays_done(store: AnyStore) -> None:
    with store.transaction() as uow:
        uow.effects.intend(an_effect())
        uow.effects.settle(KEY, EffectStatus.DONE, at=NOW, external_id="O1", detail="found")
        uow.effects.settle(KEY, EffectStatus.INTENT, at=NOW + MINUTE, detail="the first attempt lost its answer")

    expected = an_effect(status=EffectStatus.DONE, external_id="O1", detail="found", settled_at=NOW)
    assert store.read(lambda uow: uow.effects.get(KEY)) == expected


def test_a_subjects_effects_come_oldest_first(store: AnyStore) -> None:
    keys = [EffectKey("m1:z"), EffectKey("m1:a")]
    with store.transaction() as uow:
        for key in keys:
            uow.effects.intend(an_effect(key=key))
        uow.effects.intend(an_effect(key="m2:a", subject="m2"))

    assert [effect.key for effect in store.read(lambda uow: uow.effects.of("m1"))] == keys
