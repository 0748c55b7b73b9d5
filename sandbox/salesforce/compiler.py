"""A parsed query to one SQL statement and the shape of its answer; reads the schema, never a row."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from sandbox.salesforce.conditions import Conditions, Moment, Sql, Term
from sandbox.salesforce.errors import SalesforceError, invalid_type, refused
from sandbox.salesforce.functions import AGGREGATES, PRESENTATIONAL, is_aggregate, term_of, unknown_function
from sandbox.salesforce.schema import Schema, SObject
from sandbox.salesforce.scope import Reached, Scope, reference_named
from sandbox.salesforce.shapes import Branch, Children, Kinds, Leaf
from sandbox.salesforce.store import Cell
from sandbox.salesforce.tree import Call, Column, FieldPath, Ordering, Query, TypeOf

MAX_OFFSET = 2000
_MAX_FIELDS_ROWS = 200


@dataclass(frozen=True)
class Asker:
    """Through whose eyes a query is read: the fields they may see, their time zone, their records."""

    schema: Schema
    moment: Moment
    user_id: str


@dataclass(frozen=True)
class Compiled:
    """A statement, and how its rows become records: a branch, aggregate columns, or nothing for COUNT()."""

    sql: str
    params: tuple[Cell, ...]
    branch: Branch | None = None
    aggregate: tuple[tuple[str, Leaf], ...] = ()


@dataclass
class _Columns:
    """The SELECT list; a column asked for twice is fetched once."""

    texts: list[str] = field(default_factory=list)

    def index(self, text: str) -> int:
        if text not in self.texts:
            self.texts.append(text)
        return self.texts.index(text)


def compile_query(
    query: Query, asker: Asker, *, deleted: bool = False, parents: tuple[str, Sequence[str]] | None = None
) -> Compiled:
    """The statement for a query; `parents` restricts a child subquery and adds the parent's id as column 0."""
    sobject = asker.schema.get(query.source)
    if sobject is None or sobject.describe.get("queryable") is False:
        raise invalid_type(query.source)
    scope = Scope(asker.schema, Reached("t", sobject), query.alias)
    columns = _Columns()
    if parents:
        columns.index(scope.root.column(parents[0]))
    if _is_bare_count(query):
        return _counted(query, asker, scope, deleted=deleted)
    if is_aggregate(query):
        aggregate = tuple(_aggregate_columns(query, scope, columns))
        clauses = _clauses(query, asker, scope, deleted=deleted, parents=parents)
        return Compiled(_statement(columns, scope, clauses), clauses.params, aggregate=aggregate)
    branch = _Selection(scope, columns).branch(query)
    clauses = _clauses(query, asker, scope, deleted=deleted, parents=parents)
    return Compiled(_statement(columns, scope, clauses), clauses.params, branch=branch)


def _statement(columns: _Columns, scope: Scope, clauses: Sql) -> str:
    return f"SELECT {', '.join(columns.texts)} {scope.sql} {clauses.text}"


def _is_bare_count(query: Query) -> bool:
    return query.selections == (Column(Call("COUNT", None), None),)


def _counted(query: Query, asker: Asker, scope: Scope, *, deleted: bool) -> Compiled:
    clauses = _clauses(query, asker, scope, deleted=deleted)
    return Compiled(f"SELECT COUNT(*) FROM (SELECT 1 {scope.sql} {clauses.text})", clauses.params)  # noqa: S608


def _clauses(
    query: Query, asker: Asker, scope: Scope, *, deleted: bool, parents: tuple[str, Sequence[str]] | None = None
) -> Sql:
    """WHERE to OFFSET; compiled after the selection so that joins share aliases."""
    conditions = Conditions(
        asker.moment, lambda expression: term_of(expression, scope), lambda inner: _semi_join(inner, asker, scope)
    )
    wheres = _implied(query, asker, scope, deleted=deleted, parents=parents)
    if query.where:
        wheres.append(conditions.sql(query.where))
    text = " WHERE " + " AND ".join(part.text for part in wheres) if wheres else ""
    params = [param for part in wheres for param in part.params]
    if query.group:
        text += " GROUP BY " + ", ".join(_groupable(term_of(each, scope)) for each in query.group)
    if query.having:
        having = conditions.sql(query.having)
        text += f" HAVING {having.text}"
        params += having.params
    if query.order:
        text += " ORDER BY " + ", ".join(_ordered(each, scope) for each in query.order)
    limits = _limits(query) if parents is None else Sql("")
    return Sql(text + limits.text, (*params, *limits.params))


