"""What travels: JSON bodies, instants with seven decimals, and errors in Microsoft's shape; knows no referral."""

import hashlib
import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeAlias

Body: TypeAlias = dict[str, object]

LONGEST_MESSAGE = 1024
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,7})?(Z|[+-]\d\d:\d\d)")


@dataclass(frozen=True)
class Fault:
    """What is wrong with one place of a body."""

    target: str
    code: str
    message: str


class ApiError(Exception):
    """An answer that is an error: its status, and a body as the error resource describes it."""

    def __init__(
        self, status: int, code: str, message: str, *, faults: Sequence[Fault] = (), wait: int | None = None
    ) -> None:
        super().__init__(f"{status} {code}: {message}")
        self.status = status
        self.code = code
        self.message = message
        self.faults = tuple(faults)
        self.wait = wait  # seconds, as Retry-After

    def body(self) -> Body:
        """One error; every further fault is nested one level deeper, each more specific."""
        target = self.faults[0].target if self.faults else "referral"
        error: Body = {"code": self.code, "message": self.message[:LONGEST_MESSAGE], "target": target}
        level = error
        for fault in self.faults:
            inner: Body = {"code": fault.code, "message": fault.message, "target": fault.target}
            level["innerError"] = inner
            level = inner
        return {"error": error}


def invalid(*faults: Fault) -> ApiError:
    """The body is understood and breaks a rule."""
    said = "; ".join(fault.message for fault in faults)
    return ApiError(422, "invalidRequest", said, faults=faults)


def malformed(message: str, target: str = "referral") -> ApiError:
    """The request cannot be read."""
    return ApiError(400, "invalidRequest", message, faults=(Fault(target, "malformed", message),))


def not_found(identifier: str) -> ApiError:
    """No such resource, or not for this partner."""
    return ApiError(404, "itemNotFound", f"The referral {identifier} does not exist.")


def guid(kind: str, number: int) -> str:
    """A GUID, fixed by its kind and number."""
    return str(uuid.UUID(bytes=hashlib.sha256(f"{kind}:{number}".encode()).digest()[:16]))


def iso(moment: datetime) -> str:
    """An instant as the service stamps records: seven decimals, Z."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f") + "0Z"


def instant(value: object) -> datetime | None:
    """The instant a text names, or None when it names none with a zone."""
    if not isinstance(value, str) or not _INSTANT.fullmatch(value):
        return None
    try:
        return datetime.fromisoformat(re.sub(r"(\.\d{6})\d", r"\1", value))
    except ValueError:
        return None


def dig(body: object, path: str) -> object:
    """The value at a dotted path, or None."""
    for name in path.split("."):
        body = body.get(name) if isinstance(body, dict) else None
    return body


def text(body: object, path: str) -> str:
    """The string at a dotted path, or an empty one."""
    value = dig(body, path)
    return value if isinstance(value, str) else ""


def items(body: object, path: str) -> list[Body]:
    """The structures of the list at a dotted path."""
    value = dig(body, path)
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []
