"""AWS in all its moods: whatever it answers, one referral is filed, or a person knows why not and what to do."""

import json
from typing import Any

from motions.deals import OpportunityId
from motions.model import MotionState
from sandbox.cast import DANA, PRIYA, TOMAS
from tests.scenarios.company import CASSEY, HAYDEN
from tests.scenarios.scene import Scene, said, words_of
from tests.waiting import wait_until

# For each call of the saga: an answer lost after the work was done, and a call turned away before it.
TROUBLES = {
    "CreateOpportunity": ("drop_after_commit", "throttle"),
    "AssociateOpportunity": ("error_after_commit", "http_503_html"),
    "StartEngagementFromOpportunityTask": ("drop_after_commit", "throttle"),
}


def test_whatever_goes_wrong_at_every_call_each_deal_is_filed_exactly_once(scene: Scene) -> None:
    deals = [scene.company.new_deal(), scene.company.new_deal(owner=HAYDEN)]
    motions = [scene.asked(deal) for deal in deals]
    for operation, kinds in TROUBLES.items():
        for kind in kinds:
            scene.company.trouble("aws", kind, operation=operation)

    for person, motion in zip((PRIYA, TOMAS), motions, strict=True):
        scene.approve(person, motion)
    for deal in deals:
        scene.handed(deal, within=60)

    for deal in deals:
        (filed,) = scene.company.filed(deal)
        assert filed["review_status"] == "Approved"
        assert scene.company.record(deal)["Cosell_Referral_Id__c"] == filed["id"]
        assert scene.exceptions(deal) == []


def test_a_refusal_is_an_exception_with_aws_s_reason_and_nothing_is_filed(scene: Scene) -> None:
    deal = scene.company.new_deal(owner=CASSEY)
    motion = scene.asked(deal)
    scene.company.trouble("aws", "validation", operation="CreateOpportunity")

    scene.approve(PRIYA, motion)
    scene.reaches(deal, MotionState.NEEDS_PERSON)
    (problem,) = scene.exceptions(deal)

    assert problem.code == "portal-refused"
    assert "The website could not be verified" in problem.reason
    assert "Nothing was written" in problem.reason
    assert problem.owner == "priya.raman@meridian.example"
    assert problem.next_act
    assert scene.company.filed(deal) == []
    wait_until(lambda: problem.reason[:40] in words_of(scene.card(motion)), what="the reason on the card")


def test_a_refused_referral_is_filed_after_the_deal_is_corrected_and_approved_again(scene: Scene) -> None:
    deal = scene.company.new_deal(owner=CASSEY)
    motion = scene.asked(deal)
    scene.company.trouble("aws", "validation", operation="CreateOpportunity")
    scene.approve(PRIYA, motion)
    scene.reaches(deal, MotionState.NEEDS_PERSON)

    scene.company.change(deal, Amount=90000)
    again = scene.asked(deal)
    wait_until(lambda: _asks_for(scene.card(again), "90,000"), what="the card that asks again")
    scene.approve(PRIYA, again)
    scene.reaches(deal, MotionState.IN_REVIEW, MotionState.ACCEPTED, MotionState.HANDED_OFF)

    assert len(scene.company.filed(deal)) == 1
    assert scene.exceptions(deal) == []


def _asks_for(card: dict[str, Any], amount: str) -> bool:
    """A card that is drawn between two requests shows the new amount too, and nothing to click."""
    return amount in words_of(card) and "motion.approve" in json.dumps(card)


def test_a_refusal_that_was_mended_outside_the_deal_is_tried_again_when_somebody_asks(scene: Scene) -> None:
    deal = scene.company.new_deal(owner=CASSEY)
    motion = scene.asked(deal)
    scene.company.trouble("aws", "validation", operation="CreateOpportunity")
    scene.approve(PRIYA, motion)
    scene.reaches(deal, MotionState.NEEDS_PERSON)

    told = scene.company.act("command", DANA, channel="C0COSELLOPS", command="/cosell", text=motion.deal_name)
    fresh = scene.asked(deal)

    assert "Started" in said(told)
    assert fresh.epoch > motion.epoch
    assert scene.exceptions(deal) == []


def test_when_aws_asks_for_action_the_manager_is_told_and_the_motion_goes_on_after_it(scene: Scene) -> None:
    deal = _in_review(scene, HAYDEN)

    scene.company.review(deal, "action_required", comments="Name the decision maker")
    problem = scene.trouble(deal, "action-required")
    still = scene.motion(deal)
    scene.company.correct(deal, "Dispatchers lose two hours a day; their head of operations decides in May.")
    scene.company.review(deal, "approve")
    scene.handed(deal)

    assert "Name the decision maker" in problem.reason
    assert problem.owner == "tomas.lindqvist@meridian.example"
    assert still is not None
    assert still.state is MotionState.IN_REVIEW
    assert scene.exceptions(deal) == []


def test_a_rejection_ends_the_motion_with_its_reason_and_a_next_act(scene: Scene) -> None:
    deal = _in_review(scene, HAYDEN)

    scene.company.review(deal, "reject", comments="Not a fit for this programme")
    motion = scene.reaches(deal, MotionState.REJECTED)
    problem = scene.trouble(deal, "referral-rejected")
    scene.settles(deal)

    assert "Not a fit for this programme" in problem.reason
    assert "talk to the partner" in problem.next_act
    assert "Rejected" in words_of(scene.card(motion))
    assert scene.company.record(deal)["Cosell_Status__c"] == "Rejected"


def test_a_lost_permission_is_the_operator_s_to_renew_and_the_card_says_so(scene: Scene) -> None:
    deal = scene.company.new_deal(owner=CASSEY)
    motion = scene.asked(deal)
    scene.company.trouble("aws", "access_denied", operation="CreateOpportunity")

    scene.approve(PRIYA, motion)
    problem = scene.trouble(deal, "file-failing")

    assert "renew cosell's access to AWS" in problem.next_act
    assert problem.owner == "dana.whitfield@meridian.example"
    assert scene.company.filed(deal) == []


def _in_review(scene: Scene, owner: str) -> OpportunityId:
    """A deal whose referral a person at AWS reads."""
    scene.company.do("/aws/_control/reviewer", mode="manual")
    deal = scene.company.new_deal(owner=owner)
    scene.approve(TOMAS, scene.asked(deal))
    scene.reaches(deal, MotionState.IN_REVIEW)
    return deal
