"""Faults on command: which call goes wrong, how, and how often; knows nothing of what the call does."""

from dataclasses import asdict, dataclass
from enum import StrEnum

from sandbox.microsoft.wire import ApiError, Body, Fault, invalid

WAIT_SECONDS = 1


class Kind(StrEnum):
    """How a call goes wrong."""

    THROTTLE = "throttle"
    INTERNAL_ERROR = "internal_error"
    UNAUTHORIZED = "unauthorized"
    ACCESS_DENIED = "access_denied"
    CONFLICT = "conflict"
    LOCKED = "locked"
    VALIDATION = "validation"  # a rule no client can know beforehand
    LATENCY = "latency"
    HTTP_503_HTML = "http_503_html"
    DROP_AFTER_COMMIT = "drop_after_commit"  # done, then the connection closes before the answer
    ERROR_AFTER_COMMIT = "error_after_commit"  # done, then a 500
    STALE_READ = "stale_read"  # what was there before the last change of each record


_ERRORS = {
    Kind.THROTTLE: (429, "tooManyRequests", "Too many requests."),
    Kind.INTERNAL_ERROR: (500, "generalException", "An unspecified error has occurred."),
    Kind.UNAUTHORIZED: (401, "unauthenticated", "The caller is not authenticated."),
    Kind.ACCESS_DENIED: (403, "accessDenied", "The caller does not have permission to perform the action."),
    Kind.CONFLICT: (409, "conflict", "The current state conflicts with what the request expects."),
    Kind.LOCKED: (423, "locked", "The referral is locked."),
    Kind.ERROR_AFTER_COMMIT: (500, "generalException", "An unspecified error has occurred."),
}
_UNKNOWABLE = Fault("customerProfile.name", "notAllowed", "The customer could not be verified.")


@dataclass
class Planned:
    """One instruction: the next `times` calls of `operation` (or of any, `*`) go wrong this way."""

    operation: str
    kind: Kind
    times: int = 1
    seconds: float = 0.0


class Faults:
    """The instructions still to be carried out."""

    def __init__(self) -> None:
        self._planned: list[Planned] = []

    def plan(self, fault: Planned) -> None:
        """Add an instruction behind those already there."""
        self._planned.append(fault)

    def clear(self) -> None:
        """Forget every instruction."""
        self._planned.clear()

    def pending(self) -> list[Body]:
        """What is still to go wrong."""
        return [asdict(fault) for fault in self._planned]

    def next_for(self, operation: str) -> Planned | None:
        """The fault this call suffers, counted down."""
        for fault in self._planned:
            if fault.operation in (operation, "*"):
                fault.times -= 1
                if fault.times <= 0:
                    self._planned.remove(fault)
                return fault
        return None


def error_of(kind: Kind) -> ApiError | None:
    """The error a fault answers with, when it answers with one."""
    if kind is Kind.VALIDATION:
        return invalid(_UNKNOWABLE)
    found = _ERRORS.get(kind)
    if found is None:
        return None
    status, code, message = found
    return ApiError(status, code, message, wait=WAIT_SECONDS if kind in {Kind.THROTTLE, Kind.LOCKED} else None)
