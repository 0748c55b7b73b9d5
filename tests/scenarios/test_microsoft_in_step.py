"""After the filing both sides stay in step at Microsoft: the real bot, the CRM's people, and Partner Center's pages."""

from collections.abc import Iterator
from typing import Any

import pytest

from motions.deals import OpportunityId
from motions.effects import EffectStatus
from motions.model import Motion, MotionState
from sandbox.cast import PRIYA
from tests.scenarios.company import Company, Json
from tests.scenarios.microsofts import calm, filed, register, running_with, whole
from tests.scenarios.scene import Scene, words_of
from tests.waiting import wait_until


@pytest.fixture(scope="module")
def running_in_step(world: Company, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    kept = {"stage": "both", "close_date": "both", "amount": "to_portal"}
    with running_with(world, tmp_path_factory.mktemp("microsoft"), sync=kept) as scene:
        yield scene


@pytest.fixture
def scene(running_in_step: Scene, company: Company) -> Iterator[Scene]:
    calm(company)
    yield running_in_step
    calm(company)


def ours(company: Company, deal: OpportunityId) -> Json:
    """Our referral about a deal, in full."""
    (own,) = filed(company, deal)
    return whole(company, own["id"])


def arrives(company: Company, deal: OpportunityId, **details: Any) -> None:
    """Our referral says so, within a sweep."""
    wait_until(lambda: details.items() <= ours(company, deal)["details"].items(), within=15, what=str(details))


def colleague(company: Company, deal: OpportunityId, **details: Any) -> None:
    """Somebody of ours changes the referral in Partner Center's own pages."""
    operations = [{"op": "add", "path": f"/details/{name}", "value": value} for name, value in details.items()]
    company.do("/microsoft/_control/edit", id=ours(company, deal)["id"], operations=operations)


def handed_over(scene: Scene, deal: OpportunityId) -> Motion:
    """The deal's motion once it was approved, filed, accepted and handed over."""
    scene.approve(PRIYA, scene.asked(deal))
    scene.handed(deal)
    return scene.settles(deal)


def updates(company: Company, deal: OpportunityId) -> list[Json]:
    """Every change that was asked for of our referral."""
    referral = ours(company, deal)["id"]
    calls: list[Json] = company.look("/microsoft/_control/calls")["calls"]
    return [call for call in calls if call["operation"] == "update" and call["id"] == referral]


def test_what_the_seller_changes_in_the_crm_stands_in_our_referral(scene: Scene) -> None:
    company = scene.company
    deal = company.new_deal()
    motion = scene.asked(deal)
    card = words_of(scene.card(motion))
    scene.approve(PRIYA, motion)
    scene.handed(deal)

    company.change(deal, CloseDate="2027-11-30", Amount=61000.5, NextStep="Contract")
    arrives(company, deal, closingDateTime="2027-11-30T00:00:00Z", dealValue=61000.5, currency="USD")
    company.change(deal, StageName="Closed Won")
    wait_until(lambda: ours(company, deal)["substatus"] == "Won", within=15, what="the deal closed as won")
    motion = scene.settles(deal)

    assert "Closes it as won when the deal is won" in card
    assert {e.status for e in scene.story(motion).effects if e.kind == "microsoft.amend"} == {EffectStatus.DONE}
    assert len(updates(company, deal)) == 2
    assert scene.exceptions(motion.id) == []
    assert "Sent to Microsoft" in words_of(scene.card(motion))
    (theirs,) = filed(company, deal, "microsoft")
    assert theirs["status"] == "Active"


def test_it_is_told_at_once_while_microsoft_decides(scene: Scene) -> None:
    company = scene.company
    company.do("/microsoft/_control/reviewer", mode="manual")
    deal = company.new_deal()
    scene.approve(PRIYA, scene.asked(deal))
    scene.reaches(deal, MotionState.IN_REVIEW)

    company.change(deal, CloseDate="2027-11-30")

    arrives(company, deal, closingDateTime="2027-11-30T00:00:00Z")


def test_a_deal_that_is_lost_while_microsoft_decides_ends_the_motion_with_its_reason(scene: Scene) -> None:
    company = scene.company
    company.do("/microsoft/_control/reviewer", mode="manual")
    deal = company.new_deal()
    scene.approve(PRIYA, scene.asked(deal))
    scene.reaches(deal, MotionState.IN_REVIEW)

    company.change(deal, StageName="Closed Lost", Loss_Reason__c="price")
    scene.reaches(deal, MotionState.REJECTED)

    assert "our own side was closed as Lost: price" in scene.trouble(deal, "referral-rejected").reason


def test_a_notification_of_a_colleague_s_change_leads_to_an_activity_and_to_nothing_sent(
    scene: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    company = scene.company
    register(company, f"{scene.bot.door.url}/portal-events/microsoft")
    deal = company.new_deal()
    motion = handed_over(scene, deal)

    with caplog.at_level("INFO"):
        caplog.clear()
        colleague(company, deal, closingDateTime="2027-10-31T00:00:00Z")
        wait_until(lambda: "portal-event.taken portal=microsoft change=True" in caplog.text, what="the notification")
    told = "is now 2027-10-31 there"
    wait_until(lambda: told in str(company.activities(deal)), within=15, what="the activity")
    scene.settles(deal)

    assert company.look("/microsoft/_control/webhooks")["told"][-1]["event"] == "referral-updated"
    assert len([each for each in company.activities(deal) if told in str(each)]) == 1
    assert company.record(deal)["CloseDate"] != "2027-10-31"
    assert updates(company, deal) == []
    assert scene.exceptions(motion.id) == []


def test_what_both_changed_is_a_person_s_with_both_values(scene: Scene) -> None:
    company = scene.company
    deal = company.new_deal()
    motion = handed_over(scene, deal)

    colleague(company, deal, dealValue=65000)
    company.change(deal, Amount=61000)
    torn = scene.trouble(motion.id, "sync-conflict")
    stood = ours(company, deal)["details"]["dealValue"]
    company.change(deal, Amount=65000)
    wait_until(lambda: scene.exceptions(motion.id) == [], what="no exception")

    assert "“USD 61000.00”" in torn.reason
    assert "“USD 65000.00”" in torn.reason
    assert stood == 65000
    assert updates(company, deal) == []


@pytest.mark.parametrize("fault", ["drop_after_commit", "error_after_commit"])
def test_a_change_whose_answer_was_lost_is_looked_up_and_not_written_twice(scene: Scene, fault: str) -> None:
    company = scene.company
    deal = company.new_deal()
    handed_over(scene, deal)
    company.trouble("microsoft", fault, operation="update")

    company.change(deal, CloseDate="2027-11-30", Amount=61000)
    arrives(company, deal, closingDateTime="2027-11-30T00:00:00Z", dealValue=61000)
    motion = scene.settles(deal)
    wait_until(
        lambda: {e.status for e in scene.story(motion).effects if e.kind == "microsoft.amend"} == {EffectStatus.DONE},
        within=30,
        what="the look-up",
    )

    assert len(updates(company, deal)) == 1
    assert scene.exceptions(motion.id) == []


def test_a_lost_deal_closes_our_referral_with_its_reason(scene: Scene) -> None:
    company = scene.company
    deal = company.new_deal()
    scene.approve(PRIYA, scene.asked(deal))
    motion = scene.handed(deal)

    company.change(deal, StageName="Closed Lost", Loss_Reason__c="price")
    wait_until(lambda: ours(company, deal)["status"] == "Closed", within=15, what="the closed referral")
    scene.settles(deal)

    record = ours(company, deal)
    assert (record["substatus"], record["statusReason"]) == ("Lost", "price")
    assert scene.exceptions(motion.id) == []
