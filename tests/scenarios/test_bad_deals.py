"""Deals that are not whole: a clear exception with its next act, and everything goes on by itself once it is mended."""

from motions.model import MotionState
from sandbox.cast import DANA, PRIYA
from tests.scenarios.company import DARCEL
from tests.scenarios.scene import Scene, said, words_of
from tests.waiting import wait_until


def test_a_deal_without_an_account_is_its_seller_s_to_mend_and_then_starts_by_itself(scene: Scene) -> None:
    deal = scene.company.new_deal(customer=None)

    problem = scene.trouble(deal, "deal-incomplete")
    before = scene.motion(deal)
    scene.company.change(deal, AccountId="0015e0000000001AAA")
    scene.asked(deal)

    assert problem.owner == DARCEL
    assert "Set the account" in problem.next_act
    assert before is None
    assert scene.exceptions(deal) == []


def test_what_is_stuck_stands_in_the_operator_s_queue_with_its_next_act(scene: Scene) -> None:
    deal = scene.company.new_deal(customer=None)
    problem = scene.trouble(deal, "deal-incomplete")

    queue = said(scene.company.act("command", DANA, channel="C0COSELLOPS", command="/cosell", text="queue"))

    assert problem.reason in queue
    assert problem.next_act in queue


def test_a_deal_lost_while_its_card_waits_takes_the_card_off_the_table(scene: Scene) -> None:
    deal = scene.company.new_deal()
    motion = scene.asked(deal)

    scene.company.change(deal, StageName="Closed Lost")
    scene.reaches(deal, MotionState.EXPIRED)

    wait_until(lambda: "motion.approve" not in words_of(scene.card(motion)), what="the withdrawn card")
    assert scene.company.filed(deal) == []


def test_a_deal_in_a_region_nobody_covers_is_the_operator_s_to_settle(scene: Scene) -> None:
    deal = scene.company.new_deal(owner="dana.whitfield@meridian.example")

    problem = scene.trouble(deal, "no-coverage")

    assert "nobody covers" in problem.reason
    assert problem.owner == "dana.whitfield@meridian.example"
    assert scene.motion(deal) is None


def test_a_field_the_bot_may_not_read_is_named_on_the_card_and_asked_for(scene: Scene) -> None:
    deal = scene.company.new_deal(StageName="Prospecting")
    scene.company.trouble("salesforce", "hide_field", object="Opportunity", field="Description")

    scene.company.change(deal, StageName="Qualification")
    motion = scene.asked(deal)

    drawn = words_of(scene.card(motion))
    assert any("description" in each for each in motion.missing)
    assert "motion.answer" in drawn
    assert "motion.approve" not in drawn


def test_a_field_no_deal_can_do_without_is_an_exception_until_it_can_be_read_again(scene: Scene) -> None:
    scene.company.trouble("salesforce", "hide_field", object="Opportunity", field="StageName")

    problem = scene.trouble("job:crm.poll", "job-failing")
    scene.company.calm()
    wait_until(lambda: not scene.exceptions("job:crm.poll"), what="the cleared exception")
    scene.asked(scene.company.new_deal(Description="Dispatchers lose two hours a day looking for freight."))

    assert "Opportunity.StageName" in problem.reason
    assert "mend" in problem.next_act
    assert PRIYA.email not in problem.owner
