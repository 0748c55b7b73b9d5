"""What lets a correction out, and what stops it: who answers and who was first, the grant, a competitor, the bytes."""

from dataclasses import replace
from typing import Any

import pytest

from motions.correcting import correct, correction_form
from motions.effects import EffectStatus
from motions.grant_cards import follow_grant
from motions.granting import unshare
from motions.model import Person, Role
from motions.proposals import Approval, Proposal
from motions.referrals import Field
from motions.surfaces import ClickOutcome, ClickReply
from tests.fakes.grants import share
from tests.fakes.world import ALEX, CHANNEL, DANA, DEAL, MINUTE, MOTION, PRIYA, SELLER, TOMAS, World
from tests.motions.corrected import LATER, TOLD, asked, button, card, corrections, request, send, sent
from tests.motions.outside import ProcessDied


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


def test_somebody_who_answers_while_the_portal_checks_is_first(monkeypatch: pytest.MonkeyPatch) -> None:
    made = asked()
    token = button(made)
    checked = made.portal.correction

    def slow(*given: Any) -> object:
        monkeypatch.undo()  # once
        sent(made, TOMAS, close_date=LATER)
        return checked(*given)

    monkeypatch.setattr(made.portal, "correction", slow)
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
