"""A partner asks for changes: people are asked once each time, and what they send goes once."""

from datetime import date
from decimal import Decimal

import pytest

from motions.correcting import correct, correct_referral, correction_form
from motions.deals import Money
from motions.effects import EffectStatus
from motions.errors import Unavailable
from motions.model import MotionState
from motions.referrals import Field, InputKind, Review
from motions.reviewing import poll_review, watch_portal
from motions.surfaces import ClickOutcome, EditForm
from motions.sweeping import IDLE, restart_lost
from motions.syncing import bring_in_step
from tests.fakes.portal_corrections import OPEN
from tests.fakes.world import CHANNEL, DAY, MINUTE, MOTION, PRIYA, SECOND, World
from tests.motions.corrected import LATER, TOLD, asked, button, card, corrections, request, send, sent
from tests.motions.stages import PAM, in_review
from tests.motions.test_replaying import replayed


def restart(made: World) -> None:
    """What stands still is started again."""
    made.advance(2 * IDLE)
    restart_lost(made.ports)


def test_the_card_says_what_the_partner_asks_and_what_may_change() -> None:
    made = asked("Say <what> is lost")

    [item] = made.read(lambda uow: uow.exceptions.of(MOTION))
    shown = card(made).correction
    assert shown is not None
    assert (shown.asks, shown.may_change) == ("Say <what> is lost", ("problem", "close_date"))
    assert card(made).problems == ()
    assert item.next_act == "press Correct on its card, or correct O1 in the partner's portal"
    assert shown.token in str(made.messenger.in_channel(CHANNEL)[0].message)


def test_the_form_holds_what_may_change_as_the_portal_has_it() -> None:
    made = asked()

    form = correction_form(button(made), PRIYA, made.ports)

    assert isinstance(form, EditForm)
    assert [field.field for field in form.fields] == [Field.PROBLEM, Field.CLOSE_DATE]
    assert "Say what is lost" in form.intro


def test_a_request_without_a_word_says_so() -> None:
    made = in_review()
    made.portal.ask_for_changes("O1")
    made.advance(MINUTE)

    form = correction_form(button(made), PRIYA, made.ports)

    assert isinstance(form, EditForm)
    assert "no comment given" in form.intro


def test_what_is_sent_goes_once_and_the_partner_decides_again() -> None:
    made = asked()

    reply = sent(made, problem=TOLD)
    made.advance(MINUTE)

    assert reply.outcome is ClickOutcome.DONE
    assert made.portal.says("O1", Field.PROBLEM) == TOLD
    assert made.portal.calls.count("correct") == 1
    assert corrections(made) == [EffectStatus.DONE]
    assert (made.state, made.problems(MOTION), card(made).correction) == (MotionState.IN_REVIEW, [], None)
    assert any("Corrected by Priya" in each.text and TOLD in each.text for each in card(made).milestones)


def test_a_second_round_works_the_same() -> None:
    made = asked()
    sent(made, problem=TOLD)
    made.advance(MINUTE)
    made.portal.ask_for_changes("O1", "And by when?")
    made.advance(10 * MINUTE)

    again = card(made).correction
    sent(made, close_date=LATER)
    made.advance(10 * MINUTE)
    made.portal.review("O1", Review.ACCEPTED, **PAM)
    made.advance(20 * MINUTE)

    assert again is not None
    assert again.asks == "And by when?"
    assert corrections(made) == [EffectStatus.DONE, EffectStatus.DONE]
    assert (made.state, made.problems()) == (MotionState.HANDED_OFF, [])
    assert list(replayed(made).differences) == []


def test_a_lost_answer_is_looked_up_and_nothing_goes_twice() -> None:
    made = asked()
    made.portal.lose_answer("correct")

    sent(made, problem=TOLD)
    made.advance(10 * MINUTE)

    assert made.portal.calls.count("correct") == 1
    assert corrections(made) == [EffectStatus.DONE]
    assert made.portal.referrals[0].changes == 1


def test_an_answer_lost_while_the_partner_accepts_is_looked_up_all_the_same() -> None:
    made = asked()
    made.portal.lose_answer("correct")
    sent(made, close_date=LATER)
    made.advance(SECOND)
    made.portal.review("O1", Review.ACCEPTED, **PAM)
    poll_review(MOTION, made.motion.epoch, "once", made.ports)

    made.advance(20 * MINUTE)

    assert made.portal.calls.count("correct") == 1
    assert corrections(made) == [EffectStatus.DONE]
    assert (made.state, made.problems()) == (MotionState.HANDED_OFF, [])
    assert "sync.taken" not in made.events(MOTION)


def test_nothing_is_kept_in_step_before_a_lost_answer_is_looked_up() -> None:
    made = asked()
    made.portal.lose_answer("correct")
    sent(made, close_date=LATER)
    made.durable.settle()
    made.portal.review("O1", Review.ACCEPTED, **PAM)

    with pytest.raises(Unavailable, match="not known yet"):
        bring_in_step(MOTION, made.motion.epoch, "once", made.ports)

    assert "sync.taken" not in made.events(MOTION)


