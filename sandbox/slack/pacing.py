"""How fast Slack lets an app call each method: token buckets on the world's clock; knows no method's work."""

import math
from dataclasses import dataclass
from datetime import datetime

_T2, _T3, _T4 = 20, 50, 100  # calls a minute in Slack's tiers; the burst is the whole minute's worth
_TIERS = {
    "apps.connections.open": _T3,
    "chat.update": _T3,
    "chat.unfurl": _T3,
    "chat.delete": _T3,
    "chat.postEphemeral": _T4,
    "conversations.history": _T3,
    "conversations.replies": _T3,
    "conversations.info": _T3,
    "conversations.open": _T3,
    "conversations.join": _T3,
    "conversations.list": _T2,
    "conversations.members": _T4,
    "entity.presentDetails": _T3,
    "functions.completeError": _T3,
    "functions.completeSuccess": _T3,
    "reactions.add": _T3,
    "reactions.remove": _T2,
    "team.info": _T3,
    "users.conversations": _T3,
    "users.list": _T2,
    "users.lookupByEmail": _T3,
    "views.publish": _T4,
}
_UNLIMITED = {"api.test", "auth.test"}
# A client that paces at exactly one a second arrives a few milliseconds early now and then; Slack forgives it.
_JITTER = 0.1


@dataclass
class _Bucket:
    tokens: float
    at: datetime


class Pacer:
    """Counts calls and says when one comes too soon."""

    def __init__(self) -> None:
        self.enabled = True
        self._buckets: dict[str, _Bucket] = {}

    def anew(self, *, enabled: bool) -> None:
        """Count from now on, or not at all; what was called until now is forgotten."""
        self.enabled = enabled
        self._buckets.clear()

    def seconds_to_wait(self, method: str, channel: str, now: datetime) -> int:
        """0 when the call may go on, else what Retry-After says."""
        if not self.enabled or method in _UNLIMITED:
            return 0
        if method == "chat.postMessage":
            return self._take(f"{method} {channel}", now, size=1.0, per_second=1.0)
        tier = float(_TIERS.get(method, _T4))
        return self._take(method, now, size=tier, per_second=tier / 60)

    def _take(self, key: str, now: datetime, *, size: float, per_second: float) -> int:
        bucket = self._buckets.setdefault(key, _Bucket(size, now))
        earned = (now - bucket.at).total_seconds() * per_second
        bucket.tokens, bucket.at = min(size, bucket.tokens + earned), now
        if bucket.tokens < 1 - _JITTER:
            return max(1, math.ceil((1 - bucket.tokens) / per_second))
        bucket.tokens -= 1
        return 0
