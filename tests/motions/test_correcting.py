"""A partner asks for changes: people are asked once each time, what they send goes once, and nobody is overruled."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from motions.cards import gather_card
from motions.correcting import correct, correct_referral, correction_form
from motions.corrections import KIND
from motions.deals import Money
from motions.effects import EffectStatus
from motions.errors import Unavailable
from motions.grant_cards import follow_grant
from motions.granting import unshare
from motions.model import MotionState, Person, Role, Token
from motions.proposals import Approval, Proposal
from motions.referrals import Field, InputKind, Problem, Review
from motions.reviewing import poll_review, watch_portal
from motions.surfaces import ClickOutcome, ClickReply, EditForm, MotionCard
from motions.sweeping import IDLE, restart_lost
from motions.syncing import bring_in_step
from tests.fakes.grants import share
from tests.fakes.portal_corrections import OPEN
from tests.fakes.world import ALEX, CHANNEL, DANA, DAY, DEAL, MINUTE, MOTION, PRIYA, SECOND, SELLER, TOMAS, World
from tests.motions.outside import ProcessDied
from tests.motions.stages import PAM, in_review
from tests.motions.test_replaying import replayed

TOLD = "Orders are lost whenever the old warehouse system stops, twice a week."
LATER = "2027-06-30"


def asked(comments: str = "Say what is lost", **policy: object) -> World:
    """Filed, and AWS asks for changes."""
    made = in_review(**policy)
    made.portal.ask_for_changes("O1", comments)
    made.advance(MINUTE)
    return made


def request(made: World) -> tuple[Approval, Proposal]:
    found: tuple[Approval, Proposal] | None = made.read(lambda uow: uow.decisions.latest(MOTION, KIND))
    assert found is not None
    return found


def button(made: World) -> Token:
    """What the card's button carries."""
    shown = card(made).correction
    assert shown is not None
    return shown.token


def restart(made: World) -> None:
    """What stands still is started again."""
    made.advance(2 * IDLE)
    restart_lost(made.ports)


def card(made: World) -> MotionCard:
    return gather_card(MOTION, made.ports, mention=False)[0]


def send(made: World, by: Person = PRIYA, **values: str) -> ClickReply | tuple[Problem, ...]:
    """Fill the form and press Send."""
    return correct(button(made), by, {Field(name): value for name, value in values.items()}, made.ports)


def sent(made: World, by: Person = PRIYA, **values: str) -> ClickReply:
    reply = send(made, by, **values)
    assert isinstance(reply, ClickReply)
    return reply


def corrections(made: World) -> list[EffectStatus]:
    return [e.status for e in made.read(lambda uow: uow.effects.of(MOTION)) if e.kind == "aws.correct"]


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


@pytest.mark.parametrize("by", [SELLER, replace(PRIYA, role=Role.STRANGER)])
def test_nobody_else_corrects_what_is_filed(by: Person) -> None:
    made = asked()

    form, reply = correction_form(button(made), by, made.ports), sent(made, by, problem=TOLD)

    assert isinstance(form, ClickReply)
    assert reply.outcome is ClickOutcome.CHANGED_NOTHING
    assert corrections(made) == []


def test_of_two_answers_one_counts() -> None:
    made = asked()
    token = button(made)
    sent(made, problem=TOLD)

    second = correct(token, TOMAS, {Field.CLOSE_DATE: LATER}, made.ports)
    made.advance(MINUTE)

    assert isinstance(second, ClickReply)
    assert second.outcome is ClickOutcome.CHANGED_NOTHING
    assert made.portal.says("O1", Field.CLOSE_DATE) != LATER


def test_somebody_who_answers_while_the_portal_checks_is_first() -> None:
    made = asked()
    token = button(made)
    checked = made.portal.correction

    def slow(*given: object) -> object:
        made.portal.correction = checked  # type: ignore[method-assign]  # once
        sent(made, TOMAS, close_date=LATER)
        return checked(*given)  # type: ignore[arg-type]  # what it was called with

    made.portal.correction = slow  # type: ignore[method-assign, assignment]  # the portal is slow
    reply = correct(token, PRIYA, {Field.PROBLEM: TOLD}, made.ports)

    assert isinstance(reply, ClickReply)
    assert reply.outcome is ClickOutcome.CHANGED_NOTHING


def test_what_was_settled_in_the_portals_own_pages_is_shown_so() -> None:
    made = asked()
    token = button(made)
    made.portal.settle_there("O1", problem=TOLD)

    early = correct(token, PRIYA, {Field.PROBLEM: TOLD + " Daily."}, made.ports)
    made.advance(10 * MINUTE)
    late = correct(token, PRIYA, {Field.PROBLEM: TOLD + " Daily."}, made.ports)

    assert isinstance(early, ClickReply)
    assert isinstance(late, ClickReply)
    assert "does not ask for changes any more" in early.text
    assert late.outcome is ClickOutcome.CHANGED_NOTHING
    assert (card(made).correction, made.problems(MOTION)) == (None, [])
    assert any("own pages" in each.text for each in card(made).milestones)


def test_a_request_that_changed_is_asked_anew() -> None:
    made = asked("Say what is lost")
    stale = button(made)
    made.portal.ask_for_changes("O1", "Say who decides")
    made.advance(10 * MINUTE)

    reply = correct(stale, PRIYA, {Field.PROBLEM: TOLD}, made.ports)

    assert isinstance(reply, ClickReply)
    assert reply.outcome is ClickOutcome.CHANGED_NOTHING
    shown = card(made).correction
    assert shown is not None
    assert shown.asks == "Say who decides"
    [item] = made.read(lambda uow: uow.exceptions.of(MOTION))
    assert "Say who decides" in item.reason


