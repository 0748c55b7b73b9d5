"""One deal's reads and our own writes in Salesforce; never overwrites a person, never creates what may be repeated."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime

from connectors.salesforce.client import Record, Rows, SalesforceGateway
from connectors.salesforce.feed import DealReader, is_record_id
from connectors.salesforce.fields import FieldMap, FieldShape, fitted, wire_value, writable
from connectors.salesforce.mapping import (
    ACTIVITY_MARK,
    activity_from,
    contact_from,
    contact_in_role,
    is_ours,
    moment_of,
    opportunity_from,
    text_of,
)
from connectors.salesforce.origins import CONTACT, origins_of
from connectors.salesforce.refusals import SYSTEM, RecordLocked, gone, hidden
from motions.deals import Activity, Contact, CosellFields, DealContext, OpportunityId
from motions.errors import ConnectorError, NotVisible, Rejected

logger = logging.getLogger(__name__)

_MOTION = "Cosell_Motion__c"
_MOTION_KEY = "Motion_Key__c"
_MOST_CONTACTS = 10
_MOST_ACTIVITIES = 10
_TRIES = 2
# Names of the five queries of one composite call, and what a person is told when one is refused.
_ASIDE = {"roles": "contact roles", "people": "the account's contacts", "tasks": "tasks", "events": "events"}


class SalesforceCrm:
    """`Crm` over composite reads, conditional updates and upserts by external id."""

    def __init__(self, gateway: SalesforceGateway, fields: FieldMap) -> None:
        self._gateway = gateway
        self._deals = DealReader(gateway, fields)
        self._fields = fields
        self._origins = origins_of(fields)

    def context(self, opportunity_id: OpportunityId) -> DealContext:
        """The deal with its people and recent activities, in one call."""
        _check(opportunity_id)
        answers = self._ask_all(opportunity_id)
        if isinstance(answers["deal"], NotVisible):  # a column was hidden since the last describe
            self._gateway.forget_shapes()
            answers = self._ask_all(opportunity_id)
        deal = _rows(answers["deal"])
        if not deal:
            raise gone(f"opportunity {opportunity_id}")
        return DealContext(
            deal=opportunity_from(deal[0], self._fields),
            contacts=_contacts(answers),
            activities=_activities(answers),
            unreadable=(*self._deals.columns().unreadable, *_refused(answers)),
            origins=self._origins,
        )

    def write_cosell(
        self, opportunity_id: OpportunityId, fields: CosellFields, last_written: CosellFields
    ) -> tuple[str, ...]:
        """Set the fields nobody has touched since; returns the names of those somebody has."""
        _check(opportunity_id)
        wanted = self._wanted(fields)
        if not wanted:
            return ()
        for _ in range(_TRIES):
            record, modified_at = self._present(opportunity_id, [shape.name for _, shape, _ in wanted])
            edited, changes = _compare(wanted, record, asdict(last_written))
            if not changes or self._gateway.update(
                "Opportunity", opportunity_id, changes, unmodified_since=modified_at
            ):
                return edited
        raise RecordLocked(SYSTEM, "the deal is being edited again and again")

    def upsert_motion(self, key: str, opportunity_id: OpportunityId, values: Mapping[str, str]) -> str:
        """The id of the motion's own record, created or brought up to date."""
        _check(opportunity_id)
        shape = self._gateway.shape(_MOTION)
        named = shape.get(_MOTION_KEY)
        if named is None:
            raise hidden(f"{_MOTION}.{_MOTION_KEY}")
        if not key or not key.isprintable() or len(key) > named.length:
            raise Rejected(SYSTEM, f"the motion's key is no external id: {_MOTION_KEY} takes {named.length} characters")
        columns = {
            column.name: wire_value(fitted(value, column), column)
            for _, column, value in writable(self._fields.motion, values, shape)
        }
        return self._gateway.upsert(_MOTION, _MOTION_KEY, key, {**columns, "Opportunity__c": opportunity_id})

    def log_activity(self, opportunity_id: OpportunityId, key: str, subject: str, body: str) -> str:
        """File one completed task; its last line carries the key."""
        _check(opportunity_id)
        shape = self._gateway.shape("Task")
        mark = f"\n\n{ACTIVITY_MARK}{key}"
        text = _fit(shape.get("Description"), body.rstrip(), room_for=mark) + mark
        return self._gateway.create(
            "Task",
            {
                "WhatId": opportunity_id,
                "Status": "Completed",
                "Subject": _fit(shape.get("Subject"), " ".join(subject.split())),
                "Description": text,
                "ActivityDate": self._gateway.server_now().date().isoformat(),
            },
        )

    def find_activity(self, opportunity_id: OpportunityId, key: str) -> str | None:
        """The first task filed under the key; the text is not filterable, so the deal's tasks are read through."""
        _check(opportunity_id)
        rows = self._gateway.query(
            f"SELECT Id, Description FROM Task WHERE WhatId = '{opportunity_id}' ORDER BY CreatedDate, Id",  # noqa: S608 - an id
            about="Task",
        )
        return next((str(each["Id"]) for each in rows.records if is_ours(each, key)), None)

    def _ask_all(self, opportunity_id: OpportunityId) -> Mapping[str, Rows | ConnectorError]:
        deal = self._deals.soql(f"WHERE Id = '{opportunity_id}'")
        return self._gateway.queries({"deal": deal, **self._aside(opportunity_id)})

    def _aside(self, opportunity_id: OpportunityId) -> Mapping[str, str]:
        person = self._columns("Contact", CONTACT)
        in_role = ", ".join(f"Contact.{name}" for name in person)
        account = f"SELECT AccountId FROM Opportunity WHERE Id = '{opportunity_id}'"  # noqa: S608 - an id
        recent = f"WHERE WhatId = '{opportunity_id}' ORDER BY ActivityDate DESC NULLS LAST, Id DESC LIMIT"
        return {
            "roles": f"SELECT Role, IsPrimary, {in_role} FROM OpportunityContactRole "  # noqa: S608 - described names
            f"WHERE OpportunityId = '{opportunity_id}' ORDER BY IsPrimary DESC, Id LIMIT {_MOST_CONTACTS}",
            "people": f"SELECT {', '.join(person)} FROM Contact "  # noqa: S608 - described names
            f"WHERE AccountId IN ({account}) ORDER BY Id LIMIT {_MOST_CONTACTS}",
            "tasks": f"SELECT Id, Subject, ActivityDate, Description FROM Task {recent} {2 * _MOST_ACTIVITIES}",  # noqa: S608 - an id
            "events": f"SELECT Id, Subject, ActivityDate FROM Event {recent} {_MOST_ACTIVITIES}",  # noqa: S608 - an id
        }

    def _columns(self, sobject: str, wanted: Sequence[str]) -> Sequence[str]:
        try:
            shape = self._gateway.shape(sobject)
        except NotVisible:
            return wanted  # the query itself is refused, and named
        return [name for name in wanted if name in shape]

    def _wanted(self, fields: CosellFields) -> list[tuple[str, FieldShape, str]]:
        shape = self._gateway.shape("Opportunity")
        if not any(name in shape for name in self._fields.cosell.values()):
            raise hidden("every co-sell field of Opportunity")
        given = asdict(fields)
        wanted = [
            (ours, column, fitted(value, column)) for ours, column, value in writable(self._fields.cosell, given, shape)
        ]
        left_out = {ours for ours, value in given.items() if value is not None} - {ours for ours, _, _ in wanted}
        if left_out:
            logger.info("crm.fields_left_out fields=%s", ",".join(sorted(left_out)))
        return wanted

    def _present(self, opportunity_id: OpportunityId, columns: Sequence[str]) -> tuple[Record, datetime]:
        rows = self._gateway.query(
            f"SELECT Id, LastModifiedDate, {', '.join(columns)} FROM Opportunity WHERE Id = '{opportunity_id}'",  # noqa: S608 - described names
            about="Opportunity",
        )
        if not rows.records:
            raise gone(f"opportunity {opportunity_id}")
        return rows.records[0], moment_of(rows.records[0]["LastModifiedDate"])


