"""What every portal promises whose partner brings deals: the fake, and AWS's adapter over its emulator."""

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Protocol

import pytest

from motions.deals import Money
from motions.errors import NotVisible, OutcomeUnknown, Rejected, Unavailable
from motions.invitations import InvitationId, InvitationState, Inviting
from motions.referrals import Review
from tests.connectors.aws.aws_world import Emulator
from tests.contracts.portal_worlds import FakeClock
from tests.fakes.portal import FakePortal

PENDING, ACCEPTED = InvitationState.PENDING, InvitationState.ACCEPTED
REJECTED, EXPIRED = InvitationState.REJECTED, InvitationState.EXPIRED


class World(Protocol):
    """What a test may do to a portal besides using it."""

    @property
    def portal(self) -> Any:
        """The portal under test: `Portal` and `Inviting`."""

    def invite(self) -> InvitationId:
        """The partner offers a deal of 18,000 dollars a month, until 2027-03-01, to Acme & Sons."""

    def lose_answer(self, what: str) -> None:
        """The next 'accept' or 'reject' is done, and nobody is told."""

    def be_unavailable(self, what: str) -> None:
        """The next 'accept', 'reject' or 'pending' finds nobody in."""

    def fail_acceptance(self, invitation_id: InvitationId) -> None:
        """An acceptance is taken, and then fails."""

    def later(self, by: timedelta) -> None:
        """Let time pass."""

    def accepted(self) -> int:
        """How many deals were accepted, whoever did it."""


