"""One Partner Center account: its records, its clock, and everything that can be turned; knows no HTTP."""

import heapq
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count

from sandbox.clock import WorldClock
from sandbox.microsoft.faults import Faults
from sandbox.microsoft.limits import Limits
from sandbox.microsoft.logins import Logins
from sandbox.microsoft.records import Referral
from sandbox.microsoft.webhooks import Webhooks
from sandbox.microsoft.wire import Body, guid, not_found

_CALLS_KEPT = 5000
_EXPIRES_AFTER = timedelta(days=14)


@dataclass
class Reviewer:
    """Who decides at Microsoft: a timer, or nobody until told."""

    mode: str = "auto"
    delay_seconds: float = 5.0


class Portal:
    """One partner's account."""

    def __init__(self, clock: WorldClock) -> None:
        self.clock = clock
        self.lock = threading.RLock()
        self.reset()

    def reset(self) -> None:
        """Forget every record and return every knob to its default."""
        self.referrals: dict[str, Referral] = {}
        self.reviewer = Reviewer()
        self.faults = Faults()
        self.limits = Limits(self.clock.now)
        self.logins = Logins(self.clock.now)
        self.webhooks = Webhooks(self.clock.now)
        self.calls: deque[Body] = deque(maxlen=_CALLS_KEPT)
        self._agenda: list[tuple[datetime, int, Callable[[], None]]] = []
        self._numbers = count(1)
        self._moment: datetime | None = None
        self._stamped: datetime | None = None

    def now(self) -> datetime:
        """The moment being lived: the present, or the due time of what is being carried out."""
        return self._moment or self.clock.now()

    def stamp(self) -> datetime:
        """A moment later than every earlier stamp."""
        stamped = self.now()
        if self._stamped is not None and stamped <= self._stamped:
            stamped = self._stamped + timedelta(microseconds=1)
        self._stamped = stamped
        return stamped

    def later(self, seconds: float, action: Callable[[], None]) -> None:
        """Have something happen by itself after a delay of the world's clock."""
        heapq.heappush(self._agenda, (self.now() + timedelta(seconds=seconds), next(self._numbers), action))

    def settle(self) -> None:
        """Carry out, in order, everything that has come due."""
        while self._agenda and self._agenda[0][0] <= self.clock.now():
            self._moment, _, action = heapq.heappop(self._agenda)
            try:
                action()
            finally:
                self._moment = None

    def catch_up(self) -> None:
        """Settle under the lock, for callers outside a request."""
        with self.lock:
            self.settle()

    def identifier(self, kind: str) -> str:
        """A new GUID."""
        return guid(kind, next(self._numbers))

    def referral(self, identifier: str) -> Referral:
        """A record; raises ApiError when there is none."""
        if identifier not in self.referrals:
            raise not_found(identifier)
        return self.referrals[identifier]

    def of_engagement(self, engagement_id: str) -> list[Referral]:
        """Both sides of an engagement."""
        return [each for each in self.referrals.values() if each.engagement_id == engagement_id]

    def add(self, body: Body, engagement_id: str) -> Referral:
        """Keep a new referral and tell of it."""
        stamp = self.stamp()
        made = Referral(self.identifier("referral"), engagement_id, body, stamp, stamp)
        if made.is_microsofts:
            made.expires_at = stamp + _EXPIRES_AFTER
        else:
            made.accepted_at = stamp
        self.referrals[made.id] = made
        self.webhooks.changed(made, is_new=True)
        return made

    def change(self, referral: Referral, body: Body) -> None:
        """Put another body in the place of the present one and tell of it."""
        referral.previous = None
        referral.previous = deepcopy(referral)
        referral.body = body
        referral.version += 1
        referral.updated_at = self.stamp()
        if referral.status == "Active" and referral.accepted_at is None:
            referral.accepted_at = referral.updated_at
        self.webhooks.changed(referral, is_new=False)

    @contextmanager
    def as_before(self) -> Iterator[None]:
        """Show every record as it was before its last change, one just made not at all, to one read."""
        present = self.referrals
        self.referrals = {key: each.previous for key, each in present.items() if each.previous is not None}
        try:
            yield
        finally:
            self.referrals = present