def test_what_somebody_changed_meanwhile_is_not_overwritten_and_is_asked_anew() -> None:
    made = asked()
    made.portal.be_unavailable(2, at="correct")
    sent(made, problem=TOLD)
    made.portal.colleague("O1", problem="What a colleague wrote in the portal's pages.")
    made.advance(10 * MINUTE)

    assert made.portal.says("O1", Field.PROBLEM) == "What a colleague wrote in the portal's pages."
    assert "correction-refused" in made.problems(MOTION)
    assert request(made)[0].verdict is None
    sent(made, problem=TOLD)
    made.advance(10 * MINUTE)
    assert made.portal.says("O1", Field.PROBLEM) == TOLD
    assert made.problems(MOTION) == []


def test_without_a_grant_nothing_is_sent_and_the_clicker_is_told() -> None:
    made = asked()
    unshare("aws", DANA, made.ports)

    reply = sent(made, problem=TOLD)

    assert "Nothing was saved" in reply.text
    assert corrections(made) == []


def test_a_grant_that_ends_under_the_correction_lets_nothing_out() -> None:
    made = asked()
    sent(made, problem=TOLD)
    unshare("aws", DANA, made.ports)
    made.advance(MINUTE)

    assert "correct" not in made.portal.calls
    assert "grant-revoked" in made.problems(MOTION)


def test_a_refusal_for_want_of_a_grant_is_over_once_one_stands() -> None:
    made = asked()
    sent(made, problem=TOLD)
    unshare("aws", DANA, made.ports)
    made.advance(MINUTE)

    grant = share(made.ports, ALEX)
    assert grant is not None
    follow_grant(grant.id, "confirmed", made.ports)
    made.durable.settle()

    assert made.problems(MOTION) == ["action-required"]
    assert "O1 was not corrected" not in str(made.messenger.in_channel(CHANNEL)[0].message)
    sent(made, problem=TOLD)
    made.advance(MINUTE)
    assert (made.portal.says("O1", Field.PROBLEM), made.problems(MOTION)) == (TOLD, [])


def test_a_grant_that_ends_after_a_lost_answer_makes_nobody_say_that_nothing_was_sent() -> None:
    made = asked()
    made.portal.lose_answer("correct")
    sent(made, problem=TOLD)
    made.durable.settle()
    unshare("aws", DANA, made.ports)
    made.advance(MINUTE)

    assert made.portal.says("O1", Field.PROBLEM) == TOLD
    assert (corrections(made), made.problems(MOTION)) == ([EffectStatus.DONE], [])
    assert made.portal.calls.count("correct") == 1


def test_a_grant_that_ends_after_an_attempt_nobody_heard_of_lets_nothing_out(monkeypatch: pytest.MonkeyPatch) -> None:
    made = asked()
    sent(made, problem=TOLD)

    def dying(*_given: object) -> None:
        monkeypatch.undo()
        raise ProcessDied

    monkeypatch.setattr(made.portal, "correct", dying)
    with pytest.raises(ProcessDied):
        made.durable.settle()
    unshare("aws", DANA, made.ports)
    made.durable.run_again()
    made.advance(5 * MINUTE)

    assert made.portal.says("O1", Field.PROBLEM) != TOLD
    assert corrections(made) == [EffectStatus.HELD]
    assert "grant-revoked" in made.problems(MOTION)


def test_what_the_grant_does_not_name_may_not_be_corrected() -> None:
    made = asked()
    unshare("aws", DANA, made.ports)
    share(made.ports, ALEX, fields=frozenset(Field) - {Field.PROBLEM})

    problems = send(made, problem=TOLD)

    assert isinstance(problems, tuple)
    assert [(each.field, each.code) for each in problems] == [(Field.PROBLEM, "NOT_SHARED")]


def test_a_competitor_is_sent_no_correction() -> None:
    made = asked()
    made.change(competitors=("AWS",))

    reply = sent(made, problem=TOLD)

    assert reply.outcome is ClickOutcome.CHANGED_NOTHING
    assert corrections(made) == []


def test_a_competitor_named_after_the_click_is_sent_no_correction() -> None:
    made = asked()
    made.portal.be_unavailable(2, at="correct")
    sent(made, problem=TOLD)
    made.change(competitors=("AWS",))
    made.poll()
    made.advance(10 * MINUTE)

    assert made.portal.says("O1", Field.PROBLEM) != TOLD
    assert "competitor-named" in made.problems(MOTION)


def test_a_deal_that_is_hidden_is_not_corrected() -> None:
    made = asked()
    made.org.delete(DEAL)

    assert "no longer shows this deal" in sent(made, problem=TOLD).text


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


def test_a_stored_correction_that_was_tampered_with_is_not_sent() -> None:
    made = asked()
    sent(made, problem=TOLD)
    tamper_with(made, *request(made))

    made.advance(10 * MINUTE)

    assert "correct" not in made.portal.calls
    assert "correction-refused" in made.problems(MOTION)


def tamper_with(made: World, approval: Approval, proposal: Proposal) -> None:
    """Somebody changes the stored bytes behind an approval."""
    changed = replace(
        proposal, payload={**proposal.payload, "changes": {"problem": "Other words than those approved."}}
    )
    made.store._rows.decisions[approval.token] = (approval, changed)
