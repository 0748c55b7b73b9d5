"""Changing what is filed: the whole record is sent, nobody is overwritten, and nothing goes that AWS would refuse."""

from typing import Any

import pytest

from connectors.aws import AwsPortal
from connectors.aws.edits import TRIES, Locked, plain, update_request
from connectors.aws.refusals import Conflict
from motions.errors import Rejected
from motions.referrals import Field, Review
from tests.connectors.aws.aws_world import READY, TODAY, Emulator
from tests.connectors.aws.filings import record

STEPS, CLOSE, PROBLEM = "LifeCycle.NextSteps", "LifeCycle.TargetCloseDate", "Project.CustomerBusinessProblem"


def filed(emulator: Emulator, decision: str | None = "approve") -> tuple[AwsPortal, str]:
    """A referral of ours, and what the reviewer made of it."""
    portal = emulator.portal()
    ids: dict[str, str] = {}
    for step in portal.saga(portal.draft(READY, TODAY).payload, "m1:file"):
        ids[step.name] = step.send(ids)
    if decision:
        emulator.control("/review", id=ids["create"], decision=decision, comments="Which data?")
    return portal, ids["create"]


def held(emulator: Emulator, referral: str) -> dict[str, Any]:
    return emulator.held(referral)


def meanwhile(emulator: Emulator, referral: str, **life: str) -> None:
    """Somebody of ours changes the record in the portal's own pages."""
    known = held(emulator, referral)
    changes = {f"LifeCycle.{name}": value for name, value in life.items()}
    request = update_request(known, changes, "AWS")
    del request["Catalog"]  # the wire adds it
    emulator.client().write("update_opportunity", **request)


def test_one_change_leaves_everything_else_as_it_was(emulator: Emulator) -> None:
    portal, referral = filed(emulator)
    emulator.control("/knobs", html_entities=True)
    before = held(emulator, referral)

    stamp = portal.amend(referral, {STEPS: "Sign & start"})

    after = held(emulator, referral)
    assert after["LifeCycle"]["NextSteps"] == "Sign & start"
    assert after["LastModifiedDate"] == stamp
    for record_ in (before, after):
        del record_["LastModifiedDate"], record_["ResponseMetadata"], record_["LifeCycle"]["NextSteps"]
        record_["LifeCycle"].pop("NextStepsHistory", None)
    assert after == before


def test_the_same_change_again_writes_nothing(emulator: Emulator) -> None:
    portal, referral = filed(emulator)

    first = portal.amend(referral, {STEPS: "Sign"})
    second = portal.amend(referral, {STEPS: "Sign"})

    assert first == second
    assert len(emulator.calls("UpdateOpportunity")) == 1


def test_an_update_always_says_where_the_deal_came_from() -> None:
    request = update_request(plain(record(Marketing=None)), {}, "AWS")

    assert request["Marketing"] == {"Source": "None"}
    assert not {"Id", "Arn", "RelatedEntityIdentifiers"} & set(request)


def test_whoever_changed_another_field_meanwhile_is_not_overwritten(emulator: Emulator) -> None:
    portal, referral = filed(emulator)
    meanwhile(emulator, referral, TargetCloseDate="2027-05-31")
    emulator.fault("GetOpportunity", "stale_read")

    portal.amend(referral, {STEPS: "Sign"})

    life = held(emulator, referral)["LifeCycle"]
    assert (life["NextSteps"], life["TargetCloseDate"]) == ("Sign", "2027-05-31")


def test_one_field_changed_by_both_is_for_a_person_with_both_values(emulator: Emulator) -> None:
    portal, referral = filed(emulator)
    seen = {STEPS: held(emulator, referral)["LifeCycle"]["NextSteps"]}
    meanwhile(emulator, referral, NextSteps="Theirs")

    with pytest.raises(Conflict) as refused:
        portal.amend(referral, {STEPS: "Ours"}, seen=seen)

    (problem,) = refused.value.problems
    assert problem.field is Field.NEXT_STEPS
    assert "Theirs" in problem.message
    assert "Ours" in problem.message
    assert held(emulator, referral)["LifeCycle"]["NextSteps"] == "Theirs"


def test_a_record_that_never_holds_still_is_given_up(emulator: Emulator) -> None:
    portal, referral = filed(emulator)
    meanwhile(emulator, referral, TargetCloseDate="2027-05-31")
    emulator.fault("GetOpportunity", "stale_read", times=TRIES)
    made = len(emulator.calls("UpdateOpportunity"))

    with pytest.raises(Conflict):
        portal.amend(referral, {STEPS: "Sign"})

    assert len(emulator.calls("UpdateOpportunity")) == made + TRIES


@pytest.mark.parametrize("decision", [None, "in_review"])
def test_while_aws_reviews_a_change_waits_and_nothing_is_sent(emulator: Emulator, decision: str | None) -> None:
    portal, referral = filed(emulator, decision)

    with pytest.raises(Locked):
        portal.amend(referral, {STEPS: "Sign"})

    assert emulator.calls("UpdateOpportunity") == []


def test_what_approval_froze_is_refused_here_on_its_field(emulator: Emulator) -> None:
    portal, referral = filed(emulator)

    with pytest.raises(Rejected) as refused:
        portal.amend(referral, {"Customer.Account.WebsiteUrl": "other.example", STEPS: "Sign"})

    assert [problem.field for problem in refused.value.problems] == [Field.WEBSITE]
    assert "Nothing was sent" in str(refused.value)
    assert emulator.calls("UpdateOpportunity") == []


def test_what_aws_asked_for_is_sent_and_reviewed_again(emulator: Emulator) -> None:
    portal, referral = filed(emulator, "action_required")
    assert portal.status(referral).review is Review.ACTION_REQUIRED

    portal.amend(referral, {PROBLEM: "Dispatchers cannot see freight in 14 depots: they need a live map."})

    assert held(emulator, referral)["LifeCycle"]["ReviewStatus"] == "Submitted"


def test_a_stale_answer_while_aws_asks_cannot_smuggle_another_field(emulator: Emulator) -> None:
    portal, referral = filed(emulator, "action_required")

    with pytest.raises(Rejected):
        portal.amend(referral, {STEPS: "Sign"})

    assert emulator.calls("UpdateOpportunity") == []


def test_a_field_is_emptied(emulator: Emulator) -> None:
    portal, referral = filed(emulator)

    portal.amend(referral, {STEPS: None})

    assert "NextSteps" not in held(emulator, referral)["LifeCycle"]
