"""A deal a partner brought is accepted: what follows in the CRM, on the cards, and for a referral of the same deal."""

from collections.abc import Callable

import pytest

from motions.approvals import approve
from motions.grant_cards import follow_segment
from motions.model import Band, Motion, MotionId, MotionState
from motions.policy import ActionKind, Autonomy
from motions.proposals import Verdict
from motions.referrals import ReferralStatus, Review
from motions.reviewing import watch_portal
from motions.settling import accepted as accepted_as
from motions.surfaces import ClickOutcome
from motions.triggers import read_changes
from tests.fakes.clock import MONDAY
from tests.fakes.world import AWS, DEAL, MINUTE, MOTION, PRIYA
from tests.motions.invited import (
    ACCEPTED,
    BROUGHT,
    ENGI,
    accepted,
    autonomy_of,
    card_text,
    changed_nothing,
    invitation,
    invited,
    say_yes,
    settled,
)

BROUGHT_THERE = ReferralStatus(BROUGHT, Review.ACCEPTED, MONDAY)


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
    made = accepted(invited(policy={"autonomy": autonomy_of(ActionKind.CRM_WRITE, Autonomy.APPROVE)}))

    assert made.org.get(DEAL).cosell.referral_id == BROUGHT


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


def test_a_filing_that_left_while_the_acceptance_waited_for_the_motion_counts(monkeypatch: pytest.MonkeyPatch) -> None:
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

        monkeypatch.setattr(uow.motions, "locked", waited)  # whoever held the row before commits first
        accepted_as(present, BROUGHT_THERE, uow, made.ports)

    assert invitation(made).needs_deal
    assert made.motion.referral_id == "O7"


def test_a_new_grant_hands_nothing_over_that_the_partner_brought() -> None:
    made = accepted(invited())
    grant = made.read(lambda uow: uow.grants.of(AWS))[-1]

    with made.store.transaction() as uow:
        uow.enqueue(follow_segment(grant, "agreed-again"))
    settled(made)

    assert not [each for each in made.messenger.posted if each.key == f"{MOTION}:handoff"]
