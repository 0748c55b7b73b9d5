"""A valid instance of a JSON schema, the same one every time; knows nothing of models, prompts or HTTP.

It needs no validator and searches little: of `anyOf` and `oneOf` it takes the first branch it can fill (so a `oneOf`
whose branches overlap may be matched twice), it never enters a `$ref` from inside itself, and it cannot read `pattern`,
`not`, `if` or `dependentRequired`.
"""

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from sandbox.model.wire import JsonObject

PHRASE = "Scripted model"

_FORMATS = {
    "date-time": "2026-01-{:02d}T09:00:00Z",
    "date": "2026-01-{:02d}",
    "time": "09:00:{:02d}Z",
    "duration": "P{}D",
    "email": "scripted{}@model.example",
    "hostname": "scripted{}.model.example",
    "uri": "https://model.example/scripted/{}",
    "ipv4": "192.0.2.{}",
    "ipv6": "2001:db8::{}",
    "uuid": "00000000-0000-4000-8000-{:012d}",
}
_TYPES_OF_VALUES: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "null": (type(None),),
    "array": (list,),
    "object": (dict,),
}


class Unsatisfiable(ValueError):
    """No instance of this schema was found."""


@dataclass(frozen=True)
class _Place:
    """Where in the schema and in the instance the walk stands."""

    root: JsonObject
    name: str = "answer"
    ordinal: int = 0  # which item of an array: makes items differ
    open_refs: frozenset[str] = frozenset()


def instance_of(schema: JsonObject) -> Any:
    """An instance of `schema`; raises `Unsatisfiable` when it finds none."""
    return _fill(schema, _Place(root=schema))


def _fill(schema: JsonObject | bool, at: _Place) -> Any:
    if schema is False:
        raise Unsatisfiable(f"{at.name}: the schema allows nothing")
    if schema is True:
        return _string({}, at)
    fill = next((fill for keyword, fill in _BY_KEYWORD.items() if keyword in schema), _typed)
    return fill(schema, at)


def _typed(schema: JsonObject, at: _Place) -> Any:
    kind = schema.get("type", _implied_type(schema))
    if isinstance(kind, list):
        return _first(({**schema, "type": each} for each in kind), at)
    if kind not in _BY_TYPE:
        raise Unsatisfiable(f"{at.name}: no such type as {kind!r}")
    return _BY_TYPE[kind](schema, at)


def _implied_type(schema: JsonObject) -> str:
    if "properties" in schema or "required" in schema:
        return "object"
    return "array" if "items" in schema else "string"


def _first(schemas: Iterable[JsonObject], at: _Place) -> Any:
    for schema in schemas:
        try:
            return _fill(schema, at)
        except Unsatisfiable:
            continue
    raise Unsatisfiable(f"{at.name}: no branch can be filled")


def _any_of(schema: JsonObject, at: _Place) -> Any:
    return _first((_merged(schema, [branch], "anyOf") for branch in schema["anyOf"]), at)


def _one_of(schema: JsonObject, at: _Place) -> Any:
    return _first((_merged(schema, [branch], "oneOf") for branch in schema["oneOf"]), at)


def _all_of(schema: JsonObject, at: _Place) -> Any:
    return _fill(_merged(schema, schema["allOf"], "allOf"), at)


def _merged(schema: JsonObject, parts: list[JsonObject], keyword: str) -> JsonObject:
    merged = {key: rule for key, rule in schema.items() if key != keyword}
    for part in parts:
        if not isinstance(part, dict):
            continue
        both = {
            "properties": {**merged.get("properties", {}), **part.get("properties", {})},
            "required": [*merged.get("required", []), *part.get("required", [])],
        }
        merged = {**merged, **part, **{key: rule for key, rule in both.items() if rule}}
    return merged


def _referred(schema: JsonObject, at: _Place) -> Any:
    ref = schema["$ref"]
    if ref in at.open_refs:
        raise Unsatisfiable(f"{at.name}: {ref} contains itself")
    beside = {key: rule for key, rule in schema.items() if key != "$ref"}
    target = resolve(at.root, ref)
    return _fill({**target, **beside}, replace(at, open_refs=at.open_refs | {ref}))


def resolve(root: JsonObject, ref: str) -> JsonObject:
    """The schema a local reference names."""
    target: Any = root
    if not ref.startswith("#"):
        raise Unsatisfiable(f"{ref} points outside the schema")
    for step in ref.removeprefix("#").split("/")[1:]:
        key = step.replace("~1", "/").replace("~0", "~")
        if not isinstance(target, dict) or key not in target:
            raise Unsatisfiable(f"{ref} names nothing")
        target = target[key]
    if not isinstance(target, dict):
        raise Unsatisfiable(f"{ref} is not a schema")
    return target


