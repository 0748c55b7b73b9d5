"""Writing to the inbox for many at once: everybody gets their own outcome, and one bad wish harms no other."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest

from handlers.keeping import Keeper
from motions.records import Arrival, Envelope, Inbox, UnitOfWork
from motions.urgency import is_urgent
from tests.handlers import values
from tests.handlers.fakes import RefusingStore
from tests.waiting import wait_until


class SlowStore(RefusingStore):
    """A store whose first transaction waits at a gate, and which counts all of them."""

    def __init__(self) -> None:
        super().__init__()
        self.gate = threading.Event()
        self.begun = 0
        self.were_urgent: list[bool] = []

    @contextmanager
    def transaction(self) -> Iterator[UnitOfWork]:
        self.begun += 1
        self.were_urgent.append(is_urgent())
        if self.begun == 1:
            self.gate.wait(10)
        with super().transaction() as uow:
            yield uow


def an_envelope(number: int) -> Envelope:
    return Envelope(f"e{number}", "event", "{}", values.NOW)


def test_what_is_asked_while_one_transaction_commits_shares_the_next() -> None:
    store = SlowStore()
    keeper = Keeper(store)

    with ThreadPoolExecutor(20) as hands:
        asked = [hands.submit(keeper.write, lambda inbox: inbox.receive(an_envelope(0)))]
        wait_until(lambda: store.begun, what="the first transaction")
        asked += [hands.submit(keeper.write, lambda inbox, n=n: inbox.receive(an_envelope(n))) for n in range(1, 20)]
        wait_until(lambda: len(keeper._wishes) == 19, what="nineteen who wait")
        store.gate.set()

    assert [each.result() for each in asked] == [Arrival.NEW] * 20
    assert store.begun == 2


def test_what_waits_for_an_acknowledgement_is_urgent() -> None:
    store = SlowStore()
    store.gate.set()

    Keeper(store).write(lambda inbox: inbox.receive(an_envelope(1)))

    assert store.were_urgent == [True]


def test_one_wish_that_cannot_be_granted_costs_the_others_nothing() -> None:
    store = RefusingStore()
    keeper = Keeper(store)

    def fail(_inbox: Inbox) -> None:
        raise ValueError("no database takes this")

    bad = keeper.add(fail)
    arrival = keeper.write(lambda inbox: inbox.receive(an_envelope(1)))

    assert arrival is Arrival.NEW
    assert isinstance(bad.exception(), ValueError)
    assert [key for key, *_ in store.waiting()] == ["e1"]


def test_who_asks_hears_that_the_store_is_away() -> None:
    store = RefusingStore()
    store.is_down = True

    with pytest.raises(ConnectionError):
        Keeper(store).write(lambda inbox: inbox.receive(an_envelope(1)))


def test_what_is_only_added_is_made_at_the_next_flush() -> None:
    store = RefusingStore()
    keeper = Keeper(store)
    keeper.write(lambda inbox: inbox.receive(an_envelope(1)))
    added = keeper.add(lambda inbox: inbox.handled("e1", values.NOW))
    before = (added.done(), len(store.waiting()))

    keeper.flush()
    keeper.flush()

    assert before == (False, 1)
    assert (added.done(), len(store.waiting())) == (True, 0)
