"""What every store promises about decisions and effects: the fake and both databases."""

from dataclasses import replace
from datetime import timedelta

import pytest

from motions.effects import EffectStatus
from motions.model import EffectKey, MotionId, PartnerKey, Person, Role, Token
from motions.proposals import ProposalKind, Verdict, canonical_json, sha256_of
from store.unit import SqlStore
from tests.fakes.store import FakeStore
from tests.store.samples import (
    MINUTE,
    NOW,
    PRIYA,
    a_decision,
    a_motion,
    a_standing,
    a_stop,
    an_effect,
)

AnyStore = FakeStore | SqlStore
M1 = MotionId("m1")
KEY = EffectKey("m1:file.create")
K1 = Token("k1")
S1 = Token("s1")
TOMAS = Person("T1", "U8", "Tomas Lindqvist", Role.ALLIANCE_MANAGER, "tomas@acme.example")


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


def test_each_kind_of_request_has_a_latest_of_its_own(store: AnyStore) -> None:
    crm, asked = a_decision(2)
    with store.transaction() as uow:
        uow.decisions.add(*a_decision(1))
        uow.decisions.add(replace(crm, kind=ProposalKind.WRITE_CRM), asked)

        found = [uow.decisions.latest(M1, kind) for kind in ProposalKind]

        assert uow.decisions.latest(M1) == found[0]
    assert [pair[0].token for pair in found if pair] == ["k1", "k2"]


def test_the_first_of_two_people_is_kept_once_and_before_the_verdict_only(store: AnyStore) -> None:
    with store.transaction() as uow:
        uow.decisions.add(*a_decision(1))
        uow.decisions.add(*a_decision(2))
        uow.decisions.claim(Token("k2"), Verdict.DENIED, by=PRIYA, at=NOW)

        endorsed = [
            uow.decisions.endorse(Token(f"k{n}"), by=by, at=NOW) for n, by in ((1, PRIYA), (1, TOMAS), (2, TOMAS))
        ]
        unknown = uow.decisions.endorse(Token("k9"), by=PRIYA, at=NOW)

    kept = store.read(lambda uow: uow.decisions.get(K1))
    assert (endorsed, unknown) == ([True, False, False], False)
    assert kept is not None
    assert (kept[0].first_by, kept[0].first_name, kept[0].first_at, kept[0].verdict) == (
        "T1/U7",
        "Priya Raman",
        NOW,
        None,
    )


def test_what_was_approved_is_taken_back_once_and_keeps_who_approved_it(store: AnyStore) -> None:
    with store.transaction() as uow:
        uow.decisions.add(*a_decision())
        too_early = uow.decisions.revoke(K1, by=TOMAS, at=NOW)
        uow.decisions.claim(K1, Verdict.APPROVED, by=PRIYA, at=NOW)

        revoked = [uow.decisions.revoke(K1, by=TOMAS, at=NOW + MINUTE) for _ in range(2)]

    kept = store.read(lambda uow: uow.decisions.get(K1))
    assert (too_early, revoked) == (False, [True, False])
    assert kept is not None
    assert (kept[0].verdict, kept[0].decided_by, kept[0].revoked_by) == (Verdict.REVOKED, "T1/U7", "T1/U8")
    assert (kept[0].revoked_name, kept[0].revoked_at) == ("Tomas Lindqvist", NOW + MINUTE)


def test_a_standing_approval_decides_a_request_once_in_its_giver_s_name(store: AnyStore) -> None:
    with store.transaction() as uow:
        uow.decisions.add(*a_decision())

        claimed = [uow.decisions.claim_by_standing(K1, a_standing(), at=NOW) for _ in range(2)]

    kept = store.read(lambda uow: uow.decisions.get(K1))
    assert claimed == [True, False]
    assert kept is not None
    assert (kept[0].verdict, kept[0].decided_by, kept[0].decided_name) == (Verdict.APPROVED, "T1/U7", "Priya Raman")
    assert (kept[0].standing, kept[0].decided_at) == (S1, NOW)


