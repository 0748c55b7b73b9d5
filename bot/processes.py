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
from psycopg import sql

from motions.errors import Unavailable
from store.engine import StoreUnusable

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
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._file: IO[str] = path.open("w", encoding="utf-8")
        except OSError as error:
            raise StoreUnusable(f"{path} cannot be written ({error.strerror}): name a folder we may write") from error
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
        self._session = _connect(url)
        self._session.execute("SELECT pg_advisory_lock(%s, %s)", (LOCKS, _number(self.executor_id)))
        self._stopping = threading.Event()
        self._threads: list[threading.Thread] = []

    def watch(self, recover: Callable[[str], int], busy: Callable[[], Sequence[str]], lost: Callable[[], None]) -> None:
        """Every two seconds: whoever has work and no lock is dead, and their work is recovered here.

        Whether our own lock still stands is asked apart: recovering waits for a database that is away, and a process
        whose lock is gone must hear of it first.
        """
        self._every(lambda: self._must_stand(lost))
        self._every(lambda: self._take_over(recover, busy))

    def leave(self) -> None:
        """Close the session, and with it the lock."""
        self._stopping.set()
        for thread in self._threads:
            thread.join(timeout=5)
        self._session.close()

    def _every(self, look: Callable[[], bool]) -> None:
        def repeat() -> None:
            while not self._stopping.wait(LOOK_EVERY) and look():
                pass

        thread = threading.Thread(target=repeat, name="presence", daemon=True)
        self._threads.append(thread)
        thread.start()

    def _must_stand(self, lost: Callable[[], None]) -> bool:
        try:
            self._session.execute("SELECT 1")
        except psycopg.Error as error:
            if self._stopping.is_set():
                return False
            # Others may recover our work from now on: whoever is told must end the process, not wait for the rest.
            log.error("process.fenced executor=%s reason=%s", self.executor_id, str(error).partition("\n")[0])  # noqa: TRY400 - one line
            lost()
            return False
        return True

    def _take_over(self, recover: Callable[[str], int], busy: Callable[[], Sequence[str]]) -> bool:
        try:
            for executor in busy():
                if executor != self.executor_id:
                    self._recover(executor, recover)
        except Unavailable as error:
            log.warning("process.take-over-postponed executor=%s reason=%s", self.executor_id, error)
        except psycopg.Error:
            return False  # the other thread says so
        return True

    def _recover(self, executor: str, recover: Callable[[str], int]) -> None:
        row = self._session.execute("SELECT pg_try_advisory_lock(%s, %s)", (LOCKS, _number(executor))).fetchone()
        if row is None or not row[0]:
            return
        try:
            taken = recover(executor)
            log.info("process.took-over executor=%s segments=%d", executor, taken)
        finally:
            self._session.execute("SELECT pg_advisory_unlock(%s, %s)", (LOCKS, _number(executor)))


def _connect(url: str) -> psycopg.Connection:
    """A session that both ends find dead within half a minute when the network or the other machine is gone."""
    try:
        session = psycopg.connect(
            url.replace("postgresql+psycopg://", "postgresql://"),
            autocommit=True,
            application_name="cosell presence",
            connect_timeout=10,
            keepalives_idle=5,
            keepalives_interval=2,
            keepalives_count=5,
            tcp_user_timeout=15_000,
        )
        for setting, value in (("idle", 10), ("interval", 5), ("count", 3)):
            # The server's default is two hours, in which a lost machine would still hold its lock.
            session.execute(sql.SQL("SET {} = {}").format(sql.Identifier(f"tcp_keepalives_{setting}"), value))
    except psycopg.Error as error:
        raise StoreUnusable("PostgreSQL took no session for this process's lock: is it starting, or full?") from error
    return session


def _number(executor_id: str) -> int:
    """A signed 32-bit key for the two-key form of the advisory lock."""
    return zlib.crc32(executor_id.encode()) - 2**31
