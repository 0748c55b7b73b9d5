"""Quotas per second: one token bucket for all writes, one for all reads; knows no operation but their names."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from sandbox.aws.wire import AwsError

WRITES = frozenset(
    {
        "AssignOpportunity",
        "AssociateOpportunity",
        "CreateOpportunity",
        "DisassociateOpportunity",
        "RejectEngagementInvitation",
        "StartEngagementByAcceptingInvitationTask",
        "StartEngagementFromOpportunityTask",
        "SubmitOpportunity",
        "UpdateOpportunity",
    }
)


@dataclass
class Bucket:
    """Fills at `per_second` up to `burst`; a rate of None never runs dry."""

    per_second: float | None
    burst: float
    tokens: float = field(init=False)
    filled_at: datetime | None = None

    def __post_init__(self) -> None:
        self.tokens = self.burst

    def take(self, now: datetime) -> bool:
        """Whether one more call fits at this moment; takes its token when it does."""
        if self.per_second is None:
            return True
        elapsed = (now - self.filled_at).total_seconds() if self.filled_at else 0.0
        self.tokens = min(self.burst, self.tokens + elapsed * self.per_second)
        self.filled_at = now
        if self.tokens < 1:
            return False
        self.tokens -= 1
        return True


class Limits:
    """The account's buckets: one write a second with a burst of two, ten reads a second."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self.configure(writes_per_second=1.0, reads_per_second=10.0, burst=2.0)

    def configure(self, *, writes_per_second: float | None, reads_per_second: float | None, burst: float) -> None:
        """Set the rates anew, both buckets full; `burst` is the writes', reads may burst a second's worth."""
        self.writes = Bucket(writes_per_second, max(1.0, burst))
        self.reads = Bucket(reads_per_second, max(1.0, burst, reads_per_second or 1.0))

    def admit(self, operation: str) -> None:
        """Let one call through; raises ThrottlingException when its bucket is empty."""
        bucket = self.writes if operation in WRITES else self.reads
        if not bucket.take(self._now()):
            raise AwsError("ThrottlingException", "Rate exceeded")