def _constant(schema: JsonObject, _at: _Place) -> Any:
    return schema["const"]


def _listed(schema: JsonObject, at: _Place) -> Any:
    kinds = schema.get("type", list(_TYPES_OF_VALUES))
    allowed = [kinds] if isinstance(kinds, str) else kinds
    fitting = [value for value in schema["enum"] if any(_is_a(value, kind) for kind in allowed)]
    if not fitting:
        raise Unsatisfiable(f"{at.name}: the enum holds nothing of its type")
    return fitting[at.ordinal % len(fitting)]


def _is_a(value: object, kind: str) -> bool:
    if isinstance(value, bool):
        return kind == "boolean"
    return isinstance(value, _TYPES_OF_VALUES.get(kind, ()))


def _object(schema: JsonObject, at: _Place) -> JsonObject:
    properties, required = schema.get("properties", {}), schema.get("required", [])
    others = schema.get("additionalProperties", True)
    filled: JsonObject = {}
    for name in dict.fromkeys([*properties, *required]):
        try:
            filled[name] = _fill(properties.get(name, others), replace(at, name=name))
        except Unsatisfiable:
            if name in required:
                raise
    return filled


def _array(schema: JsonObject, at: _Place) -> list[Any]:
    leading, rest = schema.get("prefixItems", []), schema.get("items", True)
    least = schema.get("minItems", 0)
    size = min(max(least, len(leading), 1), schema.get("maxItems", math.inf))
    filled: list[Any] = []
    for index in range(int(size)):
        rule = leading[index] if index < len(leading) else rest
        try:
            filled.append(_fill(rule, replace(at, ordinal=index)))
        except Unsatisfiable:
            if index < least:
                raise
            break
    return filled


def _number(schema: JsonObject, at: _Place) -> int | float:
    fitting = (value for value in _candidates(schema, at.ordinal) if _fits(value, schema))
    chosen = next(islice(fitting, at.ordinal if "multipleOf" in schema else 0, None), None)
    if chosen is None:
        raise Unsatisfiable(f"{at.name}: no number fits its limits")
    return chosen


def _candidates(schema: JsonObject, ordinal: int) -> Iterator[int | float]:
    low = max(schema.get("minimum", -math.inf), schema.get("exclusiveMinimum", -math.inf))
    high = min(schema.get("maximum", math.inf), schema.get("exclusiveMaximum", math.inf))
    step = schema.get("multipleOf")
    if step is not None:
        first = math.ceil(max(low, 0 if high >= 0 else high - 3 * step) / step)
        yield from (step * (first + n) for n in range(ordinal + 3))
        return
    yield 1 + ordinal
    if low > -math.inf:
        yield from (math.floor(low) + 1 + ordinal, low + ordinal, math.ceil(low))
    if high < math.inf:
        yield from (math.ceil(high) - 1 - ordinal, high - ordinal, math.floor(high))
    if -math.inf < low <= high < math.inf:
        yield low + (high - low) / (2 + ordinal)


def _fits(value: float, schema: JsonObject) -> bool:
    return (
        (schema["type"] == "number" or isinstance(value, int))
        and value >= schema.get("minimum", -math.inf)
        and value > schema.get("exclusiveMinimum", -math.inf)
        and value <= schema.get("maximum", math.inf)
        and value < schema.get("exclusiveMaximum", math.inf)
    )


def _boolean(_schema: JsonObject, at: _Place) -> bool:
    return at.ordinal % 2 == 1


def _null(_schema: JsonObject, _at: _Place) -> None:
    return None


def _string(schema: JsonObject, at: _Place) -> str:
    if "pattern" in schema:
        raise Unsatisfiable(f"{at.name}: the sandbox cannot write text for a pattern")
    ordinal = at.ordinal + 1
    if schema.get("format") in _FORMATS:
        return _FORMATS[schema["format"]].format(ordinal)
    text = f"{PHRASE}: {at.name}" if ordinal == 1 else f"{PHRASE} {ordinal}: {at.name}"
    most = schema.get("maxLength", len(text) + schema.get("minLength", 0))
    return text.ljust(schema.get("minLength", 0), ".")[:most]


_Filler = Callable[[JsonObject, _Place], Any]
_BY_KEYWORD: dict[str, _Filler] = {
    "$ref": _referred,
    "allOf": _all_of,
    "anyOf": _any_of,
    "oneOf": _one_of,
    "const": _constant,
    "enum": _listed,
}
_BY_TYPE: dict[str, _Filler] = {
    "object": _object,
    "array": _array,
    "integer": _number,
    "number": _number,
    "boolean": _boolean,
    "null": _null,
    "string": _string,
}
