"""The seed's contact roles, tasks and events around the deals; all of it generated."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from sandbox.salesforce import vocabulary as words
from sandbox.salesforce.ids import record_id
from sandbox.salesforce.seed_people import People, audit
from sandbox.salesforce.stamps import stamp
from sandbox.salesforce.store import Row

_RECENT = timedelta(days=90)


@dataclass
class Activities:
    """The rows by kind."""

    roles: list[Row] = field(default_factory=list)
    tasks: list[Row] = field(default_factory=list)
    events: list[Row] = field(default_factory=list)


def activities(deals: list[Row], people: People, now: datetime, rng: Random) -> Activities:
    """Who takes part in each deal, and what was and will be done; also dates each deal's last activity."""
    made = Activities()
    for deal in deals:
        contacts = people.contact_ids.get(str(deal["AccountId"]), [])
        for at, contact in enumerate(rng.sample(contacts, min(len(contacts), rng.randint(1, 2)))):
            made.roles.append(_role(len(made.roles) + 1, deal, contact, is_primary=at == 0, rng=rng))
        if deal["AccountId"] and _is_live(deal, now):
            for _ in range(rng.randint(0, 1 if deal["IsClosed"] else 3)):
                made.tasks.append(_task(len(made.tasks) + 1, deal, contacts[0], now, rng))
            if not deal["IsClosed"] and rng.random() < 0.5:  # noqa: PLR2004 - every other open deal
                made.events.append(_event(len(made.events) + 1, deal, contacts[0], now, rng))
    _date_deals(deals, [*made.tasks, *made.events], now)
    return made


def _is_live(deal: Row, now: datetime) -> bool:
    return not deal["IsClosed"] or str(deal["CloseDate"]) >= (now - _RECENT).date().isoformat()


def _role(number: int, deal: Row, contact: str, *, is_primary: bool, rng: Random) -> Row:
    created = str(deal["CreatedDate"])
    return {
        "Id": record_id("00K", number),
        "OpportunityId": deal["Id"],
        "ContactId": contact,
        "Role": rng.choice(words.ROLES),
        "IsPrimary": int(is_primary),
        **audit(created, created, str(deal["OwnerId"])),
    }


def _task(number: int, deal: Row, contact: str, now: datetime, rng: Random) -> Row:
    # Closed deals have a past only; an open one has things still to do.
    due = now + timedelta(days=rng.randint(-45, -1 if deal["IsClosed"] else 14))
    is_done = due < now
    kind = rng.choice(words.TASKS)
    return {
        "Id": record_id("00T", number),
        "WhatId": deal["Id"],
        "WhoId": contact,
        "AccountId": deal["AccountId"],
        "OwnerId": deal["OwnerId"],
        "Subject": f"{kind}: {rng.choice(words.TASK_SUBJECTS)}",
        "ActivityDate": due.date().isoformat(),
        "Status": "Completed" if is_done else "Not Started",
        "Priority": "Normal",
        "IsClosed": int(is_done),
        "TaskSubtype": "Call" if kind == "Call" else "Task",
        "CompletedDateTime": stamp(due) if is_done else None,
        **_activity_audit(deal, due, now),
    }


def _event(number: int, deal: Row, contact: str, now: datetime, rng: Random) -> Row:
    starts = (now + timedelta(days=rng.randint(-30, 14))).replace(hour=rng.randint(14, 21), minute=0, second=0)
    return {
        "Id": record_id("00U", number),
        "WhatId": deal["Id"],
        "WhoId": contact,
        "AccountId": deal["AccountId"],
        "OwnerId": deal["OwnerId"],
        "Subject": rng.choice(words.EVENT_SUBJECTS),
        "ActivityDate": starts.date().isoformat(),
        "ActivityDateTime": stamp(starts),
        "StartDateTime": stamp(starts),
        "EndDateTime": stamp(starts + timedelta(hours=1)),
        "EndDate": starts.date().isoformat(),
        "DurationInMinutes": 60,
        "ShowAs": "Busy",
        "EventSubtype": "Event",
        **_activity_audit(deal, starts, now),
    }


def _activity_audit(deal: Row, at: datetime, now: datetime) -> Row:
    written = stamp(min(at, now - timedelta(hours=1)))
    return audit(written, written, str(deal["OwnerId"]))


def _date_deals(deals: list[Row], done: list[Row], now: datetime) -> None:
    today = now.date().isoformat()
    last: dict[str, str] = {}
    for row in done:
        on = str(row["ActivityDate"])
        if on <= today:
            last[str(row["WhatId"])] = max(on, last.get(str(row["WhatId"]), ""))
    waiting = {row["WhatId"] for row in done if str(row["ActivityDate"]) > today}
    for deal in deals:
        deal["LastActivityDate"] = last.get(str(deal["Id"]))
        deal["HasOpenActivity"] = int(deal["Id"] in waiting)
