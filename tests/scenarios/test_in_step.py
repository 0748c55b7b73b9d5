"""After the filing both sides stay in step: the real bot, the CRM's people, and colleagues in AWS's own pages."""

from motions.deals import OpportunityId
from motions.effects import EffectStatus
from motions.model import MotionState
from sandbox.cast import PRIYA
from tests.scenarios.company import Company, Json
from tests.scenarios.scene import Scene, words_of
from tests.waiting import wait_until


def stands(company: Company, deal: OpportunityId) -> Json:
    """What AWS's record says of the kept fields."""
    record = company.record_at_aws(deal)
    return {**record["LifeCycle"], "Spend": record["Project"]["ExpectedCustomerSpend"][0]["Amount"]}


def arrives(company: Company, deal: OpportunityId, **said: str) -> None:
    """The record says so, within a sweep."""
    wait_until(lambda: said.items() <= stands(company, deal).items(), within=15, what=str(said))


def test_what_the_seller_changes_in_the_crm_stands_in_the_portal(scene: Scene) -> None:
    company = scene.company
    deal = company.new_deal()
    scene.approve(PRIYA, scene.asked(deal))
    scene.handed(deal)

    company.change(deal, CloseDate="2027-11-30", NextStep="Contract & start", Amount=120000)
    arrives(company, deal, TargetCloseDate="2027-11-30", NextSteps="Contract & start", Spend="3000.00")
    company.change(deal, StageName="Closed Won")
    arrives(company, deal, Stage="Committed")
    motion = scene.settles(deal)

    amended = [e for e in scene.story(motion).effects if e.kind == "aws.amend"]
    assert {each.status for each in amended} == {EffectStatus.DONE}
    assert scene.exceptions(motion.id) == []
    assert "Sent to AWS" in words_of(scene.card(motion))


def test_what_changes_during_the_review_waits_and_is_sent_after_a_restart(scene: Scene) -> None:
    company = scene.company
    company.do("/aws/_control/reviewer", mode="manual", delay_seconds=0)
    deal = company.new_deal()
    scene.approve(PRIYA, scene.asked(deal))
    motion = scene.reaches(deal, MotionState.IN_REVIEW)

    company.change(deal, CloseDate="2027-11-30")
    wait_until(lambda: "Waits until AWS has decided" in words_of(scene.card(motion)), what="the card")
    scene.restart()
    company.review(deal, "approve")

    arrives(company, deal, TargetCloseDate="2027-11-30")
    scene.settles(deal)


def test_a_lost_deal_closes_the_referral_and_both_sides_changing_one_field_is_a_person_s(scene: Scene) -> None:
    company = scene.company
    deal = company.new_deal()
    scene.approve(PRIYA, scene.asked(deal))
    motion = scene.handed(deal)

    company.edit_in_portal(deal, "LifeCycle", TargetCloseDate="2027-10-31")
    company.change(deal, CloseDate="2027-11-30")
    torn = scene.trouble(motion.id, "sync-conflict")
    company.change(deal, CloseDate="2027-10-31")
    wait_until(lambda: scene.exceptions(motion.id) == [], what="no exception")
    company.change(deal, StageName="Closed Lost", Loss_Reason__c="price")
    arrives(company, deal, Stage="Closed Lost", ClosedLostReason="Price")

    assert "“2027-11-30”" in torn.reason
    assert "“2027-10-31”" in torn.reason
