"""How long a text may take, measured on a monotonic clock; knows nothing of what takes that long."""

from collections.abc import Callable

from motions.errors import ModelError

DEADLINE_SECONDS = 20.0
CONNECT_SECONDS = 3.0


class Deadline:
    """A moment on a monotonic clock."""

    def __init__(self, monotonic: Callable[[], float], seconds: float) -> None:
        self._monotonic = monotonic
        self._began = monotonic()
        self._seconds = seconds

    @property
    def left(self) -> float:
        """Seconds until then; nothing or less when it has passed."""
        return self._seconds - self.gone

    def check(self) -> None:
        """ModelError when it has passed."""
        if self.left <= 0:
            raise ModelError("timed out")

    @property
    def gone(self) -> float:
        """Seconds since the start."""
        return self._monotonic() - self._began
