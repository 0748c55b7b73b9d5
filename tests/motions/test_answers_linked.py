"""Which deal of ours an invitation is accepted as: one nobody filed, approved or named for another, or none yet."""

import pytest

from motions.approvals import approve
from motions.invitation_desk import accept, accept_form, link, link_form
from motions.invitation_surfaces import AcceptForm
from motions.invitations import InvitationState
from motions.inviting import look
from motions.model import MotionId, MotionState, Token
from motions.proposals import ProposalKind
from motions.surfaces import ClickOutcome
from tests.fakes.world import DEAL, MOTION, PRIYA, SECOND, SELLER
from tests.motions.invited import (
    ACCEPTED,
    BROUGHT,
    ENGI,
    LOST,
    REJECTED,
    accepted,
    card_text,
    changed_nothing,
    invitation,
    invited,
    say_yes,
    settled,
    token_of,
)


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
