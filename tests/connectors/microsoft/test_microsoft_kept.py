"""What is kept in step at Microsoft: our values in Microsoft's words and back, and changes that undo nobody else's."""

import json
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from connectors.microsoft.kept import changes_of, held_from, said_in, worded
from connectors.microsoft.portal import MicrosoftPortal
from connectors.microsoft.refusals import Conflict
from motions.deals import Money, Stage
from motions.errors import NotVisible, OutcomeUnknown, Rejected, Unavailable
from motions.in_step import Amendable
from motions.referrals import Field
from tests.connectors.microsoft.microsoft_world import READY, TODAY, Emulator

AMOUNT, CLOSE, STAGE = Field.AMOUNT, Field.CLOSE_DATE, Field.STAGE
MOVED = {AMOUNT: "EUR 60000.50", CLOSE: "2027-06-30"}


@pytest.fixture
def portal(emulator: Emulator, tmp_path: Path) -> MicrosoftPortal:
    return emulator.portal(tmp_path)


def filed(portal: MicrosoftPortal) -> str:
    """The id of our referral of a co-sell that Microsoft has not answered."""
    ids: dict[str, str] = {}
    for step in portal.saga(portal.draft(READY, TODAY).payload, "m1:file"):
        ids[step.name] = step.send(ids)
    return ids["create"]


def meanwhile(emulator: Emulator, referral: str, **details: object) -> None:
    """Somebody of ours changes details in Partner Center's own pages."""
    operations = [{"op": "add", "path": f"/details/{name}", "value": value} for name, value in details.items()]
    emulator.control("/edit", id=referral, operations=operations)


def sent(emulator: Emulator) -> list[dict[str, Any]]:
    """What every change asked for, by path."""
    return [{each["path"]: each["value"] for each in json.loads(call["request"])} for call in emulator.calls("update")]


def test_what_was_filed_is_what_stands_there(portal: MicrosoftPortal) -> None:
    referral = filed(portal)

    assert isinstance(portal, Amendable)
    said = {STAGE: "Open", CLOSE: "2027-03-31", AMOUNT: "USD 48210.55"}
    assert portal.filed_as(portal.draft(READY, TODAY).payload) == said
    assert portal.held(referral).values == portal.worded(READY, TODAY) == said


@pytest.mark.parametrize(
    ("stage", "reason", "said"),
    [
        (None, None, None),
        (Stage.DISCOVERY, None, "Open"),
        (Stage.COMMITTED, None, "Open"),
        (Stage.WON, "price", "Closed / Won"),
        (Stage.LOST, " They &amp; we\ncould not agree ", "Closed / Lost: They & we could not agree"),
        (Stage.LOST, None, "Closed / Lost"),
    ],
)
def test_a_stage_in_microsoft_s_words(stage: Stage | None, reason: str | None, said: str | None) -> None:
    assert worded(replace(READY, stage=stage, loss_reason=reason), TODAY).get(STAGE) == said


def test_what_a_deal_does_not_say_is_left_out() -> None:
    assert worded(replace(READY, annual_value=None, close_date=None, stage=None), TODAY) == {}
    assert worded(replace(READY, annual_value=Money(Decimal(0), "USD")), TODAY).keys() == {STAGE, CLOSE}


@pytest.mark.parametrize("amount", [48210, 48210.0, "48210.00", 48210.001])
@pytest.mark.parametrize(
    "closes", ["2027-03-31T00:00:00Z", "2027-03-31T07:00:00.0000000Z", "2027-03-31T23:59:59+00:00"]
)
def test_another_spelling_is_the_same_value(amount: object, closes: str) -> None:
    details = {"dealValue": amount, "currency": "USD", "closingDateTime": closes}

    said = said_in({"status": "New", "substatus": "Received", "details": details})

    assert said == {STAGE: "Open", CLOSE: "2027-03-31", AMOUNT: "USD 48210.00"}


def test_a_record_with_nothing_in_it_says_nothing() -> None:
    assert said_in({}) == dict.fromkeys((STAGE, CLOSE, AMOUNT))
    assert held_from({"status": "Closed", "substatus": "Expired", "details": None}).values[STAGE] == "Closed / Expired"


@pytest.mark.parametrize(
    ("substatus", "said"),
    [("Won", "Closed / Won"), ("Lost", "Closed / Lost: They stayed on their own servers")],
)
def test_only_a_lost_deal_has_a_reason_to_agree_on(substatus: str, said: str) -> None:
    record = {"status": "Closed", "substatus": substatus, "statusReason": "They stayed\non their own servers "}

    assert said_in(record)[STAGE] == said


def test_every_change_is_taken_and_read_back_as_it_was_sent(emulator: Emulator, portal: MicrosoftPortal) -> None:
    referral = filed(portal)
    theirs = emulator.filed("microsoft")

    stamp = portal.change(referral, MOVED, portal.held(referral).values)

    held = portal.held(referral)
    assert held.values == {STAGE: "Open", **MOVED}
    assert held.modified_at == stamp
    assert portal.change(referral, MOVED, portal.worded(READY, TODAY)) == stamp
    assert sent(emulator) == [
        {"/details/closingDateTime": "2027-06-30T00:00:00Z", "/details/dealValue": 60000.5, "/details/currency": "EUR"}
    ]
    assert emulator.filed("microsoft") == theirs  # the other half of the co-sell is Microsoft's to write


def test_only_what_differs_is_sent(emulator: Emulator, portal: MicrosoftPortal) -> None:
    referral = filed(portal)
    held = portal.held(referral).values

    portal.change(referral, {CLOSE: str(held[CLOSE]), AMOUNT: "USD 60000.00"}, held)

    assert sent(emulator) == [{"/details/dealValue": 60000.0}]


