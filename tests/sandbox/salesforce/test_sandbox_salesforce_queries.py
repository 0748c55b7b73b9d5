"""What a query answers: shapes, semantics and pages, through the real client."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

import pytest
from simple_salesforce.exceptions import SalesforceMalformedRequest
from simple_salesforce.format import format_soql

from tests.sandbox.salesforce.salesforce_rig import Client, Emulator, error_of

Soql = Callable[[str], list[Mapping[str, Any]]]


def _refusal(sf: Client, text: str) -> Mapping[str, Any]:
    with pytest.raises(SalesforceMalformedRequest) as refused:
        sf.query(text)
    error: Mapping[str, Any] = error_of(refused)
    return error


def test_query_all_follows_the_locators_to_the_end(whole_emulator: Emulator) -> None:
    sf = whole_emulator.login()

    first = sf.query("SELECT Id FROM Opportunity ORDER BY Id")
    everything = sf.query_all("SELECT Id FROM Opportunity ORDER BY Id")

    assert (first["totalSize"], first["done"], len(first["records"])) == (8800, False, 2000)
    assert first["nextRecordsUrl"].startswith("/services/data/v66.0/query/01g")
    assert first["nextRecordsUrl"].endswith("-2000")
    assert len({record["Id"] for record in everything["records"]}) == 8800


def test_a_smaller_page_may_be_asked_for(emulator: Emulator) -> None:
    sf = emulator.login()
    sf.headers["Sforce-Query-Options"] = "batchSize=200"

    first = sf.query("SELECT Id FROM Opportunity")
    everything = sf.query_all("SELECT Id FROM Opportunity")

    assert len(first["records"]) == 200
    assert everything["totalSize"] == 300


def test_a_locator_lives_two_days(emulator: Emulator) -> None:
    sf = emulator.login()
    sf.headers["Sforce-Query-Options"] = "batchSize=200"
    first = sf.query("SELECT Id FROM Opportunity")
    emulator.clock.advance(timedelta(days=2, seconds=1))

    with pytest.raises(SalesforceMalformedRequest) as refused:
        sf.query_more(first["nextRecordsUrl"], identifier_is_url=True)

    assert error_of(refused)["errorCode"] == "INVALID_QUERY_LOCATOR"


def test_parents_are_nested_objects_or_null(soql: Soql) -> None:
    found = soql(
        "SELECT Name, Account.Name, Account.Parent.Name, Owner.Name, Owner.Email, Owner.Department, Owner.Manager.Name "
        "FROM Opportunity WHERE Account.ParentId != null LIMIT 1"
    )[0]
    orphan = soql("SELECT Id, Account.Name FROM Opportunity WHERE AccountId = null LIMIT 1")[0]

    assert found["attributes"]["type"] == "Opportunity"
    assert found["Account"]["attributes"]["url"].startswith("/services/data/v66.0/sobjects/Account/001")
    assert found["Account"]["Parent"]["Name"]
    assert found["Owner"]["Email"].endswith("@meridian.example")
    assert found["Owner"]["Department"] in {"Central", "East", "West"}
    assert found["Owner"]["Manager"]["attributes"]["type"] == "User"
    assert orphan["Account"] is None


def test_children_are_answers_of_their_own_or_null(soql: Soql) -> None:
    deals = soql(
        "SELECT Id, AccountId, (SELECT ContactId, Contact.Name FROM OpportunityContactRoles WHERE IsPrimary = true), "
        "(SELECT StageName FROM OpportunityHistories ORDER BY CreatedDate DESC LIMIT 1), StageName FROM Opportunity"
    )

    for deal in deals:
        assert deal["OpportunityHistories"]["totalSize"] == 1
        assert deal["OpportunityHistories"]["records"][0]["StageName"] == deal["StageName"]
        assert (deal["OpportunityContactRoles"] is None) == (deal["AccountId"] is None)


def test_count_answers_with_a_size_and_no_records(sf: Client) -> None:
    counted = sf.query("SELECT COUNT() FROM Opportunity WHERE AccountId = null")

    assert counted["records"] == []
    assert 0 < counted["totalSize"] < 300


def test_unnamed_aggregates_are_numbered_apart_from_named_ones(soql: Soql) -> None:
    rows = soql(
        "SELECT StageName, COUNT(Id), SUM(Amount) total, MAX(CloseDate) FROM Opportunity GROUP BY StageName "
        "HAVING COUNT(Id) > 20 ORDER BY COUNT(Id) DESC"
    )

    assert rows[0].keys() == {"attributes", "StageName", "expr0", "total", "expr1"}
    assert rows[0]["attributes"] == {"type": "AggregateResult"}
    assert rows[0]["StageName"] == "Closed Won"
    assert all(row["expr0"] > 20 for row in rows)


def test_grouping_by_a_parent_or_a_part_of_a_date(soql: Soql) -> None:
    industries = soql("SELECT Account.Industry, COUNT(Id) n FROM Opportunity GROUP BY Account.Industry")
    years = soql("SELECT CALENDAR_YEAR(CloseDate) y, COUNT(Id) n FROM Opportunity GROUP BY CALENDAR_YEAR(CloseDate)")

    assert {"Healthcare", "Technology", None} < {row["Industry"] for row in industries}
    assert sum(row["n"] for row in years) == 300


@pytest.mark.parametrize(
    ("literal", "start", "end"),
    [
        ("TODAY", "2026-11-21", "2026-11-22"),
        ("YESTERDAY", "2026-11-20", "2026-11-21"),
        ("THIS_WEEK", "2026-11-15", "2026-11-22"),
        ("LAST_MONTH", "2026-10-01", "2026-11-01"),
        ("THIS_QUARTER", "2026-10-01", "2027-01-01"),
        ("NEXT_YEAR", "2027-01-01", "2028-01-01"),
        ("LAST_N_DAYS:30", "2026-10-22", "2026-11-22"),
        ("NEXT_N_DAYS:7", "2026-11-22", "2026-11-29"),
        ("LAST_N_MONTHS:2", "2026-09-01", "2026-11-01"),
        ("N_DAYS_AGO:3", "2026-11-18", "2026-11-19"),
    ],
)
def test_relative_dates_are_half_open_ranges(soql: Soql, literal: str, start: str, end: str) -> None:
    relative = soql(f"SELECT Id FROM Opportunity WHERE CloseDate = {literal}")
    absolute = soql(f"SELECT Id FROM Opportunity WHERE CloseDate >= {start} AND CloseDate < {end}")

    assert {each["Id"] for each in relative} == {each["Id"] for each in absolute}


def test_relative_dates_begin_at_midnight_where_the_user_is(emulator: Emulator, sf: Client, deal_id: str) -> None:
    emulator.clock.advance(timedelta(hours=18))  # 03:30 UTC of the 22nd, still the 21st in Chicago
    sf.restful(f"sobjects/Opportunity/{deal_id}", method="PATCH", json={"NextStep": "late"})

    found = sf.query(f"SELECT SystemModstamp FROM Opportunity WHERE Id = '{deal_id}' AND SystemModstamp = TODAY")
    early = sf.query("SELECT COUNT() FROM Opportunity WHERE SystemModstamp > 2026-11-22T06:00:00Z")

    assert found["records"][0]["SystemModstamp"] == "2026-11-22T03:30:00.000+0000"
    assert early["totalSize"] == 0


def test_names_and_text_ignore_case(soql: Soql) -> None:
    upper = soql("SELECT ID FROM OPPORTUNITY WHERE STAGENAME = 'CLOSED WON'")
    exact = soql("SELECT Id FROM Opportunity WHERE StageName = 'Closed Won'")

    assert upper == exact
    assert exact


def test_unequal_includes_null(soql: Soql) -> None:
    unequal = soql("SELECT AccountId, Account.Name FROM Opportunity WHERE Account.Industry != 'Retail'")

    assert None in {each["AccountId"] for each in unequal}


def test_nulls_come_first_unless_told_otherwise(soql: Soql) -> None:
    first = soql("SELECT Amount FROM Opportunity ORDER BY Amount LIMIT 1")
    last = soql("SELECT Amount FROM Opportunity ORDER BY Amount DESC NULLS LAST LIMIT 1")

    assert first[0]["Amount"] is None
    assert last[0]["Amount"] > 0


def test_semi_joins_and_anti_joins(soql: Soql) -> None:
    within = soql("SELECT Id FROM Account WHERE Id IN (SELECT AccountId FROM Opportunity WHERE IsWon = true)")
    outside = soql("SELECT Id FROM Account WHERE Id NOT IN (SELECT AccountId FROM Opportunity WHERE IsWon = true)")

    assert within
    assert len(within) + len(outside) == 85


def test_like_knows_its_escapes(soql: Soql) -> None:
    assert [each["Name"] for each in soql("SELECT Name FROM Account WHERE Name LIKE 'g_kko%'")] == ["Gekko & Co"]
    assert soql(r"SELECT Name FROM Account WHERE Name LIKE 'g\_kko%'") == []


def test_fifteen_character_ids_are_accepted(soql: Soql, deal_id: str) -> None:
    found = soql(f"SELECT Id FROM Opportunity WHERE Id = '{deal_id[:15]}'")

    assert [each["Id"] for each in found] == [deal_id]


@pytest.mark.parametrize(
    "text", ["x' OR Name != 'y", "'; DROP TABLE Opportunity; --", "\\' OR 1=1 --", 'quote " and % and _', "näme\n"]
)
def test_text_that_looks_like_an_injection_is_text(sf: Client, deal_id: str, text: str) -> None:
    sf.restful(f"sobjects/Opportunity/{deal_id}", method="PATCH", json={"NextStep": text})

    found = sf.query(format_soql("SELECT Id, NextStep FROM Opportunity WHERE NextStep = {x}", x=text))

    assert [(each["Id"], each["NextStep"]) for each in found["records"]] == [(deal_id, text)]
    assert sf.query("SELECT COUNT() FROM Opportunity")["totalSize"] == 300


@pytest.mark.parametrize(
    ("text", "code", "part"),
    [
        ("SELECT Nope FROM Opportunity", "INVALID_FIELD", "No such column 'Nope' on entity 'Opportunity'"),
        ("SELECT Nope.Name FROM Opportunity", "INVALID_FIELD", "Didn't understand relationship 'Nope'"),
        ("SELECT Id FROM Nope", "INVALID_TYPE", "sObject type 'Nope' is not supported"),
        ("SELECT Id, (SELECT Id FROM Nopes) FROM Account", "INVALID_TYPE", "Didn't understand relationship 'Nopes'"),
        ("SELECT Id FROM Opportunity WHERE", "MALFORMED_QUERY", "unexpected token"),
        ("SELECT Id FROM Opportunity WHERE Amount = '5'", "INVALID_FIELD", "should not be enclosed in quotes"),
        ("SELECT Id FROM Opportunity WHERE Name = 5", "INVALID_FIELD", "should be enclosed in quotes"),
        ("SELECT Id FROM Opportunity WHERE CreatedDate > 2026-01-01", "INVALID_FIELD", "must be of type datetime"),
        ("SELECT Id FROM Opportunity WHERE Id = 'x'", "INVALID_QUERY_FILTER_OPERATOR", "invalid ID field"),
        ("SELECT Id FROM Opportunity WHERE Description = 'x'", "INVALID_FIELD", "can not be filtered"),
        ("SELECT StageName, COUNT(Id) FROM Opportunity", "MALFORMED_QUERY", "must be grouped or aggregated"),
        ("SELECT Id FROM Opportunity LIMIT 1 OFFSET 2001", "NUMBER_OUTSIDE_VALID_RANGE", "offset"),
        ("SELECT FIELDS(ALL) FROM Opportunity", "MALFORMED_QUERY", "LIMIT of at most 200"),
    ],
)
def test_refused_queries_say_what_salesforce_says(sf: Client, text: str, code: str, part: str) -> None:
    error = _refusal(sf, text)

    assert error["errorCode"] == code
    assert part in error["message"]
