"""Copies of a SQLite database: made while it is written to, checked before they are kept, put back whole or not at all.

Knows nothing of processes: whoever puts a copy back sees to it that nobody works on the database meanwhile.
"""

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import URL, create_engine, make_url, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from motions.doubting import AWAY, SUBJECT
from motions.records import LogEntry, Segment
from store.engine import StoreUnusable, open_engine
from store.log import SqlLog
from store.migrate import known_revisions, upgrade
from store.tables import log, log_head
from store.unit import SqlStore

_BESIDE = ("-wal", "-shm", "-journal")  # what SQLite keeps beside a file, and reads into whatever lies there
_PATIENCE_MS = 30_000


@dataclass(frozen=True)
class Copied:
    """What a copy holds: how many entries of the log, and when the last was written."""

    entries: int
    last_at: datetime | None


@dataclass(frozen=True)
class Restored:
    """What was put back, and where the database that stood there is kept."""

    copied: Copied
    database: Path
    kept: Path | None


def back_up(url: str, target: Path) -> Copied:
    """Copy the database as it is at one moment, while others write to it. Raises StoreUnusable; then nothing is kept.

    A file that is there is never overwritten.
    """
    database = _sqlite_file(url, "Back it up with:  pg_dump --format=custom --file=cosell.dump '{}'")
    if target.exists():
        raise StoreUnusable(f"{target} is there already. Nothing was written. Name a new file.")
    if not database.exists():
        raise StoreUnusable(f"there is no database {database}. Nothing was written.")
    with _unfinished(target.with_name(f".{target.name}.{os.getpid()}.part")) as part:
        _copy(database, part)
        copied = _examined(part, str(database))
        _sync(part)
        part.rename(target)
        _sync(target.parent)
    return copied


def restore(url: str, backup: Path, *, at: datetime) -> Restored:
    """Put a copy back in the database's place, which is kept aside. Raises StoreUnusable; then nothing was changed."""
    database = _sqlite_file(
        url,
        "Stop every cosell, then:  pg_restore --clean --if-exists --single-transaction --dbname='{}' cosell.dump",
    )
    if not backup.is_file():
        raise StoreUnusable(f"there is no file {backup}. Nothing was changed.")
    aside = database.with_name(f"{database.name}.before-restore-{at:%Y%m%dT%H%M%SZ}")
    if aside.exists():
        raise StoreUnusable(f"{aside} is there already: a second ago another was put back. Nothing was changed.")
    database.parent.mkdir(parents=True, exist_ok=True)
    with _unfinished(database.with_name(f".{database.name}.restoring")) as part:
        _copy(backup, part)
        copied = _examined(part, str(backup))
        _prepare(part, copied, backup.name, at)
        _sync(part)
        was_there = database.exists()
        _put_aside(database, aside)
        part.replace(database)
        _sync(database.parent)
    return Restored(copied, database, aside if was_there else None)


def _sqlite_file(url: str, instead: str) -> Path:
    parsed = make_url(url)
    if not parsed.drivername.startswith("sqlite"):
        raise StoreUnusable(
            f"PostgreSQL has tools of its own. Nothing was done. {instead.format(_without_secret(parsed))}"
        )
    return Path(parsed.database or "")


def _without_secret(url: URL) -> str:
    return URL.create("postgresql", url.username, None, url.host, url.port, url.database, url.query).render_as_string()


@contextmanager
def _unfinished(part: Path) -> Iterator[Path]:
    """A file that is gone again unless it was renamed; whatever the system refuses is StoreUnusable."""
    _remove(part)
    try:
        part.touch(mode=0o600)
        yield part
    except OSError as error:
        raise StoreUnusable(f"{error.filename or part}: {error.strerror}. Nothing was changed.") from error
    except (sqlite3.Error, DBAPIError) as error:
        said = str(error.orig if isinstance(error, DBAPIError) else error)
        raise StoreUnusable(f"the copy could not be made or read ({said}). Nothing was changed.") from error
    finally:
        _remove(part)


def _copy(source: Path, target: Path) -> None:
    """In one step: it sees one moment, and in WAL mode writers go on meanwhile."""
    with closing(_opened(source, "ro")) as reading, closing(sqlite3.connect(target)) as writing:
        reading.backup(writing)
        # One file that is whole by itself: nothing is left in a -wal beside it.
        writing.execute("PRAGMA journal_mode=DELETE")


def _examined(path: Path, named: str) -> Copied:
    with closing(_opened(path, "ro")) as connection:
        faults = [said for (said,) in connection.execute("PRAGMA integrity_check(3)")]
        if faults != ["ok"]:
            raise StoreUnusable(f"{named} is damaged ({'; '.join(faults)}). Nothing was changed.")
        tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        if not {"alembic_version", "log", "log_head"} <= tables:
            raise StoreUnusable(f"{named} is no database of cosell. Nothing was changed.")
        (revision,) = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    if revision not in known_revisions():
        raise StoreUnusable(
            f"{named} was written by a newer cosell (schema {revision}): use that one. Nothing was changed."
        )
    return _chained(path, named)


def _chained(path: Path, named: str) -> Copied:
    engine = create_engine(f"sqlite:///{path}")
    try:
        with Session(engine) as session:
            broken = SqlLog(session).first_break()
            if broken is not None:
                raise StoreUnusable(
                    f"the log of {named} is broken at entry {broken}: somebody changed it, or a part is missing. "
                    "Nothing was changed."
                )
            last_at = session.execute(select(log.c.at).order_by(log.c.seq.desc()).limit(1)).scalar()
            return Copied(session.execute(select(log_head.c.seq)).scalar_one(), last_at)
    finally:
        engine.dispose()


def _prepare(path: Path, copied: Copied, name: str, at: datetime) -> None:
    """Bring the copy to our schema and say in its log that it was put back."""
    engine = open_engine(f"sqlite:///{path}")
    try:
        upgrade(engine)
        detail = {"backup": name, "entries": copied.entries}
        with SqlStore(engine, _enqueue_nothing).transaction() as uow:
            # However young the copy is, the next start finds it old, and looks before it sends.
            stamps = (uow.memory.worked_at(), copied.last_at, at - 2 * AWAY)
            uow.memory.work(min(stamp for stamp in stamps if stamp is not None))
            uow.log.append(LogEntry(at, "database.restored", SUBJECT, "operator", detail))
    finally:
        engine.dispose()


def _put_aside(database: Path, aside: Path) -> None:
    """Keep what is there under another name; the database's own name is never without a whole file."""
    if database.exists():
        _settle(database)
        try:
            os.link(database, aside)
        except OSError:  # a file system without links
            shutil.copy2(database, aside)
            _sync(aside)
    for beside in _BESIDE:
        left = database.with_name(database.name + beside)
        if left.exists():
            left.rename(aside.with_name(aside.name + beside))


def _settle(database: Path) -> None:
    """Bring what is in the -wal into the file; one too damaged for that is kept as it is, with its -wal."""
    try:
        with closing(_opened(database, "rw")) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    except sqlite3.Error:
        return


def _opened(path: Path, mode: str) -> sqlite3.Connection:
    connection = sqlite3.connect(f"file:{quote(str(path))}?mode={mode}", uri=True)
    connection.execute(f"PRAGMA busy_timeout={_PATIENCE_MS}")
    return connection


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _remove(part: Path) -> None:
    for name in (part.name, *(part.name + beside for beside in _BESIDE)):
        part.with_name(name).unlink(missing_ok=True)


def _enqueue_nothing(_session: Session, _segment: Segment) -> None:
    raise AssertionError("putting a copy back starts nothing")
