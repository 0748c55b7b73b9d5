"""Running SOQL: pages, locators and child subqueries; knows SQL only as what the compiler returns."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from sandbox.salesforce import ids
from sandbox.salesforce.compiler import Asker, Compiled, compile_query
from sandbox.salesforce.errors import refused
from sandbox.salesforce.faults import Kind
from sandbox.salesforce.org import Locator, Org
from sandbox.salesforce.shapes import API_PATH, Branch, Children, Record
from sandbox.salesforce.soql import parse
from sandbox.salesforce.store import Cell, Store
from sandbox.salesforce.tree import Query

PAGE = 2000
_SMALLEST_PAGE = 200
_LOCATOR_LIFE = timedelta(days=2)
_MAX_LOCATORS = 50
_CHUNK = 500


def run(org: Org, user_id: str, soql: str, *, deleted: bool = False, page_size: int = PAGE) -> Record:
    """The first page of a query's answer; raises SalesforceError."""
    asker = org.asker(user_id)
    query = parse(soql)
    compiled = compile_query(query, asker, deleted=deleted)
    rows = org.store.select(compiled.sql, compiled.params)
    if compiled.branch is None and not compiled.aggregate:
        return {"totalSize": rows[0][0], "done": True, "records": []}
    page = _Pages(org.store, asker, compiled, query).records
    size = min(max(page_size, _SMALLEST_PAGE), PAGE)
    answer: Record = {"totalSize": len(rows), "done": len(rows) <= size}
    if len(rows) > size:
        answer["nextRecordsUrl"] = _open_locator(org, rows, page, size)
    return answer | {"records": page(rows[:size])}


def more(org: Org, locator: str) -> Record:
    """The page a `nextRecordsUrl` names: `01g…-2000` is the rows from 2000 on."""
    record_id, _, rest = locator.partition("-")
    start, _, size_text = rest.partition("-")
    found = org.locators.get(record_id)
    is_expired = found and org.now() - found.opened_at > _LOCATOR_LIFE
    if (
        found is None
        or is_expired
        or not start.isdigit()
        or org.faults.take(Kind.LOCATOR_EXPIRY, f"{API_PATH}/query/{locator}")
    ):
        raise refused("INVALID_QUERY_LOCATOR", "invalid query locator")
    size = int(size_text) if size_text.isdigit() else PAGE
    end = int(start) + size
    answer: Record = {"totalSize": len(found.rows), "done": end >= len(found.rows)}
    if end < len(found.rows):
        answer["nextRecordsUrl"] = _locator_url(record_id, end, size)
    return answer | {"records": found.page(found.rows[int(start) : end])}


def page_size(options: str | None) -> int:
    """The `batchSize` of a Sforce-Query-Options header."""
    _, _, size = (options or "").replace(" ", "").partition("batchSize=")
    return int(size) if size.isdigit() else PAGE


@dataclass(frozen=True)
class _Pages:
    """Turns rows of one compiled query into records, running its subqueries a page at a time."""

    store: Store
    asker: Asker
    compiled: Compiled
    query: Query

    def records(self, rows: Sequence[tuple[Cell, ...]]) -> list[Record]:
        if self.compiled.branch is None:
            return [self._aggregate(row) for row in rows]
        branch = self.compiled.branch
        records = [branch.record(row, self.asker.schema) or {} for row in rows]
        parents = [str(row[branch.id_index]) for row in rows]
        for key, part in branch.parts.items():
            if isinstance(part, Children):
                families = _families(self.store, self.asker, part, parents)
                for record, parent in zip(records, parents, strict=True):
                    record[key] = families.get(parent)
        return records

    def _aggregate(self, row: tuple[Cell, ...]) -> Record:
        record: Record = {"attributes": {"type": "AggregateResult"}}
        return record | {key: leaf.value(row) for key, leaf in self.compiled.aggregate}


def _families(store: Store, asker: Asker, part: Children, parents: Sequence[str]) -> dict[str, Record]:
    """Each parent's children as a sub-answer; a parent without any has none."""
    by_parent: dict[str, list[Record]] = {}
    for at in range(0, len(parents), _CHUNK):
        compiled = compile_query(part.query, asker, parents=(part.field, parents[at : at + _CHUNK]))
        if not isinstance(compiled.branch, Branch):
            raise refused("MALFORMED_QUERY", "aggregate functions are not supported in a child subquery")
        rows = store.select(compiled.sql, compiled.params)
        children = _Pages(store, asker, compiled, part.query).records(rows)
        for row, child in zip(rows, children, strict=True):
            by_parent.setdefault(str(row[0]), []).append(child)
    first = part.query.offset
    last = None if part.query.limit is None else first + part.query.limit
    cut = {parent: children[first:last] for parent, children in by_parent.items()}
    return {
        parent: {"totalSize": len(children), "done": True, "records": children}
        for parent, children in cut.items()
        if children
    }


def _open_locator(
    org: Org, rows: list[tuple[Cell, ...]], page: Callable[[list[tuple[Cell, ...]]], list[Record]], size: int
) -> str:
    record_id = ids.record_id("01g", org.next_number("01g"))
    org.locators[record_id] = Locator(org.now(), rows, page)
    for old in list(org.locators)[:-_MAX_LOCATORS]:
        org.locators.pop(old, None)
    return _locator_url(record_id, size, size)


def _locator_url(record_id: str, start: int, size: int) -> str:
    # Salesforce keeps the page size with the cursor; here the cursor's name carries an unusual one.
    return f"{API_PATH}/query/{record_id}-{start}" + ("" if size == PAGE else f"-{size}")
