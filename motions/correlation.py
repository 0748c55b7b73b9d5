"""What is being worked on just now, so that the lines of one piece of work can be told apart; logs nothing."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_reference: ContextVar[str] = ContextVar("reference", default="")


@contextmanager
def working_on(reference: str) -> Iterator[None]:
    """Until the end of the block this thread works on that: a segment's id, an envelope's reference, a job's name."""
    before = _reference.set(reference)
    try:
        yield
    finally:
        _reference.reset(before)


def reference() -> str:
    """What this thread works on; empty when on nothing in particular."""
    return _reference.get()
