"""All there ever was, as an audit reads it; whoever works on one motion asks the repositories instead."""

from collections.abc import Iterator
from typing import Protocol, TypeVar

from motions.canonical import Record

R = TypeVar("R", bound=Record)


class UnreadableError(Exception):
    """A row that no version of ours wrote so; says which."""


class Archive(Protocol):
    """Every record the store holds, streamed: nothing of it fits in memory for certain."""

    def rows(self, kind: type[R]) -> Iterator[R]:
        """Every record of one kind, by what it is about in the order of its bytes, then as it was written.

        Raises UnreadableError at a row that holds no such record.
        """
