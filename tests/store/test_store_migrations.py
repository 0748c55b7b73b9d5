"""Migrations: an empty database becomes exactly the tables, however often and by however many at once."""

from threading import Barrier, Thread

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text

from store.engine import open_engine
from store.migrate import upgrade
from store.tables import metadata

# Of an expression a database keeps its own spelling, or tells none.
SPELLED_ANEW = {"ix_deals_open_place"}


@pytest.mark.filterwarnings("ignore:.*expression-based index")
def test_an_empty_database_becomes_the_tables(empty_url: str) -> None:
    engine = open_engine(empty_url)

    upgrade(engine)

    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_object": _is_comparable})
        differences = compare_metadata(context, metadata)
        sql = (
            "SELECT name FROM sqlite_master" if engine.dialect.name == "sqlite" else "SELECT indexname FROM pg_indexes"
        )
        made = set(connection.execute(text(sql)).scalars())
    engine.dispose()
    assert differences == []
    assert made >= SPELLED_ANEW


def test_a_second_upgrade_changes_nothing(empty_url: str) -> None:
    engine = open_engine(empty_url)
    upgrade(engine)
    with engine.begin() as connection:
        connection.execute(text("INSERT INTO watermarks (feed, at) VALUES ('crm', '2026-03-02 09:30:00')"))

    upgrade(engine)

    with engine.connect() as connection:
        kept = connection.execute(text("SELECT feed FROM watermarks")).scalars().all()
        heads = connection.execute(text("SELECT id, seq, hash FROM log_head")).all()
    engine.dispose()
    assert kept == ["crm"]
    assert heads == [(1, 0, "")]


def test_two_who_start_at_once_migrate_once(empty_url: str) -> None:
    engines = [open_engine(empty_url) for _ in range(2)]
    start = Barrier(2)
    failures: list[Exception] = []

    def migrate(number: int) -> None:
        start.wait()
        try:
            upgrade(engines[number])
        except Exception as error:  # noqa: BLE001 - a thread's failure is this test's
            failures.append(error)

    threads = [Thread(target=migrate, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    with engines[0].connect() as connection:
        heads = connection.execute(text("SELECT count(*) FROM log_head")).scalar_one()
    for engine in engines:
        engine.dispose()
    assert (failures, heads) == ([], 1)


def test_a_schema_newer_than_this_version_is_left_as_it_is(empty_url: str) -> None:
    """While processes are replaced one by one, one of the old version may have to start once more."""
    engine = open_engine(empty_url)
    upgrade(engine)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        connection.execute(text("ALTER TABLE motions ADD COLUMN of_tomorrow TEXT"))

    upgrade(engine)

    with engine.connect() as connection:
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one() == "9999"
        assert connection.execute(text("SELECT count(of_tomorrow) FROM motions")).scalar_one() == 0
    engine.dispose()


def _is_comparable(_object: object, name: str | None, *_rest: object) -> bool:
    return name not in SPELLED_ANEW
