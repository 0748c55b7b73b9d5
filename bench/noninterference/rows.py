"""A world's deals as rows of the CRM; knows no bot."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta

from bench.noninterference.clock import START
from bench.noninterference.drawing import Deal
from bench.noninterference.outside import Rows, stamped
from bench.noninterference.worlds import World
from sandbox import cast
from sandbox.salesforce.ids import record_id
from sandbox.salesforce.stages import computed, implied_by_stage
from sandbox.salesforce.store import Row

_PAST = 900  # numbers of deals that are over begin here
_NAMES = {"aws": "AWS", "northstar": "Northstar Integrators"}


def deal_id(deal: Deal) -> str:
    """The deal's id in the CRM."""
    return record_id("006", deal.number)


def rows_of(world: World, staff: Mapping[str, str]) -> Rows:
    """Every row of the CRM but its staff; `staff` is who has which id, by name."""
    deals = world.every_deal
    return {
        "Account": [_account(deal, staff) for deal in deals],
        "Opportunity": [*(_opportunity(deal, staff) for deal in deals), *_past(world, staff)],
        "Contact": [row for deal in deals for row in _contacts(deal, staff)],
        "Task": [row for deal in deals for row in _tasks(deal, staff)],
    }


def _account(deal: Deal, staff: Mapping[str, str]) -> Row:
    street, city, state, code, postal_code = deal.place
    owner = staff[deal.seller]
    return {
        "Id": record_id("001", deal.number),
        "Name": deal.customer,
        "Website": deal.website,
        "Industry": deal.industry,
        "NumberOfEmployees": deal.employees,
        "BillingStreet": street,
        "BillingCity": city,
        "BillingState": state,
        "BillingStateCode": code,
        "BillingPostalCode": postal_code,
        "BillingCountry": "United States",
        "BillingCountryCode": "US",
        "OwnerId": owner,
        **stamped(200, owner),
    }


def _opportunity(deal: Deal, staff: Mapping[str, str]) -> Row:
    owner = staff[deal.seller]
    row: Row = {
        "Id": deal_id(deal),
        "AccountId": record_id("001", deal.number),
        "Name": f"{deal.customer} {deal.headline} - {deal.product}",
        "OwnerId": owner,
        "StageName": deal.stage,
        "Amount": deal.amount,
        "NextStep": deal.next_step,
        "Description": deal.problem,
        "Type": deal.kind,
        "CloseDate": (START + timedelta(days=deal.close_in_days)).date().isoformat(),
        **implied_by_stage(deal.stage),
        **stamped(3, owner),
    }
    return row | computed(row)


def _past(world: World, staff: Mapping[str, str]) -> Iterable[Row]:
    owner = next(iter(staff.values()))
    for n in range(world.closed):
        stage = "Closed Won" if n < world.won else "Closed Lost"
        row: Row = {
            "Id": record_id("006", _PAST + n),
            "Name": f"Deal of the past {n}",
            "OwnerId": owner,
            "StageName": stage,
            "Amount": 1000.0,
            "CloseDate": "2026-01-31",
            "Cosell_Partners__c": _NAMES[world.partner if n % 2 else world.rival],
            **implied_by_stage(stage),
            **stamped(300, owner),
        }
        yield row | computed(row)


def _contacts(deal: Deal, staff: Mapping[str, str]) -> Sequence[Row]:
    owner = staff[deal.seller]
    return [
        {
            "Id": record_id("003", deal.number * 10 + at),
            "AccountId": record_id("001", deal.number),
            "FirstName": name.split()[0],
            "LastName": name.split(" ", 1)[1],
            "Name": name,
            "Email": f"{cast.slug(name)}@customer.example",
            "Title": "CIO",
            "OwnerId": owner,
            **stamped(100, owner),
        }
        for at, name in enumerate(deal.contacts)
    ]


def _tasks(deal: Deal, staff: Mapping[str, str]) -> Sequence[Row]:
    owner = staff[deal.seller]
    return [
        {
            "Id": record_id("00T", deal.number * 10 + at),
            "WhatId": deal_id(deal),
            "OwnerId": owner,
            "Subject": subject[:200],
            "Description": subject,
            "ActivityDate": "2026-11-16",
            "Status": "Completed",
            "Priority": "Normal",
            "IsClosed": 1,
            **stamped(7, owner),
        }
        for at, subject in enumerate(deal.activities)
    ]
