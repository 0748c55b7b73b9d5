"""Stores that fail at the worst moment."""

from collections.abc import Iterator
from contextlib import contextmanager

from motions.records import UnitOfWork
from tests.fakes.store import FakeStore
from tests.motions.outside import ProcessDied


class DyingStore:
    """The process stops just before its next commit."""

    def __init__(self, store: FakeStore) -> None:
        self._store = store

    @contextmanager
    def transaction(self) -> Iterator[UnitOfWork]:
        """Everything is done, and nothing stays."""
        with self._store.transaction() as uow:
            yield uow
            raise ProcessDied
