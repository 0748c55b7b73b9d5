"""Changing a referral on its card: a new proposal for new bytes, and the old button decides nothing any more."""

from dataclasses import replace

from motions.approvals import approve
from motions.editing import edit, edit_form
from motions.errors import AuthExpired, Unavailable
from motions.model import MotionState
from motions.proposals import Verdict
from motions.referrals import Field, Problem
from motions.surfaces import ClickOutcome, ClickReply, EditForm
from tests.fakes.world import CHANNEL, DEAL, PRIYA, TOMAS, World, world
from tests.motions.stages import awaiting
from tests.motions.unsteady import BusyPortal


def filed_title(made: World) -> object:
    part = made.decision()[1].payload["file"]
    assert isinstance(part, dict)
    return part["create"]["title"]


def test_an_edit_replaces_the_proposal_and_still_needs_an_approval() -> None:
    made = awaiting()
    old = made.token

    reply = edit(old, PRIYA, {Field.TITLE: "Warehouse rollout"}, made.ports)
    made.durable.settle()

    assert isinstance(reply, ClickReply)
    assert reply.outcome is ClickOutcome.DONE
    assert "still needs an approval" in reply.text
    assert filed_title(made) == "Warehouse rollout"
    assert (made.state, made.portal.referrals) == (MotionState.AWAITING, ())
    before = made.read(lambda uow: uow.decisions.get(old))[0]
    assert (before.verdict, before.decided_name) == (Verdict.REPLACED, PRIYA.name)
    assert made.decision()[1].edited_by == PRIYA.name


def test_the_card_shows_what_was_typed_and_the_old_button_is_gone() -> None:
    made = awaiting()
    old = made.token
    edit(old, PRIYA, {Field.TITLE: "Warehouse rollout"}, made.ports)
    made.durable.settle()

    [card] = made.messenger.in_channel(CHANNEL)
    assert "Warehouse rollout" in str(card.message)
    assert old not in str(card.message)
    assert "already replaced by Priya Raman" in approve(old, TOMAS, made.ports).text
    assert approve(made.token, TOMAS, made.ports).outcome is ClickOutcome.DONE


def test_only_what_really_changed_stops_following_the_crm() -> None:
    made = awaiting()
    shown = {line.field: line.value or "" for line in made.decision()[1].form}

    edit(made.token, PRIYA, {**shown, Field.TITLE: "T", Field.PROBLEM: f" {shown[Field.PROBLEM]} "}, made.ports)

    assert made.decision()[1].answers == {"title": "T"}


def test_what_the_portal_would_bounce_is_said_at_once_and_nothing_is_stored() -> None:
    made = awaiting()
    before = made.decision()

    problems = edit(made.token, PRIYA, {Field.CLOSE_DATE: "2020-01-01"}, made.ports)

    assert isinstance(problems, tuple)
    assert [(type(p), p.field) for p in problems] == [(Problem, Field.CLOSE_DATE)]
    assert made.decision() == before


def test_one_question_may_be_answered_while_another_stays_open() -> None:
    made = world()
    made.change(stage_name="Proposal", description=None, close_date=None)
    made.poll()

    reply = edit(made.token, PRIYA, {Field.CLOSE_DATE: "2027-03-01"}, made.ports)

    assert isinstance(reply, ClickReply)
    assert reply.outcome is ClickOutcome.DONE
    assert [p.field for p in made.decision()[1].problems] == [Field.PROBLEM]


def test_the_form_asks_for_what_is_missing_first_with_the_portals_own_choices() -> None:
    made = world()
    made.change(stage_name="Proposal", description=None)
    made.poll()

    form = edit_form(made.token, PRIYA, made.ports)

    assert isinstance(form, EditForm)
    assert form.fields[0].field is Field.PROBLEM
    assert "problem is missing" in form.intro
    assert {line.field: line.options for line in form.fields}[Field.SOLUTION] == ("GTX Platform", "MG Analytics")
    assert Field.CUSTOMER not in {line.field for line in form.fields}


def test_the_form_of_a_complete_referral_invites_to_change_it() -> None:
    made = awaiting()

    form = edit_form(made.token, PRIYA, made.ports)

    assert isinstance(form, EditForm)
    assert "Change what is not right" in form.intro


def said(reply: object) -> str:
    assert isinstance(reply, ClickReply)
    assert reply.outcome is ClickOutcome.CHANGED_NOTHING
    return reply.text


def test_a_deal_that_is_hidden_meanwhile_saves_nothing() -> None:
    made = awaiting()
    made.org.delete(DEAL)

    assert "no longer shows this deal" in said(edit(made.token, PRIYA, {Field.TITLE: "T"}, made.ports))


def test_a_deal_that_lost_its_account_meanwhile_saves_nothing() -> None:
    made = awaiting()
    made.change(account=None)

    assert "account" in said(edit(made.token, PRIYA, {Field.TITLE: "T"}, made.ports))


def test_an_outage_while_saving_is_explained() -> None:
    made = awaiting()
    made.org.fail(Unavailable("CRM", "down for maintenance"))
    crm = said(edit(made.token, PRIYA, {Field.TITLE: "T"}, made.ports))
    made.portal.fail(AuthExpired("aws", "the key was revoked"), at="draft")
    portal = said(edit(made.token, PRIYA, {Field.TITLE: "T"}, made.ports))

    assert "Nothing was saved" in crm
    assert "Nothing was saved" in portal


def test_a_deal_that_changes_while_somebody_types_saves_nothing_over_it() -> None:
    made = awaiting()
    portal = BusyPortal(made.clock)

    def change() -> None:
        made.change(stage_name="Committed")
        made.poll()

    portal.meanwhile.append(change)

    reply = edit(made.token, PRIYA, {Field.TITLE: "T"}, replace(made.ports, portals={"aws": portal}))

    assert "out of date" in said(reply)
    assert made.decision()[1].answers == {}
