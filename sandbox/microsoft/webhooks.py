"""Webhooks: one URL for each event, notifications signed and posted best-effort; knows no rule of a referral."""

import json
import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import httpx

from sandbox.microsoft.certificates import ALGORITHM, SIGNER, Seal
from sandbox.microsoft.records import API, Referral
from sandbox.microsoft.wire import ApiError, Body, guid, iso, malformed

EVENTS = (
    "referral-created",
    "referral-updated",
    "related-referral-created",
    "related-referral-updated",
    "test-created",
)
TESTS_A_MINUTE = 2
_POSTING_PAUSE_SECONDS = 0.2
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Posted:
    """One notification on its way."""

    event: str
    url: str
    body: bytes


@dataclass
class Webhooks:
    """What is registered, what was told, and what went wrong with it on command."""

    now: Callable[[], datetime]
    registered: dict[str, str] = field(default_factory=dict)  # event -> URL
    told: list[Posted] = field(default_factory=list)
    certificate_url: str = ""
    duplicate: int = 0
    drop: int = 0
    forge: int = 0  # signed by nobody's key
    closed: threading.Event = field(default_factory=threading.Event)
    _seal: Seal | None = None
    _is_posting: bool = False
    _posted: int = 0
    _tests: list[datetime] = field(default_factory=list)

    @property
    def seal(self) -> Seal:
        """What signs, made when first needed: keys take a moment."""
        if self._seal is None:
            self._seal = Seal(self.now())
        return self._seal

    def replace_seal(self, seal: Seal) -> None:
        """Sign with another certificate from now on."""
        self._seal = seal

    def register(self, body: Body, base_url: str) -> Body:
        """Set the URL of the events named; an event already registered elsewhere keeps nothing of its old URL."""
        url, events = body.get("WebhookUrl"), body.get("WebhookEvents")
        if not isinstance(url, str) or not url.startswith(("https://", "http://127.0.0.1", "http://localhost")):
            raise malformed("WebhookUrl must be an https address.", "WebhookUrl")
        if not isinstance(events, list) or not events or not set(events) <= set(EVENTS):
            raise malformed(f"WebhookEvents must be some of {', '.join(EVENTS)}.", "WebhookEvents")
        self.certificate_url = self.certificate_at(base_url)
        self.registered |= dict.fromkeys(events, url)
        return self.registration()

    @staticmethod
    def certificate_at(base_url: str) -> str:
        """Where the certificate stands, seen from whoever asks for this address of ours."""
        return f"{base_url}certificates/{SIGNER}.cer"

    def registration(self) -> Body:
        """What is registered; 404 when nothing is."""
        if not self.registered:
            raise ApiError(404, "itemNotFound", "There is no registration.")
        urls = sorted(set(self.registered.values()))
        return {"WebhookUrl": urls[-1], "WebhookEvents": sorted(self.registered), "ByEvent": dict(self.registered)}

    def test(self) -> Body:
        """A test notification; two a minute at most."""
        self._tests = [at for at in self._tests if self.now() - at < timedelta(minutes=1)]
        if len(self._tests) >= TESTS_A_MINUTE:
            raise ApiError(429, "tooManyRequests", "Two test events a minute at most.", wait=60)
        self._tests.append(self.now())
        correlation = guid("test", len(self.told) + 1)
        uri = f"https://api.partnercenter.microsoft.com/webhooks/v1/registration/validationEvents/{correlation}"
        self._tell("test-created", uri, "test", self.now())
        return {"correlationId": correlation}

    def changed(self, referral: Referral, *, is_new: bool) -> None:
        """Tell of a referral that was made or changed."""
        related = "related-" if referral.is_microsofts else ""
        event = f"{related}referral-{'created' if is_new else 'updated'}"
        self._tell(event, f"{API}/{referral.id}", "referral", referral.updated_at)

    def post_new(self) -> None:
        """Post what has not been posted; one that fails is lost."""
        while self._posted < len(self.told):
            each = self.told[self._posted]
            self._posted += 1
            try:
                httpx.post(each.url, content=each.body, headers=self.headers(each.body), timeout=10.0)
            except httpx.HTTPError:
                log.warning("notification.lost event=%s url=%s", each.event, each.url)

    def headers(self, body: bytes) -> dict[str, str]:
        """The headers a notification with this body is posted with."""
        signature = self.seal.sign(body if self.forge == 0 else body + b" ")
        self.forge = max(0, self.forge - 1)
        return {
            "Authorization": f"Signature {signature}",
            "x-ms-certificate-url": self.certificate_url,
            "x-ms-signature-algorithm": ALGORITHM,
            "Content-Type": "application/json; charset=utf-8",
        }

    def start_posting(self, catch_up: Callable[[], object]) -> None:
        """Post from one daemon thread until this closes; `catch_up` makes what is due happen."""
        if self._is_posting:
            return
        self._is_posting = True

        def run() -> None:
            while not self.closed.wait(_POSTING_PAUSE_SECONDS):
                catch_up()
                self.post_new()

        threading.Thread(target=run, name="microsoft-notifications", daemon=True).start()

    def _tell(self, event: str, uri: str, resource: str, at: datetime) -> None:
        url = self.registered.get(event)
        if url is None:
            return
        body = {
            "EventName": event,
            "ResourceUri": uri,
            "ResourceName": resource,
            "AuditUri": None,
            "ResourceChangeUtcDate": iso(at),
        }
        if self.drop > 0:
            self.drop -= 1
            return
        told = Posted(event, url, json.dumps(body).encode())
        self.told.append(told)
        if self.duplicate > 0:
            self.duplicate -= 1
            self.told.append(told)
