"""Backup and restore as people run them, with a real bot: nothing done twice although the database has forgotten it."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from bot.backups import restored
from bot.embedded import start_world
from bot.settings import SANDBOX_DATABASE, Settings
from sandbox.cast import PRIYA
from store.engine import StoreUnusable
from tests.bot.command import ended, environment_of, running_bot
from tests.scenarios.company import CENTRAL, Company
from tests.waiting import wait_until

REFUSED = 2


@pytest.fixture
def company() -> Iterator[Company]:
    """A world of its own: two bots in one Slack would share its clicks."""
    world = start_world(0, tick_seconds=None, deals=60)
    with httpx.Client(base_url=world.url, timeout=20) as http:
        made = Company(world.url, http)
        made.calm()
        yield made
    world.stop()


def test_what_left_after_the_backup_is_not_done_again(company: Company, tmp_path: Path) -> None:
    settings = environment_of(company.url, tmp_path)
    with running_bot(settings, tmp_path):
        wait_until(lambda: _has_read(tmp_path), within=30, what="the first read")
        wait_until(company.has_agreed, within=30, what="the partner's agreement")
        deal = company.new_deal()
        (card,) = wait_until(lambda: company.posted(CENTRAL), within=30, what="the card")
        backed_up = ended("backup", settings, tmp_path, "copy.db")
        again = ended("backup", settings, tmp_path, "copy.db")
        while_running = ended("restore", settings, tmp_path, "copy.db")
        company.act("action", PRIYA, channel=CENTRAL, message_ts=card["ts"], action_id="motion.approve")
        wait_until(company.handoffs, within=40, what="the handoff")
        later = company.new_deal()
        wait_until(lambda: len(company.posted(CENTRAL)) == 2, within=30, what="the later deal's card")

    restored = ended("restore", settings, tmp_path, "copy.db")
    with running_bot(settings, tmp_path):
        # The click is forgotten, the later deal is news again; AWS, the CRM and Slack remember.
        wait_until(lambda: _events(tmp_path, "motion.awaiting-approval") >= 2, within=40, what="the later motion again")
        verified = ended("audit", settings, tmp_path, "verify")

    assert (backed_up[0], restored[0], verified[0]) == (0, 0, 0), (backed_up, restored, verified)
    assert "is a whole copy" in backed_up[1]
    assert again == (REFUSED, "copy.db is there already. Nothing was written. Name a new file.\n")
    assert while_running[0] == REFUSED
    assert "another cosell is running" in while_running[1]
    assert "looked up before anything is sent again" in restored[1]
    assert len(list(tmp_path.glob("cosell.db.before-restore-*"))) == 1
    assert len(company.posted(CENTRAL)) == 2
    assert len(company.handoffs()) == 1
    assert [len(company.filed(each)) for each in (deal, later)] == [1, 0]


def _has_read(folder: Path) -> bool:
    return _events(folder, "crm.baseline") == 1


def _events(folder: Path, event: str) -> int:
    with closing(sqlite3.connect(folder / "cosell.db", timeout=20)) as database:
        (count,) = database.execute("SELECT count(*) FROM log WHERE event = ?", (event,)).fetchone()
        return int(count)


def test_on_postgres_the_tools_to_use_are_named(tmp_path: Path) -> None:
    settings = {"COSELL_DATABASE_URL": "postgresql://cosell:hunter22@db.example/cosell"}

    backup = ended("backup", settings, tmp_path, "copy.dump")
    restore = ended("restore", settings, tmp_path, "copy.dump")

    assert backup[0] == restore[0] == REFUSED
    assert "pg_dump --format=custom" in backup[1]
    assert "pg_restore --clean --if-exists" in restore[1]
    assert "hunter22" not in backup[1] + restore[1]


def test_a_backup_is_not_put_where_the_next_start_of_the_sandbox_empties_it(tmp_path: Path) -> None:
    with pytest.raises(StoreUnusable, match="emptied at each start"):
        restored(tmp_path / "backup.db", Settings(cosell_database_url=SANDBOX_DATABASE))
