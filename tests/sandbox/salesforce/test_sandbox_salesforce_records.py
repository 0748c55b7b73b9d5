"""Creating, changing, finding and deleting records, and what the org fills in by itself."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

import pytest
from simple_salesforce.exceptions import (
    SalesforceGeneralError,
    SalesforceMalformedRequest,
    SalesforceMoreThanOneRecord,
    SalesforceResourceNotFound,
)
from simple_salesforce.format import format_external_id

from sandbox.salesforce.seed_people import BOT_USER_ID
from tests.sandbox.salesforce.salesforce_rig import Client, Emulator, error_of

Soql = Callable[[str], list[Mapping[str, Any]]]


def _new_deal(sf: Client, **fields: object) -> str:
    values = {"Name": "Isdom - pilot", "StageName": "Prospecting", "CloseDate": "2027-01-31", **fields}
    made = sf.restful("sobjects/Opportunity", method="POST", json=values)
    assert made is not None
    return str(made["id"])


def _patch(sf: Client, record_id: str, **fields: object) -> None:
    sf.restful(f"sobjects/Opportunity/{record_id}", method="PATCH", json=fields)


def _record(sf: Client, record_id: str) -> Mapping[str, Any]:
    record: Mapping[str, Any] = sf.restful(f"sobjects/Opportunity/{record_id}")
    return record


def test_a_created_record_has_its_stamps_owner_and_computed_fields(sf: Client) -> None:
    record = _record(sf, _new_deal(sf, Amount=1000.125, StageName="Value Proposition"))

    assert len(record["Id"]) == 18
    assert record["attributes"]["url"] == f"/services/data/v66.0/sobjects/Opportunity/{record['Id']}"
    assert record["CreatedDate"] == record["SystemModstamp"] == "2026-11-21T09:30:00.000+0000"
    assert record["OwnerId"] == record["CreatedById"] == BOT_USER_ID
    assert (record["Amount"], record["Probability"], record["ExpectedRevenue"]) == (1000.13, 50.0, 500.06)
    assert (record["ForecastCategoryName"], record["IsClosed"], record["Fiscal"]) == ("Pipeline", False, "2027 1")


def test_a_change_of_stage_moves_everything_that_follows_from_it(
    emulator: Emulator, sf: Client, soql: Soql, deal_id: str
) -> None:
    emulator.clock.advance(timedelta(seconds=90))

    _patch(sf, deal_id, StageName="Closed Won")

    record = _record(sf, deal_id)
    history = soql(
        f"SELECT StageName, CreatedDate, CreatedById FROM OpportunityHistory WHERE OpportunityId = '{deal_id}'"
    )
    assert (record["IsClosed"], record["IsWon"], record["Probability"]) == (True, True, 100.0)
    assert record["SystemModstamp"] == record["LastStageChangeDate"] == "2026-11-21T09:31:30.000+0000"
    assert record["LastModifiedById"] == BOT_USER_ID
    assert history[-1]["StageName"] == "Closed Won"
    assert (history[-1]["CreatedDate"], history[-1]["CreatedById"]) == (record["SystemModstamp"], BOT_USER_ID)


def test_history_is_kept_for_stage_amount_date_and_probability_only(sf: Client, soql: Soql, deal_id: str) -> None:
    count = f"SELECT Amount, PrevAmount FROM OpportunityHistory WHERE OpportunityId = '{deal_id}' ORDER BY Id"
    before = soql(count)

    _patch(sf, deal_id, NextStep="call them")
    _patch(sf, deal_id, Amount=77)

    after = soql(count)
    assert len(after) == len(before) + 1
    assert after[-1]["Amount"] == 77.0
    assert after[-1]["PrevAmount"] == before[-1]["Amount"]


def test_saving_nothing_new_still_moves_the_stamp(emulator: Emulator, sf: Client, deal_id: str) -> None:
    stage = _record(sf, deal_id)["StageName"]
    emulator.clock.advance(timedelta(seconds=1))

    _patch(sf, deal_id, StageName=stage)

    assert _record(sf, deal_id)["SystemModstamp"] == "2026-11-21T09:30:01.000+0000"


def test_chosen_fields_only(sf: Client, deal_id: str) -> None:
    record = sf.restful(f"sobjects/Opportunity/{deal_id}", params={"fields": "name,StageName"})

    assert record is not None
    assert record.keys() == {"attributes", "Id", "Name", "StageName"}


def test_upsert_by_external_id_creates_once_and_changes_after(sf: Client, soql: Soql, deal_id: str) -> None:
    path = f"sobjects/Cosell_Motion__c/{format_external_id('Motion_Key__c', deal_id + '|aws/1 b')}"
    values = {"Opportunity__c": deal_id, "Partner_Name__c": "AWS", "Status__c": "Matched", "P2B_Score__c": 81}

    first = sf.restful(path, method="PATCH", json=values)
    second = sf.restful(path, method="PATCH", json={"Status__c": "Filing"})

    assert first is not None
    assert second == first | {"created": False}
    assert first["created"] is True
    rows = soql("SELECT Name, Motion_Key__c, Status__c, Opportunity__r.Id, P2B_Score__c FROM Cosell_Motion__c")
    assert [(row["Motion_Key__c"], row["Status__c"], row["P2B_Score__c"]) for row in rows] == [
        (f"{deal_id}|aws/1 b", "Filing", 81.0)
    ]
    assert rows[0]["Opportunity__r"]["Id"] == deal_id
    assert sf.Cosell_Motion__c.upsert(f"Motion_Key__c/{deal_id}|AWS%2F1 B", {"Status__c": "Accepted"}) == 200


def test_an_external_id_with_several_records_lists_them(sf: Client) -> None:
    for name in ("One", "Two"):
        sf.restful("sobjects/Contact", method="POST", json={"LastName": name, "Email": "twin@isdom.example"})

    with pytest.raises(SalesforceMoreThanOneRecord) as several:
        sf.restful("sobjects/Contact/Email/twin@isdom.example")

    assert len(several.value.content) == 2
    assert error_of(several).startswith("/services/data/v66.0/sobjects/Contact/003")


def test_the_badge_follows_the_status_and_cannot_be_written(sf: Client, deal_id: str) -> None:
    _patch(sf, deal_id, Cosell_Status__c="Accepted")

    with pytest.raises(SalesforceMalformedRequest) as refused:
        _patch(sf, deal_id, Cosell_Badge__c="x")

    assert _record(sf, deal_id)["Cosell_Badge__c"] == "🟢 Accepted"
    assert error_of(refused)["errorCode"] == "INVALID_FIELD_FOR_INSERT_UPDATE"
    assert error_of(refused)["fields"] == ["Cosell_Badge__c"]


@pytest.mark.parametrize(
    ("fields", "code", "named"),
    [
        ({"Nope": 1}, "INVALID_FIELD", None),
        ({"Name": "x" * 121}, "STRING_TOO_LONG", ["Name"]),
        ({"Name": None}, "REQUIRED_FIELD_MISSING", ["Name"]),
        ({"ForecastCategoryName": "Certain"}, "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST", ["ForecastCategoryName"]),
        ({"Amount": "much"}, "JSON_PARSER_ERROR", None),
        ({"Cosell_P2B_Score__c": 1000}, "NUMBER_OUTSIDE_VALID_RANGE", ["Cosell_P2B_Score__c"]),
        ({"AccountId": "0035e0000000001AAA"}, "MALFORMED_ID", ["AccountId"]),
        ({"AccountId": "0015e0000zzzzzz"}, "INVALID_CROSS_REFERENCE_KEY", []),
        ({"CloseDate": "tomorrow"}, "JSON_PARSER_ERROR", None),
        ({"IsWon": True}, "INVALID_FIELD_FOR_INSERT_UPDATE", ["IsWon"]),
    ],
)
def test_values_that_do_not_fit_are_refused(
    sf: Client, deal_id: str, fields: dict[str, object], code: str, named: list[str] | None
) -> None:
    before = _record(sf, deal_id)

    with pytest.raises(SalesforceMalformedRequest) as refused:
        _patch(sf, deal_id, **fields)

    assert error_of(refused)["errorCode"] == code
    assert error_of(refused).get("fields") == named
    assert _record(sf, deal_id) == before


def test_missing_required_fields_are_all_named(sf: Client) -> None:
    with pytest.raises(SalesforceMalformedRequest) as refused:
        sf.restful("sobjects/Opportunity", method="POST", json={"Amount": 5})

    assert error_of(refused) == {
        "message": "Required fields are missing: [CloseDate, Name, StageName]",
        "errorCode": "REQUIRED_FIELD_MISSING",
        "fields": ["CloseDate", "Name", "StageName"],
    }


def test_a_second_record_with_a_unique_key_is_refused(sf: Client) -> None:
    sf.restful("sobjects/Cosell_Motion__c", method="POST", json={"Motion_Key__c": "k|aws"})

    with pytest.raises(SalesforceMalformedRequest) as refused:
        sf.restful("sobjects/Cosell_Motion__c", method="POST", json={"Motion_Key__c": "K|AWS"})

    assert error_of(refused)["errorCode"] == "DUPLICATE_VALUE"


def test_if_unmodified_since_protects_a_change_made_meanwhile(emulator: Emulator, sf: Client, deal_id: str) -> None:
    seen = {"If-Unmodified-Since": "Sat, 21 Nov 2026 09:30:00 GMT"}
    path = f"sobjects/Opportunity/{deal_id}"
    sf.restful(path, method="PATCH", json={"NextStep": "ours"}, headers=seen)
    emulator.clock.advance(timedelta(seconds=5))
    emulator.control("POST", "/change", id=deal_id, fields={"NextStep": "theirs"})

    with pytest.raises(SalesforceGeneralError) as refused:
        sf.restful(path, method="PATCH", json={"NextStep": "ours again"}, headers=seen)

    assert refused.value.status == 412
    assert _record(sf, deal_id)["NextStep"] == "theirs"


def test_a_deleted_record_stays_for_query_all(sf: Client, deal_id: str) -> None:
    sf.restful(f"sobjects/Opportunity/{deal_id}", method="DELETE")

    with pytest.raises(SalesforceResourceNotFound) as gone:
        _record(sf, deal_id)

    text = f"SELECT Id, IsDeleted FROM Opportunity WHERE Id = '{deal_id}'"
    assert error_of(gone)["errorCode"] == "ENTITY_IS_DELETED"
    assert sf.query(text)["totalSize"] == 0
    assert sf.query(text, include_deleted=True)["records"][0]["IsDeleted"] is True


def test_a_task_counts_as_activity_without_touching_the_deals_stamp(
    emulator: Emulator, sf: Client, deal_id: str
) -> None:
    before = _record(sf, deal_id)
    emulator.clock.advance(timedelta(minutes=1))

    task = {"WhatId": deal_id, "Subject": "Co-sell", "Status": "Completed", "ActivityDate": "2026-11-21"}
    made = sf.restful("sobjects/Task", method="POST", json=task)

    assert made is not None
    stored = sf.restful(f"sobjects/Task/{made['id']}")
    after = _record(sf, deal_id)
    assert stored is not None
    assert (stored["IsClosed"], stored["AccountId"]) == (True, before["AccountId"])
    assert (after["LastActivityDate"], after["SystemModstamp"]) == ("2026-11-21", before["SystemModstamp"])


@pytest.mark.parametrize(
    "path", ["sobjects/Nope", "sobjects/Opportunity/0065e0000zzzzzz", "sobjects/Account/Site/x", "nope"]
)
def test_what_is_not_there_is_a_404(sf: Client, path: str) -> None:
    with pytest.raises(SalesforceResourceNotFound) as missing:
        sf.restful(path)

    assert error_of(missing)["errorCode"] == "NOT_FOUND"


def test_describes_show_recorded_and_own_fields_alike(sf: Client) -> None:
    described = sf.Opportunity.describe()
    fields = {field["name"]: field for field in described["fields"]}

    assert {len(field) for field in described["fields"]} == {len(fields["Amount"])}
    assert fields["Amount"]["type"] == "currency"
    assert fields["Cosell_Badge__c"]["calculated"] is True
    assert fields["Cosell_Badge__c"]["updateable"] is False
    assert {name for name in fields if name.startswith("Cosell_")} == {
        f"Cosell_{name}__c"
        for name in [
            "Status",
            "Partners",
            "Rationale",
            "Referral_Id",
            "PAM",
            "Partner_Stage",
            "Next_Step",
            "P2B_Score",
            "Thread",
            "Offer_Id",
            "Badge",
            "Engagement_Score",
            "Deal_Quality",
            "Next_Best_Actions",
        ]
    }
    key = {field["name"]: field for field in sf.Cosell_Motion__c.describe()["fields"]}["Motion_Key__c"]
    assert (key["externalId"], key["unique"], key["length"], key["caseSensitive"]) == (True, True, 80, False)


def test_the_global_describe_lists_every_object(sf: Client) -> None:
    described = sf.describe()

    assert described is not None
    names = {each["name"]: each["keyPrefix"] for each in described["sobjects"]}
    assert names["Opportunity"] == "006"
    assert names.keys() >= {"Account", "Contact", "User", "Task", "Event", "OpportunityHistory", "Cosell_Motion__c"}
    assert "Name" not in names
