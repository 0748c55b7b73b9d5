"""The same motion on PostgreSQL: the same outcome, and a second process that sees the first one's work."""

from collections.abc import Iterator

import pytest

from motions.model import MotionState
from sandbox.cast import ALEX, PRIYA
from tests.postgres import a_database
from tests.scenarios.company import SHARED, Company
from tests.scenarios.scene import Scene, playing, settings_for

pytestmark = pytest.mark.postgres


@pytest.fixture(scope="module")
def running(world: Company, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """A bot on a database server."""
    world.begin()
    with a_database() as url:
        settings = settings_for(world, tmp_path_factory.mktemp("bot"), cosell_database_url=url)
        with playing(world, settings) as scene:
            yield scene


def test_a_motion_runs_from_the_crm_change_to_the_partner_s_first_action(scene: Scene) -> None:
    deal = scene.company.new_deal()

    scene.approve(PRIYA, scene.asked(deal))
    scene.take(ALEX, scene.handed(deal))
    scene.reaches(deal, MotionState.ENGAGED)
    motion = scene.settles(deal)

    assert [each["review_status"] for each in scene.company.filed(deal)] == ["Approved"]
    assert scene.company.record(deal)["Cosell_Status__c"] == "Engaged"
    assert len(scene.company.posted(SHARED, f"{motion.id}:")) == 1
    assert {effect.status for effect in scene.story(motion).effects} == {"done"}


def test_a_bot_started_again_takes_over_what_the_one_before_left(scene: Scene) -> None:
    scene.company.do("/aws/_control/reviewer", mode="manual")
    deal = scene.company.new_deal()
    scene.approve(PRIYA, scene.asked(deal))

    scene.restart()
    scene.reaches(deal, MotionState.IN_REVIEW)
    scene.company.review(deal, "approve")
    motion = scene.handed(deal)

    assert len(scene.company.filed(deal)) == 1
    assert len(scene.company.posted(SHARED, f"{motion.id}:")) == 1
