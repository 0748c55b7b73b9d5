"""Where each selected value goes in the answer: nested objects, attributes, JSON types; knows no SQL."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from sandbox.salesforce.schema import Field, Schema, SObject
from sandbox.salesforce.store import Cell
from sandbox.salesforce.tree import Query

API_PATH = "/services/data/v66.0"
Record: TypeAlias = dict[str, object]


@dataclass(frozen=True)
class Leaf:
    """A column that becomes one JSON value."""

    index: int
    field: Field

    def value(self, row: Sequence[Cell]) -> object:
        """The cell as JSON."""
        return as_json(self.field, row[self.index])


@dataclass(frozen=True)
class Children:
    """A subquery, answered per parent when a page is built."""

    query: Query
    sobject: str
    field: str


@dataclass
class Branch:
    """One object's part of a record; null when the joined row is missing."""

    sobject: SObject
    id_index: int
    parts: dict[str, "Leaf | Branch | Children | Kinds"] = field(default_factory=dict)

    def record(self, row: Sequence[Cell], schema: Schema) -> Record | None:
        """The object as JSON, without its child subqueries."""
        record_id = row[self.id_index]
        if not isinstance(record_id, str):
            return None
        record: Record = {"attributes": attributes(schema, self.sobject.name, record_id)}
        for key, part in self.parts.items():
            match part:
                case Leaf():
                    record[key] = part.value(row)
                case Branch() | Kinds():
                    record[key] = part.record(row, schema)
                case Children():
                    record[key] = None
        return record


@dataclass(frozen=True)
class Kinds:
    """TYPEOF: the branch of the kind the reference really points at."""

    kinds: Mapping[str, Branch]
    otherwise: Branch

    def record(self, row: Sequence[Cell], schema: Schema) -> Record | None:
        """The object as its own branch, or as the ELSE branch, shows it."""
        for branch in self.kinds.values():
            if row[branch.id_index] is not None:
                return branch.record(row, schema)
        return self.otherwise.record(row, schema)


def attributes(schema: Schema, sobject: str, record_id: str) -> Record:
    """The `attributes` of a record; the URL names the real object even where the type is only Name."""
    owner = schema.of_id(record_id)
    return {"type": sobject, "url": f"{API_PATH}/sobjects/{owner.name if owner else sobject}/{record_id}"}


def as_json(field: Field, cell: Cell) -> object:
    """A stored cell as the API gives it."""
    if cell is None:
        return None
    match field.type:
        case "boolean":
            return bool(cell)
        case "int":
            return int(cell)
        case "double" | "currency" | "percent":
            return float(cell)
        case _:
            return cell
