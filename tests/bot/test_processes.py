"""One executor id a live process: on SQLite nobody else gets in, on PostgreSQL the living take over from the dead."""

import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from bot.app import build
from bot.door import Door
from bot.processes import AlreadyRunningError, SessionPresence, be_present
from bot.settings import Settings
from motions.errors import ConnectorError, Unavailable
from store.engine import StoreUnusable
from tests.postgres import postgres_url
from tests.waiting import wait_until

__all__ = ["postgres_url"]  # a fixture


def test_a_second_process_on_the_same_file_is_refused_until_the_first_has_left(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/cosell.db"
    first = be_present(url)

    with pytest.raises(AlreadyRunningError, match="COSELL_DATABASE_URL"):
        be_present(url)
    first.leave()
    again = be_present(url)

    assert again.executor_id == first.executor_id
    again.leave()


def test_a_lock_that_cannot_be_written_is_refused_with_the_way_out(tmp_path: Path) -> None:
    (tmp_path / "cosell.db.lock").mkdir()

    with pytest.raises(StoreUnusable, match=r"cosell\.db\.lock cannot be written"):
        be_present(f"sqlite:///{tmp_path}/cosell.db")


def test_two_files_have_nothing_to_do_with_each_other(tmp_path: Path) -> None:
    presences = [be_present(f"sqlite:///{tmp_path}/{name}.db") for name in ("one", "two")]

    for presence in presences:
        presence.watch(lambda _: 0, list, lambda: None)
        presence.leave()


@pytest.fixture
def living(postgres_url: str) -> Iterator[SessionPresence]:
    presence = SessionPresence(postgres_url)
    yield presence
    presence.leave()


@pytest.mark.postgres
def test_the_work_of_a_dead_process_is_taken_over_and_that_of_a_living_one_is_not(
    postgres_url: str, living: SessionPresence
) -> None:
    dead, alive = SessionPresence(postgres_url), SessionPresence(postgres_url)
    dead.leave()
    taken: list[str] = []

    living.watch(_noting(taken), lambda: [alive.executor_id, living.executor_id, dead.executor_id], lambda: None)
    wait_until(lambda: taken, what="the take-over")
    alive.leave()
    wait_until(lambda: alive.executor_id in taken, what="the second take-over")

    assert taken[0] == dead.executor_id
    assert living.executor_id not in taken


@pytest.mark.postgres
def test_a_process_that_lost_its_own_lock_is_told_to_stop(postgres_url: str, living: SessionPresence) -> None:
    lost = threading.Event()
    living.watch(lambda _: 0, list, lost.set)

    with psycopg.connect(postgres_url, autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'")

    assert lost.wait(20)


@pytest.mark.postgres
def test_every_process_on_a_server_has_an_id_of_its_own(postgres_url: str) -> None:
    presences = [be_present(postgres_url) for _ in range(3)]

    for presence in presences:
        presence.leave()
    assert len({presence.executor_id for presence in presences}) == 3


def _noting(taken: list[str]) -> Callable[[str], int]:
    def recover(executor_id: str) -> int:
        taken.append(executor_id)
        return 1

    return recover


@pytest.mark.postgres
def test_a_database_that_is_away_postpones_taking_over_and_no_more(postgres_url: str, living: SessionPresence) -> None:
    dead = SessionPresence(postgres_url)
    dead.leave()
    taken: list[str] = []
    failures = [Unavailable("the database", "away")]
    lost = threading.Event()

    def busy() -> list[str]:
        if failures:
            raise failures.pop()
        return [dead.executor_id]

    living.watch(_noting(taken), busy, lost.set)
    wait_until(lambda: taken, what="the take-over")

    assert not lost.is_set()


@pytest.mark.postgres
def test_a_process_hears_that_its_lock_is_gone_although_recovering_hangs(
    postgres_url: str, living: SessionPresence
) -> None:
    lost, goes_on = threading.Event(), threading.Event()

    def busy() -> list[str]:
        goes_on.wait(30)
        return []

    living.watch(lambda _: 0, busy, lost.set)
    living._session.close()

    assert lost.wait(20)
    goes_on.set()


@pytest.mark.postgres
def test_both_ends_of_a_presence_notice_within_half_a_minute_that_the_other_machine_is_gone(postgres_url: str) -> None:
    """On a socket of this machine the server shows no keepalives; that they are asked for is what can be seen."""
    presence = SessionPresence(postgres_url)
    asked = presence._session.info.get_parameters()
    presence.leave()

    assert (asked["keepalives_idle"], asked["tcp_user_timeout"]) == ("5", "15000")


def test_a_bot_that_cannot_be_built_gives_port_lock_and_database_back(tmp_path: Path) -> None:
    port = _free_port()
    given = {"cosell_database_url": f"sqlite:///{tmp_path}/cosell.db", "cosell_port": port, "cosell_host": "127.0.0.1"}
    nobody = Settings.model_validate(given).on_sandbox(f"http://127.0.0.1:{_free_port()}")

    for _ in range(2):  # the second would find the first one's leavings
        with pytest.raises(ConnectorError):
            build(nobody)

    be_present(nobody.cosell_database_url).leave()
    Door("127.0.0.1", port).close()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
