"""What a poller meets: replication calls, late commits, equal stamps, people changing deals, faults of the line."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests
from simple_salesforce.exceptions import (
    SalesforceGeneralError,
    SalesforceMalformedRequest,
    SalesforceRefusedRequest,
)

from tests.sandbox.salesforce.salesforce_rig import START, Client, Emulator, error_of

Soql = Callable[[str], list[Mapping[str, Any]]]


def _stamp_of(soql: Soql, deal_id: str) -> str:
    return str(soql(f"SELECT SystemModstamp FROM Opportunity WHERE Id = '{deal_id}'")[0]["SystemModstamp"])


def test_updated_and_deleted_name_the_ids_of_a_window(emulator: Emulator, sf: Client, deal_id: str) -> None:
    emulator.clock.advance(timedelta(minutes=2))
    emulator.control("POST", "/change", id=deal_id, fields={"NextStep": "x"})
    made = sf.restful("sobjects/Account", method="POST", json={"Name": "short-lived"})
    assert made is not None
    sf.restful(f"sobjects/Account/{made['id']}", method="DELETE")
    emulator.clock.advance(timedelta(minutes=2))

    changed = sf.Opportunity.updated(START + timedelta(minutes=1), START + timedelta(minutes=4))
    gone = sf.Account.deleted(START + timedelta(minutes=1), START + timedelta(minutes=4))

    assert changed == {"ids": [deal_id], "latestDateCovered": "2026-11-21T09:34:00.000+0000"}
    assert [each["id"] for each in gone["deletedRecords"]] == [made["id"]]
    assert gone["deletedRecords"][0]["deletedDate"] == "2026-11-21T09:32:00.000+0000"


def test_updated_reaches_back_thirty_days(sf: Client) -> None:
    with pytest.raises(SalesforceMalformedRequest) as refused:
        sf.Opportunity.updated(START - timedelta(days=31), START)

    assert error_of(refused)["errorCode"] == "INVALID_REPLICATION_DATE"


def test_a_person_changes_a_deal_under_their_own_name(emulator: Emulator, soql: Soql, deal_id: str) -> None:
    made = emulator.control(
        "POST", "/change", id=deal_id, fields={"StageName": "Needs Analysis"}, user="priya.raman@meridian.example"
    )

    found = soql(f"SELECT StageName, LastModifiedBy.Name, SystemModstamp FROM Opportunity WHERE Id = '{deal_id}'")[0]
    assert found["LastModifiedBy"]["Name"] == "Priya Raman"
    assert found["StageName"] == "Needs Analysis"
    assert found["SystemModstamp"] == made["changed_at"]
    assert emulator.control("GET", "/recent?n=1")[0]["id"] == deal_id


def test_many_deals_touched_at_once_share_a_stamp_across_pages(emulator: Emulator) -> None:
    sf = emulator.login()
    sf.headers["Sforce-Query-Options"] = "batchSize=200"
    emulator.clock.advance(timedelta(minutes=1))

    touched = emulator.control("POST", "/touch", count=5)
    found = sf.query_all(
        "SELECT Id FROM Opportunity WHERE SystemModstamp >= 2026-11-21T09:31:00Z ORDER BY SystemModstamp, Id"
    )

    assert len({change["changed_at"] for change in touched}) == 1
    assert {each["Id"] for each in found["records"]} == {change["id"] for change in touched}
    assert len(touched) == 5


def test_a_tick_changes_one_realistic_deal(emulator: Emulator, soql: Soql) -> None:
    emulator.clock.advance(timedelta(minutes=1))

    for seed in range(8):
        emulator.control("POST", "/tick", seed=seed)

    changed = soql(
        "SELECT AccountId, Amount, LastModifiedById, OwnerId FROM Opportunity "
        "WHERE SystemModstamp >= 2026-11-21T09:31:00Z"
    )
    assert changed
    assert all(each["AccountId"] and each["Amount"] and each["LastModifiedById"] == each["OwnerId"] for each in changed)


def test_a_late_commit_appears_later_with_its_old_stamp(
    emulator: Emulator, sf: Client, soql: Soql, deal_id: str
) -> None:
    before = _stamp_of(soql, deal_id)
    emulator.control("POST", "/faults", kind="late_commit", seconds=120)
    emulator.control("POST", "/change", id=deal_id, fields={"NextStep": "slow transaction"})
    emulator.clock.advance(timedelta(seconds=119))
    still = _stamp_of(soql, deal_id)
    covered = sf.Opportunity.updated(START - timedelta(minutes=5), START + timedelta(minutes=1))["latestDateCovered"]

    emulator.clock.advance(timedelta(seconds=1))

    assert still == before
    assert covered == "2026-11-21T09:30:00.000+0000"
    assert _stamp_of(soql, deal_id) == "2026-11-21T09:30:00.000+0000"


def test_a_skewed_server_stamps_and_dates_by_its_own_clock(emulator: Emulator, sf: Client, deal_id: str) -> None:
    emulator.control("POST", "/faults", kind="clock_skew", seconds=-3600)

    reply = sf.restful(f"sobjects/Opportunity/{deal_id}", method="PATCH", json={"NextStep": "x"})
    versions = emulator.get("/services/data")
    record = sf.restful(f"sobjects/Opportunity/{deal_id}")

    assert reply is None
    assert versions.headers["Date"] == "Sat, 21 Nov 2026 08:30:00 GMT"
    assert record is not None
    assert record["SystemModstamp"] == "2026-11-21T08:30:00.000+0000"


def test_every_answer_carries_the_usage_and_the_servers_date(emulator: Emulator, sf: Client) -> None:
    emulator.control("POST", "/limits", used=89, allowed=100)

    sf.query("SELECT COUNT() FROM User")
    refused = emulator.get("/services/data/v66.0/limits")

    assert sf.api_usage["api-usage"].used == 90
    assert refused.headers["Sforce-Limit-Info"] == "api-usage=91/100"
    assert refused.headers["Date"] == "Sat, 21 Nov 2026 09:30:00 GMT"


def test_a_used_up_allowance_refuses_every_call(emulator: Emulator, sf: Client) -> None:
    emulator.control("POST", "/limits", used=100, allowed=100)

    with pytest.raises(SalesforceRefusedRequest) as refused:
        sf.query("SELECT COUNT() FROM User")

    assert error_of(refused)["errorCode"] == "REQUEST_LIMIT_EXCEEDED"


def test_a_hidden_field_is_an_unknown_field(emulator: Emulator, sf: Client, deal_id: str) -> None:
    emulator.control("POST", "/faults", kind="hide_field", object="Opportunity", field="Amount")

    with pytest.raises(SalesforceMalformedRequest) as query_refused:
        sf.query("SELECT Amount FROM Opportunity LIMIT 1")
    with pytest.raises(SalesforceMalformedRequest) as write_refused:
        sf.restful(f"sobjects/Opportunity/{deal_id}", method="PATCH", json={"Amount": 1})
    sf.restful(f"sobjects/Opportunity/{deal_id}", method="PATCH", json={"StageName": "Needs Analysis"})

    record = sf.restful(f"sobjects/Opportunity/{deal_id}")
    assert record is not None
    assert error_of(query_refused)["errorCode"] == "INVALID_FIELD"
    assert error_of(write_refused)["message"] == "No such column 'Amount' on sobject of type Opportunity"
    assert "Amount" not in record
    assert "Amount" not in {field["name"] for field in sf.Opportunity.describe()["fields"]}
    emulator.control("DELETE", "/faults")
    assert sf.query(f"SELECT Amount FROM Opportunity WHERE Id = '{deal_id}'")["records"][0]["Amount"] is not None


@pytest.mark.parametrize(
    ("fault", "error", "status"),
    [
        ({"kind": "403_limit"}, SalesforceRefusedRequest, 403),
        ({"kind": "503_html"}, SalesforceGeneralError, 503),
        ({"kind": "503_html", "path": "FROM Account"}, SalesforceGeneralError, 503),
    ],
)
def test_faults_of_the_line_hit_once(
    emulator: Emulator, sf: Client, fault: dict[str, object], error: type[SalesforceGeneralError], status: int
) -> None:
    emulator.control("POST", "/faults", **fault)

    if "path" in fault:
        sf.query("SELECT COUNT() FROM User")
    with pytest.raises(error) as refused:
        sf.query("SELECT COUNT() FROM Account")

    assert refused.value.status == status
    assert sf.query("SELECT COUNT() FROM Account")["totalSize"] == 85


def test_a_locked_row_refuses_the_write_and_changes_nothing(
    emulator: Emulator, sf: Client, soql: Soql, deal_id: str
) -> None:
    before = _stamp_of(soql, deal_id)
    emulator.control("POST", "/faults", kind="lock_row", path=deal_id)

    with pytest.raises(SalesforceMalformedRequest) as refused:
        sf.restful(f"sobjects/Opportunity/{deal_id}", method="PATCH", json={"NextStep": "x"})

    assert error_of(refused)["errorCode"] == "UNABLE_TO_LOCK_ROW"
    assert _stamp_of(soql, deal_id) == before
    sf.restful(f"sobjects/Opportunity/{deal_id}", method="PATCH", json={"NextStep": "x"})


def test_an_answer_lost_after_the_commit_leaves_the_write_done(
    emulator: Emulator, sf: Client, soql: Soql, deal_id: str
) -> None:
    emulator.control("POST", "/faults", kind="drop_after_commit")

    with pytest.raises(requests.exceptions.RequestException):
        sf.restful(f"sobjects/Opportunity/{deal_id}", method="PATCH", json={"NextStep": "done"})

    assert soql(f"SELECT NextStep FROM Opportunity WHERE Id = '{deal_id}'")[0]["NextStep"] == "done"
    assert "dropped" in {call["status"] for call in emulator.control("GET", "/calls")}


def test_a_locator_may_die_between_two_pages(emulator: Emulator) -> None:
    sf = emulator.login()
    sf.headers["Sforce-Query-Options"] = "batchSize=200"
    emulator.control("POST", "/faults", kind="locator_expiry")

    with pytest.raises(SalesforceMalformedRequest) as refused:
        sf.query_all("SELECT Id FROM Opportunity")

    assert error_of(refused)["errorCode"] == "INVALID_QUERY_LOCATOR"
    assert sf.query_all("SELECT Id FROM Opportunity")["totalSize"] == 300


def test_latency_delays_only_what_it_names(emulator: Emulator, sf: Client) -> None:
    emulator.control("POST", "/faults", kind="latency", seconds=0.01, path="/limits", times=1)

    limits = sf.limits()

    assert limits["DailyApiRequests"]["Max"] == 100_000
    assert emulator.control("GET", "/faults") == []


def test_a_fault_nobody_knows_is_refused(emulator: Emulator) -> None:
    for body in (
        {"kind": "meteor"},
        {"kind": "latency"},
        {"kind": "hide_field"},
        {"kind": "503_html", "colour": "red"},
    ):
        reply = requests.post(f"{emulator.base}/_control/faults", json=body, timeout=20)

        assert reply.status_code == 400
        assert reply.json()["error"]


def test_the_log_names_each_call(emulator: Emulator, sf: Client) -> None:
    sf.query("SELECT COUNT() FROM User")

    calls = emulator.control("GET", "/calls")

    assert [(call["method"], call["status"]) for call in calls] == [("POST", 200), ("GET", 200)]
    assert calls[1]["path"] == "/services/data/v66.0/query/?q=SELECT COUNT() FROM User"
    assert datetime.fromisoformat(calls[1]["at"]).astimezone(UTC) == START
