"""What every store promises about decisions and effects: the fake and both databases."""

from datetime import timedelta

import pytest

from motions.effects import EffectStatus
from motions.model import EffectKey, MotionId, Token
from motions.proposals import Verdict, canonical_json, sha256_of
from store.unit import SqlStore
from tests.fakes.store import FakeStore
from tests.store.samples import (
    MINUTE,
    NOW,
    PRIYA,
    a_decision,
    an_effect,
)

pytest_plugins = ("tests.store.databases",)

AnyStore = FakeStore | SqlStore
M1 = MotionId("m1")
KEY = EffectKey("m1:file.create")
K1 = Token("k1")


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
