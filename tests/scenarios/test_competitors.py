"""A competitor on the deal: no motion starts with it, and one that is named before the filing stops the filing."""

from motions.model import MotionState
from sandbox.cast import PRIYA
from tests.scenarios.scene import Scene
from tests.waiting import wait_until


def test_a_partner_that_is_named_a_competitor_is_not_even_asked(scene: Scene) -> None:
    deal = scene.company.new_deal(MainCompetitors__c="Oracle; Amazon Web Services")

    def excluded() -> str | None:
        match = scene.bot.ports.durable.read(lambda uow: uow.matches.latest(deal))
        return next(s.excluded_because for s in match.ranked if s.partner == "aws") if match else None

    assert wait_until(excluded, what="the match") == (
        "AWS is named a competitor on the deal in the CRM (“Amazon Web Services”)"
    )
    assert scene.motion(deal) is None
    assert scene.company.filed(deal) == []


def test_one_that_is_named_while_the_card_waits_stops_it_until_the_name_is_gone(scene: Scene) -> None:
    deal = scene.company.new_deal()
    scene.asked(deal)

    scene.company.change(deal, MainCompetitors__c="AWS")
    problem = scene.trouble(deal, "competitor-named")
    stopped = scene.reaches(deal, MotionState.NEEDS_PERSON)
    scene.company.change(deal, MainCompetitors__c=None)
    again = scene.asked(deal)

    assert problem.owner == PRIYA.email
    assert "Nothing was sent to AWS" in problem.reason
    assert "take the name off the deal" in stopped.next_act
    assert scene.exceptions(again.id) == []
    assert scene.company.filed(deal) == []
