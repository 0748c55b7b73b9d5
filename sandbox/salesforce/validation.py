"""Incoming JSON fields to cells, or the refusal Salesforce gives; reads the schema, never a row."""

import re
from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from sandbox.salesforce import ids
from sandbox.salesforce.errors import SalesforceError, no_such_column, refused
from sandbox.salesforce.schema import IDS, NUMBERS, Field, Schema, SObject
from sandbox.salesforce.stamps import day, moment, stamp
from sandbox.salesforce.store import Cell, Row

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


def cells_of(sobject: SObject, values: Mapping[str, object], schema: Schema, *, creating: bool) -> Row:
    """The values as columns; raises SalesforceError for the first that does not fit."""
    row: Row = {}
    for name, value in values.items():
        if name == "attributes":
            continue
        field = sobject.field(name)
        if field is None:
            raise no_such_column(name, sobject.name, writing=True)
        if not field["createable" if creating else "updateable"]:
            raise _read_only(field)
        row[field.name] = _cell(field, value, schema)
    missing = [
        field.name
        for field in sobject.fields.values()
        if (field.is_required and row.get(field.name) is None and (creating or field.name in row))
    ]
    if missing:
        raise refused(
            "REQUIRED_FIELD_MISSING", f"Required fields are missing: [{', '.join(sorted(missing))}]", sorted(missing)
        )
    return row


def _cell(field: Field, value: object, schema: Schema) -> Cell:
    if field.type == "boolean":
        return _boolean(field, value)
    if value is None or value == "":
        return None
    if field.type in NUMBERS:
        return _number(field, value)
    if not isinstance(value, str):
        raise _wrong_type(field, value)
    if field.type in IDS:
        return _id(field, value, schema)
    if field.type in {"date", "datetime"}:
        return _time(field, value)
    return _text(field, value)


def _boolean(field: Field, value: object) -> int:
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, str) and value.lower() in {"true", "false"}:
        return int(value.lower() == "true")
    raise _wrong_type(field, value)


def _number(field: Field, value: object) -> float | int:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise _wrong_type(field, value)
    try:
        number = Decimal(str(value))
    except InvalidOperation as bad:
        raise _wrong_type(field, value) from bad
    whole_digits = field["digits"] if field.type == "int" else field["precision"] - field["scale"]
    if not number.is_finite() or abs(number) >= Decimal(10) ** whole_digits:
        raise refused(
            "NUMBER_OUTSIDE_VALID_RANGE",
            f"{field['label']}: value outside of valid range on numeric field: {value}",
            [field.name],
        )
    if field.type == "int":
        return int(number)
    return float(number.quantize(Decimal(1).scaleb(-field["scale"]), ROUND_HALF_UP))


def _id(field: Field, value: str, schema: Schema) -> str:
    full = ids.normalise(value)
    target = schema.of_id(full) if full else None
    if full is None or target is None or target.name not in field.targets:
        raise refused("MALFORMED_ID", f"{field['label']}: id value of incorrect type: {value}", [field.name])
    return full


def _time(field: Field, value: str) -> str:
    try:
        if field.type == "date":
            return day(value[:10]).isoformat()
        return stamp(moment(value))
    except ValueError as bad:
        raise _wrong_type(field, value) from bad


def _text(field: Field, value: str) -> str:
    if len(value) > field["length"]:
        raise refused(
            "STRING_TOO_LONG",
            f"{field['label']}: data value too large: {value} (max length={field['length']})",
            [field.name],
        )
    if field.type == "email" and not _EMAIL.fullmatch(value):
        raise refused("INVALID_EMAIL_ADDRESS", f"{field['label']}: invalid email address: {value}", [field.name])
    if field["restrictedPicklist"]:
        return _picked(field, value)
    return value


def _picked(field: Field, value: str) -> str:
    for known in field.picklist:
        if known.lower() == value.lower():
            return known
    raise refused(
        "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST",
        f"{field['label']}: bad value for restricted picklist field: {value}",
        [field.name],
    )


def _read_only(field: Field) -> SalesforceError:
    return refused(
        "INVALID_FIELD_FOR_INSERT_UPDATE",
        f"Unable to create/update fields: {field.name}. Please check the security settings of this field and verify "
        "that it is read/write for your profile or permission set.",
        [field.name],
    )


def _wrong_type(field: Field, value: object) -> SalesforceError:
    kinds = {str: "VALUE_STRING", bool: "VALUE_TRUE", int: "VALUE_NUMBER_INT", float: "VALUE_NUMBER_FLOAT"}
    kind = kinds.get(type(value), "START_OBJECT")
    return refused(
        "JSON_PARSER_ERROR",
        f"Cannot deserialize instance of {field.type} from {kind} value {value} or request may be missing a required "
        f"field at field {field.name}",
    )
