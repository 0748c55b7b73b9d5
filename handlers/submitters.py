"""Who waits for an answer while it is worked out on another thread; knows nothing of what is asked."""

import threading
from collections.abc import Callable, Mapping
from concurrent.futures import CancelledError, Future
from typing import Any, TypeAlias

Said: TypeAlias = Mapping[str, Any]


class Submitter:
    """Waits for an answer until the acknowledgement cannot; exactly one of the two sides then delivers it."""

    def __init__(self, left: Callable[[], None] | None = None) -> None:
        self._answer: Future[Said] = Future()
        self._decided = threading.Lock()  # taken once, by whoever settles how the answer travels
        self._left = left

    def wait(self, patience: float) -> Said | None:
        """The answer for the acknowledgement; None, for good, when it is not there in time."""
        try:
            return self._answer.result(patience)
        except (TimeoutError, CancelledError):
            return None if self._decided.acquire(blocking=False) else self._answer.result()

    def take_along(self, said: Said) -> bool:
        """Send the answer along with the acknowledgement; False when that has left without it."""
        if not self._decided.acquire(blocking=False):
            return False
        self._answer.set_result(said)
        return True

    def leave(self) -> None:
        """Nothing more comes."""
        self._answer.cancel()
        if self._left is not None:
            self._left()
