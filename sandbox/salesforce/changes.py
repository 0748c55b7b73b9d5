"""The replication calls: which ids changed or went between two moments; knows no query language."""

from datetime import datetime, timedelta

from sandbox.salesforce.errors import refused
from sandbox.salesforce.org import Org
from sandbox.salesforce.records import sobject_named
from sandbox.salesforce.shapes import Record
from sandbox.salesforce.stamps import moment, stamp

_REACH = timedelta(days=30)
_RECYCLE_BIN = timedelta(days=15)


def updated(org: Org, name: str, start: str, end: str) -> Record:
    """The ids created or changed in [start, end)."""
    sobject = sobject_named(org, name)
    since, until = _window(org, start, end)
    alive = ' AND "IsDeleted" = 0' if sobject.has_soft_delete else ""
    rows = org.store.select(
        f'SELECT "Id" FROM "{sobject.name}" WHERE "SystemModstamp" >= ? AND "SystemModstamp" < ?{alive}'  # noqa: S608 - from the schema
        ' ORDER BY "SystemModstamp", "Id"',
        (stamp(since), stamp(until)),
    )
    return {"ids": [row[0] for row in rows], "latestDateCovered": stamp(_covered(org, until))}


def deleted(org: Org, name: str, start: str, end: str) -> Record:
    """The ids deleted in [start, end), with their times."""
    sobject = sobject_named(org, name)
    since, until = _window(org, start, end)
    rows = org.store.select(
        f'SELECT "Id", "SystemModstamp" FROM "{sobject.name}" WHERE "IsDeleted" = 1'  # noqa: S608 - from the schema
        ' AND "SystemModstamp" >= ? AND "SystemModstamp" < ? ORDER BY "SystemModstamp", "Id"',
        (stamp(since), stamp(until)),
    )
    return {
        "deletedRecords": [{"id": row[0], "deletedDate": row[1]} for row in rows],
        "earliestDateAvailable": stamp(org.now() - _RECYCLE_BIN),
        "latestDateCovered": stamp(_covered(org, until)),
    }


def _window(org: Org, start: str, end: str) -> tuple[datetime, datetime]:
    """Both ends, their seconds dropped as Salesforce drops them."""
    try:
        since, until = (moment(each.replace(" ", "+")).replace(second=0, microsecond=0) for each in (start, end))
    except ValueError as bad:
        raise refused("INVALID_REPLICATION_DATE", f"Invalid date: {start} or {end}") from bad
    if org.now() - since > _REACH:
        raise refused("INVALID_REPLICATION_DATE", "startDate cannot be more than 30 days ago")
    if until <= since:
        raise refused("INVALID_REPLICATION_DATE", "endDate must be at least one minute greater than startDate")
    return since, until


def _covered(org: Org, until: datetime) -> datetime:
    """Before this moment nothing can still appear: a transaction under way holds it back to its start."""
    return min([until, org.now(), *(each.began_at for each in org.held)])
