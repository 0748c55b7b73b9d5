"""Fixtures: `store` on every kind of store, `engine` on both databases; a pytest plugin of the tests that name it."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, make_url, text
from sqlalchemy.orm import Session

from motions.records import Segment
from store.engine import open_engine
from store.migrate import upgrade
from store.unit import SqlStore
from tests.fakes.store import FakeStore
from tests.postgres import a_database

_POSTGRES = pytest.param("postgres", marks=pytest.mark.postgres)


@pytest.fixture(params=["sqlite", _POSTGRES])
def engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    """An engine on a database with every table and no row."""
    opened = open_engine(request.getfixturevalue(f"{request.param}_with_tables"))
    yield opened
    opened.dispose()


@pytest.fixture(params=["fake", "sqlite", _POSTGRES])
def store(request: pytest.FixtureRequest) -> Iterator[FakeStore | SqlStore]:
    """An empty store."""
    if request.param == "fake":
        yield FakeStore()
        return
    opened = open_engine(request.getfixturevalue(f"{request.param}_with_tables"))
    yield SqlStore(opened, _start)
    opened.dispose()


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
def sqlite_with_tables(sqlite_template: Path, tmp_path: Path) -> str:
    """A copy of the migrated file."""
    return f"sqlite:///{shutil.copy(sqlite_template, tmp_path)}"


@pytest.fixture
def postgres_with_tables(postgres_template: str) -> Iterator[str]:
    """A copy of the migrated database."""
    with a_database(postgres_template) as url:
        yield url


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with every table, never written again."""
    path = tmp_path_factory.mktemp("template") / "cosell.db"
    _prepare(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgres_template() -> Iterator[str]:
    """The name of a database with every table, to which nobody is connected."""
    with a_database() as url:
        _prepare(url)
        yield make_url(url).database or ""


def _prepare(url: str) -> None:
    opened = open_engine(url)
    upgrade(opened)
    with opened.begin() as connection:
        counted = "INTEGER PRIMARY KEY" if opened.dialect.name == "sqlite" else "BIGSERIAL PRIMARY KEY"
        connection.execute(text(f"CREATE TABLE started (n {counted}, id TEXT UNIQUE)"))
    opened.dispose()


def _start(session: Session, segment: Segment) -> None:
    """An engine of segments as the durable one is: rows of the same transaction, each id once."""
    session.execute(text("INSERT INTO started (id) VALUES (:id) ON CONFLICT DO NOTHING"), {"id": segment.id})
