"""The seller's products, offers and change sets, and the agenda by which these go on; knows no rule and no wire."""

import heapq
import threading
from collections import deque
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count

from sandbox.aws.faults import Faults
from sandbox.aws.ids import PARTNER_ACCOUNT, REGION, unique
from sandbox.aws.wire import Body
from sandbox.clock import WorldClock

PRODUCT, UNLISTED = "prod-gtxpro7meridian", "prod-gtxbasicdraft01"
_PRODUCTS = ((PRODUCT, "GTX Pro", "Public"), (UNLISTED, "GTX Basic", "Draft"))
_CALLS_KEPT = 5_000
RUNNING = ("PREPARING", "APPLYING")


@dataclass
class Product:
    """Something the seller sells."""

    id: str
    title: str
    visibility: str


@dataclass
class Offer:
    """An offer, a draft until it is released."""

    id: str
    product_id: str
    state: str = "Draft"
    name: str = ""
    description: str = ""
    terms: list[Body] = field(default_factory=list)
    rules: list[Body] = field(default_factory=list)
    revision: int = 1
    modified_at: datetime = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass
class ChangeSet:
    """Some changes that are made together, or not at all."""

    id: str
    name: str
    intent: str
    changes: list[Body]
    started_at: datetime
    status: str = "PREPARING"
    ended_at: datetime | None = None
    failure: str | None = None
    failed_why: str | None = None


class Catalog:
    """One seller account."""

    def __init__(self, clock: WorldClock) -> None:
        self.clock = clock
        self.lock = threading.RLock()
        self.reset()

    def reset(self) -> None:
        """Forget everything but the products."""
        self.products = {each[0]: Product(*each) for each in _PRODUCTS}
        self.offers: dict[str, Offer] = {}
        self.change_sets: dict[str, ChangeSet] = {}
        self.faults = Faults()
        self.calls: deque[Body] = deque(maxlen=_CALLS_KEPT)
        self.delay_seconds = 1.0  # of each of the two stretches of a change set; the service takes minutes
        self.break_next = ""  # the code and words by which the next change set fails on the service's side
        self._tokens: dict[str, tuple[Body, str]] = {}
        self._agenda: list[tuple[datetime, int, Callable[[], None]]] = []
        self._numbers = count(1)

    def now(self) -> datetime:
        """The world's clock."""
        return self.clock.now()

    def later(self, action: Callable[[], None]) -> None:
        """Have something happen by itself after a stretch."""
        heapq.heappush(self._agenda, (self.now() + timedelta(seconds=self.delay_seconds), next(self._numbers), action))

    def settle(self) -> None:
        """Carry out, in order, everything that has come due."""
        while self._agenda and self._agenda[0][0] <= self.now():
            heapq.heappop(self._agenda)[2]()

    def new_id(self, kind: str) -> str:
        """A fresh identifier of a kind: 'offer-…', or a change set's bare one."""
        fresh = unique(kind, next(self._numbers), 13)
        return f"offer-{fresh}" if kind == "offer" else fresh + unique("tail", next(self._numbers), 12)

    def known(self, token: str, request: Body) -> str | None:
        """The change set a token started; KeyError when it started it with another request."""
        found = self._tokens.get(token)
        if found is None:
            return None
        if found[0] != request:
            raise KeyError(token)
        return found[1]

    def remember(self, token: str, request: Body, change_set: str) -> None:
        """Keep which change set a token started."""
        self._tokens[token] = (deepcopy(request), change_set)

    def locked(self) -> set[str]:
        """The offers a running change set works on."""
        running = [each for each in self.change_sets.values() if each.status in RUNNING]
        return {identifier_of(change) for each in running for change in each.changes}


def identifier_of(change: Body) -> str:
    """The entity a change is about; empty while it is to be made."""
    entity = change.get("Entity")
    return str(entity.get("Identifier") or "") if isinstance(entity, dict) else ""


def arn(kind: str, identifier: str) -> str:
    """The ARN of a change set, an offer or a product."""
    return f"arn:aws:aws-marketplace:{REGION}:{PARTNER_ACCOUNT}:AWSMarketplace/{kind}/{identifier}"


def stamped(moment: datetime) -> str:
    """A moment in the only form the service knows: whole seconds, in UTC."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
