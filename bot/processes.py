"""One executor id per live process: a kernel lock on SQLite, a session lock on PostgreSQL, which tells the dead."""

import fcntl
import logging
import os
import socket
import threading
import uuid
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import IO, Protocol

import psycopg

log = logging.getLogger(__name__)

LOCKS = 0xC05E11  # the namespace of our advisory locks
LOOK_EVERY = 2.0


class AlreadyRunningError(Exception):
    """Another process works on the same database; the message says what to do."""


class Presence(Protocol):
    """That this process is alive, as others see it."""

    executor_id: str

    def watch(self, recover: Callable[[str], int], busy: Callable[[], Sequence[str]], lost: Callable[[], None]) -> None:
        """Take over from the dead from now on; call `lost` when our own lock is gone."""

    def leave(self) -> None:
        """Give the lock back."""


def be_present(url: str) -> Presence:
    """Take this process's lock before the engine starts; AlreadyRunningError when SQLite is in use."""
    if url.startswith("sqlite"):
        return FilePresence(Path(url.removeprefix("sqlite:///")))
    return SessionPresence(url)


class FilePresence:
    """SQLite has one process; the kernel drops the lock however that process ends."""

    def __init__(self, database: Path) -> None:
        self.executor_id = "embedded"
        path = database.with_name(database.name + ".lock")
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file: IO[str] = path.open("w", encoding="utf-8")
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            self._file.close()
            raise AlreadyRunningError(
                f"another cosell is running on {database}. Stop it, or set COSELL_DATABASE_URL to another file."
            ) from error

    def watch(self, recover: Callable[[str], int], busy: Callable[[], Sequence[str]], lost: Callable[[], None]) -> None:
        """Nobody else can be there."""

    def leave(self) -> None:
        """Close the file, and with it the lock."""
        self._file.close()


class SessionPresence:
    """PostgreSQL has any number of processes; each holds a session advisory lock under its own fresh id."""

    def __init__(self, url: str) -> None:
        self.executor_id = f"{socket.gethostname()}-{os.getpid()}-{uuid.uuid4().hex[:8]}"
        self._url = url.replace("postgresql+psycopg://", "postgresql://")
        self._session = self._connect()
        self._session.execute("SELECT pg_advisory_lock(%s, %s)", (LOCKS, _number(self.executor_id)))
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def watch(self, recover: Callable[[str], int], busy: Callable[[], Sequence[str]], lost: Callable[[], None]) -> None:
        """Every two seconds: whoever has work and no lock is dead, and their work is recovered here."""

        def look() -> None:
            while not self._stopping.wait(LOOK_EVERY):
                try:
                    self._take_over(recover, busy)
                except psycopg.OperationalError:
                    log.exception("process.fenced executor=%s", self.executor_id)
                    lost()
                    return

        self._thread = threading.Thread(target=look, name="presence", daemon=True)
        self._thread.start()

    def leave(self) -> None:
        """Close the session, and with it the lock."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join(timeout=5)
        self._session.close()

    def _take_over(self, recover: Callable[[str], int], busy: Callable[[], Sequence[str]]) -> None:
        self._session.execute("SELECT 1")
        for executor in busy():
            if executor == self.executor_id:
                continue
            row = self._session.execute("SELECT pg_try_advisory_lock(%s, %s)", (LOCKS, _number(executor))).fetchone()
            if row is not None and row[0]:
                taken = recover(executor)
                log.info("process.took-over executor=%s segments=%d", executor, taken)
                self._session.execute("SELECT pg_advisory_unlock(%s, %s)", (LOCKS, _number(executor)))

    def _connect(self) -> psycopg.Connection:
        return psycopg.connect(self._url, autocommit=True, keepalives=1, keepalives_idle=5, keepalives_interval=2)


def _number(executor_id: str) -> int:
    """A signed 32-bit key for the two-key form of the advisory lock."""
    return zlib.crc32(executor_id.encode()) - 2**31
