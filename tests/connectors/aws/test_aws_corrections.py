"""What AWS asks to be corrected, against the emulator: its open fields as a form, judged whole, sent once."""

import pytest

from connectors.aws import AwsPortal
from connectors.aws.corrections import PATHS
from connectors.aws.refusals import Conflict
from connectors.aws.update_rules import OPEN_IN_ACTION_REQUIRED
from motions.errors import OutcomeUnknown, Rejected
from motions.referrals import Field, InputKind, Review
from tests.connectors.aws.aws_world import Emulator
from tests.connectors.aws.test_aws_edits import filed, held

OURS = ("meridian.example",)
TOLD = "Dispatchers cannot see freight in 14 depots & lose two hours a day; they need a live map."


def asked(emulator: Emulator) -> tuple[AwsPortal, str]:
    return filed(emulator, "action_required")


def test_every_field_that_aws_leaves_open_is_on_the_form_but_our_own_id() -> None:
    assert {*PATHS.values(), "PartnerOpportunityIdentifier"} == set(OPEN_IN_ACTION_REQUIRED)


def test_the_status_brings_the_form_while_aws_asks_and_at_no_other_time(emulator: Emulator) -> None:
    portal, referral = asked(emulator)

    form = {line.field: line for line in portal.status(referral).form}

    assert set(form) == set(PATHS)
    assert form[Field.PROBLEM].kind is InputKind.LONG_TEXT
    assert "see where freight is & lose hours" in (form[Field.PROBLEM].value or "")
    assert (form[Field.STATE].kind, form[Field.STATE].value) == (InputKind.CHOICE, "Illinois")
    assert (form[Field.MONTHLY_SPEND].value, form[Field.CLOSE_DATE].value) == ("1205.25", "2027-03-31")
    assert (form[Field.CITY].value, form[Field.STREET].value) == ("Chicago", "1 N State St, Suite 400")
    portal.amend(referral, {PATHS[Field.PROBLEM]: TOLD})
    assert portal.status(referral).form == ()


def test_a_correction_changes_what_was_typed_and_aws_looks_again(emulator: Emulator) -> None:
    portal, referral = asked(emulator)
    before = held(emulator, referral)
    typed = {Field.PROBLEM: TOLD, Field.MONTHLY_SPEND: "2400", Field.CLOSE_DATE: "2027-06-30", Field.CITY: "Peoria"}

    made = portal.correction(referral, typed, OURS)
    stamp = portal.correct(referral, made.changes, made.seen, portal.status(referral).modified_at)

    after = held(emulator, referral)
    assert made.problems == ()
    assert made.kept == {Field.MONTHLY_SPEND: "USD 2400.00", Field.CLOSE_DATE: "2027-06-30"}
    assert [line.field for line in made.form] == [each for each in PATHS if each in typed]
    assert (after["Project"]["CustomerBusinessProblem"], after["LifeCycle"]["ReviewStatus"]) == (TOLD, "Submitted")
    assert after["Project"]["ExpectedCustomerSpend"][0]["Amount"] == "2400.00"
    assert after["Customer"]["Account"]["Address"]["City"] == "Peoria"
    assert after["Project"]["Title"] == before["Project"]["Title"]
    assert portal.find_correction(referral, made.changes) == stamp
    assert portal.status(referral).review is Review.PENDING


@pytest.mark.parametrize(
    ("field", "value"),
    [
        (Field.PROBLEM, "Too short"),
        (Field.POSTAL_CODE, "ABC"),
        (Field.WEBSITE, "www.meridian.example"),
        (Field.WEBSITE, "no address"),
        (Field.MONTHLY_SPEND, "a lot"),
        (Field.MONTHLY_SPEND, ""),
        (Field.CLOSE_DATE, "2020-01-01"),
        (Field.COUNTRY, "Atlantis"),
        (Field.CITY, "x" * 300),
    ],
)
def test_what_aws_would_bounce_is_said_at_its_field(emulator: Emulator, field: Field, value: str) -> None:
    portal, referral = asked(emulator)

    made = portal.correction(referral, {field: value}, OURS)

    assert field in {each.field for each in made.problems}
    assert emulator.calls("UpdateOpportunity") == []


def test_a_lost_answer_is_found_and_the_same_again_writes_nothing(emulator: Emulator) -> None:
    portal, referral = asked(emulator)
    made = portal.correction(referral, {Field.PROBLEM: TOLD}, OURS)
    emulator.fault("UpdateOpportunity", "drop_after_commit")

    with pytest.raises(OutcomeUnknown):
        portal.correct(referral, made.changes, made.seen, portal.status(referral).modified_at)
    found = portal.find_correction(referral, made.changes)
    again = portal.correct(referral, made.changes, made.seen, portal.status(referral).modified_at)

    assert found == again
    assert len(emulator.calls("UpdateOpportunity")) == 1


def test_what_is_not_there_is_not_found(emulator: Emulator) -> None:
    portal, referral = asked(emulator)

    assert portal.find_correction(referral, {PATHS[Field.PROBLEM]: TOLD}) is None


def test_once_aws_asks_no_more_nothing_is_sent(emulator: Emulator) -> None:
    portal, referral = asked(emulator)
    made = portal.correction(referral, {Field.PROBLEM: TOLD}, OURS)
    portal.amend(referral, {PATHS[Field.PROBLEM]: "Somebody put it right in the portal's own pages."})

    with pytest.raises(Rejected, match="does not ask"):
        portal.correct(referral, made.changes, made.seen, portal.status(referral).modified_at)
    with pytest.raises(Rejected, match="does not ask"):
        portal.correction(referral, {Field.PROBLEM: TOLD}, OURS)


def test_what_changed_since_it_was_seen_is_not_overwritten(emulator: Emulator) -> None:
    portal, referral = asked(emulator)
    made = portal.correction(referral, {Field.PROBLEM: TOLD}, OURS)

    with pytest.raises(Conflict):
        portal.correct(
            referral,
            made.changes,
            {**made.seen, PATHS[Field.PROBLEM]: "What stood there once."},
            portal.status(referral).modified_at,
        )


def test_what_aws_makes_of_an_approved_deal_is_in_its_status(emulator: Emulator) -> None:
    portal, referral = filed(emulator, "approve")

    status = portal.status(referral)

    assert (status.engagement, status.quality) == ("Medium", "72")
    assert "joint discovery call" in (status.best_actions or "")
