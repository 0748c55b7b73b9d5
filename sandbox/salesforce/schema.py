"""Which objects and fields the org has, from recorded describes plus our own; knows no rows and no HTTP."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

DATA = Path(__file__).parents[1] / "data" / "salesforce"
NUMBERS = frozenset({"int", "double", "currency", "percent"})
IDS = frozenset({"id", "reference"})


@dataclass(frozen=True)
class Field:
    """One field: what the code asks of it, and its whole describe for people who ask for that."""

    name: str
    type: str
    describe: Mapping[str, Any]

    def __getitem__(self, prop: str) -> Any:
        return self.describe[prop]

    @property
    def targets(self) -> list[str]:
        """The objects a reference may point at."""
        return list(self.describe["referenceTo"])

    @property
    def relationship(self) -> str | None:
        """The name a query follows the reference by."""
        return self.describe["relationshipName"] or None

    @property
    def picklist(self) -> list[str]:
        """The active values, as the API spells them."""
        return [value["value"] for value in self.describe["picklistValues"] if value["active"]]

    @property
    def is_required(self) -> bool:
        """A create without it is refused."""
        return (
            bool(self["createable"] and not self["nillable"] and not self["defaultedOnCreate"])
            and self.type != "boolean"
        )


@dataclass(frozen=True)
class Child:
    """The many side of a reference, as a parent's subquery names it."""

    relationship: str
    sobject: str
    field: str


@dataclass(frozen=True)
class SObject:
    """One object; `fields` and `children` are keyed by lower-case name because SOQL ignores case."""

    name: str
    prefix: str
    fields: Mapping[str, Field]
    children: Mapping[str, Child]
    describe: Mapping[str, Any]

    def field(self, name: str) -> Field | None:
        """The field of that name in any case."""
        return self.fields.get(name.lower())

    @cached_property
    def names(self) -> list[str]:
        """Field names in describe order."""
        return [field.name for field in self.fields.values()]

    @property
    def has_soft_delete(self) -> bool:
        """Whether deleted rows stay in the recycle bin."""
        return "isdeleted" in self.fields


class Schema:
    """The org's objects by name, by key prefix, and as one restricted by field-level security."""

    def __init__(self, objects: Collection[SObject]) -> None:
        self.objects = {each.name.lower(): each for each in objects}
        self._by_prefix = {each.prefix: each for each in objects if each.prefix}

    def get(self, name: str) -> SObject | None:
        """The object of that name in any case."""
        return self.objects.get(name.lower())

    def of_id(self, record_id: str) -> SObject | None:
        """The object a record id belongs to."""
        return self._by_prefix.get(record_id[:3])

    def without(self, hidden: Collection[tuple[str, str]]) -> "Schema":
        """The same org as a user without access to these (object, field) pairs sees it."""
        return Schema([_hide(each, hidden) for each in self.objects.values()])


def load_schema() -> Schema:
    """The org: recorded describes, extended and completed by ours."""
    defaults = json.loads((DATA / "field_defaults.json").read_text("utf-8"))
    documents = {path.stem: json.loads(path.read_text("utf-8")) for path in sorted((DATA / "recorded").glob("*.json"))}
    for path in sorted((DATA / "ours").glob("*.json")):
        extra = json.loads(path.read_text("utf-8"))
        known = documents.setdefault(path.stem, extra)
        if known is not extra:
            known["fields"] = _merged(known["fields"], extra["fields"])
            known["childRelationships"] += extra["childRelationships"]
    return Schema([*(_sobject(each, defaults) for each in documents.values()), _name_object(defaults)])


def _merged(recorded: list[dict[str, Any]], ours: list[dict[str, Any]]) -> list[dict[str, Any]]:
    by_name = {field["name"]: field for field in recorded}
    return list((by_name | {field["name"]: field for field in ours}).values())


def _sobject(document: dict[str, Any], defaults: dict[str, Any]) -> SObject:
    about = document["object"]
    fields = [_field(each, defaults) for each in document["fields"]]
    children = [
        Child(each["relationshipName"], each["childSObject"], each["field"]) for each in document["childRelationships"]
    ]
    return SObject(
        name=about["name"],
        prefix=about["keyPrefix"],
        fields={field.name.lower(): field for field in fields},
        children={child.relationship.lower(): child for child in children},
        describe={**about, "childRelationships": document["childRelationships"]},
    )


def _field(squeezed: dict[str, Any], defaults: dict[str, Any]) -> Field:
    full = {**defaults["all"], **defaults["by_type"].get(squeezed["type"], {}), **squeezed}
    full["picklistValues"] = [
        value if isinstance(value, dict) else _picklist_value(value) for value in full["picklistValues"]
    ]
    return Field(full["name"], full["type"], dict(sorted(full.items())))


def _picklist_value(value: str) -> dict[str, object]:
    return {"active": True, "defaultValue": False, "label": value, "validFor": None, "value": value}


def _name_object(defaults: dict[str, Any]) -> SObject:
    """What a reference to several kinds of object (Task.What, Event.Owner) shows of any of them."""
    names = ("Id", "Name", "Type", "FirstName", "LastName", "Email", "Phone", "Title")
    fields = [
        _field({"name": name, "label": name, "type": "id" if name == "Id" else "string"}, defaults) for name in names
    ]
    return SObject("Name", "", {field.name.lower(): field for field in fields}, {}, {"queryable": False})


def _hide(sobject: SObject, hidden: Collection[tuple[str, str]]) -> SObject:
    gone = {field.lower() for owner, field in hidden if owner.lower() == sobject.name.lower()}
    if not gone:
        return sobject
    return replace(sobject, fields={key: field for key, field in sobject.fields.items() if key not in gone})
