"""A deal that changes under an undecided card: nobody may approve yesterday's bytes."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from motions.approvals import approve
from motions.deals import Money, Stage
from motions.model import Band, MotionState
from motions.referrals import Field
from motions.surfaces import ClickOutcome
from motions.triggers import read_changes
from tests.fakes.world import CHANNEL, DEAL, PRIYA, World
from tests.motions.stages import awaiting, in_review
from tests.motions.unsteady import BusyPortal

CHANGES: dict[str, dict[str, Any]] = {
    "still sure": {"amount": Money(Decimal(60000), "USD")},
    "hardly worth it any more": {"amount": Money(Decimal(100), "USD")},
    "no partner may have it any more": {"stage": Stage.DISCOVERY, "stage_name": "Prospecting"},
}


def filed_value(made: World, field: Field) -> object:
    part = made.decision()[1].payload["file"]
    assert isinstance(part, dict)
    return part["create"][field.value]


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_the_card_is_prepared_again_whatever_the_deal_scores_now(change: dict[str, Any]) -> None:
    made = awaiting()
    old = made.token

    made.change(**change)
    made.poll()

    assert made.state is MotionState.AWAITING
    assert made.token != old
    assert approve(old, PRIYA, made.ports).outcome is ClickOutcome.CHANGED_NOTHING


def test_the_card_shows_the_new_bytes_in_the_old_place() -> None:
    made = awaiting()

    made.change(amount=Money(Decimal(60000), "USD"))
    made.poll()

    assert filed_value(made, Field.MONTHLY_SPEND) == "1500.00"
    [card] = made.messenger.in_channel(CHANNEL)
    assert made.token in str(card.message)
    assert "60,000.00" in str(card.message)


def test_the_motion_tells_the_reasons_of_the_deal_as_it_is_now() -> None:
    made = awaiting()

    made.change(amount=Money(Decimal(100), "USD"))
    made.poll()

    assert (made.motion.band, made.motion.score) == (Band.LOW, 55)
    assert "deals under 5,000 a year rarely get an AWS seller" in [reason.text for reason in made.motion.reasons]


def test_a_change_while_the_card_is_being_prepared_prepares_it_again() -> None:
    made = awaiting()
    portal = BusyPortal(made.clock)
    made.ports = replace(made.ports, portals={"aws": portal})
    made.change(amount=Money(Decimal(60000), "USD"))

    def change_again() -> None:
        made.change(amount=Money(Decimal(72000), "USD"))
        read_changes(made.ports)

    portal.meanwhile.append(change_again)
    made.poll()

    assert filed_value(made, Field.MONTHLY_SPEND) == "1800.00"


def test_a_deal_that_loses_its_account_takes_its_card_off_the_table_until_it_is_mended() -> None:
    made = awaiting()
    account = made.org.get(DEAL).account
    old = made.token
    made.change(account=None)
    made.poll()
    without = (made.state, sorted(made.problems()))
    made.change(account=account)
    made.poll()

    assert without == (MotionState.NEEDS_PERSON, ["deal-hidden", "deal-incomplete"])
    assert approve(old, PRIYA, made.ports).outcome is ClickOutcome.CHANGED_NOTHING
    assert made.state is MotionState.AWAITING
    assert made.problems() == []


@pytest.mark.parametrize("stage", [Stage.WON, Stage.LOST])
def test_a_closed_deal_takes_its_undecided_card_off_the_table(stage: Stage) -> None:
    made = awaiting()
    old = made.token

    made.change(stage=stage, stage_name=stage.value, is_closed=True, is_won=stage is Stage.WON)
    made.poll()

    assert made.state is MotionState.EXPIRED
    assert made.motion.next_act == f"nothing: the deal is {stage.value}"
    assert approve(old, PRIYA, made.ports).outcome is ClickOutcome.CHANGED_NOTHING
    [card] = made.messenger.in_channel(CHANNEL)
    assert old not in str(card.message)


def test_a_closed_deal_leaves_a_filed_motion_to_a_person() -> None:
    made = in_review()

    made.change(stage=Stage.LOST, is_closed=True)
    made.poll()

    assert made.state is MotionState.IN_REVIEW


def test_a_filed_motion_that_got_stuck_does_not_follow_the_deal_back_to_a_card() -> None:
    made = in_review()
    made.note(state=MotionState.NEEDS_PERSON)

    made.change(amount=Money(Decimal(60000), "USD"))
    made.poll()
    made.change(stage=Stage.LOST, is_closed=True)
    made.poll()

    assert made.state is MotionState.NEEDS_PERSON
