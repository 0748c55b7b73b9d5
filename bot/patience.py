"""Starting while a service is briefly away: ask again for a while; knows no service."""

import logging
import threading
import time
from collections.abc import Callable
from typing import TypeVar

from motions.errors import Unavailable

log = logging.getLogger(__name__)

_FIRST, _LONGEST = 0.5, 10.0  # seconds between two tries, doubling

T = TypeVar("T")


def patiently(ask: Callable[[], T], *, within: float = 30.0) -> T:
    """What `ask` gives, tried again while its service is Unavailable; the last Unavailable after `within` seconds.

    A throttled start would otherwise end the process, and a supervisor would start the next one into the same limit.
    """
    ends, pause = time.monotonic() + within, _FIRST
    while True:
        try:
            return ask()
        except Unavailable as error:
            wait = max(pause, error.retry_after or 0)
            if time.monotonic() + wait > ends:
                raise
            log.warning("start.waits seconds=%.1f reason=%s", wait, error)
        threading.Event().wait(wait)
        pause = min(2 * pause, _LONGEST)
