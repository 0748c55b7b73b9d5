"""Who may decide what, once, about exactly the bytes that were shown; every other click is explained."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from motions.approvals import approve, deny
from motions.editing import edit, edit_form
from motions.model import Band, ExceptionItem, MotionState, Person, Token, Trigger, TriggerId, TriggerKind
from motions.opening import evaluate
from motions.policy import ActionKind, Autonomy
from motions.proposals import Verdict
from motions.referrals import Field
from motions.surfaces import ClickOutcome, ClickReply, EditForm
from tests.fakes.world import (
    ALEX,
    CHANNEL,
    DANA,
    DAY,
    DEAL,
    KIM,
    MOTION,
    PRIYA,
    SAM,
    SECOND,
    SELLER,
    STRANGER,
    TOMAS,
    World,
    world,
)
from tests.motions.stages import awaiting
from tests.motions.unsteady import SlowHandStore

Click = Callable[[Token, Person, World], object]

CLICKS: dict[str, Click] = {
    "approve": lambda token, by, made: approve(token, by, made.ports),
    "deny": lambda token, by, made: deny(token, by, "no", made.ports),
    "open the form": lambda token, by, made: edit_form(token, by, made.ports),
    "edit": lambda token, by, made: edit(token, by, {Field.TITLE: "Other"}, made.ports),
}
every_click = pytest.mark.parametrize("click", CLICKS.values(), ids=CLICKS)


def refused(made: World, click: Click, by: Person = PRIYA, token: Token | None = None) -> str:
    """The words of a click that must change nothing."""
    before = (made.motion, made.decision(), made.store.enqueued, made.portal.referrals)

    reply = click(token or made.token, by, made)

    assert isinstance(reply, ClickReply)
    assert reply.outcome is ClickOutcome.CHANGED_NOTHING
    assert (made.motion, made.decision(), made.store.enqueued, made.portal.referrals) == before
    return reply.text


@pytest.mark.parametrize("by", [PRIYA, TOMAS, DANA, SAM], ids=lambda person: person.name)
def test_an_approval_starts_filing_and_says_who_gave_it(by: Person) -> None:
    made = awaiting()
    made.clock.advance(SECOND)

    reply = approve(made.token, by, made.ports)

    approval, _ = made.decision()
    assert reply.outcome is ClickOutcome.DONE
    assert "Filing Acmeco GTX rollout with AWS" in reply.text
    assert made.state is MotionState.FILING
    assert made.motion.approved_at == approval.decided_at == made.clock.now()
    assert (approval.verdict, approval.decided_by, approval.decided_name) == (Verdict.APPROVED, by.key, by.name)
    [entry] = [e for e in made.read(lambda uow: uow.log.of(MOTION)) if e.event == "approval.approved"]
    assert entry.detail["seal"] == approval.seal


@every_click
@pytest.mark.parametrize("by", [SELLER, ALEX, KIM, STRANGER], ids=lambda person: person.name)
def test_sellers_partners_and_strangers_decide_nothing(by: Person, click: Click) -> None:
    assert "Only alliance managers and operators decide" in refused(awaiting(), click, by)


@every_click
def test_a_button_nobody_knows_does_nothing(click: Click) -> None:
    assert "not known here any more" in refused(awaiting(), click, token=Token("made up"))


@every_click
def test_a_second_click_is_told_who_was_first(click: Click) -> None:
    made = awaiting()
    approve(made.token, TOMAS, made.ports)

    assert "already approved by Tomas Lindqvist" in refused(made, click)


@every_click
def test_an_expired_card_decides_nothing_however_late_it_is_swept(click: Click) -> None:
    made = awaiting()
    made.clock.advance(5 * DAY - timedelta(microseconds=1))
    assert isinstance(edit_form(made.token, PRIYA, made.ports), EditForm)
    made.clock.advance(timedelta(microseconds=1))

    said = refused(made, click)

    assert "has expired" in said
    assert "/cosell" in said


@every_click
def test_a_button_of_an_earlier_epoch_decides_nothing(click: Click) -> None:
    made = awaiting()
    made.note(epoch=made.motion.epoch + 2)

    assert "out of date" in refused(made, click)


@every_click
def test_a_motion_that_is_not_waiting_cannot_be_decided(click: Click) -> None:
    made = awaiting()
    made.note(state=MotionState.NEEDS_PERSON)

    assert "the motion is now needs a person" in refused(made, click)


@every_click
def test_bytes_that_are_not_the_sealed_ones_are_never_approved_and_the_operator_is_told(click: Click) -> None:
    made = awaiting()
    tamper_with(made)

    reply = click(made.token, PRIYA, made)
    click(made.token, PRIYA, made)

    assert isinstance(reply, ClickReply)
    assert reply.outcome is ClickOutcome.CHANGED_NOTHING
    assert "no longer matches what would be filed" in reply.text
    assert (made.state, made.decision()[0].verdict) == (MotionState.AWAITING, None)
    [item] = made.read(lambda uow: uow.exceptions.of(MOTION))
    assert (item.code, item.owner) == ("seal-broken", DANA.email)


def tamper_with(made: World) -> None:
    """Somebody changes the stored proposal behind the card."""
    approval, proposal = made.decision()
    file = proposal.payload["file"]
    assert isinstance(file, dict)
    changed = replace(proposal, payload={**proposal.payload, "file": {**file, "submit": {"involvement": "None"}}})
    made.store._rows.decisions[approval.token] = (approval, changed)


@every_click
def test_whoever_asked_for_a_motion_does_not_decide_it(click: Click) -> None:
    made = asked_for_by(PRIYA)

    assert "somebody else has to approve it" in refused(made, click)
    assert approve(made.token, TOMAS, made.ports).outcome is ClickOutcome.DONE


def test_policy_may_let_the_requester_decide() -> None:
    made = asked_for_by(PRIYA, requester_may_approve=True)

    assert approve(made.token, PRIYA, made.ports).outcome is ClickOutcome.DONE


def asked_for_by(asker: Person, **policy: Any) -> World:
    made = world(**policy)
    now = made.clock.now()
    trigger = Trigger(TriggerId("asked"), DEAL, TriggerKind.PERSON, now, now, asked_by=asker.key)
    with made.store.transaction() as uow:
        uow.matches.add_trigger(trigger)
    evaluate(DEAL, trigger.id, made.ports)
    made.durable.settle()
    return made


def test_policy_may_forbid_filing_for_a_band() -> None:
    made = awaiting()
    table = made.ports.config.policy.autonomy
    made.configure(autonomy={**table, ActionKind.PORTAL_FILING: {Band.HIGH: Autonomy.FORBID}})

    assert "Policy forbids filing" in refused(made, CLICKS["approve"])


@pytest.mark.parametrize("name", ["approve", "deny", "edit"])
def test_of_two_clicks_at_the_same_moment_one_counts(name: str) -> None:
    made = awaiting()
    made.ports = replace(made.ports, store=SlowHandStore(made.store))

    said = refused(made, CLICKS[name])

    assert "Somebody else decided this card" in said


def test_two_approvals_file_once() -> None:
    made = awaiting()

    replies = [approve(made.token, by, made.ports).outcome for by in (PRIYA, TOMAS)]
    made.durable.settle()

    assert replies == [ClickOutcome.DONE, ClickOutcome.CHANGED_NOTHING]
    assert len(made.portal.referrals) == 1


def test_a_denial_files_nothing_and_keeps_its_reason() -> None:
    made = awaiting()

    reply = deny(made.token, PRIYA, "they have their own partner", made.ports)
    made.durable.settle()

    assert "Nothing was filed" in reply.text
    assert (made.state, made.decision()[0].reason) == (MotionState.DENIED, "they have their own partner")
    assert made.portal.referrals == ()
    assert made.org.get(DEAL).cosell.status == "Denied"
    [card] = made.messenger.in_channel(CHANNEL)
    assert "they have their own partner" in str(card.message)


def test_a_denial_clears_what_was_open_about_the_motion() -> None:
    made = awaiting()
    with made.store.transaction() as uow:
        uow.exceptions.open(ExceptionItem("e1", MOTION, DEAL, "redraw-failing", "x", "y", "dana", made.clock.now()))

    deny(made.token, PRIYA, "no", made.ports)

    assert made.problems() == []


def test_while_nothing_may_leave_an_approval_is_kept_and_files_later() -> None:
    made = awaiting()
    made.configure(kill_switch=True)
    approve(made.token, PRIYA, made.ports)
    made.advance(5 * SECOND)
    meanwhile = made.portal.referrals
    made.configure(kill_switch=False)

    made.advance(timedelta(minutes=1))

    assert meanwhile == ()
    assert len(made.portal.referrals) == 1
    assert made.state is MotionState.IN_REVIEW
