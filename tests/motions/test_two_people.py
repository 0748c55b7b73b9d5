"""Big deals need two different people: the first is kept and shown, the second starts the filing."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from motions.approvals import approve, deny
from motions.deals import Money
from motions.editing import edit
from motions.endorsing import people_needed, worth, worth_part
from motions.model import MotionState
from motions.proposals import Verdict
from motions.referrals import Field
from motions.surfaces import ClickOutcome
from tests.fakes.world import CHANNEL, DANA, MOTION, PRIYA, TOMAS, World, default_configuration
from tests.motions.stages import asking, awaiting
from tests.motions.unsteady import SlowHandStore

LIMIT = 1_000_000


def big(**policy: Any) -> World:
    return asking(LIMIT, **policy)


def card_text(made: World) -> str:
    made.durable.settle()
    [card] = made.messenger.in_channel(CHANNEL)
    return str(card.message)


def test_the_shipped_policy_asks_two_people_from_a_million_on() -> None:
    assert default_configuration().policy.two_people_from == LIMIT


@pytest.mark.parametrize(("amount", "limit", "needed"), [(LIMIT, LIMIT, 2), (LIMIT - 1, LIMIT, 1), (LIMIT, None, 1)])
def test_the_amount_decides_how_many_approve(amount: int, limit: int | None, needed: int) -> None:
    made = asking(amount, two_people_from=limit)

    assert people_needed(made.decision()[1], made.ports.config.policy) == needed


def test_a_deal_of_unknown_amount_needs_one_person() -> None:
    proposal = awaiting().decision()[1]
    older = {name: part for name, part in proposal.payload.items() if name != "deal"}

    for payload in ({**proposal.payload, "deal": worth_part(None)}, older):
        unknown = replace(proposal, payload=payload)
        assert worth(unknown) is None
        assert people_needed(unknown, default_configuration().policy) == 1


def test_the_amount_is_sealed_with_the_referral() -> None:
    proposal = big().decision()[1]
    smaller = replace(proposal, payload={**proposal.payload, "deal": {"amount": "1", "currency": "USD"}})

    assert str(worth(proposal)) == "USD 1,000,000.00"
    assert smaller.seal != proposal.seal


def test_the_first_approval_files_nothing_and_is_shown_on_the_card() -> None:
    made = big()
    before = card_text(made)

    reply = approve(made.token, PRIYA, made.ports)

    approval = made.decision()[0]
    assert "Waiting for two approvals" in before
    assert reply.outcome is ClickOutcome.DONE
    assert "One more approval is needed" in reply.text
    assert (approval.verdict, approval.first_by, approval.first_at) == (None, PRIYA.key, made.clock.now())
    assert "Approved by Priya Raman; one more approval needed, from somebody else." in card_text(made)
    assert (made.state, made.portal.referrals) == (MotionState.AWAITING, ())
    assert "approval.endorsed" in made.events()


def test_the_second_of_two_different_people_files() -> None:
    made = big()
    approve(made.token, PRIYA, made.ports)

    reply = approve(made.token, DANA, made.ports)

    approval = made.decision()[0]
    assert "Priya Raman approved it before you" in reply.text
    assert (approval.verdict, approval.first_by, approval.decided_by) == (Verdict.APPROVED, PRIYA.key, DANA.key)
    card = card_text(made)
    assert "Approved by Priya Raman, as the first of two" in card
    assert "Approved by Dana Whitfield" in card
    assert len(made.portal.referrals) == 1


def test_the_same_person_counts_once_and_is_told_so() -> None:
    made = big()
    approve(made.token, PRIYA, made.ports)

    again = approve(made.token, PRIYA, made.ports)

    assert again.outcome is ClickOutcome.CHANGED_NOTHING
    assert "You approved this already. One more approval is needed" in again.text
    assert (made.state, made.decision()[0].verdict) == (MotionState.AWAITING, None)


def test_whoever_loses_the_race_to_be_first_is_told() -> None:
    made = big()
    made.ports = replace(made.ports, store=SlowHandStore(made.store))

    reply = approve(made.token, PRIYA, made.ports)

    assert "Somebody else approved this card a moment ago" in reply.text
    assert made.decision()[0].first_by is None


def test_after_the_first_anybody_entitled_may_still_deny() -> None:
    made = big()
    approve(made.token, PRIYA, made.ports)

    deny(made.token, PRIYA, "on second thought", made.ports)

    assert (made.state, made.decision()[0].verdict) == (MotionState.DENIED, Verdict.DENIED)


def test_an_edit_takes_the_first_approval_with_it_and_says_so() -> None:
    made = big()
    approve(made.token, PRIYA, made.ports)

    reply = edit(made.token, TOMAS, {Field.TITLE: "Another title"}, made.ports)
    approve(made.token, TOMAS, made.ports)

    assert "Priya Raman's approval was of the earlier one" in str(reply)
    assert (made.state, made.decision()[0].first_by) == (MotionState.AWAITING, TOMAS.key)


def test_a_change_of_the_deal_asks_both_again() -> None:
    made = big()
    approve(made.token, PRIYA, made.ports)
    made.change(amount=Money(Decimal(1_100_000), "USD"))
    made.poll()

    approve(made.token, DANA, made.ports)

    assert (made.state, made.decision()[0].first_by) == (MotionState.AWAITING, DANA.key)


def test_when_policy_no_longer_asks_two_the_next_click_files() -> None:
    made = big()
    approve(made.token, PRIYA, made.ports)
    made.configure(two_people_from=None)

    assert approve(made.token, PRIYA, made.ports).outcome is ClickOutcome.DONE
    assert made.read(lambda uow: uow.motions.get(MOTION)).state is MotionState.FILING
