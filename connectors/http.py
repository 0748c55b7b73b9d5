"""The one HTTP policy of every connector: timeouts, which answers are worth waiting for, what a lost answer means.

It is responsible for telling "nothing happened, try later" from "nobody can tell what happened"; it refuses to know
any vendor, any vendor's error codes and any client library's exceptions.
"""

import socket
import ssl
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime

from urllib3.exceptions import ConnectTimeoutError, NewConnectionError

from motions.errors import OutcomeUnknown, Unavailable


@dataclass(frozen=True)
class Timeout:
    """Seconds to wait for a connection and for an answer; there is no way to wait for ever."""

    connect: float = 5.0
    read: float = 60.0


DEFAULT_TIMEOUT = Timeout()

# Turned away at the door: the system says that it did nothing.
_TURNED_AWAY = frozenset({408, 425, 429, 503})
# Something behind the door broke: a write may have happened.
_BROKE = frozenset({500, 502, 504})
# A connection that was never made carried nothing, so not even a write can have happened.
_NEVER_SENT = (
    NewConnectionError,
    ConnectTimeoutError,
    ConnectionRefusedError,
    socket.gaierror,
    ssl.SSLCertVerificationError,
)


def transport_failure(system: str, error: BaseException, *, repeatable: bool) -> Unavailable | OutcomeUnknown:
    """Our error for a call that got no answer; `repeatable` calls (reads, idempotent writes) are never in doubt."""
    if not was_sent(error):
        return Unavailable(system, "cannot be reached")
    return answer_lost(system, repeatable=repeatable)


def status_failure(
    system: str, status: int, headers: Mapping[str, str], *, repeatable: bool
) -> Unavailable | OutcomeUnknown | None:
    """Our error for an answer whose status alone tells what happened; None when its body must be asked."""
    if status in _TURNED_AWAY:
        return Unavailable(system, f"asks us to wait (HTTP {status})", retry_after=retry_after_seconds(headers))
    if status in _BROKE:
        return answer_lost(system, repeatable=repeatable, because=f"failed on its side (HTTP {status})")
    return None


def answer_lost(
    system: str, *, repeatable: bool, because: str = "did not answer in time or dropped the connection"
) -> Unavailable | OutcomeUnknown:
    """Our error for a call that was sent and whose outcome was never told."""
    if repeatable:
        return Unavailable(system, because)
    return OutcomeUnknown(system, f"{because}; the write may or may not have happened")


def was_sent(error: BaseException) -> bool:
    """Whether a call that failed in transport may have reached the other side."""
    return not any(isinstance(link, _NEVER_SENT) for link in _chain(error))


def retry_after_seconds(headers: Mapping[str, str]) -> float | None:
    """What Retry-After asks for in seconds, a date being read against the answer's own Date; None when unreadable."""
    by_name = {name.lower(): value.strip() for name, value in headers.items()}
    asked = by_name.get("retry-after", "")
    if asked.isdecimal():
        return float(asked)
    try:
        wait = parsedate_to_datetime(asked) - parsedate_to_datetime(by_name["date"])
    except (KeyError, ValueError, TypeError):  # absent, malformed, or one of the two without a zone
        return None
    return max(0.0, wait.total_seconds())


def _chain(error: BaseException) -> Iterator[BaseException]:
    # Client libraries wrap the socket's own exception, some with `from`, some without.
    link: BaseException | None = error
    while link is not None:
        yield link
        link = link.__cause__ or (None if link.__suppress_context__ else link.__context__)
