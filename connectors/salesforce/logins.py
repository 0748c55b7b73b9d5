"""Our access token: one for all threads, renewed once when it goes stale, never asked for in a storm.

It is responsible for who logs in and when; it refuses to know what the token is used for.
"""

from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock

import jwt
import requests
from simple_salesforce.exceptions import SalesforceAuthenticationFailed
from simple_salesforce.login import SalesforceLogin

from connectors.http import status_failure, transport_failure
from connectors.salesforce.refusals import SYSTEM
from connectors.salesforce.wire import Wire, session_over
from motions.errors import AuthExpired, ConnectorError, Unavailable

# Salesforce locks a user out after repeated failures, and each attempt counts against the hourly login limit.
PAUSE_SECONDS = 60.0
_TOO_MANY_LOGINS = "rate exceeded"
_FIX = "an admin checks the External Client App: key and secret (or certificate), the run-as user and its policies"


@dataclass(frozen=True)
class Grant:
    """A token, the host it works on, and which login of ours it came from."""

    token: str
    host: str
    number: int


@dataclass(frozen=True)
class Credentials:
    """Client credentials (a secret), or a JWT bearer (a private key and the user it speaks for)."""

    domain: str
    consumer_key: str
    consumer_secret: str | None = None
    private_key: str | None = None
    username: str | None = None

    def log_in(self, session: requests.Session) -> tuple[str, str]:
        """A token and its host; raises the vendor's and the transport's exceptions."""
        if self.private_key is not None:
            token, host = SalesforceLogin(
                session=session,
                domain=self.domain,
                consumer_key=self.consumer_key,
                privatekey=self.private_key,
                username=self.username,
            )
        else:
            token, host = SalesforceLogin(
                session=session,
                domain=self.domain,
                consumer_key=self.consumer_key,
                consumer_secret=self.consumer_secret,
            )
        return token, host


class Logins:
    """Hands out the current grant; at most one thread logs in at a time."""

    def __init__(self, credentials: Credentials, wire: Callable[[], Wire], *, monotonic: Callable[[], float]) -> None:
        self._credentials = credentials
        self._wire = wire
        self._monotonic = monotonic
        self._lock = Lock()
        self._grant: Grant | None = None
        self._count = 0
        self._refused_because: str | None = None
        self._closed_until = 0.0

    def current(self) -> Grant:
        """The grant in use, logging in when there is none. Raises AuthExpired, Unavailable."""
        with self._lock:
            return self._grant or self._log_in()

    def renew(self, stale: Grant) -> Grant:
        """A newer grant than the stale one, by one login however many threads ask."""
        with self._lock:
            if self._grant is not None and self._grant.number > stale.number:
                return self._grant
            return self._log_in()

    def distrust(self, grant: Grant) -> AuthExpired:
        """The error for a fresh grant that is refused too; nobody logs in again for a while."""
        with self._lock:
            if self._grant == grant:
                self._grant = None
            return self._refuse("does not accept our session, even a fresh one; an admin checks our user's policies")

    def _log_in(self) -> Grant:
        if self._refused_because is not None and self._monotonic() < self._closed_until:
            raise AuthExpired(SYSTEM, self._refused_because)
        wire = self._wire()
        try:
            token, host = self._credentials.log_in(session_over(wire))
        except SalesforceAuthenticationFailed as error:
            raise self._refusal(error, wire) from error
        except requests.RequestException as error:
            raise transport_failure(SYSTEM, error, repeatable=True) from error
        except (jwt.PyJWTError, ValueError) as error:
            raise self._refuse(f"cannot be logged in to: the private key is unreadable; {_FIX}") from error
        except AttributeError as error:  # the client takes any JSON body for an object with these members
            raise self._refuse(f"refused our login; {_FIX}") from error
        self._count += 1
        self._grant, self._refused_because = Grant(token, host, self._count), None
        return self._grant

    def _refusal(self, error: SalesforceAuthenticationFailed, wire: Wire) -> ConnectorError:
        # The exception always says 401; only the wire saw the real status.
        answer = wire.last
        if answer is not None:
            busy = status_failure(SYSTEM, answer.status, answer.headers, repeatable=True)
            if busy is not None:
                return busy
        if _TOO_MANY_LOGINS in error.auth_message:
            return Unavailable(SYSTEM, "asks us to log in less often")
        return self._refuse(f"refused our login ({error.code}); {_FIX}")

    def _refuse(self, because: str) -> AuthExpired:
        self._refused_because = because
        self._closed_until = self._monotonic() + PAUSE_SECONDS
        return AuthExpired(SYSTEM, because)
