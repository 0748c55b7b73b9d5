"""How fast we call Slack: each method within its published tier, and not at all while Slack told us to wait.

Knows no message. One per process: several processes share a tier only through the 429s they then both respect.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Lock

from handlers.slack_errors import translated
from motions.errors import OUR_PACE, Unavailable

# Calls a minute and workspace, docs.slack.dev/apis/web-api/rate-limits. Posting is one a second and channel, which
# the engine's lane already keeps; here it only waits out what Slack asked for.
_TIERS = {
    "chat.update": 50,
    "conversations.history": 50,
    "conversations.info": 50,
    "conversations.members": 100,
    "conversations.open": 50,
    "conversations.replies": 50,
    "users.info": 100,  # only of whoever is looked up as a channel's member: clicks are not held up for it
}
_MINUTE = 60.0


@dataclass
class _Bucket:
    tokens: float
    at: float
    promised_until: float = 0.0  # who is told to come again is told another moment each


class Pacer:
    """Token buckets by method, a minute's worth deep, and the pauses Slack asked for."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._lock = Lock()
        self._buckets: dict[str, _Bucket] = {}
        self._pauses: dict[str, float] = {}

    @contextmanager
    def calling(self, method: str, channel: str = "", *, sends_once: bool = False) -> Iterator[None]:
        """Around one call: raises Unavailable, with when to come again, instead of making a call that is too soon."""
        lane = f"{method} {channel}".strip()
        wait = self._wait(method, lane)
        if wait > 0:
            raise Unavailable(OUR_PACE, f"{method} would come too soon for Slack", retry_after=wait)
        try:
            with translated(method, sends_once=sends_once):
                yield
        except Unavailable as error:
            if error.retry_after is not None:
                self._pause(lane, error.retry_after)
            raise

    def _wait(self, method: str, lane: str) -> float:
        now = self._now()
        with self._lock:
            pause = self._pauses.get(lane, now) - now
            if pause > 0:
                return pause
            self._pauses.pop(lane, None)
            return self._take(method, now)

    def _take(self, method: str, now: float) -> float:
        tier = _TIERS.get(method)
        if tier is None:
            return 0.0
        bucket = self._buckets.setdefault(method, _Bucket(tier, now))
        bucket.tokens = min(float(tier), bucket.tokens + (now - bucket.at) * tier / _MINUTE)
        bucket.at = now
        if bucket.tokens >= 1:
            bucket.tokens -= 1
            return 0.0
        # Were all told the same moment, one would be let through then and all others come in vain, again and again.
        each = _MINUTE / tier
        come_at = max(now + (1 - bucket.tokens) * each, min(bucket.promised_until, now + _MINUTE))
        bucket.promised_until = come_at + each
        return come_at - now

    def _pause(self, lane: str, seconds: float) -> None:
        now = self._now()
        with self._lock:
            # What is over is forgotten, also of channels nobody writes to again.
            self._pauses = {each: until for each, until in self._pauses.items() if until > now}
            self._pauses[lane] = now + seconds
