"""Opening a database: the settings every connection has, and plain words when it cannot be used."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from store.engine import StoreUnusable, open_engine

# 2020-01-01 and 2100-01-01 in milliseconds: no test depends on the present moment.
PLAUSIBLE = range(1_577_836_800_000, 4_102_444_800_000)


@pytest.fixture
def sqlite(tmp_path: Path) -> Iterator[Engine]:
    engine = open_engine(f"sqlite:///{tmp_path}/new folder/cosell.db")
    yield engine
    engine.dispose()


def test_every_sqlite_connection_is_durable_and_patient(sqlite: Engine) -> None:
    names = ("journal_mode", "synchronous", "busy_timeout", "foreign_keys")

    with sqlite.connect() as first, sqlite.connect() as second:
        settings = [[c.execute(text(f"PRAGMA {name}")).scalar_one() for name in names] for c in (first, second)]

    assert settings == [["wal", 2, 30000, 1]] * 2


def test_writes_take_the_lock_at_once_even_after_an_isolation_level_was_asked_for(sqlite: Engine) -> None:
    with sqlite.connect().execution_options(isolation_level="SERIALIZABLE") as connection:
        connection.execute(text("CREATE TABLE t (n INTEGER)"))
        connection.commit()

    with sqlite.connect() as connection:
        assert connection.connection.driver_connection is not None
        assert connection.connection.driver_connection.isolation_level == "IMMEDIATE"


@pytest.mark.parametrize("clock", ["strftime('%s', 'now')", "unixepoch('subsec')"])
def test_sqlite_tells_the_time_in_whole_milliseconds(sqlite: Engine, clock: str) -> None:
    with sqlite.begin() as connection:
        connection.execute(text(f"CREATE TABLE t (n INTEGER PRIMARY KEY, at INTEGER DEFAULT ({clock} * 1000))"))
        for _ in range(200):
            connection.execute(text("INSERT INTO t DEFAULT VALUES"))
        kinds = connection.execute(text("SELECT DISTINCT typeof(at) FROM t")).scalars().all()
        stamps = connection.execute(text("SELECT at FROM t ORDER BY n")).scalars().all()

    assert kinds == ["integer"]
    assert stamps == sorted(stamps)
    assert all(stamp in PLAUSIBLE for stamp in stamps)


@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        ("strftime('%Y', '2026-03-02')", "2026"),
        ("strftime('%s', '1970-01-02')", "86400"),
        ("strftime('%d', '2026-03-02', '+1 day')", "03"),
        ("unixepoch('1970-01-02')", 86400),
        ("strftime('%s', NULL)", None),
    ],
)
def test_every_other_question_about_time_is_answered_by_sqlite(sqlite: Engine, asked: str, answer: object) -> None:
    with sqlite.connect() as connection:
        assert connection.execute(text(f"SELECT {asked}")).scalar_one() == answer


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "sqlite:///file:x?mode=memory&uri=true"])
def test_a_database_in_memory_is_refused(url: str) -> None:
    with pytest.raises(StoreUnusable, match="name a file"):
        open_engine(url)


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("cosell.db", "sqlite:///path"),
        ("mysql://host/name", "mysql is not supported"),
        ("sqlite+aiosqlite:///x.db", "not supported"),
    ],
)
def test_a_url_of_another_kind_is_refused(url: str, said: str) -> None:
    with pytest.raises(StoreUnusable, match=said):
        open_engine(url)


def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("Not a database, though long enough to look like one to somebody who only counts the bytes." * 20)

    with pytest.raises(StoreUnusable, match=r"notes\.txt cannot be opened and written"):
        open_engine(f"sqlite:///{path}")


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file")

    with pytest.raises(StoreUnusable, match=r"taken.* cannot be created"):
        open_engine(f"sqlite:///{tmp_path}/taken/cosell.db")


def test_a_server_that_does_not_answer_is_named_without_its_password() -> None:
    with pytest.raises(StoreUnusable, match=r"'cosell' at 127\.0\.0\.1") as refusal:
        open_engine("postgresql://user:s3cret@127.0.0.1:1/cosell")

    assert "s3cret" not in str(refusal.value)


@pytest.mark.postgres
@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_every_spelling_of_postgresql_opens_it(postgres_url: str, scheme: str) -> None:
    engine = open_engine(postgres_url.replace("postgresql", scheme, 1))

    with engine.connect() as connection:
        answer = connection.execute(text("SELECT 1")).scalar_one()
    engine.dispose()

    assert (engine.driver, answer) == ("psycopg", 1)


@pytest.mark.postgres
def test_a_database_that_may_only_be_read_is_refused(postgres_url: str) -> None:
    with pytest.raises(StoreUnusable, match="cannot be written"):
        open_engine(f"{postgres_url}&options=-c%20default_transaction_read_only%3Don")
