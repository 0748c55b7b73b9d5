"""Claude as the writer, at the emulated model: the same motion, and every text says who wrote it."""

from collections.abc import Iterator

import pytest

from motions.writing import WORD_LIMIT, count_words
from sandbox.cast import PRIYA
from tests.scenarios.company import SHARED, Company
from tests.scenarios.scene import Scene, playing, settings_for, words_of

MODEL = "claude-haiku-5-5"


@pytest.fixture(scope="module")
def running(world: Company, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """A bot with a key for the emulated model."""
    world.calm()
    key = {"anthropic_api_key": "sk-sandbox", "anthropic_base_url": f"{world.url}/model", "cosell_model": MODEL}
    with playing(world, settings_for(world, tmp_path_factory.mktemp("bot"), **key)) as scene:
        yield scene


@pytest.fixture(autouse=True)
def _model_in_order(company: Company) -> Iterator[None]:
    company.do("/model/_control/reset")
    yield
    company.do("/model/_control/reset")


def test_a_brief_and_a_handoff_name_the_model_or_why_the_playbook_wrote_them(scene: Scene) -> None:
    deal = scene.company.new_deal()

    motion = scene.asked(deal)
    scene.approve(PRIYA, motion)
    handed = scene.handed(deal)

    assert scene.company.look("/model/_control/calls")["calls"]
    assert motion.brief_by.startswith(MODEL) or motion.brief_by.startswith("playbook")
    assert motion.brief_by.split(" (")[0] in words_of(scene.card(motion))
    assert 0 < count_words(motion.brief) <= WORD_LIMIT
    assert len(scene.company.posted(SHARED, f"{handed.id}:")) == 1


@pytest.mark.parametrize("fault", ["529", "refusal", "bad_json", "truncate"])
def test_whatever_the_model_does_the_card_is_there_and_says_who_wrote_it(scene: Scene, fault: str) -> None:
    scene.company.do("/model/_control/mode", mode="faults", fault=fault)
    deal = scene.company.new_deal()

    motion = scene.asked(deal)

    assert motion.brief_by.startswith("playbook")
    assert "playbook" in words_of(scene.card(motion))
    assert 0 < count_words(motion.brief) <= WORD_LIMIT
