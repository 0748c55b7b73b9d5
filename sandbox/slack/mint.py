"""Makes the ids, timestamps and hashes of one workspace, all distinct and in order; stores nothing else."""

import secrets
from decimal import Decimal, InvalidOperation

from sandbox.clock import WorldClock
from sandbox.slack.wire import SlackError

_MICRO = 1_000_000


class Mint:
    """The source of every id in one emulated workspace."""

    def __init__(self, clock: WorldClock) -> None:
        self._clock = clock
        self._last_micros = 0
        self._count = 0

    def ts(self) -> str:
        """A message timestamp: the clock's, and always later than the one before."""
        micros = int(self._clock.now().timestamp() * _MICRO)
        self._last_micros = max(micros, self._last_micros + 1)
        seconds, fraction = divmod(self._last_micros, _MICRO)
        return f"{seconds}.{fraction:06d}"

    def epoch(self) -> int:
        """The clock in whole seconds."""
        return int(self._clock.now().timestamp())

    def id(self, prefix: str) -> str:
        """A fresh id such as V0000012AB."""
        self._count += 1
        return f"{prefix}{self._count:08X}"

    def trigger_id(self) -> str:
        """A trigger in Slack's three-part spelling."""
        self._count += 1
        return f"{self._count}.{self.epoch()}.{secrets.token_hex(16)}"

    def hash(self) -> str:
        """A view's hash: changes whenever the view does."""
        return f"{self.epoch()}.{secrets.token_hex(4)}"

    def secret(self) -> str:
        """An unguessable path segment."""
        return secrets.token_urlsafe(18)


def moment(ts: str) -> Decimal:
    """A timestamp as a number that keeps its microseconds."""
    try:
        return Decimal(ts)
    except InvalidOperation as wrong:
        raise SlackError("invalid_ts_latest") from wrong
