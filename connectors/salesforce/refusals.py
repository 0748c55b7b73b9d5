"""What Salesforce's refusals mean, in our errors and in an admin's words; knows no call and no client library."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from connectors.http import answer_lost, retry_after_seconds, status_failure
from motions.errors import AuthExpired, ConnectorError, NotVisible, Rejected, Unavailable
from motions.referrals import Problem

SYSTEM = "Salesforce"

_UNAUTHORISED = 401
_NOT_FOUND = 404

_STOPPED = frozenset({"UNKNOWN_EXCEPTION", "QUERY_TIMEOUT", "REQUEST_RUNNING_TOO_LONG"})
_NO_API = frozenset({"API_DISABLED_FOR_ORG", "API_CURRENTLY_DISABLED", "FUNCTIONALITY_NOT_ENABLED"})
_GONE = frozenset({"NOT_FOUND", "ENTITY_IS_DELETED", "INVALID_CROSS_REFERENCE_KEY", "MALFORMED_ID"})
_UNKNOWN_NAMES = frozenset({"INVALID_FIELD", "INVALID_TYPE", "INVALID_FIELD_FOR_INSERT_UPDATE"})
_NO_ACCESS = "INSUFFICIENT_ACCESS"  # ..._OR_READONLY, ..._ON_CROSS_REFERENCE_ENTITY
_NAMED = re.compile(r"(?:No such column|sObject type) '([\w.]+)'|(?:fields?): ([\w, ]+)\.")
_LONGEST_QUOTE = 300


class RecordLocked(Unavailable):
    """Somebody else is saving the record this very moment; the system itself is fine."""


class BudgetSpent(Unavailable):
    """The org's API calls are used up; asking again at once only spends more."""


class CursorLost(Unavailable):
    """The server forgot where we were in a long result; the query starts over."""


_BUSY: Mapping[str, tuple[type[Unavailable], str]] = {
    "UNABLE_TO_LOCK_ROW": (RecordLocked, "somebody else is saving the record"),
    "SERVER_UNAVAILABLE": (Unavailable, "is down or under maintenance"),
    "REQUEST_LIMIT_EXCEEDED": (BudgetSpent, "the org's API calls are used up for now"),
    "INVALID_QUERY_LOCATOR": (CursorLost, "forgot a query half-way"),
}


@dataclass(frozen=True)
class Refusal:
    """The first error of an answer that is not a success."""

    status: int
    code: str
    message: str
    fields: tuple[str, ...] = ()


def is_stale_session(refusal: Refusal) -> bool:
    """Whether a new login may help."""
    return refusal.status == _UNAUTHORISED or refusal.code == "INVALID_SESSION_ID"


def refusal_from(status: int, content: object) -> Refusal:
    """Read any error body: the usual array, a single object, or a page of HTML."""
    first = content[0] if isinstance(content, list) and content else content
    if not isinstance(first, Mapping):
        return Refusal(status, "", "")
    fields = first.get("fields") or ()
    return Refusal(
        status,
        str(first.get("errorCode") or first.get("statusCode") or ""),
        str(first.get("message") or ""),
        tuple(str(name) for name in fields) if isinstance(fields, list) else (),
    )


def error_from(refusal: Refusal, *, about: str, headers: Mapping[str, str], repeatable: bool) -> ConnectorError:
    """Our error for one refusal; `about` is the object that was read or written."""
    if refusal.code in _BUSY:
        kind, why = _BUSY[refusal.code]
        return kind(SYSTEM, why, retry_after=retry_after_seconds(headers))
    if refusal.code in _STOPPED:
        return answer_lost(SYSTEM, repeatable=repeatable, because=f"stopped the call ({refusal.code})")
    if refusal.code in _NO_API:
        return AuthExpired(SYSTEM, "our user may not use the API; an admin gives it 'API Enabled'")
    if refusal.code:
        return _final(refusal, about)
    return status_failure(SYSTEM, refusal.status, headers, repeatable=repeatable) or _final(refusal, about)


def hidden(name: str) -> NotVisible:
    """Our error for an object or field that is not there for our user."""
    message = f"{name} does not exist in this org or is hidden from our user"
    fix = "an admin installs the co-sell fields and assigns the permission set Cosell_Bot to our user"
    return NotVisible(SYSTEM, f"{message}; {fix}", (Problem(None, "HIDDEN", message, fix),))


def gone(what: str) -> NotVisible:
    """Our error for a record that is not there for our user."""
    message = f"{what} is not there for our user: deleted, merged into another, or not shared with it"
    fix = "an admin gives our user 'View All' on the object, or somebody restores the record"
    return NotVisible(SYSTEM, f"{message}; {fix}", (Problem(None, "GONE", message, fix),))


def _final(refusal: Refusal, about: str) -> ConnectorError:
    if refusal.code in _UNKNOWN_NAMES:
        return hidden(_named(refusal, about))
    if refusal.code in _GONE or refusal.status == _NOT_FOUND:
        return gone(about)
    if refusal.code.startswith(_NO_ACCESS):
        return _forbidden(", ".join(refusal.fields) or about)
    return _rejected(refusal, about)


def _forbidden(name: str) -> NotVisible:
    message = f"our user may not read or change {name}"
    fix = "an admin assigns the permission set Cosell_Bot to our user, or shares the record with it"
    return NotVisible(SYSTEM, f"{message}; {fix}", (Problem(None, "FORBIDDEN", message, fix),))


def _rejected(refusal: Refusal, about: str) -> Rejected:
    # The wording of validation rules is the org's own, meant for people: it is passed on, cut.
    message = refusal.message[:_LONGEST_QUOTE] or f"refused without a reason (HTTP {refusal.status})"
    named = f" ({', '.join(refusal.fields)})" if refusal.fields else ""
    fix = "somebody corrects the record, or an admin relaxes the rule for our user"
    problem = Problem(None, refusal.code or str(refusal.status), message, fix)
    return Rejected(SYSTEM, f"refused {about}{named}: {message}", (problem,))


def _named(refusal: Refusal, about: str) -> str:
    found = _NAMED.search(refusal.message)
    name = (found[1] or found[2]) if found else ", ".join(refusal.fields)
    if refusal.code == "INVALID_TYPE":
        return name or about
    return f"{about}.{name}" if name else about
