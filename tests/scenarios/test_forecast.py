"""The joint forecast as its people use it: a stage moves, the partner tells, a grant goes, and others see nothing."""

from datetime import UTC, date, datetime, timedelta

import pytest

from motions.deals import OpportunityId
from motions.model import PartnerKey
from sandbox.cast import ALEX, DANA, JORDAN, PRIYA
from tests.scenarios.company import SHARED
from tests.scenarios.pipelines import STAGES, joined, line_of, message, pressed, shows, tell, view
from tests.scenarios.scene import AWS, Scene, said, words_of
from tests.waiting import wait_until

NORTHSTAR = "C0SHAREDNST"


@pytest.fixture(scope="module")
def pipeline(running: Scene) -> Scene:
    """One deal both companies know, shown in the shared channel."""
    joined(running, "Umbrella", 4, 2_000_000)
    shows(running, "Umbrella")
    return running


def test_a_stage_that_moves_in_the_crm_moves_in_the_one_message(pipeline: Scene) -> None:
    deal = joined(pipeline, "Wayne", 4, 1_000_000)
    shows(pipeline, "Wayne")
    before = len(pipeline.company.posted(SHARED, "space:"))

    pipeline.company.change(deal, StageName=STAGES[5])

    shows(pipeline, "Meridian moved the stage from 4 (proposal) to 5 (committed)")
    assert len(pipeline.company.posted(SHARED, "space:")) == before


def test_the_partner_s_rep_updates_figures_by_the_form_and_is_told_what_is_wrong_with_them(pipeline: Scene) -> None:
    wrong = tell(pipeline, ALEX, "Umbrella", amount="two millions")
    right = tell(pipeline, JORDAN, "Umbrella", amount="2,200,000", stage="committed")

    assert "is no amount" in wrong
    assert "are noted" in right
    shows(pipeline, "AWS USD 2,200,000", "by Jordan Blake")


def test_our_own_people_do_not_tell_the_partner_s_figures(pipeline: Scene) -> None:
    answer = pressed(pipeline, DANA, "forecast.update", view(pipeline).token)

    assert not answer["modals"]
    assert "Only people of the partner" in said(answer)


def test_a_form_that_is_overtaken_agrees_to_nothing(pipeline: Scene) -> None:
    deal = joined(pipeline, "Stark", 4, 3_000_000)
    shows(pipeline, "Stark")
    tell(pipeline, ALEX, "Stark", amount="3500000")
    shows(pipeline, "AWS USD 3,500,000")
    (modal,) = pressed(pipeline, DANA, "forecast.agree", line_of(pipeline, "Stark").token)["modals"]

    pipeline.company.change(deal, Amount=3_200_000)
    shows(pipeline, "USD 3,200,000")
    answer = pipeline.submit(DANA, modal, amount="theirs")

    assert "moved meanwhile" in said(answer)
    assert len(line_of(pipeline, "Stark").conflicts) == 1


def test_what_the_partner_moves_in_its_portal_shows_without_a_word(pipeline: Scene) -> None:
    deal = pipeline.company.new_deal()
    pipeline.approve(PRIYA, pipeline.asked(deal))
    pipeline.handed(deal)
    (filed,) = pipeline.company.filed(deal)
    closes = (datetime.now(UTC) + timedelta(days=200)).date()

    pipeline.company.do(
        "/aws/_control/aws_update", id=filed["id"], stage="Committed", target_close_date=closes.isoformat()
    )

    wait_until(lambda: _partner_closes(pipeline, deal) == closes, what="the close date AWS has")
    wait_until(lambda: pipeline.company.record(deal)["Cosell_Partner_Stage__c"] == "Committed", what="AWS's stage")
    shows(pipeline, closes.isoformat())


def test_another_partner_never_reads_a_word_of_it(pipeline: Scene) -> None:
    tell(pipeline, ALEX, "Umbrella", amount="2400000")
    shows(pipeline, "2,400,000")

    theirs = [str(each) for each in pipeline.company.messages(NORTHSTAR)]
    assert not any("Umbrella" in each or "AWS" in each for each in theirs)
    assert view(pipeline, PartnerKey("northstar")).lines == ()


def test_what_was_shared_is_gone_from_the_message_once_it_is_revoked(pipeline: Scene) -> None:
    """The last of this file: nothing is shared afterwards."""
    company = pipeline.company
    assert "Umbrella" in words_of(message(pipeline))

    company.act("command", DANA, channel="C0AWSCENT", command="/cosell", text="unshare aws")

    wait_until(lambda: "Umbrella" not in words_of(message(pipeline)), within=30, what="the line to be gone")
    assert "No deal is shared" in words_of(message(pipeline))


def _partner_closes(scene: Scene, deal: OpportunityId) -> date | None:
    line = scene.bot.ports.durable.read(lambda uow: uow.spaces.line(AWS, deal))
    return line.theirs.close_date if line else None
