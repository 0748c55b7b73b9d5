"""Waiting for what happens on other threads and in other processes: a deadline and a name, never a sleep."""

import threading
import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

LOOK_EVERY = 0.05


def wait_until(look: Callable[[], T | None], *, within: float = 15.0, what: str = "") -> T:
    """What `look` gives as soon as that is true; AssertionError, naming what was waited for, when time is up."""
    pause, ends = threading.Event(), time.monotonic() + within
    while True:
        found = look()
        if found:
            return found
        assert time.monotonic() < ends, f"{what or 'what was waited for'} did not happen within {within:g} s: {found!r}"
        pause.wait(LOOK_EVERY)
