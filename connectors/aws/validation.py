"""Checks a request against the installed service model: required members, enums, patterns and sizes.

boto3 sends bad enums, bad patterns and over-long strings on the wire; the model states them, so they are checked here
before anybody approves anything. Knows no business rule and no canonical field.
"""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final

from botocore.loaders import Loader
from botocore.model import ListShape, ServiceModel, Shape, StructureShape

SERVICE: Final = "partnercentral-selling"
UNKNOWN_MEMBER: Final = "is not a member the portal knows"

_LENGTH = re.compile(r"\(\?s\)\.\{(\d+),(\d+)\}")


@dataclass(frozen=True)
class Fault:
    """One place of a request that does not fit the model."""

    path: str  # dotted, members as the model spells them, list items without their index
    code: str  # as the API's own ErrorList would say
    message: str


def faults(operation: str, request: Mapping[str, object]) -> tuple[Fault, ...]:
    """Everything the service model has against a request; ClientToken, which is added on sending, is not missed."""
    shape = _model().operation_model(operation).input_shape
    return tuple(_faults(shape, request, "")) if shape else ()


def enum_of(shape_name: str) -> tuple[str, ...]:
    """The values the installed model lists for a shape, in its order."""
    return tuple(_model().shape_for(shape_name).metadata.get("enum", ()))


def request_shape(operation: str) -> Shape:
    """The shape of an operation's request, as the installed model has it."""
    shape = _model().operation_model(operation).input_shape
    assert shape is not None, f"{operation} takes a request"
    return shape


@cache
def model_fingerprint(operations: tuple[str, ...]) -> str:
    """A digest of every input shape these operations use: it changes when an installed model changes them."""
    told: dict[str, object] = {}
    for operation in operations:
        shape = _model().operation_model(operation).input_shape
        if shape is not None:
            _describe(shape, told)
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


@cache
def _model() -> ServiceModel:
    return ServiceModel(Loader().load_service_model(SERVICE, "service-2"), SERVICE)


def _faults(shape: Shape, value: object, path: str) -> Iterator[Fault]:
    if isinstance(shape, StructureShape):
        yield from _structure_faults(shape, value, path)
    elif isinstance(shape, ListShape):
        yield from _list_faults(shape, value, path)
    elif shape.type_name == "string":
        yield from _string_faults(shape, value, path)


def _structure_faults(shape: StructureShape, value: object, path: str) -> Iterator[Fault]:
    if not isinstance(value, Mapping):
        yield Fault(path, "INVALID_VALUE", "must be a structure")
        return
    for name in shape.required_members:
        if name not in value and name != "ClientToken":
            yield Fault(_join(path, name), "REQUIRED_FIELD_MISSING", "is required")
    for name, item in value.items():
        if name not in shape.members:
            yield Fault(_join(path, name), "INVALID_VALUE", UNKNOWN_MEMBER)
        else:
            yield from _faults(shape.members[name], item, _join(path, name))


def _list_faults(shape: ListShape, value: object, path: str) -> Iterator[Fault]:
    if not isinstance(value, list):
        yield Fault(path, "INVALID_VALUE", "must be a list")
        return
    low, high = shape.metadata.get("min", 0), shape.metadata.get("max")
    if len(value) < low:
        yield Fault(path, "NOT_ENOUGH_VALUES", f"needs at least {low} values")
    if high is not None and len(value) > high:
        yield Fault(path, "TOO_MANY_VALUES", f"takes at most {high} values")
    for item in value:
        yield from _faults(shape.member, item, path)


def _string_faults(shape: Shape, value: object, path: str) -> Iterator[Fault]:
    if not isinstance(value, str):
        yield Fault(path, "INVALID_VALUE", "must be text")
        return
    allowed = shape.metadata.get("enum")
    if allowed and value not in allowed:
        yield Fault(path, "INVALID_ENUM_VALUE", "is not one of the values the portal lists")
    low, high = shape.metadata.get("min", 0), shape.metadata.get("max")
    if len(value) < low or (high is not None and len(value) > high):
        yield Fault(path, "INVALID_STRING_FORMAT", f"must have {low} to {high} characters, has {len(value)}")
    pattern = shape.metadata.get("pattern")
    if pattern and not _compiled(pattern).fullmatch(value):
        yield Fault(path, "INVALID_STRING_FORMAT", _in_words(pattern, value))


def _in_words(pattern: str, value: str) -> str:
    sizes = _LENGTH.fullmatch(pattern)
    if sizes is None:
        return "does not have the format the portal wants"
    low, high = sizes.groups()
    return f"must have {low} to {high} characters, has {len(value)}"


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    # The patterns are Java's: \d and \w are ASCII there. The ones with \p{..} belong to tags, which we never send.
    return re.compile(pattern, re.ASCII)


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _describe(shape: Shape, told: dict[str, object]) -> None:
    if shape.name in told:
        return
    limits: dict[str, object] = {
        key: shape.metadata[key] for key in ("enum", "pattern", "min", "max") if key in shape.metadata
    }
    members: tuple[tuple[str, Shape], ...] = ()
    if isinstance(shape, StructureShape):
        limits["required"] = list(shape.required_members)
        members = tuple(shape.members.items())
    elif isinstance(shape, ListShape):
        members = (("member", shape.member),)
    told[shape.name] = [shape.type_name, limits, {name: member.name for name, member in members}]
    for _, member in members:
        _describe(member, told)
