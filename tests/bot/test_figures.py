"""What whoever watches the store is told, and that it costs no more for all that is finished."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine, event

from motions.model import MotionId, MotionState
from motions.records import Queue, Segment
from store.engine import open_engine
from store.figures import LIVE, Figures, Waiting
from tests.bot.test_durable import HOUR, Bench, bench, url
from tests.store.samples import MINUTE, NOW, a_motion, an_entry, an_envelope, an_exception
from tests.waiting import wait_until

__all__ = ["bench", "url"]  # fixtures

# They hold what is open, or waits for its time, and nothing else.
PARTIAL = ("exceptions_open", "idx_workflow_status_delayed")
MORE = {MotionState.ENGAGED, MotionState.DENIED, MotionState.EXPIRED, MotionState.REJECTED}


@pytest.fixture
def engine(bench: Bench, url: str) -> Iterator[Engine]:
    opened = open_engine(url)
    yield opened
    opened.dispose()


@pytest.fixture
def figures(engine: Engine) -> Figures:
    return Figures(engine)


def test_every_state_is_live_or_over() -> None:
    assert set(LIVE) | MORE == set(MotionState)
    assert not set(LIVE) & MORE


def test_motions_are_counted_by_state_and_finished_ones_not_at_all(bench: Bench, figures: Figures) -> None:
    with bench.durable.store.transaction() as uow:
        for n, state in enumerate((MotionState.FILING, MotionState.FILING, MotionState.ENGAGED)):
            uow.motions.add(a_motion(f"m{n}", state=state))

    counted = figures.live_motions()

    assert set(counted) == set(LIVE)
    assert {state: n for state, n in counted.items() if n} == {MotionState.FILING: 2}


def test_the_log_is_read_from_where_it_was_read_before(bench: Bench, figures: Figures) -> None:
    began = figures.log_ends_at()
    with bench.durable.store.transaction() as uow:
        for n in range(3):
            uow.log.append(an_entry("effect.done", n=n))

    first = figures.logged_after(began, 2)
    rest = figures.logged_after(first[-1].seq, 2)

    assert [entry.detail["n"] for entry in (*first, *rest)] == [0, 1, 2]
    assert rest[-1].seq == figures.log_ends_at()


def test_what_waits_is_counted_with_the_age_of_the_oldest(bench: Bench, figures: Figures) -> None:
    with bench.durable.store.transaction() as uow:
        for n in (1, 2):
            uow.inbox.receive(replace(an_envelope(f"e{n}"), received_at=NOW + n * MINUTE))
            uow.exceptions.open(an_exception(subject=f"m{n}", code="stuck", opened_at=NOW + n * MINUTE))
        uow.inbox.receive(an_envelope("e3"))
        uow.inbox.handled("e3", NOW)
        uow.exceptions.open(an_exception(subject="m3", code="stuck", opened_at=NOW))
        uow.exceptions.resolve("m3", at=NOW)
        uow.enqueue(Segment("later", "m1:1:later", ("m1", 1), delay=HOUR))

    assert figures.envelopes() == Waiting(2, NOW + MINUTE)
    assert figures.open_exceptions() == {"stuck": Waiting(2, NOW + MINUTE)}
    assert figures.delayed_segments() == 1


def test_segments_are_counted_by_queue_and_whether_they_run(bench: Bench, figures: Figures) -> None:
    goes_on = threading.Event()
    bench.works["redraw"] = lambda: assert_waited(goes_on)

    for n in range(3):
        bench.start(Segment("redraw", f"m{n}:1:redraw", (f"m{n}", 1), Queue.SLACK, "C1"))  # one at a time
    wait_until(lambda: ("slack", "PENDING") in figures.segments(), what="the first to run")
    counted = figures.segments()
    goes_on.set()

    assert {key: waiting.count for key, waiting in counted.items()} == {
        ("slack", "PENDING"): 1,
        ("slack", "ENQUEUED"): 2,
    }
    assert all(abs(waiting.oldest_at - datetime.now(UTC)) < HOUR for waiting in counted.values() if waiting.oldest_at)


def assert_waited(event: threading.Event) -> None:
    assert event.wait(20)


def test_motions_are_found_by_id(bench: Bench, figures: Figures) -> None:
    with bench.durable.store.transaction() as uow:
        uow.motions.add(a_motion("m1"))

    assert figures.motions([MotionId("m1"), MotionId("m2")]) == {"m1": a_motion("m1")}
    assert figures.motions([]) == {}


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_no_question_goes_through_a_whole_table(figures: Figures, engine: Engine) -> None:
    plans: list[str] = []

    @event.listens_for(engine, "before_cursor_execute")
    def explain(_connection: object, cursor: object, statement: str, parameters: object, *_: object) -> None:
        cursor.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)  # type: ignore[attr-defined] # sqlite3's
        plans.extend(row[3] for row in cursor.fetchall())  # type: ignore[attr-defined] # the same

    figures.live_motions()
    figures.segments()
    figures.delayed_segments()
    figures.envelopes()
    figures.open_exceptions()
    figures.logged_after(0, 10)
    figures.motions([MotionId("m1")])

    whole = [plan for plan in plans if plan.startswith("SCAN") and not plan.endswith(PARTIAL)]
    assert len(plans) >= 7
    assert whole == []