def _compare(
    wanted: Sequence[tuple[str, FieldShape, str]], record: Record, last_written: Mapping[str, str | None]
) -> tuple[tuple[str, ...], dict[str, str | int | float | None]]:
    """The names of fields a person has edited, and the changes to make to the others."""
    edited: list[str] = []
    changes: dict[str, str | int | float | None] = {}
    for ours, column, value in wanted:
        present, before = text_of(record.get(column.name)), last_written[ours]
        if present == (value or None):
            continue
        if present == ((fitted(before, column) or None) if before is not None else None):
            changes[column.name] = wire_value(value, column)
        else:
            edited.append(ours)
    return tuple(edited), changes


def _contacts(answers: Mapping[str, Rows | ConnectorError]) -> tuple[Contact, ...]:
    found: dict[str, Contact] = {}
    named = [contact_in_role(each) for each in _rows_if_allowed(answers["roles"])]
    others = [contact_from(each) for each in _rows_if_allowed(answers["people"])]
    for contact in (*named, *others):
        if contact is not None:
            found.setdefault(contact.id, contact)
    return tuple(found.values())[:_MOST_CONTACTS]


def _activities(answers: Mapping[str, Rows | ConnectorError]) -> tuple[Activity, ...]:
    tasks = [activity_from(each, "task") for each in _rows_if_allowed(answers["tasks"]) if not is_ours(each)]
    events = [activity_from(each, "event") for each in _rows_if_allowed(answers["events"])]
    dated = sorted((*tasks, *events), key=lambda each: (str(each.on or ""), each.id), reverse=True)
    return tuple(dated[:_MOST_ACTIVITIES])


def _refused(answers: Mapping[str, Rows | ConnectorError]) -> list[str]:
    return [label for name, label in _ASIDE.items() if isinstance(answers[name], NotVisible)]


def _rows_if_allowed(answer: Rows | ConnectorError) -> Sequence[Record]:
    return () if isinstance(answer, NotVisible) else _rows(answer)


def _rows(answer: Rows | ConnectorError) -> Sequence[Record]:
    if isinstance(answer, ConnectorError):
        raise answer
    return answer.records


def _fit(shape: FieldShape | None, text: str, room_for: str = "") -> str:
    if shape is None or len(text) + len(room_for) <= shape.length:
        return text
    return text[: shape.length - len(room_for) - 1].rstrip() + "…"


def _check(opportunity_id: OpportunityId) -> None:
    if not is_record_id(opportunity_id):
        raise gone("a deal without a CRM id")