def _implied(
    query: Query, asker: Asker, scope: Scope, *, deleted: bool, parents: tuple[str, Sequence[str]] | None
) -> list[Sql]:
    root = scope.root
    wheres = []
    if parents:
        name, parent_ids = parents
        wheres.append(Sql(f"{root.column(name)} IN ({', '.join('?' for _ in parent_ids)})", tuple(parent_ids)))
    if root.sobject.has_soft_delete and not (deleted or query.all_rows):
        wheres.append(Sql(f"{root.column('IsDeleted')} = 0"))
    if query.scope == "mine":
        wheres.append(Sql(f"{root.column('OwnerId')} = ?", (asker.user_id,)))
    return wheres


def _semi_join(query: Query, asker: Asker, outer: Scope) -> Sql:
    sobject = asker.schema.get(query.source)
    if sobject is None:
        raise invalid_type(query.source)
    scope = Scope(asker.schema, Reached(f"{outer.root.alias}s", sobject), query.alias)
    match query.selections:
        case (Column(FieldPath(steps), _),):
            column = scope.column(steps)[0]
        case _:
            raise refused("MALFORMED_QUERY", "The inner select may select exactly one field")
    clauses = _clauses(query, asker, scope, deleted=False)
    # Without the outer test one null inside would make every NOT IN false.
    text = f"SELECT it FROM (SELECT {column} AS it {scope.sql} {clauses.text}) WHERE it IS NOT NULL"  # noqa: S608
    return Sql(text, clauses.params)


def _groupable(term: Term) -> str:
    if not term.field["groupable"]:
        raise refused("MALFORMED_QUERY", f"field '{term.field.name}' can not be grouped in a query call")
    return term.sql


def _ordered(ordering: Ordering, scope: Scope) -> str:
    term = term_of(ordering.expression, scope)
    if not term.field["sortable"]:
        raise refused("MALFORMED_QUERY", f"field '{term.field.name}' can not be sorted in a query call")
    direction = "DESC" if ordering.descending else "ASC"
    return f"{term.sql} {direction} NULLS {'LAST' if ordering.nulls_last else 'FIRST'}"


def _limits(query: Query) -> Sql:
    if query.offset > MAX_OFFSET:
        raise refused("NUMBER_OUTSIDE_VALID_RANGE", f"Maximum SOQL offset allowed is {MAX_OFFSET}")
    if query.limit is None and not query.offset:
        return Sql("")
    return Sql(" LIMIT ? OFFSET ?", (-1 if query.limit is None else query.limit, query.offset))


def _aggregate_columns(query: Query, scope: Scope, columns: _Columns) -> list[tuple[str, Leaf]]:
    grouped = {term_of(each, scope).sql for each in query.group}
    leaves: list[tuple[str, Leaf]] = []
    unnamed = 0
    for selection in query.selections:
        if not isinstance(selection, Column):
            raise refused("MALFORMED_QUERY", "Grouped query cannot use child relationships in the SELECT list")
        term = term_of(selection.expression, scope)
        name = selection.alias or term.field.name
        if isinstance(selection.expression, Call) and not selection.alias:
            name, unnamed = f"expr{unnamed}", unnamed + 1
        elif not _is_aggregate_call(selection) and term.sql not in grouped:
            raise refused("MALFORMED_QUERY", f"Field must be grouped or aggregated: {term.field.name}")
        leaves.append((name, Leaf(columns.index(term.sql), term.field)))
    return leaves


def _is_aggregate_call(selection: Column) -> bool:
    return isinstance(selection.expression, Call) and selection.expression.name in AGGREGATES


