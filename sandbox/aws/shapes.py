"""Checks a request against botocore's own service model, and spells out an answer's nulls; knows no business rule.

boto3 sends bad enums, bad patterns and over-long strings on: the service model states them, the client ignores them.
The model's patterns are Java's, so they are translated before Python compiles them.
"""

import re
import sys
import unicodedata
from collections.abc import Iterator
from functools import cache
from itertools import groupby
from typing import TypeVar

from botocore.loaders import Loader
from botocore.model import ListShape, OperationModel, ServiceModel, Shape, StructureShape

from sandbox.aws.wire import AwsError, Body, Code, FieldError, camel, moment

T = TypeVar("T")
SERVICE = "partnercentral-selling"
MODEL = ServiceModel(Loader().load_service_model(SERVICE, "service-2"), SERVICE)
_TARGET = "Value at '{}' failed to satisfy constraint: {}"
# All that requests of this service are made of; a test fails when a new model brings another type.
REQUEST_TYPES = frozenset({"structure", "list", "string", "timestamp", "integer"})


def input_errors(operation: str, body: Body) -> list[FieldError]:
    """Everything the service model has against this request; raises SerializationException on a wrong JSON type."""
    shape = operation_model(operation).input_shape
    return errors_in(shape, body) if shape else []


def errors_in(shape: Shape, body: Body) -> list[FieldError]:
    """Everything a shape, of whichever service, has against a value."""
    return list(_errors(shape, body, ""))


@cache
def operation_model(operation: str) -> OperationModel:
    """The model of one operation; botocore builds its shapes anew for each one it hands out."""
    return MODEL.operation_model(operation)


def has_token(operation: str) -> bool:
    """Whether the operation is made idempotent by a ClientToken."""
    shape = operation_model(operation).input_shape
    return shape is not None and "ClientToken" in shape.members


def answer(operation: str, body: Body) -> Body:
    """The same answer with an explicit null for each member it lacks, as the service sends it."""
    shape = operation_model(operation).output_shape
    return {} if shape is None else _filled_structure(shape, body)


def matches(shape_name: str, value: str) -> bool:
    """Whether a string satisfies the pattern of a named shape."""
    pattern = MODEL.shape_for(shape_name).metadata.get("pattern")
    return pattern is None or pattern_of(str(pattern)).fullmatch(value) is not None


@cache
def pattern_of(java: str) -> re.Pattern[str]:
    """A Java regular expression compiled for Python: Unicode categories spelt out, character classes ASCII."""
    spelt = re.sub(r"\\p\{(\w+)\}", lambda found: _category(found.group(1)), java)
    return re.compile(spelt, re.ASCII)


def _errors(shape: Shape, value: object, path: str) -> Iterator[FieldError]:
    if isinstance(shape, StructureShape):
        yield from _structure_errors(shape, _typed(value, dict, path), path)
    elif isinstance(shape, ListShape):
        yield from _list_errors(shape, _typed(value, list, path), path)
    else:
        for code, constraint in _scalar_faults(shape, value, path):
            yield FieldError(path, _TARGET.format(path, constraint), code)


def _structure_errors(shape: StructureShape, value: Body, path: str) -> Iterator[FieldError]:
    for name in shape.required_members:
        if value.get(name) is None:
            at = _join(path, name)
            message = f"Value null at '{at}' failed to satisfy constraint: Member must not be null"
            yield FieldError(at, message, Code.REQUIRED)
    for name, member in shape.members.items():
        if value.get(name) is not None:
            yield from _errors(member, value[name], _join(path, name))


