"""The durable engine itself, on both databases: what ends for good is found again, and nothing stays taken unrun."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import OperationalError

from bot.durable import DurableEngine
from motions.errors import ConnectorError, Rejected, Unavailable
from motions.records import Ended, Segment
from motions.reruns import begun_again
from store.engine import open_engine
from store.migrate import upgrade
from tests.postgres import a_database
from tests.waiting import wait_until

HOUR = timedelta(hours=1)


@dataclass
class Bench:
    """A running engine, what ran on it, and how the next runs of a name go."""

    durable: DurableEngine
    engine: Engine
    ran: list[str] = field(default_factory=list)
    works: dict[str, Callable[[], None]] = field(default_factory=dict)

    def run(self, segment: Segment, _attempt: int) -> None:
        self.works.get(segment.name, lambda: None)()
        self.ran.append(segment.id)

    def start(self, segment: Segment) -> None:
        with self.durable.store.transaction() as uow:
            uow.enqueue(segment)

    def forget_step(self, segment_id: str) -> None:
        """As a kill leaves it between the store's commit and the engine's note: done, unnoted, and its process gone."""
        at = "" if self.engine.dialect.name == "sqlite" else "dbos."
        with self.engine.begin() as connection:
            given = {"id": segment_id}
            connection.execute(text(f"DELETE FROM {at}operation_outputs WHERE workflow_uuid = :id"), given)
            gone = text(f"UPDATE {at}workflow_status SET executor_id = 'gone' WHERE workflow_uuid = :id")
            connection.execute(gone, given)

    def ended(self) -> list[Ended]:
        return list(self.durable.ended(datetime.now(UTC) - HOUR, lambda _: True))


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/cosell.db"
        return
    with a_database() as server:
        yield server


@pytest.fixture
def bench(url: str) -> Iterator[Bench]:
    engine = open_engine(url)
    upgrade(engine)
    durable = DurableEngine(engine, url, "tester")
    made = Bench(durable, engine)
    durable.launch(made.run)
    yield made
    durable.stop(1)


def test_a_refusal_of_a_connectors_own_kind_reaches_the_segment_as_a_refusal(bench: Bench) -> None:
    class Conflict(Rejected):
        """What one connector calls a refusal of its own."""

    heard: list[ConnectorError] = []

    def work() -> None:
        try:
            bench.durable.step("associate", lambda: _raise(Conflict("AWS", "already there")))
        except ConnectorError as error:
            heard.append(error)

    bench.works["file"] = work
    bench.start(Segment("file", "m:2:file", ("m", 2)))
    wait_until(lambda: bench.ran, what="the segment")

    assert [(type(error), str(error)) for error in heard] == [(Rejected, "AWS: already there")]


def test_an_outcome_does_not_wait_for_all_that_begins(bench: Bench) -> None:
    at_once = 12
    begun, go_on = threading.Barrier(at_once + 1), threading.Event()

    def hold() -> None:
        begun.wait(20)
        go_on.wait(20)

    bench.works["evaluate"] = hold
    for n in range(at_once):
        bench.start(Segment("evaluate", f"t{n}:evaluate", ("deal", f"t{n}")))
    begun.wait(20)
    for n in range(2 * at_once):
        bench.start(Segment("prepare", f"m{n}:1:prepare", (f"m{n}", 1)))
    bench.start(Segment("close_loop", "m:6:close_loop", ("m", 6)))
    go_on.set()
    wait_until(lambda: len(bench.ran) == 3 * at_once + 1, what="all of them")

    assert bench.ran.index("m:6:close_loop") < 2 * at_once


def _raise(error: Exception) -> str:
    raise error


def _failing(error: Exception) -> Callable[[], None]:
    def fail() -> None:
        raise error

    return fail


def test_a_segment_that_ends_with_an_error_of_ours_is_found_until_it_begins_again(bench: Bench) -> None:
    bench.works["redraw"] = _failing(KeyError("ts"))
    segment = Segment("redraw", "m:2:redraw", ("m", 2))
    bench.start(segment)
    (ended,) = wait_until(bench.ended, what="the end")
    bench.works.clear()

    bench.start(begun_again(ended.segment, timedelta()))
    wait_until(lambda: bench.ran, what="the second beginning")

    assert (ended.segment, ended.how) == (segment, "KeyError")
    assert bench.ran == ["m:2:redraw:e1"]
    assert bench.ended() == []


def test_what_is_not_wanted_or_ended_before_is_not_listed(bench: Bench) -> None:
    bench.works["redraw"] = _failing(KeyError("ts"))
    bench.start(Segment("redraw", "m:2:redraw", ("m", 2)))
    wait_until(bench.ended, what="the end")

    assert bench.durable.ended(datetime.now(UTC) + HOUR, lambda _: True) == ()
    assert bench.durable.ended(datetime.now(UTC) - HOUR, lambda each: "evaluate" in each) == ()


def test_what_waits_runs_or_is_known_is_told_apart(bench: Bench) -> None:
    bench.start(Segment("redraw", "m:1:redraw", ("m", 1), delay=HOUR))
    bench.start(Segment("redraw", "m:2:redraw", ("m", 2)))
    wait_until(lambda: bench.ran, what="the run")
    wait_until(lambda: bench.durable.under_way() == {"m:1:redraw"}, what="its end")

    assert bench.durable.known(["m:1:redraw", "m:2:redraw", "m:3:redraw"]) == {"m:1:redraw", "m:2:redraw"}


def test_what_was_taken_and_never_started_begins_again(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """The database fails just after the claim: the engine itself would keep it for this process, for ever."""
    claimed: list[object] = []

    def fail(*claim: object) -> None:
        claimed.append(claim)
        raise OSError("disk full")

    with monkeypatch.context() as patch:
        patch.setattr("dbos._queue.execute_dequeued_workflow", fail)
        bench.start(Segment("redraw", "m:2:redraw", ("m", 2)))
        wait_until(lambda: claimed, what="the claim")
    first = bench.ended()

    (ended,) = bench.ended()
    bench.start(begun_again(ended.segment, timedelta()))
    wait_until(lambda: bench.ran, what="the second beginning")

    assert first == []
    assert ended.how == "cancelled"
    assert bench.ran == ["m:2:redraw:e1"]


def test_what_really_runs_is_left_running(bench: Bench) -> None:
    began: list[bool] = []
    goes_on: list[bool] = []

    def work() -> None:
        began.append(True)
        _wait_for(goes_on)

    bench.works["file"] = work
    bench.start(Segment("file", "m:3:file", ("m", 3)))
    wait_until(lambda: began, what="its beginning")  # between the claim and it lies a moment, longer on a busy machine

    seen = [bench.ended() for _ in range(3)]
    goes_on.append(True)
    wait_until(lambda: bench.ran == ["m:3:file"], what="its end")

    assert seen == [[], [], []]


def test_a_database_that_is_away_in_a_step_is_an_outage_like_any_other(bench: Bench) -> None:
    answers: list[Exception] = []

    def ask() -> None:
        try:
            bench.durable.step("ask", _away)
        except Unavailable as error:
            answers.append(error)

    bench.works["file"] = ask
    bench.start(Segment("file", "m:3:file", ("m", 3)))
    wait_until(lambda: answers, what="the outage")

    assert "the database" in str(answers[0])
    wait_until(lambda: bench.ran, what="the end of the segment")


def test_the_engine_s_own_threads_outlive_a_database_that_fails(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    failures: list[str] = []

    def fail(*_: object, **__: object) -> None:
        failures.append("claim")
        raise OperationalError("SELECT", {}, Exception("database or disk is full"))

    with monkeypatch.context() as patch:
        patch.setattr("dbos._sys_db.SystemDatabase.start_queued_workflows", fail)
        wait_until(lambda: len(failures) > 3, what="failing claims")

    bench.start(Segment("redraw", "m:2:redraw", ("m", 2)))

    wait_until(lambda: bench.ran == ["m:2:redraw"], what="the run")


def _wait_for(signal: list[bool]) -> None:
    wait_until(lambda: signal, what="the signal")


def _away() -> str:
    raise OperationalError("SELECT 1", {}, Exception("the server closed the connection"))


def test_what_was_done_before_a_kill_is_not_taken_for_something_else_done_after_it(bench: Bench) -> None:
    """Killed after the store's commit and before the engine noted it, a segment fails where it had gone on before."""
    began, killed, done = threading.Event(), threading.Event(), list[str]()

    def work() -> None:
        if not began.is_set():
            bench.durable.transaction("followed", lambda _: done.append("followed"))
            began.set()
            killed.wait(20)
            return
        bench.durable.transaction("failed", lambda _: done.append("failed"))

    bench.works["follow_portal"] = work
    bench.start(Segment("follow_portal", "m:5:follow_portal", ("m", 5)))
    assert began.wait(20)
    bench.forget_step("m:5:follow_portal")
    bench.durable.recover_from("gone")
    wait_until(bench.ended, what="the segment to end")
    killed.set()

    assert done == ["followed"]
    assert [each.segment.id for each in bench.ended()] == ["m:5:follow_portal"]
