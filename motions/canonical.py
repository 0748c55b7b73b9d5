"""Values of the domain in one JSON spelling, for the log and for what is kept to be replayed; decides nothing.

A token opens a button, so a record is spelled with its fingerprint instead.
"""

from collections.abc import Hashable, Mapping
from dataclasses import fields
from datetime import UTC, datetime
from functools import cache
from hashlib import sha256
from typing import Any, ClassVar, Protocol, TypeVar, get_args, get_type_hints

from pydantic import TypeAdapter

from motions.model import Token
from motions.proposals import canonical_json

T = TypeVar("T")


class Record(Protocol):
    """Any dataclass instance."""

    __dataclass_fields__: ClassVar[dict[str, Any]]


def spelled(record: Record) -> dict[str, object]:
    """Every field of a record as JSON values."""
    return spelled_changes(type(record), {each.name: getattr(record, each.name) for each in fields(record)})


def spelled_changes(kind: type[Record], changes: Mapping[str, object]) -> dict[str, object]:
    """These fields of a kind of record as JSON values: what the same field of a stored record is spelled as."""
    return {name: _spelled(kind, name, value) for name, value in changes.items()}


def text_of(kind: type[T], value: T) -> str:
    """A whole value, tokens too, as canonical JSON; `value_of` gives an equal one back."""
    return canonical_json(_adapter(kind).dump_python(value, mode="json"))  # type: ignore[arg-type]  # a class is hashable


def value_of(kind: type[T], text: str) -> T:
    """The value a text spells; pydantic's ValidationError when it spells none."""
    value: T = _adapter(kind).validate_json(text)  # type: ignore[arg-type]  # a class is hashable
    return value


def fingerprint(token: Token) -> str:
    """What stands for a token where it must not be usable: as unguessable as the token, and no way back."""
    return f"sha256:{sha256(token.encode()).hexdigest()}"


def _spelled(kind: type[Record], name: str, value: object) -> object:
    hint = _hints(kind)[name]
    if value is not None and (hint is Token or Token in get_args(hint)):
        return fingerprint(Token(str(value)))
    if isinstance(value, datetime):
        value = value.astimezone(UTC)  # as the store gives it back, whatever zone it came in
    return _adapter(hint).dump_python(value, mode="json")


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


@cache
def _adapter(kind: Hashable) -> TypeAdapter[Any]:
    return TypeAdapter[Any](kind)  # type: ignore[arg-type]  # a type, or a union of some
