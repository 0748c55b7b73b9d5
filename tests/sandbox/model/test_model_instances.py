"""Instances are valid under the schemas they were made for, whatever the schemas are."""

from typing import Any

import jsonschema
import pytest
from anthropic import transform_schema
from hypothesis import given
from hypothesis import strategies as st

from sandbox.model.instances import Unsatisfiable, instance_of
from sandbox.model.schema_rules import objections

Schema = dict[str, Any]
NAMES = st.text("abcdefgh_", min_size=1, max_size=6)


@st.composite
def strings(draw: st.DrawFn) -> Schema:
    least = draw(st.integers(0, 60))
    return {"type": "string", "minLength": least, "maxLength": draw(st.integers(least, 80))}


@st.composite
def numbers(draw: st.DrawFn) -> Schema:
    low = draw(st.integers(-1000, 1000))
    high = draw(st.integers(low + 2, low + 5000))
    lower = draw(st.sampled_from(["minimum", "exclusiveMinimum"]))
    upper = draw(st.sampled_from(["maximum", "exclusiveMaximum"]))
    limits = draw(st.sampled_from([{}, {lower: low}, {upper: high}, {lower: low, upper: high}]))
    return {"type": draw(st.sampled_from(["integer", "number"])), **limits}


@st.composite
def arrays(draw: st.DrawFn, items: st.SearchStrategy[Schema]) -> Schema:
    least = draw(st.integers(0, 3))
    return {
        "type": "array",
        "items": draw(items),
        "minItems": least,
        "maxItems": draw(st.integers(least, 4)),
    }


@st.composite
def objects(draw: st.DrawFn, parts: st.SearchStrategy[Schema]) -> Schema:
    properties = draw(st.dictionaries(NAMES, parts, max_size=4))
    required = draw(st.lists(st.sampled_from(sorted(properties)), unique=True)) if properties else []
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


LEAVES = st.one_of(
    strings(),
    numbers(),
    st.just({"type": "boolean"}),
    st.just({"type": "null"}),
    st.just({"type": ["string", "null"]}),
    st.just({"$ref": "#/$defs/shared"}),
    st.sampled_from(["date-time", "date", "email", "uuid", "ipv4"]).map(
        lambda name: {"type": "string", "format": name}
    ),
    st.lists(st.one_of(NAMES, st.integers(), st.booleans(), st.none()), min_size=1, max_size=4).map(
        lambda values: {"enum": values}
    ),
    st.one_of(NAMES, st.integers(), st.none()).map(lambda value: {"const": value}),
    st.integers(1, 20).map(lambda step: {"type": "integer", "multipleOf": step}),
)
SCHEMAS = st.recursive(
    LEAVES,
    lambda parts: st.one_of(
        arrays(parts),
        objects(parts),
        st.lists(parts, min_size=1, max_size=3).map(lambda branches: {"anyOf": branches}),
    ),
    max_leaves=12,
)
SHARED = {
    "type": "object",
    "properties": {"fact_id": {"type": "integer"}},
    "required": ["fact_id"],
    "additionalProperties": False,
}


@given(SCHEMAS)
def test_every_instance_is_valid(schema: Schema) -> None:
    whole = {**schema, "$defs": {"shared": SHARED}}

    instance = instance_of(whole)

    jsonschema.Draft202012Validator(whole, format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER).validate(
        instance
    )


@pytest.mark.parametrize(
    "schema",
    [
        {"allOf": [{"type": "object", "properties": {"a": {"type": "null"}}}, {"required": ["a"]}]},
        {"type": "string", "enum": [1, True, "one"]},
        {"type": "array", "items": {"enum": ["a", "b", "c"]}, "minItems": 3, "uniqueItems": True},
        {"type": "array", "items": {"type": "number"}, "minItems": 3, "uniqueItems": True},
        {"type": "array", "items": {"type": "string"}, "minItems": 3, "uniqueItems": True},
        {"type": "array", "prefixItems": [{"const": 1}, {"const": "two"}], "items": False},
        {"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 0.5},
        {"type": "integer", "multipleOf": 7, "minimum": 30, "maximum": 40},
        {"type": "integer", "multipleOf": 7, "maximum": -3},
        {"properties": {"a": {"type": "integer"}}, "required": ["a", "unlisted"]},
        {"items": {"type": "boolean"}},
        {"anyOf": [{"enum": ["a"], "type": "integer"}, {"type": "null"}]},
        {"type": "object", "properties": {"never": False, "always": True}, "additionalProperties": False},
        {"$ref": "#/definitions/a~1b", "definitions": {"a/b": {"const": 3}}},
        {
            "$ref": "#/$defs/node",
            "$defs": {
                "node": {
                    "type": "object",
                    "properties": {
                        "next": {"anyOf": [{"$ref": "#/$defs/node"}, {"type": "null"}]},
                        "children": {"type": "array", "items": {"$ref": "#/$defs/node"}},
                        "parent": {"$ref": "#/$defs/node"},
                    },
                    "required": ["next", "children"],
                    "additionalProperties": False,
                }
            },
        },
    ],
)
def test_corners_are_filled(schema: Schema) -> None:
    instance = instance_of(schema)

    jsonschema.Draft202012Validator(schema).validate(instance)


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "integer", "minimum": 5, "maximum": 4},
        {"type": "integer", "exclusiveMinimum": 1, "exclusiveMaximum": 2},
        {"type": "string", "pattern": "^a$"},
        {"type": "string", "enum": [1]},
        {"type": "tuple"},
        {"anyOf": [{"type": "tuple"}]},
        {"type": "array", "items": False, "minItems": 1},
        {"type": "object", "properties": {"a": False}, "required": ["a"]},
        {"$ref": "elsewhere.json"},
        {"$ref": "#/$defs/missing"},
        {"$ref": "#/const", "const": 1},
        {"$ref": "#/$defs/a", "$defs": {"a": {"$ref": "#/$defs/a"}}},
    ],
)
def test_what_cannot_be_filled_is_said(schema: Schema) -> None:
    with pytest.raises(Unsatisfiable):
        instance_of(schema)


def test_strings_say_that_they_come_from_the_scripted_model() -> None:
    instance = instance_of({"type": "object", "properties": {"title": {"type": "string"}}})

    assert instance == {"title": "Scripted model: title"}


def test_what_the_sdk_sends_after_its_own_transformation_is_acceptable() -> None:
    written: Schema = {
        "type": "object",
        "properties": {
            "n": {"type": "integer", "minimum": 1},
            "tags": {"type": "array", "items": {"type": "string"}, "maxItems": 3},
        },
        "required": ["n"],
    }

    assert list(objections(written)) != []
    assert list(objections(transform_schema(written))) == []
