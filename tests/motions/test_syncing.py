"""A filed referral and its deal are kept in step: each follows the other, once, and nobody is overwritten."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from motions.approvals import approve
from motions.cards import gather_card
from motions.deals import Money, Stage
from motions.editing import edit
from motions.effects import EffectStatus
from motions.explaining import tell
from motions.in_step import covered
from motions.in_step_log import Round, keep
from motions.model import MotionState
from motions.referrals import Field, Review
from motions.reviewing import watch_portal
from motions.surfaces import MotionCard
from motions.syncing import bring_in_step
from tests.fakes.durable import InlineDurable
from tests.fakes.portal import FakePortal
from tests.fakes.world import DEAL, MINUTE, MOTION, PRIYA, SECOND, World, world
from tests.motions.stages import PAM, POLL, approved, awaiting, handed_off, in_review

LATER, OTHER = date(2027, 6, 30), date(2027, 9, 30)
CLOSE, SPEND, STEPS, STAGE = Field.CLOSE_DATE, Field.MONTHLY_SPEND, Field.NEXT_STEPS, Field.STAGE


class Unchanging(FakePortal):
    """A portal in which nothing can be changed once it is filed."""

    change = None  # type: ignore[assignment]  # one of its members is not there


def says(made: World, field: Field) -> str | None:
    return made.portal.says("O1", field)


def moves(made: World, **changes: Any) -> None:
    """Somebody saves the deal; the bot reads it."""
    made.change(**changes)
    made.poll()


def in_portal(made: World, **changes: str | None) -> None:
    """A colleague changes the referral in the portal's own pages; the sweep comes by."""
    made.clock.advance(SECOND)
    made.portal.colleague("O1", **changes)
    watch_portal("aws", made.ports)
    made.durable.settle()


def writes(made: World) -> int:
    return made.portal.referrals[0].changes


def amendments(made: World) -> list[EffectStatus]:
    return [e.status for e in made.read(lambda uow: uow.effects.of(MOTION)) if e.kind == "aws.amend"]


def exception(made: World, code: str) -> str:
    items = made.read(lambda uow: uow.exceptions.of(MOTION))
    (found,) = [item for item in items if item.code == code]
    return str(found.reason)


def card(made: World) -> MotionCard:
    return gather_card(MOTION, made.ports, mention=False)[0]


# The CRM's changes reach the portal.


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


# While the portal takes nothing.


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


# What changes in the portal.


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


# Both at once.


def test_when_both_change_the_same_a_person_gets_both_values_and_nothing_is_overwritten() -> None:
    made = handed_off()
    made.portal.colleague("O1", close_date="2027-12-31")

    moves(made, close_date=LATER, next_step="Contract")

    said = exception(made, "sync-conflict")
    assert "“2027-06-30”" in said
    assert "“2027-12-31”" in said
    assert (says(made, CLOSE), says(made, STEPS)) == ("2027-12-31", "Contract")
    assert made.org.get(DEAL).close_date == LATER


@pytest.mark.parametrize("side", ["crm", "portal"])
def test_a_conflict_ends_when_both_are_made_the_same(side: str) -> None:
    made = handed_off()
    made.portal.colleague("O1", close_date="2027-12-31")
    moves(made, close_date=LATER)
    moves(made, close_date=OTHER)
    assert "2027-09-30" in exception(made, "sync-conflict")

    if side == "crm":
        moves(made, close_date=date(2027, 12, 31))
    else:
        in_portal(made, close_date="2027-09-30")
    made.durable.settle()

    assert made.problems() == []
    assert writes(made) == 0
    moves(made, close_date=date(2028, 1, 31))
    assert says(made, CLOSE) == "2028-01-31"


def test_a_round_that_cannot_read_the_deal_settles_no_conflict() -> None:
    made = handed_off()
    made.portal.colleague("O1", close_date="2027-12-31")
    moves(made, close_date=LATER)
    made.org.delete(DEAL)

    in_portal(made, next_steps="Call the CIO")

    assert "sync-conflict" in made.problems(MOTION)