def test_a_correction_that_never_arrived_goes_again() -> None:
    made = asked()
    made.portal.be_unavailable(8, at="correct")

    sent(made, problem=TOLD)
    made.advance(30 * MINUTE)

    assert made.portal.says("O1", Field.PROBLEM) == TOLD
    assert made.portal.referrals[0].changes == 1
    assert made.problems(MOTION) == []


def test_a_correction_that_never_left_answers_no_later_request() -> None:
    made = asked()
    made.portal.be_unavailable(30, at="correct")
    sent(made, problem=TOLD)
    made.advance(MINUTE)
    made.portal.settle_there("O1", close_date=LATER)
    made.clock.advance(SECOND)
    made.portal.ask_for_changes("O1", "And by when?")

    made.advance(DAY)

    shown = card(made).correction
    assert made.portal.says("O1", Field.PROBLEM) != TOLD
    assert shown is not None
    assert shown.asks == "And by when?"
    assert set(made.problems(MOTION)) == {"action-required", "correction-refused"}


def test_while_it_is_on_its_way_nothing_is_asked_again() -> None:
    made = asked()
    made.portal.be_unavailable(3, at="correct")

    sent(made, problem=TOLD)
    made.advance(SECOND)
    poll_review(MOTION, made.motion.epoch, "once", made.ports)

    assert card(made).correction is None
    assert made.problems(MOTION) == []


def test_an_older_read_after_the_correction_asks_nothing() -> None:
    made = asked()
    sent(made, problem=TOLD)
    made.advance(SECOND)
    made.portal.read_back_older()

    poll_review(MOTION, made.motion.epoch, "once", made.ports)

    assert card(made).correction is None


def test_what_is_asked_again_before_a_lost_answer_is_looked_up_is_asked() -> None:
    made = asked()
    made.portal.lose_answer("correct")
    sent(made, problem=TOLD)
    made.durable.settle()
    made.portal.ask_for_changes("O1", "And by when?")

    made.advance(30 * MINUTE)

    shown = card(made).correction
    assert shown is not None
    assert shown.asks == "And by when?"
    assert made.problems(MOTION) == ["action-required"]
    assert made.portal.calls.count("correct") == 1


def test_what_the_engine_lost_is_sent_all_the_same() -> None:
    made = asked()
    sent(made, problem=TOLD)
    made.durable.lose_waiting()
    restart(made)

    made.advance(10 * MINUTE)

    assert made.portal.says("O1", Field.PROBLEM) == TOLD
    assert corrections(made) == [EffectStatus.DONE]


def test_what_would_bounce_is_said_beside_its_field_and_nothing_is_stored() -> None:
    made = asked()

    problems = send(made, problem="Too short")

    assert isinstance(problems, tuple)
    assert [each.field for each in problems] == [Field.PROBLEM]
    assert request(made)[0].verdict is None
    assert corrections(made) == []


def test_a_form_sent_as_it_was_changes_nothing() -> None:
    made = asked()
    form = correction_form(button(made), PRIYA, made.ports)
    assert isinstance(form, EditForm)

    problems = correct(button(made), PRIYA, {f.field: f.value or "" for f in form.fields}, made.ports)

    assert isinstance(problems, tuple)
    assert [each.code for each in problems] == ["UNCHANGED"]


def test_a_correction_is_no_news_for_the_crm_and_no_conflict() -> None:
    made = asked(sync={"close_date": "both"})
    sent(made, close_date=LATER)
    made.advance(10 * MINUTE)
    made.portal.review("O1", Review.ACCEPTED, **PAM)
    made.advance(DAY)
    made.portal.review("O1", Review.ACCEPTED, next_step="Call on Friday")
    watch_portal("aws", made.ports)
    made.durable.settle()
    corrected = made.portal.says("O1", Field.CLOSE_DATE)

    made.change(close_date=date(2027, 9, 30))
    made.poll()

    assert (corrected, made.portal.says("O1", Field.CLOSE_DATE)) == (LATER, "2027-09-30")
    assert made.problems() == []
    assert "sync.taken" not in made.events(MOTION)


def test_a_corrected_spend_outlives_a_new_rate_of_exchange(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(OPEN, Field.MONTHLY_SPEND, InputKind.NUMBER)
    made = asked(sync={"monthly_spend": "both"})
    made.change(amount=Money(Decimal(19_500), "USD"))
    made.poll()
    sent(made, monthly_spend="999")
    made.advance(10 * MINUTE)

    worded = made.portal.worded
    at_another_rate = {Field.MONTHLY_SPEND: "998"}
    monkeypatch.setattr(made.portal, "worded", lambda *given: {**worded(*given), **at_another_rate})
    made.portal.review("O1", Review.ACCEPTED, **PAM)
    made.advance(DAY)

    assert (made.state, made.portal.says("O1", Field.MONTHLY_SPEND)) == (MotionState.HANDED_OFF, "999")
    assert made.problems() == []


def test_what_was_answered_before_is_not_sent_again() -> None:
    made = asked()
    sent(made, problem=TOLD)
    made.advance(MINUTE)

    correct_referral(MOTION, made.motion.epoch, "another.again", made.ports)

    assert made.portal.calls.count("correct") == 1
