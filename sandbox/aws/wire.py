"""What travels: JSON bodies, ISO dates, and AWS-shaped errors; knows no operation and no rule."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import TypeAlias, cast

Body: TypeAlias = dict[str, object]


class Code(StrEnum):
    """What is wrong with one field."""

    REQUIRED = "REQUIRED_FIELD_MISSING"
    ENUM = "INVALID_ENUM_VALUE"
    FORMAT = "INVALID_STRING_FORMAT"
    VALUE = "INVALID_VALUE"
    TOO_FEW = "NOT_ENOUGH_VALUES"
    TOO_MANY = "TOO_MANY_VALUES"
    STATE = "INVALID_RESOURCE_STATE"
    DUPLICATE = "DUPLICATE_KEY_VALUE"
    RANGE = "VALUE_OUT_OF_RANGE"
    NOT_PERMITTED = "ACTION_NOT_PERMITTED"


@dataclass(frozen=True)
class FieldError:
    """One entry of a ValidationException's ErrorList."""

    field: str
    message: str
    code: Code


class AwsError(Exception):
    """An answer that is an error: its `__type`, its body and its HTTP status."""

    def __init__(self, kind: str, message: str, *, status: int = 400, extra: Body | None = None) -> None:
        super().__init__(f"{kind}: {message}")
        self.kind = kind
        self.message = message
        self.status = status
        self.extra = extra or {}

    def body(self) -> Body:
        """The JSON the client receives."""
        return {"__type": self.kind, "Message": self.message, **self.extra}


def malformed(errors: list[FieldError]) -> AwsError:
    """The request does not fit the service model."""
    return _validation("REQUEST_VALIDATION_FAILED", errors)


def refused(*errors: FieldError) -> AwsError:
    """The request fits the service model but breaks a business rule."""
    return _validation("BUSINESS_VALIDATION_FAILED", list(errors))


def conflict(message: str) -> AwsError:
    """Somebody else was first, or the token was used for something else."""
    return AwsError("ConflictException", message)


def not_found(identifier: str) -> AwsError:
    """The thing is not there, or not for this partner, or in the other catalog."""
    return AwsError(
        "ResourceNotFoundException",
        f"Resource with Identifier {identifier} does not exist or is not accessible",
    )


def pruned(value: object) -> object:
    """The same JSON without its nulls: on this wire an explicit null and an absent member mean the same."""
    if isinstance(value, dict):
        return {key: pruned(item) for key, item in value.items() if item is not None}
    if isinstance(value, list):
        return [pruned(item) for item in value if item is not None]
    return value


def dig(body: Body, path: str) -> object:
    """The value at a dotted path, or None."""
    value: object = body
    for name in path.split("."):
        value = value.get(name) if isinstance(value, dict) else None
    return value


def text(body: Body, path: str) -> str:
    """The string at a dotted path, or an empty one."""
    value = dig(body, path)
    return value if isinstance(value, str) else ""


def texts(body: Body, path: str) -> list[str]:
    """The strings of the list at a dotted path."""
    value = dig(body, path)
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []


def structs(body: Body, path: str) -> list[Body]:
    """The structures of the list at a dotted path."""
    value = dig(body, path)
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def struct(body: Body, name: str) -> Body:
    """The member `name`, made an empty structure when it was absent, so that it can be written to."""
    return cast("Body", body.setdefault(name, {}))


def iso(moment: datetime) -> str:
    """An ISO 8601 instant with microseconds, the way the service stamps a record."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def moment(value: str) -> datetime:
    """The instant an ISO 8601 string names; raises ValueError when it names none."""
    if "T" not in value:
        raise ValueError("a date without a time")
    parsed = datetime.fromisoformat(value)
    return parsed.replace(tzinfo=UTC) if parsed.tzinfo is None else parsed.astimezone(UTC)


def camel(path: str) -> str:
    """`Customer.Account.Duns` as an ErrorList spells it: `customer.account.duns`."""
    return ".".join(part[:1].lower() + part[1:] for part in path.split("."))


def leaves(value: object, path: str = "") -> Iterator[tuple[str, object]]:
    """Every member below `value` that is not a structure, with its dotted path; lists count as one member."""
    if not isinstance(value, dict):
        yield path, value
        return
    for key, item in value.items():
        yield from leaves(item, f"{path}.{key}" if path else key)


def _validation(reason: str, errors: Iterable[FieldError]) -> AwsError:
    listed = list(errors)
    plural = "" if len(listed) == 1 else "s"
    message = f"{len(listed)} validation error{plural} detected: " + "; ".join(e.message for e in listed)
    entries = [{"FieldName": e.field, "Message": e.message, "Code": e.code.value} for e in listed]
    return AwsError("ValidationException", message, extra={"Reason": reason, "ErrorList": entries})