def test_somebody_who_is_quicker_between_the_look_and_the_write_is_not_overwritten() -> None:
    made = handed_off()
    made.change(close_date=LATER)
    made.portal.meddle(close_date="2027-12-31")

    made.poll()
    made.advance(MINUTE)

    assert says(made, CLOSE) == "2027-12-31"
    assert "sync-conflict" in made.problems()


# Lost answers, older reads, outages.


def test_a_lost_answer_is_looked_up_and_not_sent_again() -> None:
    made = handed_off()
    made.portal.lose_answer("change")

    moves(made, close_date=LATER)
    made.advance(MINUTE)

    assert (writes(made), amendments(made)) == (1, [EffectStatus.DONE])
    assert made.portal.calls.count("change") == 1
    assert "sync.agreed" in made.events() or "sync.sent" in made.events()


def test_a_lost_answer_of_a_change_that_was_not_made_is_sent_again() -> None:
    made = handed_off()
    made.portal.drop_changes()

    moves(made, close_date=LATER)
    made.advance(MINUTE)

    assert (says(made, CLOSE), amendments(made)) == ("2027-06-30", [EffectStatus.DONE])


def test_an_older_read_after_our_own_write_is_not_taken_for_a_colleague_s() -> None:
    made = handed_off()
    moves(made, next_step="Contract")

    made.portal.read_back_older(1)
    moves(made, close_date=LATER)
    made.advance(MINUTE)

    assert (says(made, STEPS), says(made, CLOSE)) == ("Contract", "2027-06-30")
    assert "sync.taken" not in made.events()
    assert made.problems() == []


def test_an_older_read_of_before_the_acceptance_keeps_nothing_waiting() -> None:
    made = handed_off()

    made.portal.read_back_older(1)
    moves(made, close_date=LATER)
    made.advance(MINUTE)

    assert says(made, CLOSE) == "2027-06-30"
    assert "sync.parked" not in made.events()


def test_an_older_read_after_a_colleague_s_change_is_not_taken_for_another_one() -> None:
    made = handed_off()
    in_portal(made, next_steps="Call the CIO")

    made.portal.read_back_older(1)
    made.durable.run_again()
    made.advance(MINUTE)

    assert says(made, STEPS) == "Call the CIO"
    assert made.events().count("sync.taken") == 1
    assert made.problems() == []


def test_an_outage_holds_it_back_and_it_goes_on() -> None:
    made = handed_off()
    made.portal.be_unavailable(5, at="held")
    made.portal.be_unavailable(5, at="change")

    moves(made, close_date=LATER)
    made.advance(20 * MINUTE)

    assert (says(made, CLOSE), writes(made), made.problems()) == ("2027-06-30", 1, [])


def test_a_change_after_a_lost_answer_is_no_conflict() -> None:
    made = handed_off()
    made.portal.lose_answer("change")
    moves(made, close_date=LATER)

    moves(made, close_date=OTHER)
    made.advance(MINUTE)

    assert says(made, CLOSE) == "2027-09-30"
    assert "exception.opened" not in made.events()


def test_a_look_at_an_older_version_and_a_refused_try_do_not_settle_a_lost_answer() -> None:
    made = handed_off()
    made.portal.lose_answer("change")
    moves(made, close_date=LATER)
    lost = amendments(made)
    made.portal.read_back_older(2)
    made.portal.be_unavailable(1, at="change", retry_after=60.0)
    made.advance(3 * SECOND)

    moves(made, close_date=OTHER)
    made.advance(10 * MINUTE)

    assert lost == [EffectStatus.INTENT]
    assert says(made, CLOSE) == "2027-09-30"
    assert "sync-conflict" not in str(made.read(lambda uow: [e.detail for e in uow.log.of(MOTION)]))


