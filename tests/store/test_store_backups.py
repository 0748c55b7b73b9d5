"""A backup is whole whatever is written meanwhile; a restore puts it back whole, or changes nothing."""

import shutil
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from motions.doubting import AWAY
from motions.model import MotionId
from motions.records import Segment
from store.backups import back_up, restore
from store.engine import StoreUnusable, open_engine
from store.unit import SqlStore
from tests.store.samples import MINUTE, NOW, a_motion, an_entry
from tests.waiting import wait_until


def start(_session: Session, _segment: Segment) -> None:
    raise AssertionError("nothing is started here")


POSTGRES = "postgresql://sam:hunter22@db.example/cosell"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "var"
    made.mkdir()
    return made


@pytest.fixture
def database(sqlite_template: Path, folder: Path) -> Path:
    return Path(shutil.copy(sqlite_template, folder / "cosell.db"))


@pytest.fixture
def engine(database: Path) -> Iterator[Engine]:
    """As a running bot holds it open."""
    opened = open_engine(f"sqlite:///{database}")
    yield opened
    opened.dispose()


@pytest.fixture
def store(engine: Engine) -> SqlStore:
    return SqlStore(engine, start)


def url(database: Path) -> str:
    return f"sqlite:///{database}"


def write(store: SqlStore, name: str) -> None:
    """A motion and its entry, in one transaction."""
    with store.transaction() as uow:
        uow.motions.add(a_motion(name))
        uow.log.append(an_entry(subject=name))


def counted(path: Path) -> tuple[int, int]:
    """Motions, and entries about them."""
    with closing(sqlite3.connect(path)) as connection:
        (motions,) = connection.execute("SELECT count(*) FROM motions").fetchone()
        (entries,) = connection.execute("SELECT count(*) FROM log WHERE event = 'motion.opened'").fetchone()
        return motions, entries


def test_a_backup_made_while_others_write_is_of_one_moment(store: SqlStore, database: Path, folder: Path) -> None:
    stop = threading.Event()
    written: list[str] = []

    def writer(name: str) -> None:
        n = 0
        while not stop.is_set():
            n += 1
            write(store, f"{name}{n}")
            written.append(name)

    writers = [threading.Thread(target=writer, args=(name,)) for name in "abc"]
    for each in writers:
        each.start()
    wait_until(lambda: len(written) > 20, what="some writing")
    before = len(written)
    copied = back_up(url(database), folder / "copy.db")
    after = len(written)
    stop.set()
    for each in writers:
        each.join()

    motions, entries = counted(folder / "copy.db")
    assert motions == entries == copied.entries
    assert before <= motions <= after + len(writers)
    assert counted(database)[0] == len(written)


def test_a_backup_is_one_file_only_we_may_read_that_holds_the_engine_s_tables_too(
    store: SqlStore, database: Path, folder: Path
) -> None:
    write(store, "m1")
    with closing(sqlite3.connect(database)) as other:
        other.execute("CREATE TABLE workflow_status (id TEXT)")
    back_up(url(database), folder / "copy.db")

    with closing(sqlite3.connect(folder / "copy.db")) as copy:
        tables = {name for (name,) in copy.execute("SELECT name FROM sqlite_master")}
    assert {"workflow_status", "motions"} <= tables
    assert (folder / "copy.db").stat().st_mode & 0o077 == 0
    assert sorted(path.name for path in folder.iterdir() if path.name.startswith((".", "copy"))) == ["copy.db"]


@pytest.mark.parametrize(
    ("tampering", "said"),
    [
        ("UPDATE log SET actor = 'nobody' WHERE seq = 1", "broken at entry 1"),
        ("UPDATE alembic_version SET version_num = '9999'", "newer cosell"),
        ("DROP TABLE log_head", "no database of cosell"),
    ],
)
def test_what_does_not_hold_is_neither_kept_as_a_backup_nor_put_back(
    store: SqlStore, database: Path, folder: Path, tampering: str, said: str
) -> None:
    write(store, "m1")
    good = Path(shutil.copy(database, folder / "good.db"))
    with closing(sqlite3.connect(database)) as other:
        other.execute(tampering)
        other.commit()

    with pytest.raises(StoreUnusable, match=said):
        back_up(url(database), folder / "copy.db")
    with pytest.raises(StoreUnusable, match=said):
        restore(url(good), database, at=NOW)

    assert not list(folder.glob("*copy*"))
    assert not list(folder.glob("good.db.before*"))
    assert not list(folder.glob(".*"))


