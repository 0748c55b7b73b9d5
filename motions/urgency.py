"""Whose work cannot wait, so that a store with one writer at a time can let it go first; orders nothing itself."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_urgent: ContextVar[bool] = ContextVar("urgent", default=False)


@contextmanager
def urgently() -> Iterator[None]:
    """Until the end of the block somebody waits, by the clock, for what this thread writes."""
    before = _urgent.set(True)
    try:
        yield
    finally:
        _urgent.reset(before)


def is_urgent() -> bool:
    """Whether somebody does."""
    return _urgent.get()
