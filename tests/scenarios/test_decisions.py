"""What a person can decide on a card: deny, edit, answer; every word that leaves was approved as it is."""

from motions.model import MotionState
from sandbox.cast import DANA, PRIYA
from tests.scenarios.company import Json
from tests.scenarios.scene import Scene, said, words_of
from tests.waiting import wait_until

PROBLEM = "Two hours a day are lost looking for freight; dispatchers need tracking they can trust."


def test_a_denied_referral_is_not_filed_and_its_reason_stays_on_the_card(scene: Scene) -> None:
    deal = scene.company.new_deal()
    motion = scene.asked(deal)

    (modal,) = scene.click(PRIYA, motion, "motion.deny")["modals"]
    answer = scene.submit(PRIYA, modal, reason_code="too-early", reason_words="No budget before May")
    scene.reaches(deal, MotionState.DENIED)
    scene.settles(deal)

    card = words_of(scene.card(motion))
    assert "Denied." in said(answer)
    assert "too-early: No budget before May" in card
    assert "motion.approve" not in card
    assert scene.company.filed(deal) == []
    assert scene.company.record(deal)["Cosell_Status__c"] == "Denied"


def test_what_would_bounce_is_said_beside_the_field_and_nothing_is_saved(scene: Scene) -> None:
    deal = scene.company.new_deal()
    motion = scene.asked(deal)

    (modal,) = scene.click(PRIYA, motion, "motion.edit")["modals"]
    answer = scene.submit(PRIYA, modal, problem="Too short")

    assert answer["ok"] is False
    assert list(answer["errors"]) == ["field:problem"]
    assert scene.motion(deal) == motion


def test_an_edited_referral_is_a_new_one_that_needs_an_approval(scene: Scene) -> None:
    deal = scene.company.new_deal()
    motion = scene.asked(deal)

    (modal,) = scene.click(DANA, motion, "motion.edit")["modals"]
    answer = scene.submit(DANA, modal, problem=PROBLEM)
    wait_until(lambda: PROBLEM in words_of(scene.card(motion)), what="the edited card")
    before = scene.company.filed(deal)
    scene.approve(PRIYA, motion)
    call = _created(scene, deal)

    assert "still needs an approval" in said(answer)
    assert before == []
    assert call["Project"]["CustomerBusinessProblem"] == PROBLEM


def test_a_deal_without_an_amount_asks_one_question_whose_answer_makes_it_ready(scene: Scene) -> None:
    deal = scene.company.new_deal(product="GTX Plus Pro", Amount=None)

    motion = scene.asked(deal)
    asking = words_of(scene.card(motion))
    (modal,) = scene.click(PRIYA, motion, "motion.answer")["modals"]
    scene.submit(PRIYA, modal, monthly_spend="1500")
    wait_until(lambda: "motion.approve" in words_of(scene.card(motion)), what="the ready card")
    scene.approve(PRIYA, motion)
    call = _created(scene, deal)

    assert motion.next_act.startswith("answer on the card")
    assert "motion.answer" in asking
    assert "motion.approve" not in asking
    assert call["Project"]["ExpectedCustomerSpend"][0]["Amount"] == "1500.00"


def test_a_change_of_the_deal_redraws_the_card_before_anybody_approves_old_facts(scene: Scene) -> None:
    deal = scene.company.new_deal()
    motion = scene.asked(deal)

    scene.company.change(deal, Amount=120000)
    wait_until(lambda: "120,000" in words_of(scene.card(motion)), what="the redrawn card")
    scene.approve(PRIYA, scene.asked(deal))

    assert _created(scene, deal)["Project"]["ExpectedCustomerSpend"][0]["Amount"] == "3000.00"


def _created(scene: Scene, deal: str) -> Json:
    """What was really sent to AWS, once."""
    calls = wait_until(lambda: [c for c in scene.company.aws_calls("CreateOpportunity") if deal in str(c["request"])])
    (call,) = calls
    request: Json = call["request"]
    return request
