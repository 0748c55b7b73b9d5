"""What saving one record does to its own computed fields and to others; called by `records` inside its transaction."""

from datetime import timedelta

from sandbox.salesforce import ids
from sandbox.salesforce.org import Org
from sandbox.salesforce.stages import HISTORY_FIELDS, computed, history_row, implied_by_stage
from sandbox.salesforce.stamps import day, moment, stamp
from sandbox.salesforce.store import Row

_ACTIVITIES = frozenset({"Task", "Event"})


def complete(org: Org, sobject: str, row: Row, before: Row | None, given: Row) -> Row:
    """The row with defaults and computed fields filled in; `given` is what the caller set."""
    match sobject:
        case "Opportunity":
            return _complete_opportunity(row, before, given)
        case "Contact" | "User":
            name = " ".join(str(part) for part in (row.get("FirstName"), row.get("LastName")) if part)
            return row | {"Name": name}
        case "Task":
            return _complete_task(org, row)
        case "Event":
            return _complete_event(org, row)
        case "Cosell_Motion__c" if before is None:
            return row | {"Name": f"CM-{org.next_number('CM'):05d}"}
        case _:
            return row


def follow_up(org: Org, sobject: str, row: Row, before: Row | None) -> None:
    """The rows of other objects that change with this one."""
    if sobject == "Opportunity" and (before is None or any(row[name] != before[name] for name in HISTORY_FIELDS)):
        history = org.schema.objects["opportunityhistory"]
        entry = history_row(org.next_id(history), row, before)
        org.store.insert(history.name, [entry], list(entry))
    if sobject in _ACTIVITIES and row.get("WhatId") and row.get("ActivityDate"):
        _note_activity(org, str(row["WhatId"]), str(row["ActivityDate"]))


def _complete_opportunity(row: Row, before: Row | None, given: Row) -> Row:
    if before is None or row["StageName"] != before["StageName"]:
        implied = implied_by_stage(str(row["StageName"]))
        row = row | {name: cell for name, cell in implied.items() if name not in given}
        row |= {"LastStageChangeDate": row["SystemModstamp"]}
    return row | computed(row)


def _complete_task(org: Org, row: Row) -> Row:
    row = row | {"Status": row.get("Status") or "Not Started", "Priority": row.get("Priority") or "Normal"}
    is_done = str(row["Status"]).lower() == "completed"
    done_at = (row.get("CompletedDateTime") or row["SystemModstamp"]) if is_done else None
    return row | {
        "IsClosed": int(is_done),
        "IsHighPriority": int(row["Priority"] == "High"),
        "CompletedDateTime": done_at,
        "AccountId": _account_of(org, row.get("WhatId")),
    }


def _complete_event(org: Org, row: Row) -> Row:
    row = row | {"AccountId": _account_of(org, row.get("WhatId"))}
    starts = row.get("StartDateTime") or row.get("ActivityDateTime")
    if not starts:
        return row
    minutes = int(row.get("DurationInMinutes") or 60)
    ends = stamp(moment(str(starts)) + timedelta(minutes=minutes))
    times = {"StartDateTime": starts, "ActivityDateTime": starts, "EndDateTime": row.get("EndDateTime") or ends}
    return row | times | {"ActivityDate": str(starts)[:10], "DurationInMinutes": minutes}


def _account_of(org: Org, what: object) -> str | None:
    owner = org.schema.of_id(str(what)) if what else None
    if owner is None or owner.name not in {"Account", "Opportunity"}:
        return None
    if owner.name == "Account":
        return ids.normalise(str(what))
    row = org.store.get("Opportunity", str(what))
    return str(row["AccountId"]) if row and row["AccountId"] else None


def _note_activity(org: Org, what: str, on: str) -> None:
    """LastActivityDate moves without a stamp: children do not bump their parent's SystemModstamp."""
    owner = org.schema.of_id(what)
    if owner is None or owner.name not in {"Account", "Opportunity"} or day(on) > org.now().date():
        return
    row = org.store.get(owner.name, what)
    if row and str(row["LastActivityDate"] or "") < on:
        org.store.update(owner.name, what, {"LastActivityDate": on})
