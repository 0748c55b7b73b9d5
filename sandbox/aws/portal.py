"""The emulated portal's memory: records, agenda, ledger, knobs; knows when things happen, not what they mean."""

import heapq
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count

from sandbox.aws.events import EventFeed
from sandbox.aws.faults import Faults
from sandbox.aws.ids import PARTNER_ACCOUNT, arn, unique
from sandbox.aws.limits import Limits
from sandbox.aws.records import Invitation, Opportunity, Task
from sandbox.aws.wire import Body, conflict, iso, not_found
from sandbox.clock import WorldClock

_FIRST_OPPORTUNITY = 7_100_001
_CALLS_KEPT = 5_000


@dataclass
class Knobs:
    """Oddities that are on until they are turned off."""

    html_entities: bool = False
    empty_solutions: bool = False
    null_summary: bool = False
    task_delay_seconds: float = 1.0
    empty_queue: bool = False  # the rule that fills the queue of events does not
    pam_name: str = ""  # what AWS calls its own people instead of their names


@dataclass
class Reviewer:
    """Who decides in catalog AWS: a timer, or nobody until told."""

    mode: str = "auto"
    delay_seconds: float = 5.0


class Portal:
    """One Partner Central, both catalogs."""

    def __init__(self, clock: WorldClock) -> None:
        self.clock = clock
        self.lock = threading.RLock()
        self.reset()

    def reset(self) -> None:
        """Forget every record and return every knob to its default."""
        self.opportunities: dict[str, Opportunity] = {}
        self.invitations: dict[str, Invitation] = {}
        self.tasks: dict[str, Task] = {}
        self.knobs = Knobs()
        self.reviewer = Reviewer()
        self.events = EventFeed()
        self.faults = Faults()
        self.limits = Limits(self.clock.now)
        self.calls: deque[Body] = deque(maxlen=_CALLS_KEPT)
        self._ledger: dict[tuple[str, str], tuple[Body, Body]] = {}
        self._agenda: list[tuple[datetime, int, Callable[[], None]]] = []
        self._numbers = count(1)
        self._moment: datetime | None = None
        self._stamped: datetime | None = None

    def now(self) -> datetime:
        """The moment being lived: the present, or the due time of the agenda item being carried out."""
        return self._moment or self.clock.now()

    def stamp(self) -> datetime:
        """A moment later than every earlier stamp, so that no two versions share a LastModifiedDate."""
        stamped = self.now()
        if self._stamped is not None and stamped <= self._stamped:
            stamped = self._stamped + timedelta(microseconds=1)
        self._stamped = stamped
        return stamped

    def later(self, seconds: float, action: Callable[[], None]) -> None:
        """Have something happen by itself after a delay of the world's clock."""
        due = self.now() + timedelta(seconds=seconds)
        heapq.heappush(self._agenda, (due, next(self._numbers), action))

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

    def identifier(self, prefix: str, length: int) -> str:
        """A new `eng-…`, `engi-…`, `task-…` or `job-…`."""
        return f"{prefix}-{unique(prefix, next(self._numbers), length)}"

    def request_id(self) -> str:
        """A new request id."""
        return unique("request", next(self._numbers), 32)

    def opportunity_id(self) -> str:
        """A new `O…`."""
        return f"O{_FIRST_OPPORTUNITY + next(self._numbers)}"

    def opportunity(self, catalog: str, identifier: str) -> Opportunity:
        """A record of this catalog; raises ResourceNotFoundException."""
        found = self.opportunities.get(identifier)
        if found is None or found.catalog != catalog:
            raise not_found(identifier)
        return found

    def remember(self, opportunity: Opportunity) -> None:
        """Keep the present version for stale reads; called before any change."""
        opportunity.previous = None
        opportunity.previous = deepcopy(opportunity)

    @contextmanager
    def as_before(self) -> Iterator[None]:
        """Show every record as it was before its last change, to one read."""
        present = self.opportunities
        self.opportunities = {key: record.previous or record for key, record in present.items()}
        try:
            yield
        finally:
            self.opportunities = present

    def changed(self, opportunity: Opportunity, detail_type: str = "Opportunity Updated") -> None:
        """Stamp a record and tell the world."""
        opportunity.modified_at = self.stamp()
        detail: Body = {
            "schemaVersion": "1",
            "catalog": opportunity.catalog,
            "opportunity": {"identifier": opportunity.id},
        }
        self.events.emit(detail_type, detail, [], self.now())
        if opportunity.engagement_id:
            self._snapshot_event(opportunity, opportunity.engagement_id)

    def invitation_event(self, invitation: Invitation, what: str) -> None:
        """Tell the world what became of an invitation: Created, Accepted, Rejected or Expired."""
        resource = arn(invitation.catalog, "engagement-invitation", invitation.id)
        detail: Body = {
            "schemaVersion": "1.0",
            "catalog": invitation.catalog,
            "engagementInvitation": {
                "arn": resource,
                "id": invitation.id,
                "engagementId": invitation.engagement_id,
                "senderAccountId": invitation.sender[0],
                "receiverAccountId": invitation.receiver[0],
                "senderCompanyName": invitation.sender[1],
                "expirationDate": iso(invitation.expires_at),
                "participantType": invitation.participant,
                "payloadType": "OpportunityInvitation",
            },
        }
        self.events.emit(f"Engagement Invitation {what}", detail, [resource], self.now())

    def answered(self, operation: str, token: str, request: Body) -> Body | None:
        """The answer this token already got; raises ConflictException when it came with another body."""
        entry = self._ledger.get((operation, token))
        if entry is None:
            return None
        if entry[0] != request:
            raise conflict("Conflicting client token submitted for a new request body.")
        return deepcopy(entry[1])

    def answer(self, operation: str, token: str, request: Body, answer: Body) -> None:
        """Remember the answer to a token."""
        self._ledger[operation, token] = (deepcopy(request), deepcopy(answer))

    def _snapshot_event(self, opportunity: Opportunity, engagement_id: str) -> None:
        """Recorded: a change to a deal in an engagement is followed by the snapshot the engagement takes of it."""
        engagement = arn(opportunity.catalog, "engagement", engagement_id)
        number = next(self._numbers)
        where = f"resource/Opportunity/{opportunity.id}/template/OpportunitySummaryView/snapshot/{number}"
        detail: Body = {
            "schemaVersion": "1",
            "catalog": opportunity.catalog,
            "resourceSnapshot": {
                "arn": f"{engagement}/{where}",
                "engagementId": engagement_id,
                "resourceId": opportunity.id,
                "resourceType": "Opportunity",
                "createdBy": PARTNER_ACCOUNT,
            },
        }
        self.events.emit("Engagement Resource Snapshot Created", detail, [engagement], self.now())
