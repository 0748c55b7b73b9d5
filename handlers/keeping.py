"""Writing to the inbox for many at once: whoever waits while one transaction commits is in the next one."""

import threading
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import Any, Generic, TypeVar

from motions.records import Inbox, Store
from motions.urgency import urgently

T = TypeVar("T")


class Keeper:
    """The inbox, one transaction at a time; each takes along everything that was asked meanwhile."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._turn = threading.Lock()
        self._wishes: deque[_Wish[Any]] = deque()

    def write(self, change: Callable[[Inbox], T]) -> T:
        """Make a change and return what it gave once it is committed; raises what the store raises."""
        wish = _Wish(change)
        self._wishes.append(wish)
        with self._turn:
            if not wish.outcome.done():
                self._grant(self._taken())
        return wish.outcome.result()

    def add(self, change: Callable[[Inbox], T]) -> "Future[T]":
        """Make a change along with the next one, or at the next `flush`."""
        wish = _Wish(change)
        self._wishes.append(wish)
        return wish.outcome

    def flush(self) -> None:
        """Make what was only added."""
        with self._turn:
            if wishes := self._taken():
                self._grant(wishes)

    def _taken(self) -> Sequence["_Wish[Any]"]:
        wishes = []
        while self._wishes:
            wishes.append(self._wishes.popleft())
        return wishes

    def _grant(self, wishes: Sequence["_Wish[Any]"]) -> None:
        try:
            with urgently(), self._store.transaction() as uow:
                given = [wish.change(uow.inbox) for wish in wishes]
        except Exception as error:  # noqa: BLE001 - boundary: it is raised again where the wish was made
            self._refuse(wishes, error)
            return
        for wish, outcome in zip(wishes, given, strict=True):
            wish.outcome.set_result(outcome)

    def _refuse(self, wishes: Sequence["_Wish[Any]"], error: Exception) -> None:
        if len(wishes) == 1:
            wishes[0].outcome.set_exception(error)
            return
        for wish in wishes:  # one that cannot be granted must not cost the others theirs
            self._grant([wish])


class _Wish(Generic[T]):
    def __init__(self, change: Callable[[Inbox], T]) -> None:
        self.change = change
        self.outcome: Future[T] = Future()