def test_somebody_who_changed_the_same_after_a_lost_change_is_not_overwritten() -> None:
    made = handed_off()
    made.portal.drop_changes()
    moves(made, close_date=LATER)
    made.portal.colleague("O1", close_date="2027-12-31")

    made.advance(MINUTE)

    assert says(made, CLOSE) == "2027-12-31"
    assert "sync-conflict" in made.problems()


def test_a_look_that_another_one_overtook_decides_again() -> None:
    made = handed_off()

    def overtake() -> None:
        made.change(close_date=OTHER)
        engine = InlineDurable(made.store, made.clock, made.durable.run)  # of another process
        bring_in_step(MOTION, made.motion.epoch, "other", replace(made.ports, durable=engine))

    made.change(close_date=LATER)
    made.portal.after_look = overtake
    made.poll()
    made.advance(MINUTE)

    assert (says(made, CLOSE), made.problems()) == ("2027-09-30", [])


def beside(made: World) -> None:
    """Another process's round, from its first look to what it keeps."""
    engine = InlineDurable(made.store, made.clock, made.durable.run)
    bring_in_step(MOTION, made.motion.epoch, "other", replace(made.ports, durable=engine))


def test_two_rounds_beside_each_other_tell_a_change_in_the_portal_once() -> None:
    made = handed_off()
    made.portal.after_look = lambda: beside(made)

    in_portal(made, next_steps="Call the CIO")

    assert made.events().count("sync.taken") == 1
    assert len([task for task in made.org.tasks if "portal" in task.subject]) == 1


def test_a_round_that_another_one_overtook_does_not_undo_what_that_one_told() -> None:
    made = handed_off()

    def overtake() -> None:
        made.clock.advance(SECOND)
        made.portal.colleague("O1", next_steps="Call the CFO")
        beside(made)

    made.portal.after_look = overtake
    in_portal(made, next_steps="Call the CIO")
    in_portal(made)

    assert made.events().count("sync.taken") == 1
    assert "Call the CFO" in made.org.tasks[-1].body


def test_a_conflict_that_was_settled_under_a_round_is_not_opened() -> None:
    made = handed_off()

    def settle() -> None:
        made.clock.advance(SECOND)
        made.portal.colleague("O1", close_date=LATER.isoformat())
        beside(made)

    made.portal.colleague("O1", close_date="2027-12-31")
    made.portal.after_look = settle
    moves(made, close_date=LATER)

    assert "exception.opened" not in made.events()
    assert writes(made) == 0


def test_a_round_that_says_late_what_it_sent_does_not_undo_what_was_sent_since() -> None:
    made = handed_off()
    moves(made, close_date=LATER)
    moves(made, close_date=OTHER)
    with made.store.transaction() as uow:
        keep(MOTION, Round(sent={CLOSE: LATER.isoformat()}), "late", uow, made.ports)

    moves(made, next_step="Contract")

    assert "sync.agreed" not in made.events()


def test_who_was_overtaken_looks_once_more() -> None:
    made = handed_off()
    stood = made.org.get(DEAL)

    def overtake() -> None:
        made.clock.advance(SECOND)
        made.portal.colleague("O1", next_steps="Call the CIO")
        now = made.org.get(DEAL)
        made.org.put([replace(now, close_date=stood.close_date)])  # the other one reads an older deal
        beside(made)
        made.org.put([now])

    made.portal.colleague("O1", close_date="2027-12-31")
    made.portal.after_look = overtake
    moves(made, close_date=LATER)

    assert "sync-conflict" in made.problems()
    assert made.events().count("sync.taken") == 1


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


def test_the_same_conflict_is_told_once() -> None:
    made = handed_off()
    made.portal.colleague("O1", close_date="2027-12-31")

    moves(made, close_date=LATER)
    moves(made, next_step="Contract")
    moves(made, next_step="Signature")

    assert made.events().count("exception.opened") == 1


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
