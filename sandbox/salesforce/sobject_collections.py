"""/composite/sobjects: up to 200 records in one call, each with its own outcome; all or nothing on request."""

from collections.abc import Callable, Mapping, Sequence

from sandbox.salesforce import records
from sandbox.salesforce.errors import SalesforceError, refused
from sandbox.salesforce.org import Org
from sandbox.salesforce.rest import Reply, Request, Route, json_object, route

MAX_RECORDS = 200
_ROLLED_BACK = {
    "statusCode": "ALL_OR_NONE_OPERATION_ROLLED_BACK",
    "message": "Record rolled back because not all records were valid and the request was using AllOrNone header",
    "fields": [],
}


def create_many(org: Org, request: Request) -> Reply:
    """POST: insert records of any objects."""

    def one(record: Mapping[str, object]) -> dict[str, object]:
        values = {name: value for name, value in record.items() if name != "attributes"}
        return {"id": records.create(org, request.user_id, _type_of(record), values)}

    return _many(org, request, one)


def update_many(org: Org, request: Request) -> Reply:
    """PATCH: change records by id."""

    def one(record: Mapping[str, object]) -> dict[str, object]:
        record_id = _id_of(record)
        values = {name: value for name, value in record.items() if name.lower() not in {"attributes", "id"}}
        records.update(org, request.user_id, _type_of(record), record_id, values)
        return {"id": record_id}

    return _many(org, request, one)


def upsert_many(org: Org, request: Request, name: str, key: str) -> Reply:
    """PATCH on an object and its external id field: create or change."""

    def one(record: Mapping[str, object]) -> dict[str, object]:
        carried = [field for field in record if field.lower() == key.lower()]
        values = {field: value for field, value in record.items() if field not in {*carried, "attributes"}}
        if not carried or not record[carried[0]]:
            if key.lower() == "id":
                return {"id": records.create(org, request.user_id, name, values), "created": True}
            raise refused("MISSING_ARGUMENT", f"{key} not specified", [])
        record_id, is_new = records.upsert(org, request.user_id, name, key, str(record[carried[0]]), values)
        return {"id": record_id, "created": is_new}

    return _many(org, request, one)


def delete_many(org: Org, request: Request) -> Reply:
    """DELETE ?ids=…: put records into the recycle bin."""

    def one(record: Mapping[str, object]) -> dict[str, object]:
        record_id = str(record["id"])
        sobject = org.schema.of_id(record_id)
        if sobject is None:
            raise refused("MALFORMED_ID", f"malformed id {record_id}", [])
        records.delete(org, request.user_id, sobject.name, record_id)
        return {"id": record_id}

    listed = [{"id": each} for each in request.params.get("ids", "").split(",") if each]
    return _outcomes(org, listed, one, all_or_none=request.params.get("allOrNone", "").lower() == "true")


ROUTES: list[Route] = [
    route("POST", "composite/sobjects", create_many),
    route("PATCH", "composite/sobjects", update_many),
    route("DELETE", "composite/sobjects", delete_many),
    route("PATCH", "composite/sobjects/{}/{}", upsert_many),
]


def _many(org: Org, request: Request, one: Callable[[Mapping[str, object]], dict[str, object]]) -> Reply:
    body = json_object(request.body)
    listed = body.get("records")
    if not isinstance(listed, list) or not all(isinstance(each, dict) for each in listed):
        raise refused("JSON_PARSER_ERROR", "records must be an array of sObjects")
    return _outcomes(org, listed, one, all_or_none=body.get("allOrNone") is True)


def _outcomes(
    org: Org,
    listed: Sequence[Mapping[str, object]],
    one: Callable[[Mapping[str, object]], dict[str, object]],
    *,
    all_or_none: bool,
) -> Reply:
    if len(listed) > MAX_RECORDS:
        raise refused("EXCEEDED_ID_LIMIT", "record limit reached. cannot submit more than 200 records into this call")
    with org.store.transaction() as under_way:
        outcomes = [_outcome(org, record, one) for record in listed]
        if all_or_none and not all(each["success"] for each in outcomes):
            under_way.undo()
            outcomes = [{"success": False, "errors": each["errors"] or [_ROLLED_BACK]} for each in outcomes]
    return Reply(200, outcomes)


def _outcome(
    org: Org, record: Mapping[str, object], one: Callable[[Mapping[str, object]], dict[str, object]]
) -> dict[str, object]:
    try:
        with org.store.transaction():
            made = one(record)
    except records.SeveralMatchError as several:
        error = refused("DUPLICATE_EXTERNAL_ID", f"{several}", [])
    except SalesforceError as refusal:
        error = refusal
    else:
        created = {"created": made["created"]} if "created" in made else {}
        return {"id": made["id"], "success": True, "errors": [], **created}
    if error.code == "NOT_FOUND":
        error = refused("INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id", [])
    return {"success": False, "errors": [error.save_error]}


def _type_of(record: Mapping[str, object]) -> str:
    about = record.get("attributes")
    if not isinstance(about, dict) or not isinstance(about.get("type"), str):
        raise refused("INVALID_INPUT", "The type attribute is missing", [])
    return str(about["type"])


def _id_of(record: Mapping[str, object]) -> str:
    for name, value in record.items():
        if name.lower() == "id" and isinstance(value, str):
            return value
    raise refused("MISSING_ARGUMENT", "Id not specified in an update call", [])
