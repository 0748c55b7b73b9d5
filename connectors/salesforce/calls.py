"""One call to Salesforce, done right from any thread: session, login, quick retries, our errors, the outage log.

It refuses to know what is called: it is given a function of the vendor's client.
"""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TypeVar

import requests
from simple_salesforce.api import Salesforce
from simple_salesforce.exceptions import SalesforceError

from connectors.http import transport_failure
from connectors.salesforce.logins import Grant, Logins
from connectors.salesforce.refusals import (
    SYSTEM,
    BudgetSpent,
    CursorLost,
    RecordLocked,
    error_from,
    is_stale_session,
    refusal_from,
)
from connectors.salesforce.wire import Answer, Budget, Wire, session_over
from motions.errors import AuthExpired, ConnectorError, OutcomeUnknown, Unavailable
from motions.outage_log import OutageLog

logger = logging.getLogger(__name__)

T = TypeVar("T")

_PAUSES = (0.2, 1.0)  # seconds before the quick retries of a read; the durable engine does the slow ones


@dataclass
class _Line:
    """One thread's own session, and the client over it for the grant in use."""

    wire: Wire
    session: requests.Session
    client: Salesforce | None = None
    grant: Grant | None = None


class _StaleSessionError(Exception):
    """The token is no longer accepted; a new login may help."""


class Calls:
    """Each thread has its own session; all share one login, one budget and one outage."""

    def __init__(
        self,
        logins: Logins,
        wire: Callable[[], Wire],
        *,
        api_version: str,
        page_size: int,
        sleep: Callable[[float], None],
    ) -> None:
        self._logins = logins
        self._new_wire = wire
        self._api_version = api_version
        self._page_size = page_size
        self._sleep = sleep
        self._outages = OutageLog(logger, SYSTEM)
        self._threads = threading.local()
        self.budget: Budget | None = None  # as the latest answer told it

    def read(self, send: Callable[[Salesforce], T], *, about: str) -> tuple[T, datetime]:
        """The answer of a call that changes nothing, and the server's clock then; a hiccup is retried at once."""
        answer, said = self._patiently(send, about=about)
        if said.date is None:
            raise Unavailable(SYSTEM, "answers without saying its own time")
        return answer, said.date

    def write(self, send: Callable[[Salesforce], T], *, about: str, repeatable: bool) -> T:
        """The answer of a call that changes something, sent once; a lost answer is OutcomeUnknown unless repeatable."""
        answer, _ = self._call(send, about=about, repeatable=repeatable)
        return answer

    def _patiently(self, send: Callable[[Salesforce], T], *, about: str) -> tuple[T, Answer]:
        for pause in _PAUSES:
            try:
                return self._call(send, about=about, repeatable=True)
            except (BudgetSpent, CursorLost):
                raise
            except Unavailable as error:
                if (error.retry_after or 0.0) > pause:
                    raise
            self._sleep(pause)
        return self._call(send, about=about, repeatable=True)

    def _call(self, send: Callable[[Salesforce], T], *, about: str, repeatable: bool) -> tuple[T, Answer]:
        try:
            answer = self._with_fresh_login(send, about=about, repeatable=repeatable)
        except RecordLocked:
            self._outages.worked()
            raise
        except (Unavailable, OutcomeUnknown, AuthExpired) as error:
            self._outages.failed(error)
            raise
        except ConnectorError:
            self._outages.worked()
            raise
        self._outages.worked()
        return answer

    def _with_fresh_login(self, send: Callable[[Salesforce], T], *, about: str, repeatable: bool) -> tuple[T, Answer]:
        grant = self._logins.current()
        try:
            return self._attempt(send, grant, about=about, repeatable=repeatable)
        except _StaleSessionError:
            grant = self._logins.renew(grant)
        try:
            return self._attempt(send, grant, about=about, repeatable=repeatable)
        except _StaleSessionError as error:
            raise self._logins.distrust(grant) from error

    def _attempt(
        self, send: Callable[[Salesforce], T], grant: Grant, *, about: str, repeatable: bool
    ) -> tuple[T, Answer]:
        line = self._line()
        try:
            answer = send(self._client(line, grant))
        except SalesforceError as error:
            refusal = refusal_from(error.status, error.content)
            if is_stale_session(refusal):
                raise _StaleSessionError from error
            headers = line.wire.last.headers if line.wire.last else {}
            raise error_from(refusal, about=about, headers=headers, repeatable=repeatable) from error
        except requests.RequestException as error:
            raise transport_failure(SYSTEM, error, repeatable=repeatable) from error
        return answer, self._heard(line.wire)

    def _line(self) -> _Line:
        line: _Line | None = getattr(self._threads, "line", None)
        if line is None:
            wire = self._new_wire()
            line = self._threads.line = _Line(wire, session_over(wire))
            line.session.headers["Sforce-Query-Options"] = f"batchSize={self._page_size}"
        return line

    def _client(self, line: _Line, grant: Grant) -> Salesforce:
        # Given a token instead of credentials, the vendor's client never logs in by itself: it would do so in every
        # thread, without end on a permanent 401, and crash on a 401 whose body is a page of HTML.
        if line.client is None or line.grant != grant:
            line.grant = grant
            line.client = Salesforce(
                session_id=grant.token,
                instance=grant.host,
                session=line.session,
                version=self._api_version,
                parse_float=Decimal,
                object_pairs_hook=dict,
            )
        return line.client

    def _heard(self, wire: Wire) -> Answer:
        assert wire.last is not None, "the client answers from a response only"
        self.budget = wire.last.budget or self.budget
        return wire.last
