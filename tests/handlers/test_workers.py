"""Working off what was stored: once, again when it failed, elsewhere when its process is gone, but never for ever."""

import logging
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from handlers.keeping import Keeper
from handlers.submitters import Submitter
from handlers.workers import LEASE, MOST_TRIES, Workers
from motions.records import Arrival, Envelope
from tests.handlers.fakes import AtOnce, RefusingStore, StillClock
from tests.waiting import wait_until

SECOND = timedelta(seconds=1)


@dataclass
class Job:
    """What the workers are given to do: writes down what it did, and succeeds or fails as told."""

    done: list[Envelope] = field(default_factory=list)
    given_up: list[tuple[str, str]] = field(default_factory=list)
    succeeds: bool = True
    error: Exception | None = None
    meanwhile: Callable[[], None] = lambda: None

    def do(self, envelope: Envelope, _submitter: Submitter | None) -> bool:
        self.done.append(envelope)
        self.meanwhile()
        if self.error:
            raise self.error
        return self.succeeds

    def give_up(self, envelope: Envelope, reference: str) -> None:
        self.given_up.append((envelope.key, reference))


@pytest.fixture
def clock() -> StillClock:
    return StillClock()


@pytest.fixture
def job() -> Job:
    return Job()


@pytest.fixture
def workers(job: Job, store: RefusingStore, clock: StillClock) -> Workers:
    return Workers(job.do, job.give_up, Keeper(store), clock, {"": AtOnce()})


@pytest.fixture
def kept(store: RefusingStore, clock: StillClock) -> Envelope:
    """An envelope as the ingress leaves it."""
    return keep(store, clock)


def keep(
    store: RefusingStore, clock: StillClock, key: str = "event:Ev1", tries: int = 1, kind: str = "event"
) -> Envelope:
    envelope = Envelope(key, kind, "{}", clock.now(), due_at=clock.now() + LEASE, tries=tries)
    with store.transaction() as uow:
        assert uow.inbox.receive(envelope) is Arrival.NEW
    return envelope


def test_what_is_handed_over_is_done_once_and_its_payload_blanked(
    workers: Workers, job: Job, store: RefusingStore, kept: Envelope, clock: StillClock
) -> None:
    workers.hand_over(kept)
    clock.advance(LEASE)

    assert workers.replay() == 0
    assert job.done == [kept]
    assert store.waiting() == []


