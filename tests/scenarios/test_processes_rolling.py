"""Processes on one server are replaced one after the other while people work: nobody notices."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

import httpx
import pytest
from sqlalchemy import text

from bot.embedded import start_world
from motions.deals import OpportunityId
from motions.model import MotionState
from sandbox.cast import PRIYA
from store.engine import open_engine
from tests.bot.command import environment_of, started
from tests.postgres import a_database
from tests.scenarios.company import Company
from tests.scenarios.fleet import Fleet, a_fleet
from tests.waiting import wait_until

COUNT = 3
OF_TOMORROW = (
    "ALTER TABLE motions ADD COLUMN of_tomorrow TEXT",
    "ALTER TABLE effects ADD COLUMN weight INTEGER NOT NULL DEFAULT 0",
    "CREATE TABLE tomorrow (id INTEGER PRIMARY KEY)",
    "CREATE INDEX ix_motions_of_tomorrow ON motions (of_tomorrow)",
    "UPDATE alembic_version SET version_num = '9999'",
)


@contextmanager
def lonely_world() -> Iterator[Company]:
    """A world of its own: two fleets in one Slack would share its clicks."""
    world = start_world(0, tick_seconds=None, deals=60)
    with httpx.Client(base_url=world.url, timeout=30) as http:
        company = Company(world.url, http)
        company.calm()
        yield company
    world.stop()


@pytest.fixture
def lonely() -> Iterator[Company]:
    with lonely_world() as company:
        yield company


class People:
    """Somebody approves a card every moment, and somebody watches how many bots are connected to Slack."""

    def __init__(self, company: Company, fleet: Fleet, deals: list[OpportunityId]) -> None:
        self.approved: list[OpportunityId] = []
        self.failures: list[BaseException] = []
        self.fewest = COUNT
        self._company, self._fleet, self._deals = company, fleet, deals
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=work) for work in (self._approve, self._watch)]

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        wait_until(lambda: self.failures or len(self.approved) == len(self._deals), within=120, what="all approvals")
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def _approve(self) -> None:
        for deal in self._deals:
            try:
                self._company.approve(PRIYA, self._fleet.asked(deal))
            except (AssertionError, httpx.HTTPError) as error:
                self.failures.append(error)
                return
            self.approved.append(deal)
            self._stop.wait(1)

    def _watch(self) -> None:
        with httpx.Client(base_url=self._company.url, timeout=30) as http:
            while not self._stop.wait(0.1):
                self.fewest = min(self.fewest, http.get("/slack/_control/health").json()["connections"])


@pytest.mark.postgres
def test_replacing_every_process_under_load_loses_no_click_and_no_motion(lonely: Company, tmp_path: Path) -> None:
    with a_database() as url:
        settings = {**environment_of(lonely.url, tmp_path), "COSELL_DATABASE_URL": url}
        with a_fleet(tmp_path, settings) as fleet:
            old = fleet.start(COUNT)
            deals = [lonely.new_deal() for _ in range(5)]
            codes = []

            with People(lonely, fleet, deals) as people:
                for member in old:
                    fleet.start()
                    codes.append(member.end())
            for deal in deals:
                fleet.reaches(deal, MotionState.HANDED_OFF)
            fleet.rests(deals)

            assert people.failures == []
            assert people.fewest >= 1
            assert codes == [0] * COUNT
            assert [len(lonely.filed(deal)) for deal in deals] == [1] * len(deals)
            assert len(lonely.handoffs()) == len(deals)


@pytest.mark.parametrize("store", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def test_a_schema_of_tomorrow_arrives_under_a_running_bot(lonely: Company, tmp_path: Path, store: str) -> None:
    """Two `cosell migrate` at once make the tables; then a newer version's migration comes while this one works."""
    with a_store(store, tmp_path) as url:
        settings = {**environment_of(lonely.url, tmp_path), "COSELL_DATABASE_URL": url}
        both = [started("migrate", settings, tmp_path) for _ in range(2)]
        said = [process.communicate(timeout=60) for process in both]
        with a_fleet(tmp_path, settings) as fleet:
            [bot] = fleet.start()
            deal, later = lonely.new_deal(), lonely.new_deal()
            asked = fleet.asked(deal)

            migrate_to_tomorrow(url)
            lonely.approve(PRIYA, asked)
            fleet.reaches(deal, MotionState.HANDED_OFF)
            code = bot.end()
            fleet.start()
            lonely.approve(PRIYA, fleet.asked(later))
            fleet.reaches(later, MotionState.HANDED_OFF)

            assert ([process.returncode for process in both], said) == ([0, 0], [("", "")] * 2)
            assert code == 0
            assert "Traceback" not in "".join(member.said for member in fleet.members)
            assert [len(lonely.filed(each)) for each in (deal, later)] == [1, 1]


@contextmanager
def a_store(kind: str, folder: Path) -> Iterator[str]:
    """The URL of an empty database of this kind."""
    if kind == "sqlite":
        yield f"sqlite:///{folder}/cosell.db"
        return
    with a_database() as url:
        yield url


def migrate_to_tomorrow(url: str) -> None:
    """What `cosell migrate` of a version to come does."""
    engine = open_engine(url)
    with engine.begin() as connection:
        for statement in OF_TOMORROW:
            connection.execute(text(statement))
    engine.dispose()
