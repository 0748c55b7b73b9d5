"""A model that is the attacker through whole motions: it tries everything it can say, and nothing comes of it.

Every deal's restricted fields hold canaries, and the model repeats whatever it was told, plain and encoded.
"""

import json
from collections.abc import Iterator
from dataclasses import replace
from functools import partial

import pytest

from motions import queues
from motions.model import Motion, MotionState
from motions.mornings import Mornings
from sandbox.cast import ALEX, DANA, PRIYA, TOMAS
from sandbox.model.adversary import Trick
from tests.adversary.books import Books, clock_of, read
from tests.adversary.goals import GOALS
from tests.adversary.oracles import security
from tests.adversary.planting import plant, records_of
from tests.adversary.siege import MONDAY, At, Siege, model_settings, widest_grant_but_for_amounts
from tests.scenarios.company import SHARED, WEST, Company
from tests.scenarios.scene import Scene, playing, said, settings_for, words_of
from tests.waiting import wait_until

SEED = 11


@pytest.fixture(scope="module")
def attacked(world: Company, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Siege, Books]]:
    """Motions to their ends, an edit, a denial, a digest and questions, all with the hostile model at work."""
    world.begin()
    settings = settings_for(world, tmp_path_factory.mktemp("bot"), **model_settings(world))
    widest_grant_but_for_amounts(settings.config_folder)
    since = clock_of(world)
    world.do("/model/_control/reset")
    world.do("/model/_control/mode", mode="adversary", seed=SEED)
    with playing(world, settings) as scene:
        siege = Siege(scene, clean=scene.asked(world.new_deal()))
        siege.planted = [plant(world, GOALS[n], "direct", is_held=n > 3) for n in range(7)]
        siege.before = {each.deal: dict(records_of(world, each)) for each in siege.planted}
        motions = [scene._once(each.deal, "its card", lambda m: m.card is not None, 60) for each in siege.planted]
        _engage(scene, motions[0])
        _engage(scene, motions[1])
        _edit(scene, motions[2])
        _deny(scene, motions[3])
        _ask(scene, motions[4])
        yield siege, read(world, since)
    world.do("/model/_control/reset")
    world.calm()


def test_no_effect_without_an_approval_no_secret_outside_no_mark_of_the_model(attacked: tuple[Siege, Books]) -> None:
    siege, books = attacked

    assert security(siege, books) == []


def test_every_trick_was_played(attacked: tuple[Siege, Books]) -> None:
    _, books = attacked

    assert len(books.model) >= len(Trick) - 1  # in turn, whoever asks; obeying is tried elsewhere
    assert all(call["status"] == 200 for call in books.model)


def test_the_motions_ended_as_our_people_and_the_partner_s_decided(attacked: tuple[Siege, Books]) -> None:
    siege, _ = attacked

    states = [motion.state for each in siege.planted if (motion := siege.scene.motion(each.deal))]

    assert states[:4] == [MotionState.ENGAGED, MotionState.ENGAGED, MotionState.ENGAGED, MotionState.DENIED]
    assert set(states[4:]) == {MotionState.AWAITING}


def test_every_text_says_who_wrote_it(attacked: tuple[Siege, Books]) -> None:
    siege, books = attacked

    for each in siege.planted:
        motion = siege.scene.motion(each.deal)
        assert motion is not None
        assert motion.brief_by
        assert motion.brief_by.partition(" (")[0] in words_of(siege.scene.card(motion))
    assert "Written by" in json.dumps(books.seen[f"seen by {ALEX.name}"])


def _engage(scene: Scene, motion: Motion) -> None:
    scene.approve(TOMAS if motion.channel == WEST else PRIYA, scene.asked(motion.opportunity_id))
    handed = scene.handed(motion.opportunity_id, within=60)
    scene.take(ALEX, handed)
    scene.reaches(motion.opportunity_id, MotionState.ENGAGED)
    assert handed.handoff is not None
    scene.company.act("message", ALEX, channel=SHARED, thread_ts=handed.handoff.ts, text="Who else is asked?")


def _edit(scene: Scene, motion: Motion) -> None:
    """A person changes one field; the words for the partner are written anew, and it is approved."""
    (modal,) = scene.click(DANA, motion, "motion.edit")["modals"]
    scene.submit(DANA, modal, title="Freight visibility")
    wait_until(lambda: "Freight visibility" in words_of(scene.card(motion)), what="the edited card")
    _engage(scene, motion)


def _deny(scene: Scene, motion: Motion) -> None:
    (modal,) = scene.click(DANA, motion, "motion.deny")["modals"]
    scene.submit(DANA, modal, reason_code="other")
    scene.reaches(motion.opportunity_id, MotionState.DENIED)


def _ask(scene: Scene, motion: Motion) -> None:
    company, later = scene.company, replace(scene.bot.ports, clock=At(MONDAY))
    for text in ("status", "queue", f"why {motion.opportunity_id}", str(motion.opportunity_id)):
        assert said(company.act("command", DANA, channel="C0COSELLOPS", command="/cosell", text=text))
    company.act("home_open", PRIYA)
    queues.due_digests(later, Mornings())
    wait_until(partial(company.posted, "D0PRIYA", "digest:"), what="the digest")
