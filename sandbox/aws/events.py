"""EventBridge-shaped events: a feed to poll and, if wanted, a URL they are posted to; knows no record behind them.

Delivery is best effort, as it is at AWS: on command events are doubled, overtaken or lost.
"""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

import httpx

from sandbox.aws.ids import PARTNER_ACCOUNT, REGION, unique
from sandbox.aws.wire import Body

log = logging.getLogger(__name__)
_POSTING_PAUSE_SECONDS = 0.2


@dataclass
class Mishaps:
    """What befalls the next events: so many doubled, so many lost; `reorder` lets each be overtaken by the next."""

    duplicate: int = 0
    drop: int = 0
    reorder: bool = False


@dataclass
class EventFeed:
    """Every event delivered so far, in order of delivery."""

    mishaps: Mishaps = field(default_factory=Mishaps)
    delivered: list[Body] = field(default_factory=list)
    target: str | None = None
    headers: dict[str, str] = field(default_factory=dict)
    is_posting: bool = False
    closed: threading.Event = field(default_factory=threading.Event)
    _made: int = 0
    _held: Body | None = None
    _posted: int = 0

    def emit(self, detail_type: str, detail: Body, resources: list[str], at: datetime) -> None:
        """Make one event and deliver it, subject to the mishaps ordered."""
        self._made += 1
        event: Body = {
            "version": "0",
            "id": unique("event", self._made, 32),
            "detail-type": detail_type,
            "source": "aws.partnercentral-selling",
            "account": PARTNER_ACCOUNT,
            "time": at.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "region": REGION,
            "resources": resources,
            "detail": detail,
        }
        if self.mishaps.drop > 0:
            self.mishaps.drop -= 1
            return
        self._deliver(event)
        if self.mishaps.duplicate > 0:
            self.mishaps.duplicate -= 1
            self._deliver(event)

    def after(self, sequence: int) -> Body:
        """The events delivered after a sequence number, and the number to ask with next time."""
        entries = [{"seq": n, "event": e} for n, e in enumerate(self.delivered, start=1) if n > sequence]
        return {"events": entries, "last": len(self.delivered)}

    def point_at(self, url: str | None, headers: dict[str, str]) -> None:
        """Post every later event to this URL, with these headers; None stops it."""
        self.target, self.headers = url, headers
        self._posted = len(self.delivered)

    def configure(self, mishaps: Mishaps) -> None:
        """Order mishaps anew; an event held back to be overtaken is released."""
        self.mishaps = mishaps
        if not mishaps.reorder and self._held is not None:
            self.delivered.append(self._held)
            self._held = None

    def post_new(self) -> None:
        """Post what has not been posted; an event whose post fails is lost, as best-effort events are."""
        while self.target and self._posted < len(self.delivered):
            event = self.delivered[self._posted]
            self._posted += 1
            try:
                httpx.post(self.target, json=event, headers=self.headers, timeout=5.0)
            except httpx.HTTPError:
                log.warning("event.lost id=%s target=%s", event["id"], self.target)

    def _deliver(self, event: Body) -> None:
        if not self.mishaps.reorder:
            self.delivered.append(event)
        elif self._held is None:
            self._held = event
        else:
            self.delivered += [event, self._held]
            self._held = None


def start_posting(feed: EventFeed, catch_up: Callable[[], object]) -> None:
    """Post new events from one daemon thread until the feed closes; `catch_up` makes what is due happen."""

    def run() -> None:
        while not feed.closed.wait(_POSTING_PAUSE_SECONDS):
            if feed.target:
                catch_up()
                feed.post_new()

    if not feed.is_posting:
        feed.is_posting = True
        threading.Thread(target=run, name="aws-events", daemon=True).start()
