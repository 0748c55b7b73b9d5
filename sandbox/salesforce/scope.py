"""Names in a query to columns: follows relationship paths as left joins; knows the schema, no rows."""

from dataclasses import dataclass, field

from sandbox.salesforce.errors import invalid_type, no_such_column, refused
from sandbox.salesforce.schema import Field, Schema, SObject

_MAX_DEPTH = 5


@dataclass(frozen=True)
class Reached:
    """A table in the FROM clause and the object it holds."""

    alias: str
    sobject: SObject

    def column(self, name: str) -> str:
        """SQL for one of its columns."""
        return f'{self.alias}."{name}"'


@dataclass
class Scope:
    """One query's FROM clause, growing as paths are resolved."""

    schema: Schema
    root: Reached
    name: str | None = None
    _joins: dict[tuple[str, ...], Reached] = field(default_factory=dict)
    _clauses: list[str] = field(default_factory=list)

    def column(self, steps: tuple[str, ...]) -> tuple[str, Field, Reached]:
        """SQL, field and table of a path; raises INVALID_FIELD as Salesforce words it."""
        path = self.local(steps)
        table = self.relation(path[:-1])
        found = table.sobject.field(path[-1])
        if found is None:
            raise no_such_column(path[-1], table.sobject.name)
        return table.column(found.name), found, table

    def local(self, steps: tuple[str, ...]) -> tuple[str, ...]:
        """The path without a leading alias or object name."""
        own = {self.root.sobject.name.lower(), (self.name or "").lower()}
        return steps[1:] if len(steps) > 1 and steps[0].lower() in own else steps

    def relation(self, steps: tuple[str, ...]) -> Reached:
        """The table a chain of relationships ends in."""
        if len(steps) > _MAX_DEPTH:
            raise refused("INVALID_FIELD", "SOQL statements cannot traverse more than 5 relationships")
        table = self.root
        for depth, step in enumerate(steps, start=1):
            key = tuple(each.lower() for each in steps[:depth])
            table = self._joins.get(key) or self._join(key, table, step)
        return table

    def exact(self, table: Reached, relationship: str, sobject_name: str) -> Reached:
        """One kind of object behind a reference to several, for TYPEOF."""
        target = self.schema.get(sobject_name)
        if target is None:
            raise invalid_type(sobject_name)
        key = (relationship.lower(), f"typeof {target.name}")
        return self._joins.get(key) or self._add(key, table, reference_named(table.sobject, relationship), target)

    @property
    def sql(self) -> str:
        """The FROM clause so far."""
        return " ".join([f'FROM "{self.root.sobject.name}" AS {self.root.alias}', *self._clauses])

    def _join(self, key: tuple[str, ...], table: Reached, relationship: str) -> Reached:
        reference = reference_named(table.sobject, relationship)
        kinds = reference.targets
        target = self.schema.get(kinds[0] if len(kinds) == 1 else "Name")
        if target is None:
            raise _not_understood(relationship)
        return self._add(key, table, reference, target)

    def _add(self, key: tuple[str, ...], table: Reached, reference: Field, target: SObject) -> Reached:
        joined = Reached(f"{self.root.alias}_{len(self._joins) + 1}", target)
        self._joins[key] = joined
        self._clauses.append(
            f'LEFT JOIN "{target.name}" AS {joined.alias} ON {joined.column("Id")} = {table.column(reference.name)}'
        )
        return joined


def reference_named(sobject: SObject, relationship: str) -> Field:
    """The field behind a relationship name; raises INVALID_FIELD."""
    for each in sobject.fields.values():
        if each.relationship and each.relationship.lower() == relationship.lower():
            return each
    raise _not_understood(relationship)


def _not_understood(relationship: str) -> Exception:
    return refused(
        "INVALID_FIELD",
        f"Didn't understand relationship '{relationship}' in field path. If you are attempting to use a custom "
        "relationship, be sure to append the '__r' after the custom relationship name. Please reference your WSDL or "
        "the describe call for the appropriate names.",
    )
