"""Answering a deal a partner brings: decided once on what was shown, told to the portal once, and then followed."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from motions.approvals import approve
from motions.grant_cards import follow_segment
from motions.invitation_desk import accept, accept_form, link, link_form, reject_form
from motions.invitation_journal import amend, receive
from motions.invitation_surfaces import AcceptForm, RejectForm
from motions.invitations import InvitationState
from motions.inviting import look
from motions.model import Band, Motion, MotionId, MotionState, Person, Token
from motions.performing import LEASE
from motions.policy import ActionKind, Autonomy
from motions.proposals import ProposalKind, Verdict
from motions.referrals import ReferralStatus, Review
from motions.reviewing import watch_portal
from motions.settling import accepted as accepted_as
from motions.settling import refused, rejected, settle_as
from motions.surfaces import ClickOutcome, ClickReply
from motions.triggers import read_changes
from tests.fakes.clock import MONDAY
from tests.fakes.store import FakeStore
from tests.fakes.world import (
    ALEX,
    AWS,
    DANA,
    DAY,
    DEAL,
    MINUTE,
    MOTION,
    PRIYA,
    SECOND,
    SELLER,
    STRANGER,
    World,
    a_deal,
    configuration,
)
from tests.motions.invited import BROUGHT, ENGI, accepted, card_text, invitation, invited, say_no, say_yes, token_of
from tests.motions.unsteady import BusyStore

PENDING, ACCEPTED, REJECTED = InvitationState.PENDING, InvitationState.ACCEPTED, InvitationState.REJECTED
LOST = LEASE + MINUTE
BROUGHT_THERE = ReferralStatus(BROUGHT, Review.ACCEPTED, MONDAY)
LOW = {"crm_write": {"high": "approve", "grey": "approve", "low": "approve", "unknown": "approve"}}


def settled(made: World) -> World:
    made.durable.settle()
    return made


def changed_nothing(reply: object, *words: str) -> bool:
    assert isinstance(reply, ClickReply)
    said = all(word in reply.text for word in words)
    return reply.outcome is ClickOutcome.CHANGED_NOTHING and said and "Nothing changed." in reply.text


# What acceptance leads to.


def test_accepted_as_a_deal_it_is_told_to_the_portal_once_and_the_crm_has_the_referral() -> None:
    made = invited()

    reply = say_yes(made)
    settled(made)

    assert (reply.outcome, "Acmeco GTX rollout" in reply.text) == (ClickOutcome.DONE, True)
    assert made.portal.answers == [("accept", ENGI)]
    assert (invitation(made).state, invitation(made).answered_by) == (ACCEPTED, PRIYA.name)
    written = made.org.get(DEAL).cosell
    assert (written.referral_id, written.status, written.partner_stage) == (BROUGHT, "Engaged", "Qualified")
    assert written.rationale == "AWS brought this deal"
    assert made.problems() == []


def test_the_card_names_who_accepted_it_and_the_deal_it_is() -> None:
    made = accepted(invited())

    shown = card_text(made)

    assert "Accepted by Priya Raman" in shown
    assert "https://crm.example/006" in shown
    assert "invitation.accept" not in shown


def test_the_motion_starts_where_its_partner_works_on_it_and_is_followed_from_there() -> None:
    made = accepted(invited())
    made.portal.review(BROUGHT, Review.ACCEPTED, partner_stage="Committed", next_step="Legal review")

    watch_portal("aws", made.ports)
    settled(made)

    assert made.state is MotionState.ENGAGED
    assert (made.motion.partner_stage, made.motion.next_step) == ("Committed", "Legal review")
    assert made.org.get(DEAL).cosell.next_step == "Legal review"


def test_the_seller_and_the_deals_activities_say_who_brought_it() -> None:
    made = accepted(invited())

    (told,) = [str(each.message["text"]) for each in made.messenger.posted if each.key == f"{MOTION}:tell.engaged"]
    written = made.read(lambda uow: [e.payload for e in uow.effects.of(MOTION) if e.kind == "crm.activity"])

    assert told == "AWS brought us Acmeco GTX rollout, and we accepted"
    assert ["AWS brought this deal" in str(each["body"]) for each in written] == [True]


def test_it_stands_in_the_joint_pipeline() -> None:
    made = accepted(invited())

    assert made.read(lambda uow: uow.spaces.line(AWS, DEAL)) is not None


def test_the_referral_is_written_though_policy_asks_before_the_crm_is_written() -> None:
    """Whoever named the deal was asked."""
    made = accepted(invited(policy={"autonomy": _autonomy(ActionKind.CRM_WRITE, Autonomy.APPROVE)}))

    assert made.org.get(DEAL).cosell.referral_id == BROUGHT


def _autonomy(kind: ActionKind, rule: Autonomy) -> dict[str, dict[str, str]]:
    table = configuration().policy.model_dump(mode="json")["autonomy"]
    return {**table, kind.value: dict.fromkeys(table[kind.value], rule.value)}


@pytest.mark.parametrize("was_matched", [True, False])
def test_the_score_is_what_the_rules_said_where_they_were_asked(*, was_matched: bool) -> None:
    made = invited()
    scored = next(each for each in made.read(lambda uow: uow.matches.latest(DEAL)).ranked if each.partner == AWS)
    if not was_matched:
        made.store._rows.matches.clear()

    accepted(made)

    assert made.motion.score == (scored.score if was_matched else 100)
    assert made.motion.band is Band.HIGH


def test_an_undecided_card_of_the_same_deal_is_withdrawn_and_can_be_approved_no_more() -> None:
    made = invited()
    made.change(stage_name="Proposal")
    made.poll()
    token = made.token

    accepted(made)

    assert (made.state, made.motion.referral_id) == (MotionState.ENGAGED, BROUGHT)
    assert made.decision()[0].verdict is Verdict.EXPIRED
    assert changed_nothing(approve(token, PRIYA, made.ports))
    assert made.portal.calls.count("create") == 0


def test_a_motion_whose_card_is_still_being_prepared_goes_on_with_what_was_brought() -> None:
    made = invited()
    made.change(stage_name="Proposal")
    read_changes(made.ports)
    made.durable.run_named("evaluate")
    assert made.state is MotionState.MATCHED

    say_yes(made)
    made.durable.run_named("answer_invitation")
    settled(made)

    assert (made.state, made.motion.referral_id) == (MotionState.ENGAGED, BROUGHT)
    assert made.motion.card is None


def test_a_referral_approved_while_the_invitation_is_being_accepted_is_not_filed() -> None:
    made = invited()
    made.change(stage_name="Proposal")
    made.poll()
    say_yes(made)
    made.portal.be_unavailable(1, at="accept", retry_after=600)
    made.durable.settle()

    assert approve(made.token, PRIYA, made.ports).outcome is ClickOutcome.DONE
    settled(made)
    stopped = made.state
    made.advance(20 * MINUTE)

    assert stopped is MotionState.NEEDS_PERSON
    assert made.portal.calls.count("create") == 0
    assert (made.state, made.motion.referral_id) == (MotionState.ENGAGED, BROUGHT)


def test_an_approval_whose_filing_waits_behind_the_acceptance_is_taken_back() -> None:
    made = invited()
    made.change(stage_name="Proposal")
    made.poll()
    say_yes(made)
    approve(made.token, PRIYA, made.ports)

    made.durable.run_named("answer_invitation")
    settled(made)

    assert made.portal.calls.count("create") == 0
    assert (made.state, made.motion.referral_id) == (MotionState.ENGAGED, BROUGHT)
    assert (invitation(made).opportunity_id, made.problems()) == (DEAL, [])
    assert made.decision()[0].verdict is Verdict.REVOKED
    assert "approval.taken-back" in made.events(MOTION)


def test_a_filing_that_is_about_to_leave_as_the_deal_is_accepted_stays_here(monkeypatch: pytest.MonkeyPatch) -> None:
    made = invited()
    made.change(stage_name="Proposal")
    made.poll()
    say_yes(made)
    approve(made.token, PRIYA, made.ports)
    present, step = invitation(made), made.durable.step

    def late(name: str, work: Callable[[], str]) -> str:
        if name == "create":
            with made.store.transaction() as uow:
                accepted_as(present, BROUGHT_THERE, uow, made.ports)
        return step(name, work)

    monkeypatch.setattr(made.durable, "step", late)

    made.durable.run_named("file")

    assert made.portal.calls.count("create") == 0
    assert (made.state, made.motion.referral_id) == (MotionState.ENGAGED, BROUGHT)


def test_a_filing_that_left_while_the_acceptance_waited_for_the_motion_counts() -> None:
    made = invited()
    made.change(stage_name="Proposal")
    made.poll()
    say_yes(made)
    present = invitation(made)

    with made.store.transaction() as uow:
        lock = uow.motions.locked

        def waited(motion_id: MotionId) -> Motion | None:
            uow.motions.note(motion_id, {"referral_id": "O7"})
            return lock(motion_id)

        uow.motions.locked = waited  # type: ignore[method-assign]  # whoever held the row before commits first
        accepted_as(present, BROUGHT_THERE, uow, made.ports)

    assert invitation(made).needs_deal
    assert made.motion.referral_id == "O7"


def test_an_acceptance_takes_as_long_as_the_portal_takes() -> None:
    made = invited()
    made.portal.accept_slowly(3)

    accepted(made)
    made.advance(MINUTE)

    assert made.portal.answers == [("accept", ENGI)]
    assert made.org.get(DEAL).cosell.referral_id == BROUGHT


# Lost answers, refusals and crashes.


def test_a_lost_answer_accepts_once() -> None:
    made = invited()
    made.portal.lose_answer("accept")

    accepted(made)
    made.advance(LOST)

    assert made.portal.answers == [("accept", ENGI)]
    assert made.portal.calls.count("accept") == 1
    assert invitation(made).referral_id == BROUGHT


def test_a_lost_answer_rejects_once() -> None:
    made = invited()
    made.portal.lose_answer("reject")

    say_no(made)
    settled(made)
    made.advance(LOST)

    assert made.portal.answers == [("reject", ENGI)]
    assert invitation(made).state is REJECTED
    assert "Reason: Duplicate" in card_text(made)


def test_a_rejection_that_never_arrived_is_sent_again() -> None:
    made = invited()
    say_no(made)
    made.portal.be_unavailable(9, at="reject")

    settled(made)
    made.advance(10 * MINUTE)

    assert made.portal.answers == [("reject", ENGI)]


def test_nothing_is_answered_twice_when_the_engine_loses_its_tables() -> None:
    made = accepted(invited())

    made.durable.run_again()

    assert made.portal.answers == [("accept", ENGI)]
    assert made.portal.calls.count("accept") == 1


def test_an_acceptance_that_the_portal_fails_is_asked_anew_and_can_then_be_given() -> None:
    made = invited()
    before = token_of(made)
    made.portal.fail_acceptances()

    accepted(made)
    asked = (invitation(made).state, made.problems(ENGI))
    accepted(made)

    assert asked == (PENDING, ["invitation-refused"])
    assert token_of(made) != before
    assert made.portal.answers == [("accept", ENGI)]
    assert made.problems(ENGI) == []
    assert invitation(made).referral_id == BROUGHT


def test_a_second_acceptance_is_not_judged_by_the_first_one_s_failed_task() -> None:
    made = invited()
    made.portal.fail_acceptances()
    accepted(made)
    made.portal.list_tasks_late(3)

    accepted(made)
    made.advance(MINUTE)

    assert (invitation(made).state, invitation(made).referral_id) == (ACCEPTED, BROUGHT)
    assert made.problems(ENGI) == []


def test_what_was_rejected_in_the_portal_meanwhile_is_not_accepted() -> None:
    made = invited()
    say_yes(made)
    made.portal.settle_elsewhere(ENGI, REJECTED, "Unclear")

    settled(made)

    assert made.portal.answers == []
    assert (invitation(made).state, invitation(made).answered_by) == (REJECTED, None)
    assert made.org.get(DEAL).cosell.referral_id is None


def test_what_was_accepted_in_the_portal_meanwhile_is_linked_to_the_deal_somebody_chose() -> None:
    made = invited()
    say_yes(made)
    made.portal.settle_elsewhere(ENGI, ACCEPTED)

    settled(made)

    assert made.portal.answers == [("accept", ENGI)]
    assert invitation(made).state is ACCEPTED
    assert made.org.get(DEAL).cosell.referral_id == BROUGHT


def test_one_that_lapsed_while_it_was_being_rejected_is_over() -> None:
    made = invited()
    say_no(made)
    made.clock.advance(16 * DAY)

    settled(made)

    assert invitation(made).state is InvitationState.EXPIRED


@pytest.mark.parametrize("say", [say_yes, say_no])
def test_one_that_is_gone_from_the_portal_when_its_answer_arrives_is_over(say: Callable[[World], ClickReply]) -> None:
    made = invited()
    say(made)
    made.portal.offers.clear()

    settled(made)

    assert (invitation(made).state, invitation(made).opportunity_id) == (InvitationState.EXPIRED, None)
    assert made.problems(ENGI) == []


def test_an_answer_that_was_overtaken_is_not_sent() -> None:
    made = invited()
    say_yes(made)
    with made.store.transaction() as uow:
        uow.invitations.change(ENGI, epoch=2, changes={"state": REJECTED, "epoch": 3})

    settled(made)

    assert made.portal.calls.count("accept") == 0
    assert made.portal.answers == []


def test_the_answer_is_not_sent_on_other_bytes_than_were_shown() -> None:
    made = invited()
    say_yes(made)
    tamper(made)

    settled(made)

    assert made.portal.answers == []
    assert made.problems(ENGI) == ["invitation-refused"]


def tamper(made: World) -> None:
    """Somebody writes to the store what nobody was shown."""
    approval, proposal = made.store._rows.decisions[token_of(made)]
    made.store._rows.decisions[approval.token] = (approval, replace(proposal, payload={"facts": "others"}))


def test_an_answer_that_is_overtaken_just_before_it_leaves_stays_here(monkeypatch: pytest.MonkeyPatch) -> None:
    made = invited()
    say_yes(made)
    step = made.durable.step

    def late(name: str, work: Callable[[], str]) -> str:
        if name == "answer":
            with made.store.transaction() as uow:
                uow.invitations.change(ENGI, epoch=2, changes={"epoch": 3})
        return step(name, work)

    monkeypatch.setattr(made.durable, "step", late)

    settled(made)

    assert made.portal.answers == []
    assert invitation(made).epoch == 3


def test_what_was_found_before_somebody_else_settled_it_changes_nothing() -> None:
    made = accepted(invited())
    stale, status = replace(invitation(made), epoch=1), made.portal.status(BROUGHT)
    before = (invitation(made), made.events(ENGI))

    with made.store.transaction() as uow:
        accepted_as(stale, status, uow, made.ports)
        rejected(stale, uow, made.ports)
        refused(stale, PENDING, None, "no", uow, made.ports)
        said = [settle_as(stale, REJECTED, None, uow, made.ports), receive(uow, stale, actor="AWS")]
        said.append(amend(uow, stale, "counted-down", {"days_left": 1}, at=made.clock.now(), actor="time"))

    assert said == [False, False, False]
    assert (invitation(made), made.events(ENGI)) == before


# Who may, and what every other click is told.


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
    made = invited(policy={"autonomy": _autonomy(ActionKind.PORTAL_FILING, Autonomy.FORBID)})

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


# Which deal.


def test_a_deal_that_is_filed_already_cannot_be_chosen() -> None:
    made = invited()
    made.change(stage_name="Proposal")
    made.poll()
    made.note(referral_id="O7")

    reply, form = say_yes(made), accept_form(token_of(made), PRIYA, made.ports)

    assert changed_nothing(reply, "filed as O7 already", "reject this as a duplicate")
    assert isinstance(form, AcceptForm)
    assert form.choices == ()


def test_a_deal_named_for_another_invitation_cannot_be_chosen() -> None:
    made = invited()
    say_yes(made)
    made.portal.invite("engi-2")
    look(made.ports)
    second = made.read(lambda uow: uow.decisions.latest(MotionId("engi-2"), ProposalKind.ANSWER_INVITATION))

    assert changed_nothing(accept(second[0].token, PRIYA, DEAL, "", made.ports), "named for engi-1 already")


@pytest.mark.parametrize("status", [REJECTED, InvitationState.EXPIRED])
def test_a_deal_whose_acceptance_came_too_late_is_free_for_another(status: InvitationState) -> None:
    made = invited()
    say_yes(made)
    made.portal.settle_elsewhere(ENGI, status)
    settled(made)
    made.portal.invite("engi-2")
    look(made.ports)
    second = made.read(lambda uow: uow.decisions.latest(MotionId("engi-2"), ProposalKind.ANSWER_INVITATION))

    reply = accept(second[0].token, PRIYA, DEAL, "", made.ports)

    assert invitation(made).state is status
    assert reply.outcome is ClickOutcome.DONE


@pytest.mark.parametrize("named", ["Acmeco GTX rollout", DEAL])
def test_another_deal_can_be_named(named: str) -> None:
    made = invited()

    say_yes(made, "", asked=named)

    assert invitation(made).opportunity_id == DEAL


def test_a_name_that_means_no_deal_changes_nothing() -> None:
    made = invited()

    assert changed_nothing(say_yes(made, "", asked="Nothing like it"), "is not one open deal of ours")
    assert changed_nothing(say_yes(made, "006000000000009AAA"), "not open in the CRM any more")


def test_a_deal_that_was_closed_meanwhile_cannot_be_chosen() -> None:
    made = invited()
    made.change(is_closed=True)
    made.poll()

    assert changed_nothing(say_yes(made), "not open in the CRM any more")


def test_a_deal_the_crm_does_not_have_is_a_persons_to_make_and_to_link() -> None:
    made = invited()

    accepted(made, "")
    waiting, shown = made.problems(ENGI), card_text(made)
    reply = link(Token(ENGI), PRIYA, DEAL, "", made.ports)
    settled(made)

    assert waiting == ["deal-missing"]
    assert "have the deal created in the CRM" in shown
    assert "invitation.link" in shown
    assert reply.outcome is ClickOutcome.DONE
    assert made.org.get(DEAL).cosell.referral_id == BROUGHT
    assert made.problems(ENGI) == []
    assert made.portal.answers == [("accept", ENGI)]


def test_one_accepted_in_the_portal_itself_is_linked_once_a_deal_is_named() -> None:
    made = invited()
    made.portal.settle_elsewhere(ENGI, ACCEPTED)
    look(made.ports)

    form = link_form(Token(ENGI), PRIYA, made.ports)
    link(Token(ENGI), PRIYA, "", "Acmeco GTX rollout", made.ports)
    settled(made)

    assert isinstance(form, AcceptForm)
    assert form.is_accepted
    assert (invitation(made).referral_id, made.org.get(DEAL).cosell.referral_id) == (BROUGHT, BROUGHT)


def test_linking_needs_somebody_who_may_a_deal_and_an_invitation_without_one() -> None:
    made = accepted(invited(), "")

    replies = [
        (link(Token(ENGI), SELLER, DEAL, "", made.ports), "Only alliance managers"),
        (link(Token(ENGI), PRIYA, "", "", made.ports), "No deal was named"),
        (link(Token(ENGI), PRIYA, "", "Nothing like it", made.ports), "not one open deal"),
    ]
    link(Token(ENGI), PRIYA, DEAL, "", made.ports)
    again = link(Token(ENGI), PRIYA, DEAL, "", made.ports)

    assert all(changed_nothing(reply, why) for reply, why in replies)
    assert changed_nothing(again, "no deal to be named")


def test_a_deal_that_was_filed_by_the_time_it_is_accepted_is_not_taken_over() -> None:
    made = invited()
    say_yes(made)
    made.portal.be_unavailable(1, at="accept", retry_after=60)
    made.change(stage_name="Proposal")
    made.poll()
    made.note(referral_id="O7")

    made.advance(LOST)

    assert invitation(made).needs_deal
    assert made.problems(ENGI) == ["deal-missing"]
    assert made.motion.referral_id == "O7"
    assert "filed as O7 already" in card_text(made)


def test_a_deal_whose_filing_nobody_can_tell_of_cannot_be_chosen() -> None:
    made = invited()
    made.change(stage_name="Proposal")
    made.poll()
    made.portal.lose_answer("create")
    made.portal.be_unavailable(90, at="find create")
    made.clock.advance(SECOND)
    approve(made.token, PRIYA, made.ports)
    settled(made)

    filing = say_yes(made)
    with made.store.transaction() as uow:
        uow.motions.note(MOTION, {"state": MotionState.NEEDS_PERSON})

    assert changed_nothing(filing, "being filed already")
    assert changed_nothing(say_yes(made), "being filed already")


def test_a_deal_that_was_approved_cannot_be_chosen() -> None:
    made = invited()
    made.change(stage_name="Proposal")
    made.poll()
    approve(made.token, PRIYA, made.ports)

    assert changed_nothing(say_yes(made), "being filed already")


def test_a_deal_whose_referral_the_partner_rejected_can_be_chosen() -> None:
    made = invited()
    made.change(stage_name="Proposal")
    made.poll()
    with made.store.transaction() as uow:
        uow.motions.note(MOTION, {"state": MotionState.REJECTED, "referral_id": "O7"})

    accepted(made)

    assert made.motion.referral_id == BROUGHT
    assert made.state is MotionState.ENGAGED


def test_a_new_grant_hands_nothing_over_that_the_partner_brought() -> None:
    made = accepted(invited())
    grant = made.read(lambda uow: uow.grants.of(AWS))[-1]

    with made.store.transaction() as uow:
        uow.enqueue(follow_segment(grant, "agreed-again"))
    settled(made)

    assert not [each for each in made.messenger.posted if each.key == f"{MOTION}:handoff"]