@dataclass(frozen=True)
class _Selection:
    """Builds the record's shape while it collects the columns the shape needs."""

    scope: Scope
    columns: _Columns

    def branch(self, query: Query) -> Branch:
        root = self._branch(self.scope.root)
        for selection in query.selections:
            match selection:
                case Column(FieldPath(steps), None):
                    self._place(root, steps)
                case Column(FieldPath(), alias):
                    raise refused("MALFORMED_QUERY", f"only aggregate expressions use field aliasing: {alias}")
                case Column(Call() as call, alias):
                    self._call(root, call, alias, query)
                case TypeOf():
                    self._type_of(root, selection)
                case Query():
                    self._children(root, selection)
        return root

    def _branch(self, table: Reached) -> Branch:
        return Branch(table.sobject, self.columns.index(table.column("Id")))

    def _place(self, root: Branch, steps: tuple[str, ...], key: str | None = None) -> None:
        path = self.scope.local(steps)
        branch = root
        for depth, step in enumerate(path[:-1], start=1):
            name = reference_named(branch.sobject, step).relationship or step
            below = branch.parts.setdefault(name, self._branch(self.scope.relation(path[:depth])))
            if not isinstance(below, Branch):
                raise _twice(step)
            branch = below
        sql, found, _ = self.scope.column(path)
        if (key or found.name) in branch.parts:
            raise _twice(found.name)
        branch.parts[key or found.name] = Leaf(self.columns.index(sql), found)

    def _call(self, root: Branch, call: Call, alias: str | None, query: Query) -> None:
        if call.name == "FIELDS" and call.argument:
            if (
                call.argument.steps[0].upper() != "STANDARD"
                and (query.limit or _MAX_FIELDS_ROWS + 1) > _MAX_FIELDS_ROWS
            ):
                raise refused("MALFORMED_QUERY", "The SOQL FIELDS function must have a LIMIT of at most 200")
            for name in _fields(root.sobject, call.argument.steps[0].upper()):
                root.parts.pop(name, None)
                self._place(root, (name,))
        elif call.name in PRESENTATIONAL and call.argument:
            self._place(root, call.argument.steps, alias)
        else:
            raise unknown_function(call)

    def _type_of(self, root: Branch, selection: TypeOf) -> None:
        reference = reference_named(root.sobject, selection.relationship)
        kinds = {}
        for name, paths in selection.branches:
            table = self.scope.exact(self.scope.root, selection.relationship, name)
            kinds[name] = self._flat(table, paths)
        otherwise = self._flat(self.scope.relation((selection.relationship,)), selection.otherwise)
        root.parts[reference.relationship or selection.relationship] = Kinds(kinds, otherwise)

    def _flat(self, table: Reached, paths: tuple[FieldPath, ...]) -> Branch:
        inner = Scope(self.scope.schema, table)
        branch = self._branch(table)
        for path in paths:
            sql, found, _ = inner.column(path.steps[-1:])
            branch.parts[found.name] = Leaf(self.columns.index(sql), found)
        return branch

    def _children(self, root: Branch, query: Query) -> None:
        child = root.sobject.children.get(query.source.lower())
        if child is None:
            raise refused(
                "INVALID_TYPE",
                f"Didn't understand relationship '{query.source}' in FROM part of query call. If you are attempting to "
                "use a custom relationship, be sure to append the '__r' after the custom relationship name. Please "
                "reference your WSDL or the describe call for the appropriate names.",
            )
        root.parts[child.relationship] = Children(replace(query, source=child.sobject), child.sobject, child.field)


def _fields(sobject: SObject, which: str) -> list[str]:
    if which not in {"ALL", "STANDARD", "CUSTOM"}:
        raise refused("MALFORMED_QUERY", f"Invalid FIELDS argument: {which}")
    return [name for name in sobject.names if which == "ALL" or name.endswith("__c") == (which == "CUSTOM")]


def _twice(name: str) -> SalesforceError:
    return refused("MALFORMED_QUERY", f"duplicate field selected: {name}")