def test_what_nobody_handed_over_is_found_when_its_lease_is_over(
    workers: Workers, job: Job, kept: Envelope, clock: StillClock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    early = workers.replay()
    clock.advance(LEASE)

    assert (early, workers.replay(), workers.replay()) == (0, 1, 0)
    assert [(each.key, each.tries) for each in job.done] == [(kept.key, 2)]
    assert [m for m in caplog.messages if m.startswith("envelope.replayed kind=event")]


@pytest.mark.parametrize("error", [None, RuntimeError("no reason"), RecursionError()])
def test_what_fails_is_tried_again_later_and_later(
    workers: Workers, job: Job, kept: Envelope, clock: StillClock, error: Exception | None
) -> None:
    job.succeeds, job.error = False, error

    workers.hand_over(kept)
    pauses = [waited(workers, clock) for _ in range(MOST_TRIES - 1)]

    assert pauses[:4] == [5, 10, 20, 40]
    assert max(pauses) == 600
    assert len(job.done) == MOST_TRIES
    assert [key for key, _ in job.given_up] == [kept.key]


def waited(workers: Workers, clock: StillClock) -> int:
    """After how many seconds a replay finds something."""
    seconds = 0
    while not workers.replay():
        clock.advance(SECOND)
        seconds += 1
        assert seconds < 1000, "it is never tried again"
    return seconds


def test_what_ends_its_process_each_time_is_given_up_without_another_try(
    workers: Workers, job: Job, store: RefusingStore, clock: StillClock
) -> None:
    keep(store, clock, tries=MOST_TRIES)
    clock.advance(LEASE)

    workers.replay()

    assert job.done == []
    assert [key for key, _ in job.given_up] == ["event:Ev1"]


def test_what_is_in_hand_is_left_alone_however_long_it_takes(
    workers: Workers, job: Job, kept: Envelope, clock: StillClock
) -> None:
    found: list[int] = []

    def look() -> None:
        clock.advance(LEASE)
        found.append(workers.replay())

    job.meanwhile = look

    workers.hand_over(kept)

    assert found == [0]
    assert job.done == [kept]


def test_two_processes_share_what_is_due(job: Job, store: RefusingStore, clock: StillClock) -> None:
    both = [Workers(job.do, job.give_up, Keeper(store), clock, {"": AtOnce()}) for _ in range(2)]
    keep(store, clock)
    clock.advance(LEASE)

    assert sum(each.replay() for each in both) == 1
    assert len(job.done) == 1


def test_a_mark_that_cannot_be_made_leaves_it_to_the_next_replay(
    workers: Workers, job: Job, store: RefusingStore, kept: Envelope, clock: StillClock
) -> None:
    job.meanwhile = lambda: setattr(store, "is_down", True)
    workers.hand_over(kept)
    store.is_down, job.meanwhile = False, lambda: None
    clock.advance(LEASE)

    assert workers.replay() == 1
    assert [each.tries for each in job.done] == [1, 2]
    assert store.waiting() == []


def test_giving_up_that_fails_is_tried_again(
    workers: Workers, job: Job, store: RefusingStore, clock: StillClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_envelope: Envelope, _reference: str) -> None:
        raise ConnectionError("the database is away")

    monkeypatch.setattr(workers, "_give_up", refuse)
    keep(store, clock, tries=MOST_TRIES)
    clock.advance(LEASE)
    workers.replay()
    clock.advance(LEASE)

    assert workers.replay() == 1


def _wait_for(gate: threading.Event) -> None:
    gate.wait(120)  # longer than the test


class TestOnThreads:
    """With real threads, one of which is held up."""

    @pytest.fixture
    def gate(self) -> threading.Event:
        return threading.Event()

    @pytest.fixture
    def workers(self, job: Job, store: RefusingStore, clock: StillClock, gate: threading.Event) -> Workers:
        def meanwhile() -> None:
            gate.wait(10)

        job.meanwhile = meanwhile
        lanes = {"": ThreadPoolExecutor(1), "view_submission": ThreadPoolExecutor(1)}
        return Workers(job.do, job.give_up, Keeper(store), clock, lanes)

    def test_forms_do_not_hold_up_clicks(
        self, workers: Workers, job: Job, gate: threading.Event, clock: StillClock
    ) -> None:
        for kind in ("view_submission", "view_submission", "block_actions"):
            workers.hand_over(Envelope(f"{kind}{len(job.done)}", kind, "{}", clock.now()))

        wait_until(lambda: {each.kind for each in job.done} == {"view_submission", "block_actions"}, what="the click")
        gate.set()
        workers.stop(10)

    def test_a_form_does_not_wait_behind_those_that_hang(
        self, job: Job, store: RefusingStore, clock: StillClock, gate: threading.Event
    ) -> None:
        job.meanwhile = lambda: None if job.done[-1].key == "denial" else _wait_for(gate)
        workers = Workers(job.do, job.give_up, Keeper(store), clock)
        try:
            for number in range(8):
                workers.hand_over(Envelope(f"edit{number}", "view_submission", "{}", clock.now()))
            wait_until(lambda: len(job.done) == 8, what="the edits, which ask a CRM that hangs")

            workers.hand_over(keep(store, clock, "denial", kind="view_submission"))

            wait_until(lambda: len(job.done) == 9, what="the denial")
        finally:
            gate.set()
            workers.stop(10)

    def test_stopping_lets_what_runs_finish_and_leaves_the_rest_in_the_store(
        self, workers: Workers, job: Job, gate: threading.Event, store: RefusingStore, clock: StillClock
    ) -> None:
        for key in ("e1", "e2"):
            workers.hand_over(keep(store, clock, key))
        wait_until(lambda: job.done, what="the first")

        stopper = threading.Thread(target=workers.stop, args=(10,))
        stopper.start()
        gate.set()
        stopper.join()
        late = Submitter()
        workers.hand_over(keep(store, clock, "e3"), late)

        assert [each.key for each in job.done] == ["e1"]
        assert [key for key, *_ in store.waiting()] == ["e2", "e3"]
        assert late.wait(0) is None

    def test_who_does_not_finish_in_time_is_left_behind(
        self, workers: Workers, job: Job, gate: threading.Event, clock: StillClock, caplog: pytest.LogCaptureFixture
    ) -> None:
        workers.hand_over(Envelope("e1", "event", "{}", clock.now()))
        wait_until(lambda: job.done, what="the first")

        workers.stop(0)

        assert "slack.workers-stopped work=unfinished" in caplog.messages
        gate.set()

    def test_what_there_is_no_room_for_waits_in_the_store(
        self,
        workers: Workers,
        job: Job,
        gate: threading.Event,
        store: RefusingStore,
        clock: StillClock,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setattr("handlers.workers.ROOM", 1)
        workers.hand_over(keep(store, clock, "e1"))
        turned_away = Submitter()

        workers.hand_over(keep(store, clock, "e2"), turned_away)
        waits = turned_away.wait(10)
        gate.set()
        wait_until(lambda: [key for key, *_ in store.waiting()] == ["e2"], what="the first, done")

        assert waits is None
        workers.stop(10)
