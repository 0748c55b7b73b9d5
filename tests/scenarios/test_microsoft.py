"""A deal filed at Microsoft by the real bot: two referrals of one engagement, an acceptance, and the CRM told of it."""

from collections.abc import Iterator

import pytest

from motions.model import MotionState
from sandbox.cast import PRIYA
from tests.scenarios.company import Company
from tests.scenarios.microsofts import calm, filed, register, running_with, started_at_microsoft, whole
from tests.scenarios.scene import Scene, words_of
from tests.waiting import wait_until


@pytest.fixture(scope="module")
def running_at_microsoft(world: Company, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    with running_with(world, tmp_path_factory.mktemp("microsoft")) as scene:
        yield scene


@pytest.fixture
def scene(running_at_microsoft: Scene, company: Company) -> Iterator[Scene]:
    calm(company)
    yield running_at_microsoft
    calm(company)


def test_a_deal_becomes_two_referrals_of_one_engagement_and_the_crm_tells_of_the_acceptance(scene: Scene) -> None:
    company = scene.company
    deal = company.new_deal()
    motion = scene.asked(deal)
    card = words_of(scene.card(motion))

    scene.approve(PRIYA, motion)
    scene.handed(deal)
    scene.settles(deal)

    (own,), (theirs,) = filed(company, deal), filed(company, deal, "microsoft")
    record = company.record(deal)
    assert own["engagement_id"] == theirs["engagement_id"]
    assert (theirs["status"], theirs["substatus"]) == ("Active", "Accepted")
    assert record["Cosell_Referral_Id__c"] == own["id"]
    assert record["Cosell_PAM__c"].startswith("Riley Chen")
    assert record["Cosell_Status__c"] == "Accepted"
    assert whole(company, own["id"])["details"]["dealValue"] == 60000
    assert "60,000" in card or "60000.00" in card
    assert scene.exceptions(deal) == []


# For each call of the saga: an answer lost after the work was done, and a call turned away before it.
TROUBLES = [
    (operation, kind)
    for operation in ("create", "invite")
    for kind in ("drop_after_commit", "error_after_commit", "throttle", "http_503_html", "unauthorized")
]


def test_whatever_goes_wrong_at_every_call_there_is_one_referral_on_each_side(scene: Scene) -> None:
    deal = scene.company.new_deal()
    motion = scene.asked(deal)
    for operation, kind in TROUBLES:
        scene.company.trouble("microsoft", kind, operation=operation)

    scene.approve(PRIYA, motion)
    scene.handed(deal, within=90)

    assert len(filed(scene.company, deal)) == len(filed(scene.company, deal, "microsoft")) == 1
    assert scene.exceptions(deal) == []


def test_a_bot_that_ends_between_the_two_referrals_files_the_second_after_its_start(scene: Scene) -> None:
    company = scene.company
    deal = company.new_deal()
    motion = scene.asked(deal)
    company.trouble("microsoft", "http_503_html", operation="invite", times=1000)

    scene.approve(PRIYA, motion)
    wait_until(lambda: company.look("/microsoft/_control/faults")["faults"][0]["times"] < 1000, what="the second call")
    orphan = len(filed(company, deal)), len(filed(company, deal, "microsoft"))
    scene.bot.stop()
    company.http.delete("/microsoft/_control/faults").raise_for_status()
    scene.bot = started_at_microsoft(scene.settings)
    scene.fast_forward(deal)
    scene.handed(deal, within=60)

    assert orphan == (1, 0)
    (own,), (theirs,) = filed(company, deal), filed(company, deal, "microsoft")
    assert own["engagement_id"] == theirs["engagement_id"]


def test_microsoft_s_notifications_are_heard_once_and_a_forged_one_is_not(
    scene: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    company = scene.company
    company.do("/microsoft/_control/reviewer", mode="manual")
    register(company, f"{scene.bot.door.url}/portal-events/microsoft")
    deal = company.new_deal()
    scene.approve(PRIYA, scene.asked(deal))
    scene.reaches(deal, MotionState.IN_REVIEW)
    (own,) = filed(company, deal)
    company.do("/microsoft/_control/webhooks", forge=1, duplicate=1)

    with caplog.at_level("INFO"):
        company.do("/microsoft/_control/review", id=own["id"], decision="receive")
        company.do("/microsoft/_control/review", id=own["id"], decision="accept")
        wait_until(lambda: "portal-event.taken" in caplog.text, what="the notification")
    scene.handed(deal)

    assert "portal-event.refused portal=microsoft reason=the signature does not fit these bytes" in caplog.text


def test_a_declined_referral_ends_the_motion_with_its_reason(scene: Scene) -> None:
    scene.company.do("/microsoft/_control/reviewer", mode="manual")
    deal = scene.company.new_deal()
    scene.approve(PRIYA, scene.asked(deal))
    scene.reaches(deal, MotionState.IN_REVIEW)
    (own,) = filed(scene.company, deal)

    scene.company.do("/microsoft/_control/review", id=own["id"], decision="decline", reason="Not a fit for this team")
    scene.reaches(deal, MotionState.REJECTED)

    assert "Not a fit for this team" in scene.trouble(deal, "referral-rejected").reason


def test_a_sign_in_that_was_taken_back_is_the_operator_s_to_renew(scene: Scene) -> None:
    deal = scene.company.new_deal()
    motion = scene.asked(deal)
    scene.company.do("/microsoft/_control/logins", revoke=True)

    scene.approve(PRIYA, motion)
    problem = scene.trouble(deal, "file-failing")

    assert "sign in again" in problem.reason
    assert problem.owner == "dana.whitfield@meridian.example"
    assert filed(scene.company, deal) == []
