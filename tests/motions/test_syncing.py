"""A filed referral and its deal are kept in step: what changes on either side reaches the other, once."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from motions.approvals import approve
from motions.deals import Money, Stage
from motions.editing import edit
from motions.effects import EffectStatus
from motions.explaining import tell
from motions.in_step import covered
from motions.model import MotionState
from motions.referrals import Review
from motions.reviewing import watch_portal
from motions.syncing import bring_in_step
from tests.fakes.portal import FakePortal
from tests.fakes.world import DEAL, MINUTE, MOTION, PRIYA, world
from tests.motions.kept import (
    CLOSE,
    LATER,
    OTHER,
    SPEND,
    STAGE,
    STEPS,
    amendments,
    card,
    exception,
    in_portal,
    moves,
    says,
    writes,
)
from tests.motions.stages import PAM, POLL, approved, awaiting, handed_off, in_review


class Unchanging(FakePortal):
    """A portal in which nothing can be changed once it is filed."""

    change = None  # type: ignore[assignment]  # one of its members is not there


def test_what_changes_in_the_crm_stands_in_the_portal_after_one_sweep() -> None:
    made = handed_off()

    moves(made, close_date=LATER, amount=Money(Decimal(120000), "USD"), next_step="Contract", stage=Stage.PROPOSAL)

    assert [says(made, field) for field in (CLOSE, SPEND, STEPS, STAGE)] == [
        "2027-06-30", "3000.00", "Contract", "proposal",
    ]  # fmt: skip
    assert amendments(made) == [EffectStatus.DONE]
    assert made.problems() == []


def test_each_change_is_sent_once_however_often_it_is_looked_at() -> None:
    made = handed_off()
    moves(made, close_date=LATER)

    for _ in range(3):
        watch_portal("aws", made.ports)
        made.poll()
        made.advance(MINUTE)
    made.durable.run_again()

    assert writes(made) == 1
    assert amendments(made) == [EffectStatus.DONE]


def test_there_and_back_again_are_two_changes() -> None:
    made = handed_off()
    first = made.org.get(DEAL).close_date
    moves(made, close_date=LATER)
    moves(made, close_date=first)
    moves(made, close_date=LATER)

    assert says(made, CLOSE) == "2027-06-30"
    assert amendments(made) == [EffectStatus.DONE] * 3


def test_a_next_step_saved_within_the_second_of_the_last_read_is_seen() -> None:
    made = handed_off()
    moves(made, close_date=LATER)

    made.org.change(DEAL, next_step="Contract")
    made.poll()

    assert says(made, STEPS) == "Contract"


def test_what_concerns_no_kept_field_asks_the_portal_nothing() -> None:
    made = handed_off()
    made.portal.calls.clear()

    moves(made, description="Another story altogether")

    assert "held" not in made.portal.calls


def test_an_empty_field_of_the_crm_empties_nothing() -> None:
    made = handed_off()
    stood = says(made, STEPS)

    moves(made, next_step=None, close_date=LATER)

    assert (says(made, STEPS), says(made, CLOSE)) == (stood, "2027-06-30")


def test_a_lost_deal_closes_the_referral() -> None:
    made = handed_off()

    moves(made, stage=Stage.LOST, stage_name="Closed Lost", is_closed=True)

    assert says(made, STAGE) == "lost"


def test_what_a_person_typed_on_the_card_stands_until_the_crm_changes() -> None:
    made = awaiting()
    edit(made.token, PRIYA, {CLOSE: "2027-03-03"}, made.ports)
    made.durable.settle()
    approve(made.token, PRIYA, made.ports)
    made.durable.settle()
    made.portal.review("O1", Review.ACCEPTED, **PAM)
    made.advance(POLL)
    assert (says(made, CLOSE), writes(made)) == ("2027-03-03", 0)

    moves(made, close_date=LATER)

    assert says(made, CLOSE) == "2027-06-30"


def test_another_rate_or_share_is_no_change_of_the_deal() -> None:
    made = handed_off()
    made.configure(monthly_spend_share=0.5)
    moves(made, next_step="Contract")
    filed = says(made, SPEND)

    moves(made, amount=Money(Decimal(120000), "USD"))
    sent = says(made, SPEND)
    made.configure(monthly_spend_share=0.3)
    moves(made, next_step="Signature")

    assert (filed, sent, says(made, SPEND)) == ("1350.00", "5000.00", "5000.00")


def test_another_rate_beside_a_change_in_the_portal_is_no_conflict() -> None:
    made = handed_off()
    made.configure(monthly_spend_share=0.5)

    in_portal(made, monthly_spend="1400.00")

    assert (says(made, SPEND), made.problems()) == ("1400.00", [])


def test_back_at_the_amount_that_was_filed_it_is_sent_though_both_agreed_on_another_meanwhile() -> None:
    made = handed_off()
    made.portal.colleague("O1", monthly_spend="3000.00")
    moves(made, amount=Money(Decimal(120000), "USD"))
    made.configure(monthly_spend_share=0.5)
    moves(made, next_step="Contract")
    both = says(made, SPEND)

    moves(made, amount=Money(Decimal(54000), "USD"))

    assert (both, says(made, SPEND)) == ("3000.00", "2250.00")


def test_what_changes_during_the_review_waits_for_the_decision_and_survives_a_restart() -> None:
    made = in_review()
    moves(made, close_date=LATER)
    waiting = [each.text for each in card(made).milestones]
    made.durable.lose_waiting()
    assert (writes(made), amendments(made)) == (0, [])

    made.portal.review("O1", Review.ACCEPTED, **PAM)
    watch_portal("aws", made.ports)
    made.advance(POLL)

    assert any("Close date 2027-06-30" in text and "decided" in text for text in waiting)
    assert says(made, CLOSE) == "2027-06-30"
    assert any("Sent to AWS: Close date 2027-06-30" in each.text for each in card(made).milestones)
    story = made.read(lambda uow: tell(MOTION, uow))
    assert [line.event for line in story.lines if line.event.startswith("sync.")] == [
        "sync.parked", "sync.sent", "sync.unparked",
    ]  # fmt: skip


def test_what_changed_between_the_click_and_the_filing_is_sent_too() -> None:
    made = approved()
    made.change(close_date=LATER)
    made.durable.settle()
    made.poll()

    made.portal.review("O1", Review.ACCEPTED, **PAM)
    made.advance(POLL)

    assert says(made, CLOSE) == "2027-06-30"


def test_what_the_portal_has_closed_for_ever_is_never_sent_and_told_once() -> None:
    made = handed_off()
    made.portal.close("O1")

    moves(made, close_date=LATER)
    moves(made, close_date=OTHER)
    moves(made, next_step="None any more")

    assert (writes(made), amendments(made)) == (0, [])
    assert made.events().count("sync.shut") == 3
    moves(made, description="x")
    assert made.events().count("sync.shut") == 3


def test_a_colleague_s_change_in_the_portal_is_told_on_the_deal_and_stays() -> None:
    made = handed_off()

    in_portal(made, next_steps="Call the CIO")

    assert says(made, STEPS) == "Call the CIO"
    (told,) = [task for task in made.org.tasks if "portal" in task.subject]
    assert "Next steps is now Call the CIO there; the CRM has Security review." in told.body
    assert writes(made) == 0

    moves(made, next_step="Contract")
    assert says(made, STEPS) == "Contract"


def test_a_field_that_only_goes_to_the_portal_is_not_told() -> None:
    made = handed_off()

    in_portal(made, close_date="2027-12-31")

    assert [task.subject for task in made.org.tasks if "portal" in task.subject] == []
    assert made.problems() == []


def test_what_the_partner_says_stays_there_when_the_table_says_so() -> None:
    made = handed_off(sync={"close_date": "to_portal"})

    made.portal.review("O1", Review.ACCEPTED, partner_stage="Committed", next_step="Legal")
    watch_portal("aws", made.ports)
    made.durable.settle()

    assert made.org.get(DEAL).cosell.partner_stage == PAM["partner_stage"]


def test_what_the_portal_refuses_is_told_and_the_deal_s_next_change_tries_again() -> None:
    made = handed_off()
    moves(made, close_date=date(2020, 1, 1))
    told = exception(made, "sync-refused")

    moves(made, close_date=LATER)

    assert "1 problem(s) with the request" in told
    assert (says(made, CLOSE), made.problems()) == ("2027-06-30", [])


def test_a_deal_the_crm_hides_changes_nothing() -> None:
    made = handed_off()
    moves(made, close_date=LATER)
    made.org.delete(DEAL)

    in_portal(made, next_steps="Call the CIO")

    assert (writes(made), made.problems()) == (1, [])


def test_who_has_no_portal_that_takes_changes_is_left_alone() -> None:
    made = handed_off()
    made.ports = replace(made.ports, portals={"aws": object()})  # type: ignore[dict-item]  # a portal without the four

    bring_in_step(MOTION, made.motion.epoch, 1, made.ports)
    moves(made, close_date=LATER)

    assert writes(made) == 0


def test_a_motion_that_is_not_filed_is_left_alone() -> None:
    made = awaiting()

    bring_in_step(MOTION, made.motion.epoch, 1, made.ports)

    assert "held" not in made.portal.calls


def test_a_portal_that_takes_no_change_gets_none_and_its_card_names_none() -> None:
    made = world()
    made.portal = Unchanging(made.clock)
    made.ports = replace(made.ports, portals={"aws": made.portal})
    made.change(stage_name="Proposal")
    made.poll()
    assert covered(made.decision()[1]) == {}
    approve(made.token, PRIYA, made.ports)
    made.durable.settle()
    made.portal.review("O1", Review.ACCEPTED, **PAM)
    made.advance(POLL)

    moves(made, close_date=LATER)

    assert made.state is MotionState.HANDED_OFF
    assert [name for name in made.portal.calls if name in {"held", "change"}] == []
