"""The log's chain: any change, removal, or other order of its entries shows, and writers at once never fork it."""

from collections.abc import Callable
from dataclasses import replace
from threading import Barrier, Thread

import pytest
from sqlalchemy import Engine

from motions.model import MotionId
from store.log import hash_of
from store.unit import SqlStore
from tests.store.databases import start
from tests.store.samples import a_motion, an_entry
from tests.waiting import wait_until

ENTRIES = 5


@pytest.mark.parametrize(
    ("tampering", "broken_at"),
    [
        ("UPDATE log SET actor = 'nobody' WHERE seq = 3", 3),
        ("UPDATE log SET detail = '{\"n\":9}' WHERE seq = 1", 1),
        ("UPDATE log SET at = '2020-01-01 00:00:00.000000' WHERE seq = 4", 4),
        ("UPDATE log SET hash = prev_hash WHERE seq = 5", 5),
        ("DELETE FROM log WHERE seq = 1", 1),
        ("DELETE FROM log WHERE seq = 3", 3),
        ("DELETE FROM log WHERE seq = 5", 5),
        ("DELETE FROM log", 1),
        ("UPDATE log SET seq = CASE seq WHEN 1 THEN 0 ELSE seq END", 1),
    ],
)
def test_tampering_is_found_where_it_begins(engine: Engine, tampering: str, broken_at: int) -> None:
    store = SqlStore(engine, start)
    with store.transaction() as uow:
        for n in range(ENTRIES):
            uow.log.append(an_entry(n=n))

    _tamper(engine, tampering)

    assert store.read(lambda uow: uow.log.first_break()) == broken_at


def test_entries_in_another_order_are_found(engine: Engine) -> None:
    store = SqlStore(engine, start)
    with store.transaction() as uow:
        for n in range(ENTRIES):
            uow.log.append(an_entry(n=n))

    _tamper(engine, *(f"UPDATE log SET seq = {to} WHERE seq = {of}" for of, to in ((2, 99), (3, 2), (99, 3))))

    assert store.read(lambda uow: uow.log.first_break()) == 2


def test_an_entry_forged_at_the_end_is_found(engine: Engine) -> None:
    store = SqlStore(engine, start)
    with store.transaction() as uow:
        uow.log.append(an_entry())

    _tamper(engine, "INSERT INTO log SELECT 2, at, event, subject, 'somebody else', detail, hash, hash FROM log")

    assert store.read(lambda uow: uow.log.first_break()) == 2


def test_an_entry_replaced_by_one_with_a_hash_of_its_own_breaks_the_one_after_it(engine: Engine) -> None:
    store = SqlStore(engine, start)
    for n in range(ENTRIES):
        with store.transaction() as uow:
            uow.log.append(an_entry(n=n))
    third = store.read(lambda uow: uow.log.of("m1"))[2]
    forged = hash_of(replace(third, actor="nobody"))

    _tamper(
        engine,
        f"UPDATE log SET actor = 'nobody', hash = '{forged}' WHERE seq = 3",
        f"UPDATE log SET prev_hash = '{forged}' WHERE seq = 4",
    )

    assert store.read(lambda uow: uow.log.first_break()) == 4


def test_the_chain_goes_on_over_transactions(engine: Engine) -> None:
    store = SqlStore(engine, start)
    for n in range(3):
        with store.transaction() as uow:
            uow.log.append(an_entry(n=n))

    entries = store.read(lambda uow: uow.log.of("m1"))

    assert [entry.seq for entry in entries] == [1, 2, 3]
    assert store.read(lambda uow: uow.log.first_break()) is None


def test_writers_at_once_neither_fork_the_chain_nor_wait_for_each_other_for_ever(engine: Engine) -> None:
    """Both log first and then meet on the same motion, in the order that deadlocks where the log is locked early."""
    store = SqlStore(engine, start)
    with store.transaction() as uow:
        uow.motions.add(a_motion())
    together = Barrier(2)

    def log_then_note(name: str) -> None:
        together.wait()
        for _ in range(20):
            with store.transaction() as uow:
                uow.log.append(an_entry(who=name))
                uow.motions.note(MotionId("m1"), {"next_act": name})
                uow.log.append(an_entry(who=name))

    _in_threads(log_then_note, "left", "right")

    assert store.read(lambda uow: uow.log.first_break()) is None
    assert len(store.read(lambda uow: uow.log.of("m1"))) == 80


@pytest.mark.postgres
def test_who_comes_while_another_is_at_the_end_of_the_chain_waits_and_follows(postgres_engine: Engine) -> None:
    store = SqlStore(postgres_engine, start)

    def log_too() -> None:
        with store.transaction() as uow:
            uow.log.append(an_entry(who="second"))

    second = Thread(target=log_too)
    with store.transaction() as uow:
        uow.log.append(an_entry(who="first"))
        uow.log.of("m1")  # writes what waits, and holds the end of the chain from here on
        second.start()
        wait_until(lambda: _somebody_waits(postgres_engine), what="the second writer at the lock")
    second.join()

    assert [entry.detail["who"] for entry in store.read(lambda uow: uow.log.of("m1"))] == ["first", "second"]
    assert store.read(lambda uow: uow.log.first_break()) is None


def _somebody_waits(engine: Engine) -> bool:
    asked = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
    with engine.connect() as connection:
        return bool(connection.exec_driver_sql(asked).scalar_one())


def _in_threads(work: Callable[[str], None], *names: str) -> None:
    threads = [Thread(target=work, args=(name,)) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _tamper(engine: Engine, *statements: str) -> None:
    with engine.begin() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)