class FakeWorld:
    """The portal in memory."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.portal = FakePortal(self.clock)

    def invite(self) -> InvitationId:
        return self.portal.invite(f"engi-{len(self.portal.offers) + 1}", customer="Acme & Sons")

    def lose_answer(self, what: str) -> None:
        self.portal.lose_answer(what)

    def be_unavailable(self, what: str) -> None:
        self.portal.be_unavailable(at=what)

    def fail_acceptance(self, invitation_id: InvitationId) -> None:
        self.portal.fail_acceptances()
        self.portal.accept(invitation_id, "fails")

    def later(self, by: timedelta) -> None:
        self.clock.moment += by

    def accepted(self) -> int:
        return len(self.portal.answers)


class AwsWorld:
    """The AWS adapter, over real HTTP."""

    _OPERATIONS: Mapping[str, str] = {
        "accept": "StartEngagementByAcceptingInvitationTask",
        "reject": "RejectEngagementInvitation",
        "pending": "ListEngagementInvitations",
    }

    def __init__(self, emulator: Emulator) -> None:
        emulator.start_afresh()
        self._emulator = emulator
        self.portal = emulator.portal()

    def invite(self) -> InvitationId:
        offer = {"company_name": "Acme &amp; Sons", "target_close_date": "2027-03-01"}
        return InvitationId(self._emulator.control("/aws_referral", **offer)["invitation_id"])

    def lose_answer(self, what: str) -> None:
        self._emulator.fault(self._OPERATIONS[what], "drop_after_commit")

    def be_unavailable(self, what: str) -> None:
        self._emulator.fault(self._OPERATIONS[what], "throttle")

    def fail_acceptance(self, invitation_id: InvitationId) -> None:
        self._emulator.control("/knobs", task_delay_seconds=60)
        self.portal.accept(invitation_id, "fails")
        self.portal.reject(invitation_id, "Other")
        self.later(timedelta(minutes=2))

    def later(self, by: timedelta) -> None:
        self._emulator.clock.advance(by)

    def accepted(self) -> int:
        return len(self._emulator.seen("/summary")["opportunities"])


@pytest.fixture(params=["fake", "aws"])
def world(request: pytest.FixtureRequest) -> World:
    return FakeWorld() if request.param == "fake" else AwsWorld(request.getfixturevalue("emulator"))


def test_a_portal_that_invites_is_known_as_one(world: World) -> None:
    assert isinstance(world.portal, Inviting)


def test_what_waits_is_listed_oldest_first_and_read_decoded(world: World) -> None:
    first, second = world.invite(), world.invite()

    offered = world.portal.invitation(first)

    assert list(world.portal.pending()) == [first, second]
    assert (offered.id, offered.status, offered.reason) == (first, PENDING, None)
    assert offered.expires_at - offered.invited_at == timedelta(days=15)
    facts = offered.facts
    assert (facts.customer, facts.monthly_spend) == ("Acme & Sons", Money(Decimal(18000), "USD"))
    assert (facts.close_date, facts.country) == (date(2027, 3, 1), "US")
    assert facts.title
    assert facts.asks
    assert "Jordan" in facts.contacts[0]


def test_one_that_is_accepted_becomes_a_referral_that_needs_no_review(world: World) -> None:
    invitation = world.invite()
    before = world.portal.find_acceptance(invitation)

    world.portal.accept(invitation, "k")
    referral = world.portal.outcome(invitation)

    assert before is None
    assert world.portal.find_acceptance(invitation) is not None
    assert world.portal.status(referral).review is Review.ACCEPTED
    assert world.portal.invitation(invitation).status is ACCEPTED
    assert list(world.portal.pending()) == []


def test_the_same_key_accepts_once(world: World) -> None:
    invitation = world.invite()

    tasks = [world.portal.accept(invitation, "k") for _ in range(2)]

    assert tasks[0] == tasks[1]
    assert world.accepted() == 1


def test_a_lost_acceptance_can_be_found(world: World) -> None:
    invitation = world.invite()
    world.lose_answer("accept")

    with pytest.raises(OutcomeUnknown):
        world.portal.accept(invitation, "k")

    assert world.portal.find_acceptance(invitation) is not None
    assert world.portal.outcome(invitation)


def test_an_acceptance_that_failed_is_none(world: World) -> None:
    invitation = world.invite()
    world.fail_acceptance(invitation)

    found = world.portal.find_acceptance(invitation)
    with pytest.raises(Rejected):
        world.portal.outcome(invitation)

    assert found is None
    assert world.accepted() == 0


def test_another_acceptance_is_not_judged_by_the_one_that_failed(world: World) -> None:
    invitation = world.invite()
    world.fail_acceptance(invitation)

    with pytest.raises(Unavailable):
        world.portal.outcome(invitation, "another task")


def test_one_that_is_rejected_says_why_and_waits_no_more(world: World) -> None:
    invitation = world.invite()
    reason = world.portal.reasons[0]

    world.portal.reject(invitation, reason)

    offered = world.portal.invitation(invitation)
    assert (offered.status, offered.reason) == (REJECTED, reason)
    assert list(world.portal.pending()) == []


def test_a_lost_rejection_can_be_seen(world: World) -> None:
    invitation = world.invite()
    world.lose_answer("reject")

    with pytest.raises(OutcomeUnknown):
        world.portal.reject(invitation, world.portal.reasons[-1])

    assert world.portal.invitation(invitation).status is REJECTED


def test_what_is_settled_cannot_be_rejected(world: World) -> None:
    invitation = world.invite()
    world.portal.accept(invitation, "k")

    with pytest.raises(Rejected):
        world.portal.reject(invitation, world.portal.reasons[0])


def test_one_that_nobody_answers_expires_after_fifteen_days(world: World) -> None:
    invitation = world.invite()

    world.later(timedelta(days=15, seconds=1))

    assert list(world.portal.pending()) == []
    assert world.portal.invitation(invitation).status is EXPIRED


def test_one_that_does_not_exist_is_not_visible(world: World) -> None:
    with pytest.raises(NotVisible):
        world.portal.invitation(InvitationId("engi-0000000000000"))


@pytest.mark.parametrize("what", ["accept", "reject", "pending"])
def test_nothing_is_done_while_nobody_is_in(world: World, what: str) -> None:
    invitation = world.invite()
    world.be_unavailable(what)
    calls = {
        "accept": lambda: world.portal.accept(invitation, "k"),
        "reject": lambda: world.portal.reject(invitation, world.portal.reasons[0]),
        "pending": world.portal.pending,
    }

    with pytest.raises(Unavailable):
        calls[what]()

    assert world.portal.invitation(invitation).status is PENDING
