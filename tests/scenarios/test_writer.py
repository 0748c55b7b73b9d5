"""Claude as the writer, at the emulated model: the same motion, and every text says who wrote it."""

from collections.abc import Iterator

import pytest

from motions.writing import WORD_LIMIT, count_words
from sandbox.cast import PRIYA
from tests.scenarios.company import SHARED, Company, Json
from tests.scenarios.scene import Scene, playing, settings_for, words_of

MODEL = "claude-haiku-5-5"


@pytest.fixture(scope="module")
def running(world: Company, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """A bot with a key for the emulated model."""
    world.begin()
    key = {"anthropic_api_key": "sk-sandbox", "anthropic_base_url": f"{world.url}/model", "cosell_model": MODEL}
    with playing(world, settings_for(world, tmp_path_factory.mktemp("bot"), **key)) as scene:
        yield scene


@pytest.fixture(autouse=True)
def _model_in_order(company: Company) -> Iterator[None]:
    company.do("/model/_control/reset")
    yield
    company.do("/model/_control/reset")


def test_what_the_model_wrote_and_holds_is_what_people_read_with_its_name(scene: Scene) -> None:
    handoff = _turn(("The customer is Codehow.", "customer"), ("Darcel Schlecht will call the AWS team.", "our_seller"))
    brief = _turn(("The customer is Codehow.", "account"), ("The deal stands at Proposal/Price Quote.", "stage"))
    script = [{**handoff, "match": "agreed_step", "repeat": True}, {**brief, "repeat": True}]
    scene.company.do("/model/_control/script", turns=script)
    deal = scene.company.new_deal(customer="Codehow")

    motion = scene.asked(deal)
    scene.approve(PRIYA, motion)
    handed = scene.handed(deal)

    (posted,) = scene.company.posted(SHARED, f"{handed.id}:")
    assert motion.brief == "The customer is Codehow. The deal stands at Proposal/Price Quote."
    assert motion.brief_by == MODEL
    assert MODEL in words_of(scene.card(motion))
    assert "Darcel Schlecht will call the AWS team." in words_of(posted)
    assert MODEL in words_of(posted)


@pytest.mark.parametrize("fault", ["529", "truncate"])
def test_whatever_the_model_does_the_card_is_there_and_says_who_wrote_it(scene: Scene, fault: str) -> None:
    scene.company.do("/model/_control/mode", mode="faults", fault=fault)
    deal = scene.company.new_deal()

    motion = scene.asked(deal)

    assert motion.brief_by.startswith("playbook")
    assert "playbook" in words_of(scene.card(motion))
    assert 0 < count_words(motion.brief) <= WORD_LIMIT


def _turn(*sentences: tuple[str, str]) -> Json:
    return {"json": {"sentences": [{"text": text, "fact_ids": [fact]} for text, fact in sentences]}}
