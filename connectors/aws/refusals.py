"""AWS's errors in our words: what was refused and why, what may work later, what nobody can tell. Done here, once."""

from collections.abc import Iterator, Mapping

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    CredentialRetrievalError,
    NoCredentialsError,
    ParamValidationError,
    PartialCredentialsError,
    TokenRetrievalError,
    UnauthorizedSSOTokenError,
)
from botocore.parsers import ResponseParserError

from connectors.aws.requirements import FIXES, LABELS, field_at
from connectors.http import answer_lost, retry_after_seconds, transport_failure
from connectors.texts import one_line
from motions.errors import AuthExpired, ConnectorError, NotVisible, Rejected, Unavailable
from motions.referrals import Problem

SYSTEM = "AWS Partner Central"

_THROTTLED = {"ThrottlingException", "Throttling", "TooManyRequestsException", "RequestLimitExceeded"}
NOT_LET_IN = {
    "AccessDeniedException",
    "ExpiredToken",
    "ExpiredTokenException",
    "IncompleteSignatureException",
    "InvalidClientTokenId",
    "InvalidSignatureException",
    "MissingAuthenticationTokenException",
    "SignatureDoesNotMatch",
    "UnrecognizedClientException",
}
_NO_CREDENTIALS = (
    CredentialRetrievalError,
    NoCredentialsError,
    PartialCredentialsError,
    TokenRetrievalError,
    UnauthorizedSSOTokenError,
)
_WAIT_WHEN_THROTTLED = 1.0  # seconds; AWS names none and allows one write a second
_MESSAGE_LIMIT = 300
_SAID_AT_MOST = 3
_SERVER_FAULT = 500


class Conflict(Rejected):
    """Something in the way: already associated, changed meanwhile, or a token used for other bytes."""


def translated(error: ClientError | BotoCoreError | ResponseParserError, *, is_write: bool) -> ConnectorError:
    """Our error for a call that failed; a write without a clear answer is in doubt."""
    if isinstance(error, ClientError):
        return _answered(error, is_write=is_write)
    if isinstance(error, _NO_CREDENTIALS):
        return AuthExpired(SYSTEM, "there are no usable credentials")
    if isinstance(error, ParamValidationError):
        return Rejected(SYSTEM, "the request does not fit the service model")
    if isinstance(error, ResponseParserError):
        return answer_lost(SYSTEM, repeatable=not is_write, because="gave an answer nobody can read")
    return transport_failure(SYSTEM, error, repeatable=not is_write)


def problems_in(answer: Mapping[str, object]) -> Iterator[Problem]:
    """A ValidationException's ErrorList, in canonical fields."""
    entries = answer.get("ErrorList")
    for entry in entries if isinstance(entries, list) else ():
        code, message = str(entry.get("Code") or "INVALID_VALUE"), entry.get("Message")
        yield problem_at(str(entry.get("FieldName") or ""), code, message)


def problem_at(path: str, code: str, message: str | None) -> Problem:
    """What AWS has against the value at a path, in words a person can act on."""
    field = field_at(path) if path else None
    label = LABELS[field] if field else path or "the referral"
    said = one_line(message)[:_MESSAGE_LIMIT] or code
    return Problem(field, code, f"AWS refused {label}: {said}", FIXES[field] if field else "Ask AWS partner support.")


def _answered(error: ClientError, *, is_write: bool) -> ConnectorError:
    details = error.response.get("Error", {})
    code, message = details.get("Code", ""), one_line(details.get("Message"))[:_MESSAGE_LIMIT]
    meta = error.response.get("ResponseMetadata", {})
    if code in _THROTTLED:
        wait = retry_after_seconds(meta.get("HTTPHeaders", {}))
        return Unavailable(SYSTEM, "too many calls", retry_after=wait or _WAIT_WHEN_THROTTLED)
    if code in NOT_LET_IN:
        return AuthExpired(SYSTEM, f"does not let us in ({code})")
    if code == "ResourceNotFoundException":
        return NotVisible(SYSTEM, message or "no such record")
    if meta.get("HTTPStatusCode", 0) >= _SERVER_FAULT or code == "InternalServerException":
        return answer_lost(SYSTEM, repeatable=not is_write, because="failed on its side")
    return _refused(code, message, error.response)


def _refused(code: str, message: str, answer: Mapping[str, object]) -> Rejected:
    if code == "ConflictException":
        return Conflict(SYSTEM, message, (problem_at("", code, message),))
    problems = tuple(problems_in(answer)) or (problem_at("", code, message),)
    said = "; ".join(problem.message for problem in problems[:_SAID_AT_MOST])
    return Rejected(SYSTEM, f"{said} ({code})", problems)
