"""The database's own outage: told once, whatever fails meanwhile, and over only when it works again."""

import logging
import shutil
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import Engine, event, insert, make_url, select, text
from sqlalchemy.exc import DBAPIError

from motions.outage_log import OutageLog
from store.engine import open_engine
from store.migrate import upgrade
from store.upkeep_tables import watermarks
from store.watch import watch
from tests.postgres import postgres_url, server

__all__ = ["postgres_url"]  # a fixture

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


@pytest.fixture
def told(caplog: pytest.LogCaptureFixture) -> Callable[[], list[str]]:
    caplog.set_level(logging.INFO, logger="store.watch")
    return lambda: [message.split(" seconds=")[0] for message in caplog.messages]


class Disk:
    """A database whose disk can be full: no connection may grow the file."""

    def __init__(self, path: Path) -> None:
        self.engine = open_engine(f"sqlite:///{path}")
        self.is_full = False
        self.database: OutageLog = watch(self.engine)
        event.listen(self.engine, "checkout", self._limit)

    def _limit(self, connection: object, *_: object) -> None:
        pages = "1" if self.is_full else "1073741823"
        connection.execute(f"PRAGMA max_page_count={pages}")  # type: ignore[attr-defined] # sqlite3's

    def write(self, n: int) -> None:
        with suppress(DBAPIError), self.engine.begin() as connection:
            connection.execute(insert(watermarks).values(feed=f"{n}" * 1_000_000, at=NOON))

    def read(self) -> None:
        with self.engine.begin() as connection:
            connection.execute(select(watermarks)).all()


@pytest.fixture
def disk(sqlite_template: Path, tmp_path: Path) -> Iterator[Disk]:
    made = Disk(Path(shutil.copy(sqlite_template, tmp_path)))
    yield made
    made.engine.dispose()


def test_a_full_disk_is_told_once_and_over_with_the_first_write(disk: Disk, told: Callable[[], list[str]]) -> None:
    disk.write(1)
    disk.is_full = True
    for n in range(2, 5):
        disk.write(n)
        disk.read()
    was_down = disk.database.is_down
    disk.is_full = False
    disk.read()
    still_down = disk.database.is_down
    disk.write(6)

    assert (was_down, still_down, disk.database.is_down) == (True, True, False)
    assert told() == [
        "outage.started system=the database error=database or disk is full",
        "outage.ended system=the database",
    ]


def test_a_write_that_was_taken_back_ends_no_outage(disk: Disk) -> None:
    disk.is_full = True
    disk.write(1)
    disk.is_full = False

    with disk.engine.connect() as connection:
        connection.execute(insert(watermarks).values(feed="2", at=NOON))
        connection.rollback()

    assert disk.database.is_down


@pytest.mark.parametrize("statement", ["INSERT INTO watermarks VALUES ('x', NULL)", "SELECT nonsense"])
def test_what_a_database_rightly_refuses_is_no_outage(
    engine: Engine, told: Callable[[], list[str]], statement: str
) -> None:
    database = watch(engine)

    with suppress(DBAPIError), engine.begin() as connection:
        connection.execute(text(statement))

    assert not database.is_down
    assert told() == []


@pytest.mark.postgres
def test_a_server_that_goes_away_is_told_once_and_over_when_it_answers(
    postgres_url: str, told: Callable[[], list[str]]
) -> None:
    engine = open_engine(postgres_url)
    upgrade(engine)
    database = watch(engine)

    _admit(postgres_url, "false")
    for _ in range(3):
        with suppress(DBAPIError), engine.connect() as connection:
            connection.execute(text("SELECT 1"))
    was_down = database.is_down
    _admit(postgres_url, "true")
    with engine.connect() as connection:
        connection.execute(text("SELECT 1"))

    started, ended = told()
    assert was_down
    assert started.startswith("outage.started system=the database error=")
    assert ended == "outage.ended system=the database"
    engine.dispose()


def _admit(url: str, allowed: str) -> None:
    name = make_url(url).database or ""
    with psycopg.connect(server().get_uri(), autocommit=True) as admin:
        admin.execute(
            sql.SQL("ALTER DATABASE {} WITH ALLOW_CONNECTIONS {}").format(sql.Identifier(name), sql.SQL(allowed))
        )
        admin.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (name,))