def _list_errors(shape: ListShape, values: list[object], path: str) -> Iterator[FieldError]:
    low, high = shape.metadata.get("min", 0), shape.metadata.get("max", sys.maxsize)
    if len(values) < low:
        constraint = f"Member must have length greater than or equal to {low}"
        yield FieldError(path, _TARGET.format(path, constraint), Code.TOO_FEW)
    if len(values) > high:
        constraint = f"Member must have length less than or equal to {high}"
        yield FieldError(path, _TARGET.format(path, constraint), Code.TOO_MANY)
    for index, value in enumerate(values, start=1):
        if isinstance(shape.member, StructureShape):
            yield from _errors(shape.member, value, f"{path}.{index}.member")
            continue
        # A bad scalar in a list is reported on the list itself, the constraint nested in brackets.
        for code, constraint in _scalar_faults(shape.member, value, path):
            nested = f"Member must satisfy constraint: [{constraint}]"
            yield FieldError(path, _TARGET.format(path, nested), code)


def _scalar_faults(shape: Shape, value: object, path: str) -> Iterator[tuple[Code, str]]:
    if shape.type_name == "timestamp":
        _instant(value, path)
    elif shape.type_name == "integer":
        yield from _number_faults(shape, _typed(value, int, path))
    else:
        yield from _string_faults(shape, _typed(value, str, path))


def _string_faults(shape: Shape, value: str) -> Iterator[tuple[Code, str]]:
    allowed = shape.metadata.get("enum")
    if allowed and value not in allowed:
        yield Code.ENUM, f"Member must satisfy enum value set: [{', '.join(allowed)}]"
    pattern = shape.metadata.get("pattern")
    if pattern and not pattern_of(pattern).fullmatch(value):
        yield Code.FORMAT, f"Member must satisfy regular expression pattern: {pattern}"
    low, high = shape.metadata.get("min", 0), shape.metadata.get("max", sys.maxsize)
    if len(value) < low:
        yield Code.FORMAT, f"Member must have length greater than or equal to {low}"
    if len(value) > high:
        yield Code.FORMAT, f"Member must have length less than or equal to {high}"


def _number_faults(shape: Shape, value: int) -> Iterator[tuple[Code, str]]:
    low, high = shape.metadata.get("min"), shape.metadata.get("max")
    if low is not None and value < low:
        yield Code.RANGE, f"Member must have value greater than or equal to {low}"
    if high is not None and value > high:
        yield Code.RANGE, f"Member must have value less than or equal to {high}"


def _instant(value: object, path: str) -> None:
    try:
        moment(_typed(value, str, path))
    except ValueError as error:
        raise _unreadable(path) from error


def _typed(value: object, kind: type[T], path: str) -> T:
    if not isinstance(value, kind) or (isinstance(value, bool) and kind is int):
        raise _unreadable(path)
    return value


def _unreadable(path: str) -> AwsError:
    return AwsError("SerializationException", f"The value at '{path or 'request'}' has an unexpected JSON type")


def _join(path: str, name: str) -> str:
    return f"{path}.{camel(name)}" if path else camel(name)


def _filled_structure(shape: StructureShape, body: Body) -> Body:
    return {name: _filled(member, body.get(name)) for name, member in shape.members.items()}


def _filled(shape: Shape, value: object) -> object:
    if isinstance(shape, StructureShape) and isinstance(value, dict):
        if shape.metadata.get("union"):
            return {name: _filled(shape.members[name], item) for name, item in value.items()}
        return _filled_structure(shape, value)
    if isinstance(shape, ListShape) and isinstance(value, list):
        return [_filled(shape.member, item) for item in value]
    return value


@cache
def _category(name: str) -> str:
    """The inside of a character class holding every code point of a general category (`L`, `Z`, `N`)."""
    return "".join(f"\\U{low:08x}-\\U{high:08x}" for low, high in _spans()[name])


@cache
def _spans() -> dict[str, list[tuple[int, int]]]:
    spans: dict[str, list[tuple[int, int]]] = {}
    points = range(sys.maxunicode + 1)
    for name, run in groupby(points, key=lambda point: unicodedata.category(chr(point))[0]):
        low, *others = run
        spans.setdefault(name, []).append((low, others[-1] if others else low))
    return spans
