"""Deals AWS brings, through the real bot: shown, answered once by a person, and followed in the CRM from then on."""

from typing import Any

import pytest

from motions.deals import OpportunityId
from motions.inviting import look
from motions.model import MotionState
from sandbox.cast import DANA, PRIYA
from tests.scenarios.company import CENTRAL, Json
from tests.scenarios.scene import Scene, said, words_of
from tests.waiting import wait_until

ANSWERS = ("drop_after_commit", "throttle")


def invited(scene: Scene, **facts: Any) -> str:
    """AWS offers a deal, and the bot looks."""
    invitation = str(scene.company.do("/aws/_control/aws_referral", **facts)["invitation_id"])
    assert look(scene.bot.ports) == 1
    return invitation


def card_of(scene: Scene, invitation: str, *parts: str) -> Json:
    """The card, wherever it is, once it holds these words."""

    def shown() -> Json | None:
        cards = scene.company.posted(CENTRAL, f"invitation:{invitation}:card")
        return next((card for card in cards if all(part in words_of(card) for part in parts)), None)

    return wait_until(shown, within=20, what=f"{invitation}: {parts}")


def press(scene: Scene, invitation: str, action_id: str, person: Any = PRIYA) -> Json:
    place = {"channel": CENTRAL, "message_ts": card_of(scene, invitation)["ts"]}
    return scene.company.act("action", person, **place, action_id=action_id)


def state_at_aws(scene: Scene, invitation: str) -> str:
    found = scene.company.look("/aws/_control/invitations")["invitations"]
    return next(str(each["status"]) for each in found if each["id"] == invitation)


@pytest.fixture
def deal(scene: Scene) -> OpportunityId:
    """A deal with its own card out already."""
    made = scene.company.new_deal(customer="Konex")
    scene.asked(made)
    return made


def test_a_deal_aws_brings_is_accepted_once_as_one_of_ours_and_followed(scene: Scene, deal: OpportunityId) -> None:
    invitation = invited(scene, company_name="Konex Inc", title="Warehouse & dispatch")
    name = scene.company.record(deal)["Name"]
    card_of(scene, invitation, "15 days to answer", "Warehouse &amp; dispatch", name, "same customer name")
    for kind in ANSWERS:
        scene.company.trouble("aws", kind, operation="StartEngagementByAcceptingInvitationTask")

    (modal,) = press(scene, invitation, "invitation.accept")["modals"]
    answer = scene.submit(PRIYA, modal, invitation_deal=deal)
    motion = scene.reaches(deal, MotionState.ENGAGED)
    scene.settles(deal)
    card_of(scene, invitation, "Accepted by Priya Raman", str(motion.referral_id), name)

    assert "Accepting it as" in said(answer)
    assert state_at_aws(scene, invitation) == "ACCEPTED"
    assert scene.company.record(deal)["Cosell_Referral_Id__c"] == motion.referral_id
    assert scene.company.filed(deal) == []
    wait_until(lambda: "motion.approve" not in words_of(scene.card(motion)), what="its own card without buttons")
    scene.company.do("/aws/_control/aws_update", id=motion.referral_id, stage="Committed", next_steps="Legal review")
    wait_until(lambda: scene.company.record(deal)["Cosell_Next_Step__c"] == "Legal review", within=20, what="the step")


def test_a_rejection_carries_the_reason_that_was_picked(scene: Scene) -> None:
    invitation = invited(scene)
    scene.company.trouble("aws", "drop_after_commit", operation="RejectEngagementInvitation")

    (late,) = press(scene, invitation, "invitation.reject", DANA)["modals"]
    (modal,) = press(scene, invitation, "invitation.reject")["modals"]
    scene.submit(PRIYA, modal, invitation_reason="Unable to support")
    card_of(scene, invitation, "Rejected by Priya Raman", "Reason: Unable to support")

    assert state_at_aws(scene, invitation) == "REJECTED"
    assert "was rejected by Priya Raman already" in said(scene.submit(DANA, late, invitation_reason="Other"))


def test_one_accepted_in_aws_s_own_portal_is_linked_to_a_deal_that_a_person_names(scene: Scene) -> None:
    scene.company.new_customer("Quillon Freight")
    deal = scene.company.new_deal(customer="Quillon Freight", StageName="Prospecting", Amount=1000)
    wait_until(lambda: scene.bot.ports.durable.read(lambda uow: uow.deals.get(deal)), what="the deal, read")
    invitation = invited(scene, company_name="Otherwise Named")
    card_of(scene, invitation, "None of our open deals looks like it")
    scene.company.aws().start_engagement_by_accepting_invitation_task(
        Catalog="AWS", ClientToken="in the portal", Identifier=invitation
    )

    look(scene.bot.ports)
    card_of(scene, invitation, "own portal, not here", "Nothing of it is in the CRM")
    (modal,) = press(scene, invitation, "invitation.link")["modals"]
    answer = scene.submit(PRIYA, modal, invitation_other=deal)
    assert "Linking it to" in said(answer)
    motion = scene.reaches(deal, MotionState.ENGAGED)
    scene.settles(deal)

    assert scene.company.record(deal)["Cosell_Referral_Id__c"] == motion.referral_id
    assert scene.exceptions(invitation) == []