def test_a_standing_approval_is_given_once_and_revoked_once(store: AnyStore) -> None:
    with store.transaction() as uow:
        uow.standings.add(a_standing())
        before = list(uow.standings.given())
        given = [uow.standings.give(S1, at=NOW + MINUTE) for _ in range(2)]
        during = list(uow.standings.given())
        revoked = [uow.standings.revoke(S1, by=TOMAS, at=NOW + 2 * MINUTE) for _ in range(2)]
        given_again = uow.standings.give(S1, at=NOW)
        unknown = [uow.standings.give(Token("s9"), at=NOW), uow.standings.revoke(Token("s9"), by=TOMAS, at=NOW)]

    expected = a_standing(
        given_at=NOW + MINUTE, revoked_by=TOMAS.key, revoked_name=TOMAS.name, revoked_at=NOW + 2 * MINUTE
    )
    assert (given, revoked, given_again, unknown) == ([True, False], [True, False], False, [False, False])
    assert (before, during) == ([], [a_standing(given_at=NOW + MINUTE)])
    assert store.read(lambda uow: (uow.standings.get(S1), list(uow.standings.given()))) == (expected, [])
    assert store.read(lambda uow: uow.standings.get(Token("s9"))) is None


def test_one_that_was_never_given_cannot_be_given_after_it_was_revoked(store: AnyStore) -> None:
    with store.transaction() as uow:
        uow.standings.add(a_standing())
        uow.standings.revoke(S1, by=TOMAS, at=NOW)

        assert not uow.standings.give(S1, at=NOW)


def test_standing_approvals_are_listed_by_partner_in_the_order_they_were_given(store: AnyStore) -> None:
    with store.transaction() as uow:
        for n, partner in enumerate(("aws", "northstar", "aws"), 1):
            uow.standings.add(a_standing(token=Token(f"s{n}"), partner=PartnerKey(partner)))
        for n in (3, 2, 1):
            uow.standings.give(Token(f"s{n}"), at=NOW + (4 - n) * MINUTE)

        listed = [each.token for each in uow.standings.given()]
        of_aws = [each.token for each in uow.standings.given(PartnerKey("aws"))]

    assert (listed, of_aws) == (["s3", "s2", "s1"], ["s3", "s1"])


def test_the_switch_is_set_once_each_way(store: AnyStore) -> None:
    off = a_stop(is_on=False, by_name="Sam Okafor", at=NOW + MINUTE, reason="")
    with store.transaction() as uow:
        untouched = (uow.switches.stop(), uow.switches.locked_stop(), uow.switches.set_stop(off))
        stopped = [uow.switches.set_stop(a_stop()), uow.switches.set_stop(a_stop(by_name="Sam Okafor"))]
        during = uow.switches.locked_stop()
        resumed = [uow.switches.set_stop(off) for _ in range(2)]

    assert untouched == (None, None, False)
    assert (stopped, resumed) == ([True, False], [True, False])
    assert during == a_stop()
    assert store.read(lambda uow: uow.switches.stop()) == off


def test_a_locked_motion_is_the_motion(store: AnyStore) -> None:
    with store.transaction() as uow:
        uow.motions.add(a_motion())

        assert uow.motions.locked(M1) == a_motion()
        assert uow.motions.locked(MotionId("m9")) is None


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
        uow.effects.intend(an_effect(lease_until=NOW))
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


def test_an_attempt_that_was_overtaken_settles_nothing_but_that_it_is_done(store: AnyStore) -> None:
    with store.transaction() as uow:
        uow.effects.intend(an_effect(lease_until=NOW))
        assert uow.effects.take(KEY, now=NOW, lease_until=NOW + MINUTE)

        uow.effects.settle(KEY, EffectStatus.HELD, at=NOW, of_try=1)
        of_the_first = uow.effects.get(KEY)
        uow.effects.settle(KEY, EffectStatus.HELD, at=NOW, of_try=2)
        of_the_second = uow.effects.get(KEY)
        uow.effects.settle(KEY, EffectStatus.DONE, at=NOW, external_id="O1", of_try=1)
        done = uow.effects.get(KEY)

    assert of_the_first == an_effect(lease_until=NOW + MINUTE, tries=2)
    assert of_the_second == an_effect(status=EffectStatus.HELD, lease_until=NOW, tries=2)
    assert done is not None
    assert (done.status, done.external_id) == (EffectStatus.DONE, "O1")


def test_a_subjects_effects_come_oldest_first(store: AnyStore) -> None:
    keys = [EffectKey("m1:z"), EffectKey("m1:a")]
    with store.transaction() as uow:
        for key in keys:
            uow.effects.intend(an_effect(key=key))
        uow.effects.intend(an_effect(key="m2:a", subject="m2"))

    assert [effect.key for effect in store.read(lambda uow: uow.effects.of("m1"))] == keys
