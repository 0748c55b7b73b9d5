"""Three bots on one server: one is killed in the middle of filings, and the others complete its work, once."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from bot.embedded import start_world
from motions.model import MotionState
from sandbox.cast import PRIYA
from tests.bot.command import environment_of
from tests.postgres import a_database
from tests.scenarios.company import Company
from tests.scenarios.fleet import Fleet, a_fleet
from tests.waiting import wait_until

pytestmark = pytest.mark.postgres

GATES = "/world/_control/gates"
# A lease of an effect under way, forty seconds, is what lasts longest.
TAKEN_OVER_WITHIN = 60.0


@pytest.fixture
def lonely() -> Iterator[Company]:
    """A world of its own: two fleets in one Slack would share its clicks."""
    world = start_world(0, tick_seconds=None, deals=60)
    with httpx.Client(base_url=world.url, timeout=20) as http:
        company = Company(world.url, http)
        company.calm()
        yield company
    world.stop()


@pytest.fixture
def fleet(lonely: Company, tmp_path: Path) -> Iterator[Fleet]:
    with a_database() as url:
        settings = {**environment_of(lonely.url, tmp_path), "COSELL_DATABASE_URL": url}
        with a_fleet(tmp_path, settings) as made:
            made.start(3)
            yield made


def test_what_killed_processes_were_filing_is_completed_by_the_last_one(lonely: Company, fleet: Fleet) -> None:
    """One call has not arrived when its process dies, the other was done and its answer is on its way."""
    deals = [lonely.new_deal() for _ in range(3)]
    for when in ("before", "after"):
        lonely.do(GATES, name=when, when=when, target="CreateOpportunity", times=1)
    for deal in deals:
        lonely.approve(PRIYA, fleet.asked(deal))
    wait_until(lambda: len(lonely.look(GATES)["held"]) == 2, within=30, what="filings at the gates")
    filing = [motion for deal in deals if (motion := fleet.motion(deal)) and motion.state is MotionState.FILING]
    victims = [member for motion in filing if (member := fleet.running(f"{motion.id}:{motion.epoch}:file"))]

    for victim in victims:
        victim.kill()
    lonely.http.delete(GATES, params={"drop": "1"}).raise_for_status()
    for deal in deals:
        fleet.reaches(deal, MotionState.HANDED_OFF, within=TAKEN_OVER_WITHIN)
    fleet.rests(deals)

    assert 0 < len(set(map(id, victims))) < 3
    assert [len(lonely.filed(deal)) for deal in deals] == [1, 1, 1]
    assert len(lonely.handoffs()) == 3
    assert any("process.took-over" in member.said for member in fleet.members if member.lives)
