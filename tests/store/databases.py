"""Fixtures: `store` on every kind of store, `engine` on both databases; a pytest plugin of the tests that name it."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from motions.records import Segment
from store.engine import open_engine
from store.migrate import upgrade
from store.tables import metadata
from store.unit import SqlStore
from tests.fakes.store import FakeStore
from tests.postgres import a_database, postgres_url  # noqa: F401 - a fixture of this plugin

_POSTGRES = pytest.param("postgres", marks=pytest.mark.postgres)


@pytest.fixture(params=["sqlite", _POSTGRES])
def engine(request: pytest.FixtureRequest) -> Engine:
    """An engine on a database with every table and no row."""
    opened: Engine = request.getfixturevalue(f"{request.param}_engine")
    return opened


@pytest.fixture(params=["fake", "sqlite", _POSTGRES])
def store(request: pytest.FixtureRequest) -> FakeStore | SqlStore:
    """An empty store."""
    if request.param == "fake":
        return FakeStore()
    return SqlStore(request.getfixturevalue(f"{request.param}_engine"), start)


@pytest.fixture
def enqueued(store: FakeStore | SqlStore) -> Callable[[], list[str]]:
    """The ids of the segments that committed transactions started, in order."""
    if isinstance(store, FakeStore):
        return lambda: [segment.id for segment in store.enqueued]

    def read() -> list[str]:
        with store._engine.connect() as connection:
            return list(connection.execute(text("SELECT id FROM started ORDER BY n")).scalars())

    return read


@pytest.fixture(params=["sqlite", _POSTGRES])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a database without any table."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/empty.db"
        return
    with a_database() as url:
        yield url


@pytest.fixture
def sqlite_engine(sqlite_template: Path, tmp_path: Path) -> Iterator[Engine]:
    """An engine on a copy of the migrated file."""
    opened = open_engine(f"sqlite:///{shutil.copy(sqlite_template, tmp_path)}")
    yield opened
    opened.dispose()


@pytest.fixture
def postgres_engine(migrated_postgres: Engine) -> Iterator[Engine]:
    """The engine on the migrated database, emptied after the test: far cheaper than a database each."""
    yield migrated_postgres
    with migrated_postgres.begin() as connection:
        for name in (*metadata.tables, "started"):
            connection.execute(text(f"DELETE FROM {name}"))
        connection.execute(text("INSERT INTO log_head (id, seq, hash) VALUES (1, 0, '')"))
        connection.execute(text("INSERT INTO presence (id) VALUES (1)"))
        connection.execute(text("INSERT INTO switches (name, is_on, reason, by_name) VALUES ('stop', false, '', '')"))


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with every table, never written again."""
    path = tmp_path_factory.mktemp("template") / "cosell.db"
    _prepared(f"sqlite:///{path}").dispose()
    return path


@pytest.fixture(scope="session")
def migrated_postgres() -> Iterator[Engine]:
    """An engine on a database with every table."""
    with a_database() as url:
        opened = _prepared(url)
        yield opened
        opened.dispose()


def _prepared(url: str) -> Engine:
    opened = open_engine(url)
    upgrade(opened)
    with opened.begin() as connection:
        counted = "INTEGER PRIMARY KEY" if opened.dialect.name == "sqlite" else "BIGSERIAL PRIMARY KEY"
        connection.execute(text(f"CREATE TABLE started (n {counted}, id TEXT UNIQUE)"))
    return opened


def start(session: Session, segment: Segment) -> None:
    """An engine of segments as the durable one is: rows of the same transaction, each id once."""
    session.execute(text("INSERT INTO started (id) VALUES (:id) ON CONFLICT DO NOTHING"), {"id": segment.id})
