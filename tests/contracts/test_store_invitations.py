"""What every store promises about invitations: the fake and both databases."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from motions.deals import OpportunityId
from motions.invitations import Candidate, Invitation, InvitationId, InvitationState
from motions.model import PartnerKey
from motions.records import UnitOfWork
from store.unit import SqlStore
from tests.fakes.portal_invitations import FACTS
from tests.fakes.store import FakeStore

AnyStore = FakeStore | SqlStore
AWS, NORTHSTAR = PartnerKey("aws"), PartnerKey("northstar")
AT = datetime(2026, 11, 22, 9, tzinfo=UTC)
DAY = timedelta(days=1)
DEAL = OpportunityId("006000000000001AAA")


def an_invitation(name: str = "engi-1", **changes: Any) -> Invitation:
    """A complete one."""
    whole = Invitation(
        id=InvitationId(name),
        partner=AWS,
        portal="aws",
        state=InvitationState.PENDING,
        epoch=1,
        facts=FACTS,
        candidates=(Candidate(DEAL, "Acmeco rollout", "same web address", "filed as O7"),),
        invited_at=AT - DAY,
        expires_at=AT + 14 * DAY,
        seen_at=AT,
        channel="C1",
        manager_email="priya@acme.example",
        next_act="accept or reject it",
        updated_at=AT,
        opportunity_id=DEAL,
        referral_id="O8",
        answered_by="Priya Raman",
        answered_at=AT,
        reason="Other",
        refusals=2,
        days_left=14,
    )
    return replace(whole, **changes)


def keep(store: AnyStore, *invitations: Invitation) -> list[bool]:
    with store.transaction() as uow:
        return [uow.invitations.add(each) for each in invitations]


def test_an_invitation_is_stored_once_and_comes_back_whole(store: AnyStore) -> None:
    added = keep(store, an_invitation(), an_invitation(next_act="something else"))

    assert added == [True, False]
    assert store.read(lambda uow: uow.invitations.get(InvitationId("engi-1"))) == an_invitation()
    assert store.read(lambda uow: uow.invitations.get(InvitationId("engi-2"))) is None
    with store.transaction() as uow:
        assert uow.invitations.locked(InvitationId("engi-1")) == an_invitation()


def test_which_are_stored_is_told_of_many(store: AnyStore) -> None:
    keep(store, an_invitation())

    asked = [InvitationId(f"engi-{n}") for n in range(1, 1500)]

    assert store.read(lambda uow: uow.invitations.known(asked)) == {"engi-1"}
    assert store.read(lambda uow: uow.invitations.known([])) == frozenset()


def test_those_that_are_not_settled_come_by_when_they_expire(store: AnyStore) -> None:
    keep(
        store,
        an_invitation("late"),
        an_invitation("soon", expires_at=AT + DAY, state=InvitationState.ACCEPTING),
        an_invitation("theirs", partner=NORTHSTAR),
        *(an_invitation(f"over-{n}", state=state) for n, state in enumerate(("accepted", "rejected", "expired"))),
    )

    assert [each.id for each in store.read(lambda uow: uow.invitations.unsettled(AWS))] == ["soon", "late"]


def test_those_of_a_deal_come_oldest_first(store: AnyStore) -> None:
    keep(
        store,
        an_invitation("second"),
        an_invitation("first", seen_at=AT - DAY),
        an_invitation("other", opportunity_id=None),
        an_invitation("theirs", partner=NORTHSTAR),
    )

    assert [each.id for each in store.read(lambda uow: uow.invitations.of_deal(DEAL, AWS))] == ["first", "second"]


def test_only_who_saw_the_present_epoch_changes_it(store: AnyStore) -> None:
    keep(store, an_invitation())
    changes = {"state": InvitationState.REJECTING, "epoch": 2, "opportunity_id": None}

    with store.transaction() as uow:
        changed = [uow.invitations.change(InvitationId("engi-1"), epoch=1, changes=changes) for _ in range(2)]
        changed.append(uow.invitations.change(InvitationId("engi-2"), epoch=1, changes=changes))

    assert changed == [True, False, False]
    present = store.read(lambda uow: uow.invitations.get(InvitationId("engi-1")))
    assert present == an_invitation(state=InvitationState.REJECTING, epoch=2, opportunity_id=None)


@pytest.mark.parametrize("field", ["invited_at", "expires_at", "seen_at", "updated_at", "answered_at"])
def test_a_time_without_a_zone_is_refused(store: AnyStore, field: str) -> None:
    changes: dict[str, Any] = {field: datetime(2026, 1, 1)}  # noqa: DTZ001 - the point
    naive = an_invitation(**changes)

    with pytest.raises(Exception, match="time zone"):
        keep(store, naive)


def test_times_come_back_in_utc_whatever_zone_they_came_in(store: AnyStore) -> None:
    keep(store, an_invitation(seen_at=AT.astimezone(timezone(timedelta(hours=5)))))

    found = store.read(lambda uow: uow.invitations.get(InvitationId("engi-1")))

    assert found is not None
    assert found.seen_at == AT


def test_every_invitation_is_in_the_archive(store: AnyStore) -> None:
    keep(store, an_invitation("b"), an_invitation("a"))

    def ids(uow: UnitOfWork) -> list[str]:
        return [each.id for each in uow.archive.rows(Invitation)]

    assert store.read(ids) == ["a", "b"]
