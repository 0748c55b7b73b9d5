"""Answering a deal a partner brings: who may, once, on what was shown; every other click is explained."""

from dataclasses import replace

import pytest

from motions.invitation_desk import accept_form, link_form, reject_form
from motions.invitation_surfaces import AcceptForm, RejectForm
from motions.inviting import look
from motions.model import Person, Token
from motions.policy import ActionKind, Autonomy
from motions.proposals import Verdict
from tests.fakes.store import FakeStore
from tests.fakes.world import ALEX, DANA, DAY, DEAL, PRIYA, SELLER, STRANGER, a_deal
from tests.motions.invited import (
    ENGI,
    PENDING,
    REJECTED,
    accepted,
    autonomy_of,
    changed_nothing,
    invitation,
    invited,
    say_no,
    say_yes,
    settled,
    tamper,
    token_of,
)
from tests.motions.unsteady import BusyStore


@pytest.mark.parametrize("by", [SELLER, ALEX, STRANGER])
def test_only_those_who_decide_referrals_answer(by: Person) -> None:
    made = invited()

    replies = [say_yes(made, by=by), say_no(made, by=by), accept_form(token_of(made), by, made.ports)]

    assert all(changed_nothing(reply, "priya.raman@meridian.example") for reply in replies)
    assert invitation(made).state is PENDING


def test_a_second_answer_is_told_who_gave_the_first() -> None:
    made = invited()
    token = token_of(made)
    say_no(made)

    early = reject_form(token, DANA, made.ports)
    settled(made)
    late = say_no(made, by=DANA)

    assert changed_nothing(early, "is being rejected by Priya Raman already")
    assert changed_nothing(late, "was rejected by Priya Raman already")


def test_one_settled_elsewhere_is_said_so_to_a_late_clicker() -> None:
    made = invited()
    token = token_of(made)
    made.portal.settle_elsewhere(ENGI, REJECTED)
    look(made.ports)

    assert changed_nothing(accept_form(token, PRIYA, made.ports), "was rejected already")


def test_the_button_of_a_card_that_asked_before_is_out_of_date() -> None:
    made = invited()
    before = token_of(made)
    made.portal.fail_acceptances()
    accepted(made)

    assert changed_nothing(accept_form(before, PRIYA, made.ports), "out of date")


def test_who_is_a_moment_too_late_is_told() -> None:
    made = invited()
    token = token_of(made)
    with made.store.transaction() as uow:
        uow.decisions.claim(token, Verdict.DENIED, by=None, at=made.clock.now())

    assert changed_nothing(say_yes(made), "a moment ago")
    assert changed_nothing(say_no(made), "a moment ago")


def test_a_button_nobody_knows_changes_nothing() -> None:
    made = invited()

    assert changed_nothing(accept_form(Token("nothing"), PRIYA, made.ports), "not known here any more")
    assert changed_nothing(link_form(Token("nothing"), PRIYA, made.ports), "not known here any more")


def test_a_button_of_a_motions_card_answers_no_invitation() -> None:
    made = invited()
    made.change(stage_name="Proposal")
    made.poll()

    assert changed_nothing(reject_form(made.token, PRIYA, made.ports), "not known here any more")


def test_one_that_lapsed_before_anybody_looked_cannot_be_answered() -> None:
    made = invited()
    made.clock.advance(15 * DAY)

    assert changed_nothing(say_yes(made), "has lapsed")


def test_policy_may_forbid_it() -> None:
    made = invited(policy={"autonomy": autonomy_of(ActionKind.PORTAL_FILING, Autonomy.FORBID)})

    assert changed_nothing(say_yes(made), "Policy forbids")


def test_a_card_that_was_tampered_with_cannot_be_answered_and_an_operator_is_told() -> None:
    made = invited()
    tamper(made)

    form, reply = accept_form(token_of(made), PRIYA, made.ports), say_yes(made)

    assert changed_nothing(form, "An operator was told")
    assert changed_nothing(reply, "An operator was told")
    assert made.problems(ENGI) == ["seal-broken"]


def test_a_reason_the_portal_does_not_know_is_none() -> None:
    made = invited()

    assert changed_nothing(say_no(made, reason="Too far away"), "does not know this reason")


def test_the_forms_offer_the_portals_reasons_and_the_deals_that_may_be_meant() -> None:
    made = invited(a_deal(), a_deal(2, name="Another of theirs"))

    yes, no = accept_form(token_of(made), PRIYA, made.ports), reject_form(token_of(made), PRIYA, made.ports)

    assert isinstance(yes, AcceptForm)
    assert isinstance(no, RejectForm)
    assert {deal for deal, _ in yes.choices} == {DEAL, a_deal(2).id}
    assert no.reasons == ("Unclear", "Duplicate", "Other")


def test_opening_a_form_waits_for_nobody_who_writes() -> None:
    made = invited()
    token, busy = token_of(made), replace(made.ports, store=BusyStore(made.store))

    assert isinstance(accept_form(token, PRIYA, busy), AcceptForm)
    assert isinstance(reject_form(token, PRIYA, busy), RejectForm)
    accepted(made, "")
    assert isinstance(link_form(Token(ENGI), PRIYA, busy), AcceptForm)


def test_a_refusal_is_said_only_once_the_invitation_is_locked() -> None:
    """Whoever reads beside a transaction sees what was before it."""
    made = invited()
    behind = replace(made.ports, durable=replace(made.durable, store=FakeStore()))

    first = accept_form(token_of(made), PRIYA, behind), reject_form(token_of(made), PRIYA, behind)
    accepted(made, "")
    late = link_form(Token(ENGI), PRIYA, behind)

    assert [type(each) for each in (*first, late)] == [AcceptForm, RejectForm, AcceptForm]
