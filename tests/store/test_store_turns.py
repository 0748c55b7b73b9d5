"""SQLite's one writer at a time: in the order of asking, the urgent first, and never held by who is done."""

import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from motions.urgency import urgently
from store.engine import open_engine
from store.turns import Turns, factory
from tests.waiting import wait_until

PATIENCE = 10.0


@pytest.fixture
def turns() -> Turns:
    return Turns()


@pytest.fixture
def path(tmp_path: Path, turns: Turns) -> Path:
    made = tmp_path / "turns.db"
    with connected(made, turns) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("CREATE TABLE said (word TEXT UNIQUE)")
    return made


def connected(path: Path, turns: Turns, patience: float = PATIENCE) -> sqlite3.Connection:
    made: sqlite3.Connection = factory(turns, patience)(path, check_same_thread=False, isolation_level="IMMEDIATE")
    made.execute("PRAGMA busy_timeout=0")  # whoever does not wait for the turn fails at once
    return made


def words(path: Path, turns: Turns) -> list[str]:
    connection = connected(path, turns)
    found = [word for (word,) in connection.execute("SELECT word FROM said ORDER BY rowid")]
    connection.close()
    return found


def waiting(turns: Turns) -> int:
    return len(turns._waiting)


def say(path: Path, turns: Turns, word: str, *, is_urgent: bool = False) -> threading.Thread:
    """Somebody who writes a word as soon as it is their turn."""

    def write() -> None:
        connection = connected(path, turns)
        if is_urgent:
            with urgently():
                connection.execute("INSERT INTO said VALUES (?)", (word,))
        else:
            connection.execute("INSERT INTO said VALUES (?)", (word,))
        connection.commit()
        connection.close()

    before = waiting(turns)
    thread = threading.Thread(target=write)
    thread.start()
    wait_until(lambda: waiting(turns) > before, what=f"{word} waits")
    return thread


def test_writers_go_in_the_order_of_asking_but_the_urgent_first(path: Path, turns: Turns) -> None:
    first = connected(path, turns)
    first.execute("BEGIN IMMEDIATE")

    threads = [say(path, turns, "a"), say(path, turns, "b"), say(path, turns, "urgent", is_urgent=True)]
    first.commit()
    for thread in threads:
        thread.join()
    first.close()

    assert words(path, turns) == ["urgent", "a", "b"]


@pytest.mark.parametrize("end", ["commit", "rollback", "close"])
def test_the_turn_is_handed_on_however_a_transaction_ends(path: Path, turns: Turns, end: str) -> None:
    first = connected(path, turns)
    first.execute("INSERT INTO said VALUES ('first')")

    second = say(path, turns, "second")
    getattr(first, end)()
    second.join(PATIENCE)

    assert "second" in words(path, turns)


def test_a_transaction_ended_by_a_statement_hands_the_turn_on(path: Path, turns: Turns) -> None:
    first = connected(path, turns)
    first.execute("BEGIN IMMEDIATE")
    first.execute("COMMIT")

    with connected(path, turns, patience=0) as second:
        second.cursor().executemany("INSERT INTO said VALUES (?)", [("second",), ("third",)])

    assert words(path, turns) == ["second", "third"]


def test_a_statement_that_fails_keeps_the_turn_until_the_transaction_ends(path: Path, turns: Turns) -> None:
    first = connected(path, turns)
    first.execute("INSERT INTO said VALUES ('same')")
    with pytest.raises(sqlite3.IntegrityError):
        first.execute("INSERT INTO said VALUES ('same')")
    with pytest.raises(sqlite3.OperationalError, match="locked"):
        connected(path, turns, patience=0).execute("BEGIN IMMEDIATE")
    first.rollback()

    connected(path, turns, patience=0).execute("BEGIN IMMEDIATE")


def test_readers_wait_for_nobody(path: Path, turns: Turns) -> None:
    writer = connected(path, turns)
    writer.execute("BEGIN IMMEDIATE")

    assert words(path, turns) == []


def test_who_waits_in_vain_is_told_what_sqlite_tells_and_leaves_the_queue(path: Path, turns: Turns) -> None:
    writer = connected(path, turns)
    writer.execute("BEGIN IMMEDIATE")

    with pytest.raises(sqlite3.OperationalError, match="database is locked"):
        connected(path, turns, patience=0.01).execute("  insert into said values ('impatient')")
    writer.commit()
    with connected(path, turns, patience=0) as next_one:
        next_one.execute("INSERT INTO said VALUES ('next')")

    assert waiting(turns) == 0
    assert words(path, turns) == ["next"]


def test_a_turn_that_comes_as_the_wait_ends_is_taken_or_handed_on_never_lost() -> None:
    for _ in range(200):
        turns = Turns()
        turns.take(0)
        handing = threading.Thread(target=turns.hand_on)
        handing.start()
        has_it = turns.take(0.00005)
        handing.join()

        assert has_it or turns.take(0)


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    made = open_engine(f"sqlite:///{tmp_path}/engine.db")
    yield made
    made.dispose()


def test_the_application_s_own_connections_take_turns(engine: Engine) -> None:
    with engine.begin() as first:
        first.execute(text("CREATE TABLE said (word TEXT)"))
    wrote: list[str] = []

    def write() -> None:
        with engine.begin() as connection:
            connection.execute(text("INSERT INTO said VALUES ('second')"))
        wrote.append("second")

    with engine.begin() as first:
        first.execute(text("INSERT INTO said VALUES ('first')"))
        second = threading.Thread(target=write)
        second.start()
        second.join(0.05)
        early = list(wrote)
    second.join()

    assert (early, wrote) == ([], ["second"])
