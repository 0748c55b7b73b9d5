"""AWS sends a referral back: the real bot asks on its card, what is sent goes once, and AWS's view reaches the CRM."""

from typing import Any

import pytest

from motions.deals import OpportunityId
from motions.effects import EffectStatus
from motions.model import Motion, MotionState
from sandbox.cast import PRIYA
from tests.scenarios.scene import Scene, words_of
from tests.waiting import wait_until

TOLD = "Dispatchers lose two hours a day; their head of operations decides in May."


@pytest.fixture
def deal(scene: Scene) -> OpportunityId:
    """A deal whose referral AWS's reviewer reads."""
    scene.company.do("/aws/_control/reviewer", mode="manual", delay_seconds=0)
    deal = scene.company.new_deal()
    scene.approve(PRIYA, scene.asked(deal))
    scene.reaches(deal, MotionState.IN_REVIEW)
    return deal


def send_back(scene: Scene, deal: OpportunityId, comments: str) -> Motion:
    """AWS asks for changes, and the card says so."""
    scene.company.review(deal, "action_required", comments=comments)
    motion = scene.motion(deal)
    assert motion is not None
    wait_until(lambda: comments in words_of(scene.card(motion)), within=20, what="what AWS asks")
    return motion


def form_of(scene: Scene, motion: Motion) -> Any:
    """The form behind Correct."""
    (opened,) = scene.click(PRIYA, motion, "motion.correct")["modals"]
    return opened


def corrections(scene: Scene, motion: Motion) -> list[EffectStatus]:
    return [e.status for e in scene.story(motion).effects if e.kind == "aws.correct"]


def test_aws_asks_twice_each_answer_goes_once_and_its_view_of_the_deal_is_in_the_crm(
    scene: Scene, deal: OpportunityId
) -> None:
    company = scene.company
    motion = send_back(scene, deal, "Say what's lost & who decides")
    form = form_of(scene, motion)
    refused = scene.submit(PRIYA, form, problem="Too short")
    company.trouble("aws", "drop_after_commit", operation="UpdateOpportunity")
    answer = scene.submit(PRIYA, form, problem=TOLD)
    wait_until(lambda: corrections(scene, motion) == [EffectStatus.DONE], within=30, what="the correction")
    again = send_back(scene, deal, "And by when?")
    scene.submit(PRIYA, form_of(scene, again), close_date="2027-10-31")
    wait_until(lambda: corrections(scene, motion) == [EffectStatus.DONE] * 2, within=30, what="the second one")
    company.review(deal, "approve")
    scene.handed(deal)
    scene.settles(deal)

    record, crm = company.record_at_aws(deal), company.record(deal)
    assert "20 to 2000" in refused["errors"]["field:problem"]
    assert "Approved." in str(answer["modals"])
    assert record["LifeCycle"]["TargetCloseDate"] == "2027-10-31"
    assert scene.exceptions(deal) == []
    assert (crm["Cosell_Engagement_Score__c"], crm["Cosell_Deal_Quality__c"]) == ("Medium", 72)
    assert "joint discovery call" in crm["Cosell_Next_Best_Actions__c"]
    card = words_of(scene.card(motion))
    assert "Corrected by Priya Raman" in card
    assert "engagement Medium; quality 72 of 100" in card


def test_what_is_settled_in_aws_own_pages_takes_the_button_away(scene: Scene, deal: OpportunityId) -> None:
    motion = send_back(scene, deal, "Name the decision maker")
    form = form_of(scene, motion)

    scene.company.correct(deal, TOLD)
    late = scene.submit(PRIYA, form, problem="Something else altogether, which nobody needs any more.")
    wait_until(lambda: "motion.correct" not in words_of(scene.card(motion)), within=20, what="no button")

    assert "Nothing" in str(late["modals"])
    assert "own pages" in words_of(scene.card(motion))
    assert corrections(scene, motion) == []
    assert scene.exceptions(deal) == []