def test_a_damaged_file_is_refused(store: SqlStore, database: Path, folder: Path) -> None:
    for n in range(200):
        write(store, f"m{n}")
    back_up(url(database), folder / "copy.db")
    bytes_ = bytearray((folder / "copy.db").read_bytes())
    middle = len(bytes_) // 2
    bytes_[middle : middle + 8192] = b"\xff" * 8192
    (folder / "copy.db").write_bytes(bytes_)
    (folder / "words.db").write_text("these are words, and a good many of them " * 100)

    for name in ("copy.db", "words.db"):
        with pytest.raises(StoreUnusable, match="Nothing was changed"):
            restore(url(database), folder / name, at=NOW)


def test_nothing_is_overwritten_and_nothing_made_up(store: SqlStore, database: Path, folder: Path) -> None:
    (folder / "copy.db").write_text("mine")

    with pytest.raises(StoreUnusable, match="is there already"):
        back_up(url(database), folder / "copy.db")
    with pytest.raises(StoreUnusable, match="no database"):
        back_up(url(folder / "none.db"), folder / "other.db")
    with pytest.raises(StoreUnusable, match="no file"):
        restore(url(database), folder / "none.db", at=NOW)
    with pytest.raises(StoreUnusable, match="No such file"):
        back_up(url(database), folder / "nowhere" / "copy.db")

    assert (folder / "copy.db").read_text() == "mine"
    assert not (folder / "none.db").exists()


def test_a_restore_brings_back_what_was_and_keeps_what_is_aside(store: SqlStore, database: Path, folder: Path) -> None:
    write(store, "m1")
    back_up(url(database), folder / "copy.db")
    write(store, "m2")
    store._engine.dispose()

    done = restore(url(database), folder / "copy.db", at=NOW)

    again = SqlStore(open_engine(url(database)), start)
    assert again.read(lambda uow: [uow.motions.get(MotionId(name)) is not None for name in ("m1", "m2")]) == [
        True,
        False,
    ]
    assert [entry.detail["backup"] for entry in again.read(lambda uow: uow.log.of("database"))] == ["copy.db"]
    assert again.read(lambda uow: uow.log.first_break()) is None
    again._engine.dispose()
    assert done.kept == folder / f"cosell.db.before-restore-{NOW:%Y%m%dT%H%M%SZ}"
    assert counted(done.kept) == (2, 2)
    assert done.copied.entries == 1


def test_what_a_killed_bot_left_beside_the_file_goes_aside_with_it(
    database: Path, folder: Path, tmp_path: Path
) -> None:
    crashed = tmp_path / "crashed"
    crashed.mkdir()
    living = open_engine(url(database))
    back_up(url(database), folder / "copy.db")
    write(SqlStore(living, start), "m1")
    for path in folder.glob("cosell.db*"):  # as the file system holds it while the bot is alive
        shutil.copy(path, crashed)
    living.dispose()
    assert (crashed / "cosell.db-wal").stat().st_size

    done = restore(url(crashed / "cosell.db"), folder / "copy.db", at=NOW)

    assert done.kept is not None
    assert counted(crashed / "cosell.db") == (0, 0)
    assert counted(done.kept) == (1, 1)


def test_a_restore_where_no_database_is_makes_one_and_believes_no_leftover(
    store: SqlStore, database: Path, folder: Path, tmp_path: Path
) -> None:
    write(store, "m1")
    back_up(url(database), folder / "copy.db")
    write(store, "m2")
    place = tmp_path / "new" / "cosell.db"
    place.parent.mkdir()
    shutil.copy(database.with_name("cosell.db-wal"), place.with_name("cosell.db-wal"))

    done = restore(url(place), folder / "copy.db", at=NOW)

    assert done.kept is None
    assert counted(place) == (1, 1)


@pytest.mark.parametrize("worked_at", [None, NOW - MINUTE, NOW - 600 * MINUTE])
def test_however_young_a_copy_is_the_next_start_doubts_it(
    store: SqlStore, database: Path, folder: Path, worked_at: datetime | None
) -> None:
    with store.transaction() as uow:
        if worked_at is not None:
            uow.memory.work(worked_at)
    back_up(url(database), folder / "copy.db")
    store._engine.dispose()

    restore(url(database), folder / "copy.db", at=NOW)

    again = SqlStore(open_engine(url(database)), start)
    stamp = again.read(lambda uow: uow.memory.worked_at())
    again._engine.dispose()
    assert stamp is not None
    assert stamp == min(NOW - 2 * AWAY, worked_at or NOW)


def test_on_postgres_the_commands_to_use_are_named_without_the_password(folder: Path) -> None:
    with pytest.raises(StoreUnusable, match="pg_dump") as backing_up:
        back_up(POSTGRES, folder / "copy.dump")
    with pytest.raises(StoreUnusable, match="pg_restore") as restoring:
        restore(POSTGRES, folder / "copy.dump", at=NOW)

    for refusal in (backing_up, restoring):
        assert "postgresql://sam@db.example/cosell" in str(refusal.value)
        assert "hunter22" not in str(refusal.value)
