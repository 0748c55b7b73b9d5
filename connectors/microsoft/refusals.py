"""Microsoft's errors in our words: what was refused and why, what may work later, what nobody can tell."""

from collections.abc import Iterator, Mapping

import httpx

from connectors.http import answer_lost, status_failure
from connectors.microsoft.requirements import FIXES, LABELS, field_at
from connectors.texts import one_line
from motions.errors import AuthExpired, ConnectorError, NotVisible, OutcomeUnknown, Rejected, Unavailable
from motions.referrals import Problem

SYSTEM = "Microsoft Partner Center"

_NOT_LET_IN = {401: "does not accept our sign-in", 403: "does not let our user do this"}
_ROLE = "the user who signed in needs the role Referral admin or Referral user in Partner Center"
_GONE = {404, 410}
_IN_THE_WAY = {409, 412}
_LOCKED = 423
_LOCKED_FOR = 30.0  # seconds, when nobody says
_BAD_REQUEST, _SERVER_FAULT = 400, 500
_MESSAGE_LIMIT = 300
_SAID_AT_MOST = 3
_LEVELS = 20  # of nested errors that are read


class Conflict(Rejected):
    """Something in the way: changed since it was read, or already there."""


def transport_lost(error: httpx.HTTPError, *, repeatable: bool) -> Unavailable | OutcomeUnknown:
    """Our error for a call that got no answer."""
    if isinstance(error, httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout | httpx.UnsupportedProtocol):
        return Unavailable(SYSTEM, "cannot be reached")
    return answer_lost(SYSTEM, repeatable=repeatable)


def translated(
    status: int, headers: Mapping[str, str], answer: Mapping[str, object] | None, *, repeatable: bool
) -> ConnectorError | None:
    """Our error for an answer, or None when it is none."""
    if failure := status_failure(SYSTEM, status, headers, repeatable=repeatable):
        return failure
    if status == _LOCKED:
        wait = Unavailable(SYSTEM, "the referral is locked", retry_after=_LOCKED_FOR)
        return status_failure(SYSTEM, 429, headers, repeatable=repeatable) if "retry-after" in headers else wait
    if status < _BAD_REQUEST:
        return None
    if status >= _SERVER_FAULT:
        return answer_lost(SYSTEM, repeatable=repeatable, because=f"failed on its side (HTTP {status})")
    error = _error_in(answer)
    said = one_line(str(error.get("message") or ""))[:_MESSAGE_LIMIT] or f"HTTP {status}"
    if status in _NOT_LET_IN:
        return AuthExpired(SYSTEM, f"{_NOT_LET_IN[status]} ({error.get('code') or status}); {_ROLE}")
    if status in _GONE:
        return NotVisible(SYSTEM, said)
    return _refused(status, said, error)


def problems_in(error: Mapping[str, object]) -> Iterator[Problem]:
    """Every level of a nested error that names a place, in canonical fields; the outermost when it stands alone."""
    level, found = error.get("innerError"), False
    for _ in range(_LEVELS):
        if not isinstance(level, Mapping):
            break
        if level.get("target"):
            found = True
            yield _problem(level)
        level = level.get("innerError")
    if not found:
        yield _problem(error)


def _problem(level: Mapping[str, object]) -> Problem:
    path, code = str(level.get("target") or ""), str(level.get("code") or "invalidRequest")
    field = field_at(path)
    label = LABELS[field] if field else path or "the referral"
    said = one_line(str(level.get("message") or ""))[:_MESSAGE_LIMIT] or code
    fix = FIXES[field] if field else "Ask Microsoft's partner support."
    return Problem(field, code, f"Microsoft refused {label}: {said}", fix)


def _refused(status: int, said: str, error: Mapping[str, object]) -> Rejected:
    problems = tuple(problems_in(error))
    told = "; ".join(problem.message for problem in problems[:_SAID_AT_MOST])
    kind = Conflict if status in _IN_THE_WAY else Rejected
    return kind(SYSTEM, told if status not in _IN_THE_WAY else said, problems)


def _error_in(answer: Mapping[str, object] | None) -> Mapping[str, object]:
    found = (answer or {}).get("error")
    return found if isinstance(found, Mapping) else {}
