"""What every store promises about grants: the fake and both databases."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from motions.grant_terms import DealRule, GrantId, Purpose, Side, Signature
from motions.model import PartnerKey, Person, Role
from motions.referrals import Field
from store.unit import SqlStore
from tests.fakes.grants import granted
from tests.fakes.store import FakeStore
from tests.store.samples import MINUTE, NOW, PRIYA

AnyStore = FakeStore | SqlStore
AWS, NORTHSTAR = PartnerKey("aws"), PartnerKey("northstar")
ALEX = Person("T2", "U2", "Alex Moreno", Role.PARTNER, partner=AWS)
SIGNED = Signature("witness-aws", "public", "value")
OPEN = replace(
    granted(AWS),
    proposed_at=NOW,
    our_signature=Signature("ours", "p", "v"),
    confirmed_by=None,
    confirmed_name=None,
    confirmed_at=None,
)
A1 = GrantId("aws.1")


def test_a_grant_comes_back_as_it_was_proposed(store: AnyStore) -> None:
    rule = DealRule(regions=("West", "East"), minimum_amount=Decimal("10000.50"))
    terms = replace(OPEN.terms, deals=rule, people=("U2", "U3"), fields=frozenset({Field.TITLE, Field.STAGE}))
    grant = replace(OPEN, terms=replace(terms, purposes=frozenset({Purpose.FORECAST})))
    with store.transaction() as uow:
        assert uow.grants.add(grant)

    assert store.read(lambda uow: uow.grants.get(A1)) == grant
    assert store.read(lambda uow: uow.grants.get(GrantId("aws.9"))) is None


def test_a_partner_has_one_grant_of_a_version(store: AnyStore) -> None:
    with store.transaction() as uow:
        assert uow.grants.add(OPEN)
        assert not uow.grants.add(replace(OPEN, id=GrantId("aws.1.other")))
        assert uow.grants.add(replace(OPEN, id=GrantId("aws.2"), version=2))
        assert uow.grants.add(replace(OPEN, id=GrantId("northstar.1"), partner=NORTHSTAR))

        assert [grant.version for grant in uow.grants.of(AWS)] == [1, 2]
        assert [grant.id for grant in uow.grants.of(NORTHSTAR)] == ["northstar.1"]


def test_it_is_confirmed_once(store: AnyStore) -> None:
    with store.transaction() as uow:
        uow.grants.add(OPEN)

        assert uow.grants.confirm(A1, by=ALEX, at=NOW, signature=SIGNED)
        assert not uow.grants.confirm(A1, by=PRIYA, at=NOW + MINUTE, signature=SIGNED)
        assert not uow.grants.confirm(GrantId("aws.9"), by=ALEX, at=NOW, signature=SIGNED)

    found = store.read(lambda uow: uow.grants.get(A1))
    agreed = replace(OPEN, confirmed_by=ALEX.key, confirmed_name=ALEX.name, confirmed_at=NOW)
    assert found == replace(agreed, their_signature=SIGNED)


def test_it_is_revoked_once_confirmed_or_not(store: AnyStore) -> None:
    with store.transaction() as uow:
        uow.grants.add(OPEN)
        uow.grants.add(replace(OPEN, id=GrantId("aws.2"), version=2))
        uow.grants.confirm(A1, by=ALEX, at=NOW, signature=SIGNED)

        assert [grant.id for grant in uow.grants.unrevoked(AWS)] == [A1, "aws.2"]
        assert uow.grants.revoke(A1, by=PRIYA, at=NOW, side=Side.OURS)
        assert not uow.grants.revoke(A1, by=ALEX, at=NOW + MINUTE, side=Side.PARTNER)
        assert uow.grants.revoke(GrantId("aws.2"), by=None, at=NOW + timedelta(days=1), side=Side.TIME)
        assert not uow.grants.confirm(GrantId("aws.2"), by=ALEX, at=NOW, signature=SIGNED)
        assert not uow.grants.revoke(GrantId("aws.9"), by=None, at=NOW, side=Side.TIME)

    first, second = store.read(lambda uow: uow.grants.of(AWS))
    assert (first.revoked_by, first.revoked_name, first.revoked_at, first.revoked_side) == (
        PRIYA.key,
        PRIYA.name,
        NOW,
        Side.OURS,
    )
    assert (second.revoked_by, second.revoked_side) == (None, Side.TIME)
    assert store.read(lambda uow: list(uow.grants.unrevoked(AWS))) == []


def test_who_locks_sees_what_is_unrevoked(store: AnyStore) -> None:
    with store.transaction() as uow:
        uow.grants.add(OPEN)

    with store.transaction() as uow:
        assert uow.grants.locked(AWS) == uow.grants.unrevoked(AWS) == [OPEN]
        assert uow.grants.locked(NORTHSTAR) == []
