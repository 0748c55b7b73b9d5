"""What is kept in step at AWS: our values in AWS's words and back, and changes that undo nobody else's."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import botocore.session
import pytest
from botocore.model import StringShape

from connectors.aws.kept import changes_of, said_in, worded
from connectors.aws.refusals import Conflict
from connectors.aws.validation import SERVICE
from connectors.aws.values import LOST_REASONS
from motions.deals import Money, Stage
from motions.errors import Rejected
from motions.in_step import Amendable
from motions.referrals import Field
from tests.connectors.aws.aws_world import READY, TODAY, Emulator
from tests.connectors.aws.test_aws_edits import filed, meanwhile

CLOSE, SPEND, STAGE, STEPS = Field.CLOSE_DATE, Field.MONTHLY_SPEND, Field.STAGE, Field.NEXT_STEPS


def test_what_was_filed_is_what_stands_there(emulator: Emulator) -> None:
    portal, referral = filed(emulator)
    draft = portal.draft(READY, TODAY)

    assert isinstance(portal, Amendable)
    assert portal.filed_as(draft.payload) == portal.held(referral).values == dict(portal.worded(READY, TODAY))


@pytest.mark.parametrize(
    ("stage", "reason", "said"),
    [
        (Stage.DISCOVERY, None, None),
        (Stage.QUALIFIED, None, "Qualified"),
        (Stage.COMMITTED, None, "Committed"),
        (Stage.WON, None, "Committed"),
        (Stage.LOST, "price", "Closed Lost: Price"),
        (Stage.LOST, "they liked another", "Closed Lost: Other"),
        (Stage.LOST, None, "Closed Lost: Other"),
    ],
)
def test_a_stage_in_aws_s_words(stage: Stage, reason: str | None, said: str | None) -> None:
    assert worded(replace(READY, stage=stage, loss_reason=reason), TODAY).get(STAGE) == said


def test_every_change_is_taken_and_read_back_as_it_was_sent(emulator: Emulator) -> None:
    portal, referral = filed(emulator)
    moved = replace(
        READY,
        stage=Stage.WON,
        close_date=date(2027, 6, 30),
        monthly_spend=Money(Decimal("2000.5"), "EUR"),
        next_steps="Sign & start: now",
    )
    emulator.control("/knobs", html_entities=True)
    wanted = portal.worded(moved, TODAY)

    stamp = portal.change(referral, wanted, portal.held(referral).values)

    held = portal.held(referral)
    assert held.values == {STAGE: "Committed", CLOSE: "2027-06-30", SPEND: "EUR 2000.50", STEPS: "Sign & start: now"}
    assert held.modified_at == stamp
    assert portal.change(referral, wanted, portal.worded(READY, TODAY)) == stamp
    assert len(emulator.calls("UpdateOpportunity")) == 1


def test_a_loss_closes_the_record_with_its_reason(emulator: Emulator) -> None:
    portal, referral = filed(emulator)
    lost = portal.worded(replace(READY, stage=Stage.LOST, loss_reason="Price"), TODAY)

    portal.change(referral, {STAGE: lost[STAGE]}, portal.held(referral).values)

    held = portal.held(referral)
    assert (held.values[STAGE], held.open, held.locked) == ("Closed Lost: Price", frozenset(), None)


def test_what_somebody_changed_meanwhile_is_not_overwritten(emulator: Emulator) -> None:
    portal, referral = filed(emulator)
    seen = portal.held(referral).values
    meanwhile(emulator, referral, TargetCloseDate="2027-05-31")

    with pytest.raises(Conflict) as stopped:
        portal.change(referral, {CLOSE: "2027-06-30"}, seen)

    assert {problem.code for problem in stopped.value.problems} == {"CONFLICT"}
    assert portal.held(referral).values[CLOSE] == "2027-05-31"


@pytest.mark.parametrize("decision", [None, "in_review", "action_required", "reject"])
def test_before_the_approval_nothing_is_sent(emulator: Emulator, decision: str | None) -> None:
    portal, referral = filed(emulator, decision)

    assert portal.held(referral).locked


def test_what_aws_refuses_is_told_and_not_sent(emulator: Emulator) -> None:
    portal, referral = filed(emulator)

    with pytest.raises(Rejected):
        portal.change(referral, {CLOSE: "2020-01-01"}, portal.held(referral).values)

    assert emulator.calls("UpdateOpportunity") == []


def test_the_reasons_of_a_loss_are_the_service_model_s() -> None:
    shape = botocore.session.get_session().get_service_model(SERVICE).shape_for("ClosedLostReason")

    assert isinstance(shape, StringShape)
    assert list(LOST_REASONS) == shape.enum


def test_the_rest_of_the_spend_stays() -> None:
    record = {"Project": {"ExpectedCustomerSpend": [{"Amount": "1.00", "CurrencyCode": "USD", "EstimationUrl": "u"}]}}

    changes = changes_of(record, {SPEND: "USD 2.00"})

    always = {"Frequency": "Monthly", "TargetCompany": "AWS"}
    told = {"Amount": "2.00", "CurrencyCode": "USD", "EstimationUrl": "u"} | always
    assert changes == {"Project.ExpectedCustomerSpend": [told]}
    assert said_in({}) == dict.fromkeys((STAGE, CLOSE, SPEND, STEPS))
