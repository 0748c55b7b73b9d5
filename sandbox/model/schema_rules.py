"""What the real API refuses in a schema it must decode under; knows no request and makes no instance.

The lists follow what SDK 2.12 takes out of schemas before sending them (`anthropic.lib._parse._transform`). `pattern`
is refused too: the real API accepts simple ones, but the SDK turns it into a hint and the sandbox cannot write for it.
"""

from collections.abc import Iterator
from typing import Any

from sandbox.model.instances import Unsatisfiable, resolve
from sandbox.model.wire import JsonObject

_UNSUPPORTED = {
    "integer": ("exclusiveMaximum", "exclusiveMinimum", "maximum", "minimum", "multipleOf"),
    "number": ("exclusiveMaximum", "exclusiveMinimum", "maximum", "minimum", "multipleOf"),
    "string": ("maxLength", "minLength", "pattern"),
    "array": ("contains", "maxItems", "prefixItems", "uniqueItems"),
    "object": ("maxProperties", "minProperties", "patternProperties", "propertyNames"),
}
_UNSUPPORTED_ANYWHERE = ("not", "if", "then", "else", "oneOf", "dependentRequired", "dependentSchemas")
_FORMATS = ("date-time", "time", "date", "duration", "email", "hostname", "uri", "ipv4", "ipv6", "uuid")


def objections(schema: JsonObject) -> Iterator[str]:
    """Every reason the real API would refuse to decode under this schema."""
    for part in _parts(schema):
        yield from _objections_to(part)
    yield from _reference_objections(schema, schema, ())


def _objections_to(part: JsonObject) -> Iterator[str]:
    kind = part.get("type")
    kinds: list[str] = kind if isinstance(kind, list) else [kind or ""]
    yield from (f"'{word}' is not supported" for word in _UNSUPPORTED_ANYWHERE if word in part)
    for name in kinds:
        found = [word for word in _UNSUPPORTED.get(name, ()) if word in part]
        if found:
            yield f"For '{name}' type, properties {', '.join(found)} are not supported"
    if "object" in kinds and part.get("additionalProperties") is not False:
        yield "For 'object' type, 'additionalProperties' must be explicitly set to false"
    if part.get("minItems", 0) > 1:
        yield "For 'array' type, 'minItems' values other than 0 or 1 are not supported"
    if "format" in part and part["format"] not in _FORMATS:
        yield f"String format '{part['format']}' is not supported"


def _reference_objections(part: JsonObject, root: JsonObject, open_refs: tuple[str, ...]) -> Iterator[str]:
    ref = part.get("$ref")
    if ref is None:
        for child in _children(part):
            yield from _reference_objections(child, root, open_refs)
        return
    if ref in open_refs:
        yield f"Recursive schemas are not supported: '{ref}'"
        return
    try:
        target = resolve(root, ref)
    except Unsatisfiable as unresolved:
        yield f"'$ref': {unresolved}"
        return
    yield from _reference_objections(target, root, (*open_refs, ref))


def _parts(schema: JsonObject) -> Iterator[JsonObject]:
    yield schema
    for child in _children(schema):
        yield from _parts(child)
    for word in ("$defs", "definitions"):
        for child in _schemas_in(schema.get(word, {}).values()):
            yield from _parts(child)


def _children(schema: JsonObject) -> Iterator[JsonObject]:
    yield from _schemas_in(schema.get("properties", {}).values())
    yield from _schemas_in([schema.get("items")])
    for word in ("anyOf", "allOf", "oneOf"):
        yield from _schemas_in(schema.get(word, []))


def _schemas_in(candidates: Any) -> Iterator[JsonObject]:
    return (candidate for candidate in candidates if isinstance(candidate, dict))