@pytest.mark.parametrize(
    ("moved", "said"),
    [
        ({"stage": Stage.LOST, "loss_reason": "Price"}, "Closed / Lost: Price"),
        ({"stage": Stage.LOST}, "Closed / Lost"),
        ({"stage": Stage.WON}, "Closed / Won"),
    ],
)
def test_a_deal_that_is_over_closes_our_referral_for_good(
    portal: MicrosoftPortal, moved: dict[str, Any], said: str
) -> None:
    referral = filed(portal)
    seen = portal.held(referral).values

    portal.change(referral, {STAGE: portal.worded(replace(READY, **moved), TODAY)[STAGE]}, seen)

    held = portal.held(referral)
    assert (held.values[STAGE], held.open, held.locked) == (said, frozenset(), None)
    assert moved["stage"] in portal.closing
    with pytest.raises(Rejected):
        portal.change(referral, {STAGE: "Open"}, held.values)


def test_a_change_under_the_look_is_read_again_and_what_is_not_ours_stays(
    emulator: Emulator, portal: MicrosoftPortal
) -> None:
    referral = filed(portal)
    seen = portal.held(referral).values
    meanwhile(emulator, referral, notes="A colleague wrote down what the customer's architect said about it.")
    emulator.fault("get", "stale_read")  # the look is of the version before the colleague's, the change meets theirs

    portal.change(referral, {CLOSE: "2027-06-30"}, seen)

    assert [call["status"] for call in emulator.calls("update")] == [412, 200]
    (record,) = [each for each in emulator.seen("/referrals")["referrals"] if each["id"] == referral]
    assert record["details"]["notes"].startswith("A colleague wrote")
    assert record["details"]["closingDateTime"] == "2027-06-30T00:00:00Z"


def test_what_somebody_changed_under_the_look_is_not_overwritten(emulator: Emulator, portal: MicrosoftPortal) -> None:
    referral = filed(portal)
    seen = portal.held(referral).values
    meanwhile(emulator, referral, closingDateTime="2027-05-31T00:00:00Z")
    emulator.fault("get", "stale_read")

    with pytest.raises(Conflict) as stopped:
        portal.change(referral, MOVED, seen)

    (problem,) = stopped.value.problems
    assert (problem.field, problem.code) == (CLOSE, "CONFLICT")
    assert "“2027-05-31”" in problem.message
    assert "“2027-06-30”" in problem.message
    assert portal.held(referral).values == {**seen, CLOSE: "2027-05-31"}


def test_an_older_read_after_our_own_change_writes_nothing_twice(emulator: Emulator, portal: MicrosoftPortal) -> None:
    referral = filed(portal)
    seen = portal.held(referral).values
    stamp = portal.change(referral, MOVED, seen)
    emulator.fault("get", "stale_read")

    again = portal.change(referral, MOVED, seen)

    assert again == stamp
    assert [call["status"] for call in emulator.calls("update")] == [200, 412]


def test_a_referral_that_never_stands_still_is_left_for_later(emulator: Emulator, portal: MicrosoftPortal) -> None:
    referral = filed(portal)
    seen = portal.held(referral).values
    emulator.fault("update", "conflict", times=3)

    with pytest.raises(Unavailable) as stopped:
        portal.change(referral, MOVED, seen)

    assert not isinstance(stopped.value, OutcomeUnknown)
    assert portal.held(referral).values == seen


@pytest.mark.parametrize("fault", ["drop_after_commit", "error_after_commit"])
def test_after_a_lost_answer_the_change_is_found_and_not_made_again(
    emulator: Emulator, portal: MicrosoftPortal, fault: str
) -> None:
    referral = filed(portal)
    seen = portal.held(referral).values
    emulator.fault("update", fault)
    with pytest.raises(OutcomeUnknown):
        portal.change(referral, MOVED, seen)

    found = portal.held(referral)

    assert MOVED.items() <= found.values.items()
    assert portal.change(referral, MOVED, seen) == found.modified_at
    assert len(emulator.calls("update")) == 1


def test_a_referral_that_is_locked_is_waited_for(emulator: Emulator, portal: MicrosoftPortal) -> None:
    referral = filed(portal)
    seen = portal.held(referral).values
    emulator.fault("update", "locked")

    with pytest.raises(Unavailable):
        portal.change(referral, MOVED, seen)


def test_a_day_that_is_over_is_told_and_not_sent(emulator: Emulator, portal: MicrosoftPortal) -> None:
    referral = filed(portal)

    with pytest.raises(Rejected) as stopped:
        portal.change(referral, {CLOSE: str(TODAY - timedelta(days=1))}, portal.held(referral).values)

    assert [problem.field for problem in stopped.value.problems] == [CLOSE]
    assert emulator.calls("update") == []


def test_what_microsoft_alone_refuses_names_the_field(emulator: Emulator, portal: MicrosoftPortal) -> None:
    referral = filed(portal)

    with pytest.raises(Rejected) as stopped:
        portal.change(referral, {AMOUNT: "XYZ 10.00"}, portal.held(referral).values)

    assert [problem.field for problem in stopped.value.problems] == [AMOUNT]


def test_a_referral_of_somebody_else_is_not_there(emulator: Emulator, portal: MicrosoftPortal) -> None:
    filed(portal)

    with pytest.raises(NotVisible):
        portal.held("9b6ff4bf-0000-0000-0000-000000000000")


def test_the_day_is_the_one_in_utc() -> None:
    said = said_in({"details": {"closingDateTime": "2027-03-31T01:00:00+02:00"}})

    assert said[CLOSE] == str(date(2027, 3, 30))
    assert changes_of({CLOSE: "2027-03-30"}) == {"details.closingDateTime": "2027-03-30T00:00:00Z"}
