"""Creating, reading, changing and deleting one record, stamped by the server's clock; knows no HTTP."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from sandbox.salesforce import effects, ids
from sandbox.salesforce.errors import SalesforceError, no_such_column, not_found, refused
from sandbox.salesforce.faults import Kind
from sandbox.salesforce.org import Org
from sandbox.salesforce.schema import IDS, Field, SObject
from sandbox.salesforce.shapes import API_PATH, Record, as_json, attributes
from sandbox.salesforce.stamps import stamp
from sandbox.salesforce.store import Cell, Row
from sandbox.salesforce.validation import cells_of


class SeveralMatchError(Exception):
    """An external id that more than one record carries."""

    def __init__(self, urls: list[str]) -> None:
        super().__init__(f"{len(urls)} records match")
        self.urls = urls


def create(org: Org, user_id: str, name: str, values: Mapping[str, object]) -> str:
    """Insert a record and give its id; raises SalesforceError."""
    sobject = _allowing(org, name, "createable", "inserted")
    _lock_row(org, sobject, "new")
    given = cells_of(sobject, values, org.schema, creating=True)
    with org.store.transaction():
        _check_references(org, sobject, given)
        now = stamp(org.now())
        row: Row = {
            **dict.fromkeys(org.schema.objects[sobject.name.lower()].names),
            **_booleans(sobject),
            **given,
            **_marks("Created", user_id, now),
            **_marks("LastModified", user_id, now),
            "SystemModstamp": now,
            "Id": org.next_id(sobject),
        }
        if "OwnerId" in row:
            row["OwnerId"] = row["OwnerId"] or user_id
        row = _known(org, sobject, effects.complete(org, sobject.name, row, None, given))
        _check_unique(org, sobject, row)
        org.store.insert(sobject.name, [row], list(row))
        effects.follow_up(org, sobject.name, row, None)
    return str(row["Id"])


def update(
    org: Org, user_id: str, name: str, record_id: str, values: Mapping[str, object], *, at: datetime | None = None
) -> None:
    """Change a record; every save moves its stamps, even one that changes nothing. Raises SalesforceError."""
    sobject = _allowing(org, name, "updateable", "updated")
    _lock_row(org, sobject, record_id)
    given = cells_of(sobject, values, org.schema, creating=False)
    with org.store.transaction():
        before = live_row(org, sobject, record_id)
        _check_references(org, sobject, given)
        now = stamp(at or org.now())
        row = before | given | _marks("LastModified", user_id, now) | {"SystemModstamp": now}
        row = _known(org, sobject, effects.complete(org, sobject.name, row, before, given))
        _check_unique(org, sobject, row)
        org.store.update(sobject.name, str(before["Id"]), row)
        effects.follow_up(org, sobject.name, row, before)


def upsert(org: Org, user_id: str, name: str, key: str, value: str, values: Mapping[str, object]) -> tuple[str, bool]:
    """Update the record that carries the external id, or create it: (id, whether created)."""
    sobject = sobject_named(org, name)
    field = external_field(sobject, key)
    if field.name != "Id" and any(each.lower() == field.name.lower() for each in values):
        raise refused("INVALID_FIELD", f"The {field.name} field should not be specified in the sobject data.")
    if field.name == "Id":
        update(org, user_id, name, value, values)
        return str(live_row(org, sobject, value)["Id"]), False
    with org.store.transaction():
        found = _matching(org, sobject, field, value)
        if not found:
            return create(org, user_id, name, {**values, field.name: value}), True
        record_id = str(found[0]["Id"])
        update(org, user_id, name, record_id, values)
        return record_id, False


def delete(org: Org, user_id: str, name: str, record_id: str) -> None:
    """Put a record into the recycle bin."""
    sobject = _allowing(org, name, "deletable", "deleted")
    _lock_row(org, sobject, record_id)
    with org.store.transaction():
        row = live_row(org, sobject, record_id)
        now = stamp(org.now())
        marks = {"IsDeleted": 1, "SystemModstamp": now, **_marks("LastModified", user_id, now)}
        org.store.update(sobject.name, str(row["Id"]), {name: marks[name] for name in marks if name in row})


def read(org: Org, name: str, record_id: str, fields: Iterable[str] = ()) -> Record:
    """A record as JSON, whole or the named fields."""
    sobject = sobject_named(org, name)
    row = live_row(org, sobject, record_id)
    return as_record(org, sobject, row, fields)


def find_external(org: Org, name: str, key: str, value: str) -> Record:
    """The record that carries an external id; raises SeveralMatchError, or SalesforceError when there is none."""
    sobject = sobject_named(org, name)
    field = external_field(sobject, key)
    if field.name == "Id":
        return read(org, name, value)
    found = _matching(org, sobject, field, value)
    if not found:
        raise not_found()
    return as_record(org, sobject, found[0])


def as_record(org: Org, sobject: SObject, row: Row, fields: Iterable[str] = ()) -> Record:
    """A row as JSON."""
    chosen = [_visible(sobject, name) for name in fields] or list(sobject.fields.values())
    record: Record = {"attributes": attributes(org.schema, sobject.name, str(row["Id"]))}
    record |= {field.name: as_json(field, row[field.name]) for field in chosen}
    return record | {"Id": row["Id"]}


def sobject_named(org: Org, name: str) -> SObject:
    """The object as the user sees it; raises a 404."""
    sobject = org.visible_schema().get(name)
    if sobject is None or not sobject.prefix:
        raise not_found()
    return sobject


def live_row(org: Org, sobject: SObject, record_id: str) -> Row:
    """The row of an id that is there and not deleted."""
    full = ids.normalise(record_id)
    row = org.store.get(sobject.name, full) if full else None
    if row is None:
        raise not_found()
    if row.get("IsDeleted"):
        raise SalesforceError(404, "ENTITY_IS_DELETED", "entity is deleted", [])
    return row


def external_field(sobject: SObject, key: str) -> Field:
    """The field an upsert may go by: an external id, or one Salesforce looks records up by."""
    field = sobject.field(key)
    if field is None or not (field["externalId"] or field["idLookup"]):
        raise not_found(f"Provided external ID field does not exist or is not accessible: {key}")
    return field


def _matching(org: Org, sobject: SObject, field: Field, value: str) -> list[Row]:
    found = [row for row in org.store.find(sobject.name, field.name, value) if not row.get("IsDeleted")]
    if len(found) > 1:
        raise SeveralMatchError([f"{API_PATH}/sobjects/{sobject.name}/{row['Id']}" for row in found])
    return found


def _visible(sobject: SObject, name: str) -> Field:
    field = sobject.field(name.strip())
    if field is None:
        raise no_such_column(name.strip(), sobject.name)
    return field


def _allowing(org: Org, name: str, operation: str, done: str) -> SObject:
    sobject = sobject_named(org, name)
    if not sobject.describe[operation]:
        raise refused(
            "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", f"entity type cannot be {done}: {sobject.describe['label']}", []
        )
    return sobject


def _lock_row(org: Org, sobject: SObject, record_id: str) -> None:
    if org.faults.take(Kind.LOCK_ROW, f"{API_PATH}/sobjects/{sobject.name}/{record_id}"):
        raise refused(
            "UNABLE_TO_LOCK_ROW", f"unable to obtain exclusive access to this record or 1 records: {record_id}", []
        )


def _check_references(org: Org, sobject: SObject, given: Row) -> None:
    for name, cell in given.items():
        field = sobject.field(name)
        if cell is None or field is None or field.type not in IDS:
            continue
        target = org.schema.of_id(str(cell))
        row = org.store.get(target.name, str(cell)) if target else None
        if row is None or row.get("IsDeleted"):
            raise refused("INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id", [])


def _check_unique(org: Org, sobject: SObject, row: Row) -> None:
    for field in sobject.fields.values():
        if not field["unique"] or row.get(field.name) is None:
            continue
        for other in org.store.find(sobject.name, field.name, row[field.name]):
            if other["Id"] != row["Id"] and not other.get("IsDeleted"):
                message = f"duplicate value found: {field.name} duplicates value on record with id: {other['Id']}"
                raise refused("DUPLICATE_VALUE", message, [])


def _booleans(sobject: SObject) -> dict[str, Cell]:
    return {
        field.name: int(bool(field["defaultValue"])) for field in sobject.fields.values() if field.type == "boolean"
    }


def _marks(verb: str, user_id: str, now: str) -> dict[str, Cell]:
    return {f"{verb}Date": now, f"{verb}ById": user_id}


def _known(org: Org, sobject: SObject, row: Row) -> Row:
    """The row without stamps the object has no column for (a history row is never modified)."""
    return {name: row.get(name) for name in org.schema.objects[sobject.name.lower()].names}
