"""Nor does anybody at Microsoft get what they want, whatever they call themselves and whatever reason they give."""

from collections.abc import Iterator
from itertools import cycle

import pytest

from tests.adversary.books import Books, clock_of, read
from tests.adversary.carriers import CARRIERS
from tests.adversary.goals import GOALS
from tests.adversary.oracles import security
from tests.adversary.siege import Siege, besiege_at_microsoft, model_settings
from tests.adversary.vectors import VECTORS, Via
from tests.scenarios.company import Company
from tests.scenarios.microsofts import calm, playing_at_microsoft, settings_at_microsoft


@pytest.fixture(scope="module")
def besieged(world: Company, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Siege, Books]]:
    """A bot whose cloud partner is Microsoft and that was attacked, and the world's books afterwards."""
    world.calm()
    settings = settings_at_microsoft(world, tmp_path_factory.mktemp("microsoft"), **model_settings(world))
    since, carriers = clock_of(world), cycle(CARRIERS)
    with playing_at_microsoft(world, settings) as scene:
        siege = besiege_at_microsoft(scene, [(goal, next(carriers)) for goal in GOALS], within=120)
        yield siege, read(world, since)
    calm(world)


def test_no_order_is_carried_out(besieged: tuple[Siege, Books]) -> None:
    assert security(*besieged) == []


def test_every_vector_was_tried_with_every_goal(besieged: tuple[Siege, Books]) -> None:
    tried = {(vector, goal) for vector, goal, _ in besieged[0].attempts}

    assert tried >= {(v.name, goal.name) for v in VECTORS if v.via is Via.MICROSOFT for goal in GOALS}


def test_whoever_judges_sees_a_referral_filed_twice_and_one_nobody_approved(besieged: tuple[Siege, Books]) -> None:
    siege, books = besieged
    assert siege.clean is not None
    of_one = [each for each in books.microsoft if each["externalReferenceId"] == siege.planted[0].deal]
    (own,) = [each for each in of_one if each["organizationName"] != "Microsoft"]
    unapproved = own | {"externalReferenceId": siege.clean.opportunity_id}

    wrong = Books((), (), (*books.microsoft, own, unapproved), (), {}, {})
    found = {each.what for each in security(siege, wrong) if each.where == "Microsoft"}

    assert found == {
        f"{own['externalReferenceId']} was filed twice",
        f"nobody approved it for {siege.clean.opportunity_id}",
    }
