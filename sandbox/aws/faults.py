"""Faults on command: which call goes wrong, how, and how often; knows nothing of what the call does."""

from dataclasses import asdict, dataclass
from enum import StrEnum

from sandbox.aws.wire import AwsError, Body, Code, FieldError, refused


class Kind(StrEnum):
    """How a call goes wrong."""

    THROTTLE = "throttle"
    INTERNAL_ERROR = "internal_error"
    ACCESS_DENIED = "access_denied"
    QUOTA = "quota"
    VALIDATION = "validation"  # a rule no client can know beforehand
    LATENCY = "latency"
    HTTP_503_HTML = "http_503_html"
    DROP_AFTER_COMMIT = "drop_after_commit"  # done, then the connection closes before the answer
    ERROR_AFTER_COMMIT = "error_after_commit"  # done, then an InternalServerException
    STALE_READ = "stale_read"  # the version before the last change


_ERRORS = {
    Kind.THROTTLE: ("ThrottlingException", "Rate exceeded", 400),
    Kind.INTERNAL_ERROR: ("InternalServerException", "Internal Server Error", 500),
    Kind.ACCESS_DENIED: ("AccessDeniedException", "You don't have access to this action or resource", 400),
    Kind.QUOTA: ("ServiceQuotaExceededException", "The number of requests exceeds the daily quota", 400),
    Kind.ERROR_AFTER_COMMIT: ("InternalServerException", "Internal Server Error", 500),
}


@dataclass
class Fault:
    """One instruction: the next `times` calls of `operation` (or of any, `*`) go wrong this way."""

    operation: str
    kind: Kind
    times: int = 1
    seconds: float = 0.0


class Faults:
    """The instructions still to be carried out."""

    def __init__(self) -> None:
        self._planned: list[Fault] = []

    def plan(self, fault: Fault) -> None:
        """Add an instruction behind those already there."""
        self._planned.append(fault)

    def clear(self) -> None:
        """Forget every instruction."""
        self._planned.clear()

    def pending(self) -> list[Body]:
        """What is still to go wrong."""
        return [asdict(fault) for fault in self._planned]

    def next_for(self, operation: str) -> Fault | None:
        """The fault this call suffers, counted down."""
        for fault in self._planned:
            if fault.operation in (operation, "*"):
                fault.times -= 1
                if fault.times <= 0:
                    self._planned.remove(fault)
                return fault
        return None


def error_of(kind: Kind) -> AwsError | None:
    """The AWS error a fault answers with, when it answers with one."""
    if kind is Kind.VALIDATION:
        return refused(FieldError("Customer.Account.WebsiteUrl", "The website could not be verified.", Code.VALUE))
    found = _ERRORS.get(kind)
    if found is None:
        return None
    name, message, status = found
    extra: Body = {"Reason": "INCOMPATIBLE_BENEFIT_AWS_PARTNER_STATE"} if kind is Kind.ACCESS_DENIED else {}
    return AwsError(name, message, status=status, extra=extra)
