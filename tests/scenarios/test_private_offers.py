"""Private offers, through the real bot and sandbox: an approved quote, one draft that a person wanted, linked."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from motions.deals import OpportunityId
from motions.model import Motion, MotionState
from motions.offering import look
from sandbox.cast import PRIYA, SAM
from sandbox.marketplace.catalog import PRODUCT
from tests.scenarios.company import CENTRAL, DARCEL, Json
from tests.scenarios.scene import Scene, said, words_of
from tests.waiting import wait_until

FOLLOWED = (MotionState.HANDED_OFF, MotionState.ENGAGED)


def quote(number: str, **changes: Any) -> Json:
    """What a seller's quote puts onto the deal."""
    until = (datetime.now(UTC) + timedelta(days=60)).date().isoformat()
    whole = {
        "Quote_Number__c": number,
        "Quote_Status__c": "Approved",
        "Quote_Amount__c": 48000,
        "Quote_Term_Months__c": 12,
        "Quote_Valid_Until__c": until,
        "Quote_Marketplace_Product__c": PRODUCT,
        "Buyer_AWS_Account__c": "111122223333",
    }
    return {**whole, **changes}


def card_of(scene: Scene, motion: Motion, *parts: str) -> Json:
    """The offer's card once it holds these words."""

    def shown() -> Json | None:
        cards = scene.company.posted(CENTRAL, f"offer:{motion.id}:card")
        return next((card for card in cards if all(part in words_of(card) for part in parts)), None)

    return wait_until(shown, within=20, what=f"{motion.id}: {parts}")


def press(scene: Scene, motion: Motion, person: Any = PRIYA) -> str:
    place = {"channel": CENTRAL, "message_ts": card_of(scene, motion, "offer.draft")["ts"]}
    return said(scene.company.act("action", person, **place, action_id="offer.draft"))


def number_of(motion: Motion) -> str:
    return f"Q-{motion.id[:8]}"


def offers(scene: Scene, motion: Motion) -> list[Json]:
    """What the Marketplace holds for this deal's quote."""
    found: list[Json] = scene.company.look("/marketplace/_control/summary")["offers"]
    return [offer for offer in found if offer["Name"] == f"Private offer {number_of(motion)}"]


def started(scene: Scene, motion: Motion) -> list[Json]:
    """Every change set that was asked for, and let in, for this deal's quote."""
    calls: list[Json] = scene.company.look("/marketplace/_control/calls")["calls"]
    asked = [call for call in calls if call["operation"] == "StartChangeSet" and number_of(motion) in str(call)]
    return [call for call in asked if "error" not in call]


@pytest.fixture
def motion(scene: Scene) -> Motion:
    """A deal that AWS accepted, without a quote."""
    scene.company.do("/marketplace/_control/knobs", delay_seconds=0)
    deal = scene.company.new_deal(owner=DARCEL)
    scene.approve(PRIYA, scene.asked(deal))
    return scene.reaches(deal, *FOLLOWED)


def quoted(scene: Scene, motion: Motion, **changes: Any) -> OpportunityId:
    """Its seller has a quote approved."""
    scene.company.change(motion.opportunity_id, **quote(number_of(motion), **changes))
    return motion.opportunity_id


@pytest.mark.parametrize("kind", ["drop_after_commit", "throttle"])
def test_an_approved_quote_becomes_one_draft_on_the_referral_and_in_the_crm(
    scene: Scene, motion: Motion, kind: str
) -> None:
    deal = quoted(scene, motion)
    card_of(
        scene,
        motion,
        "Ready to be drafted",
        number_of(motion),
        "USD 48,000",
        "111122223333",
        "We see to",
        "AWS sees to",
    )
    scene.company.do("/marketplace/_control/faults", operation="StartChangeSet", kind=kind)
    scene.company.trouble("aws", kind, operation="AssociateOpportunity")

    answer = press(scene, motion)
    card_of(scene, motion, "draft, not published", "Approved by Priya Raman")

    assert "Nothing is published" in answer
    (offer,) = offers(scene, motion)
    assert offer["State"] == "Draft"
    assert scene.company.record_at_aws(deal)["RelatedEntityIdentifiers"]["AwsMarketplaceOffers"] == [offer["arn"]]
    assert scene.company.record(deal)["Cosell_Offer_Id__c"] == offer["Id"]
    kinds = [change["ChangeType"] for call in started(scene, motion) for change in call["request"]["ChangeSet"]]
    assert "ReleaseOffer" not in kinds
    assert scene.exceptions(f"offer:{motion.id}") == []


def test_an_open_check_says_what_to_do_and_goes_once_it_is_done(scene: Scene, motion: Motion) -> None:
    deal = quoted(scene, motion, Buyer_AWS_Account__c=None)
    card = card_of(scene, motion, "1 of", "12 digits of its AWS account")

    scene.company.change(deal, Buyer_AWS_Account__c="444455556666")
    press(scene, motion)
    card_of(scene, motion, "draft, not published")

    assert "offer.draft" not in words_of(card)
    (offer,) = offers(scene, motion)
    assert "444455556666" in str(offer["Rules"])


def test_a_draft_aws_does_not_make_is_asked_anew_and_only_managers_decide(scene: Scene, motion: Motion) -> None:
    deal = quoted(scene, motion, Buyer_AWS_Account__c="000000000000")

    press(scene, motion)
    card_of(scene, motion, "Provide valid buyer accounts")
    refused = offers(scene, motion)
    scene.company.change(deal, Buyer_AWS_Account__c="444455556666")
    card_of(scene, motion, "444455556666", "offer.draft")
    press(scene, motion, SAM)
    card_of(scene, motion, "draft, not published", "Approved by Sam Okafor")

    assert refused == []
    assert len(offers(scene, motion)) == 1


def test_a_restart_between_the_click_and_the_draft_makes_one(scene: Scene, motion: Motion) -> None:
    scene.company.do("/marketplace/_control/knobs", delay_seconds=3)
    quoted(scene, motion)
    press(scene, motion)

    scene.restart()
    card_of(scene, motion, "draft, not published")
    look(scene.bot.ports)

    assert len(offers(scene, motion)) == 1
    assert len(started(scene, motion)) == 1
