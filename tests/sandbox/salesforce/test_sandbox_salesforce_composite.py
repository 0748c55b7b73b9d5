"""Several records or calls in one request: references, partial success, all or nothing."""

from typing import Any

import pytest
from simple_salesforce.exceptions import SalesforceMalformedRequest

from tests.sandbox.salesforce.salesforce_rig import Client, error_of

BASE = "/services/data/v66.0"
DEAL = {"StageName": "Prospecting", "CloseDate": "2027-01-31"}


def _composite(sf: Client, *calls: dict[str, object], all_or_none: bool = False) -> list[dict[str, Any]]:
    body = {"allOrNone": all_or_none, "compositeRequest": list(calls)}
    answer = sf.restful("composite", method="POST", json=body)
    assert answer is not None
    listed: list[dict[str, Any]] = answer["compositeResponse"]
    return listed


def _post(reference: str, sobject: str, **body: object) -> dict[str, object]:
    return {"method": "POST", "url": f"{BASE}/sobjects/{sobject}", "referenceId": reference, "body": body}


def _collection(sf: Client, method: str, path: str, records: list[dict[str, object]], **more: object) -> Any:
    return sf.restful(f"composite/sobjects{path}", method=method, json={"records": records, **more})


def _deals(sf: Client) -> int:
    count: int = sf.query("SELECT COUNT() FROM Opportunity")["totalSize"]
    return count


def test_later_calls_refer_to_earlier_answers(sf: Client) -> None:
    replies = _composite(
        sf,
        _post("account", "Account", Name="Newco"),
        _post("deal", "Opportunity", Name="Newco - pilot", AccountId="@{account.id}", **DEAL),
        {
            "method": "GET",
            "url": f"{BASE}/query?q=SELECT+Account.Name+FROM+Opportunity+WHERE+Id='@{{deal.id}}'",
            "referenceId": "q",
        },
        {"method": "GET", "url": f"{BASE}/sobjects/Account/@{{q.records[0].Account.Name}}", "referenceId": "miss"},
    )

    assert [reply["httpStatusCode"] for reply in replies] == [201, 201, 200, 404]
    assert replies[0]["httpHeaders"] == {"Location": f"{BASE}/sobjects/Account/{replies[0]['body']['id']}"}
    assert replies[2]["body"]["records"][0]["Account"]["Name"] == "Newco"


def test_a_failed_call_halts_what_depends_on_it_alone(sf: Client) -> None:
    replies = _composite(
        sf,
        _post("bad", "Account", Nope=1),
        _post("depends", "Contact", LastName="x", AccountId="@{bad.id}"),
        _post("fine", "Account", Name="Fine"),
    )

    assert [reply["httpStatusCode"] for reply in replies] == [400, 400, 201]
    assert replies[0]["body"][0]["errorCode"] == "INVALID_FIELD"
    assert replies[1]["body"][0]["errorCode"] == "PROCESSING_HALTED"


def test_all_or_none_undoes_every_call(sf: Client) -> None:
    before = _deals(sf)

    replies = _composite(
        sf,
        _post("good", "Opportunity", Name="good", **DEAL),
        _post("bad", "Opportunity", Name="bad"),
        _post("never", "Opportunity", Name="never", **DEAL),
        all_or_none=True,
    )

    assert _deals(sf) == before
    assert [reply["httpStatusCode"] for reply in replies] == [400, 400, 400]
    assert [reply["body"][0]["errorCode"] for reply in replies] == [
        "PROCESSING_HALTED",
        "REQUIRED_FIELD_MISSING",
        "PROCESSING_HALTED",
    ]


def test_too_many_calls_or_queries_are_refused(sf: Client) -> None:
    query = {"method": "GET", "url": f"{BASE}/query?q=SELECT+Id+FROM+User"}

    for calls in (
        [_post(f"r{at}", "Account", Name="x") for at in range(26)],
        [{**query, "referenceId": f"q{at}"} for at in range(6)],
    ):
        with pytest.raises(SalesforceMalformedRequest):
            _composite(sf, *calls)


def test_a_batch_runs_each_call_on_its_own(sf: Client) -> None:
    answer = sf.restful(
        "composite/batch",
        method="POST",
        json={
            "batchRequests": [{"method": "GET", "url": "v66.0/sobjects/Nope"}, {"method": "GET", "url": "v66.0/limits"}]
        },
    )

    assert answer is not None
    assert answer["hasErrors"] is True
    assert [result["statusCode"] for result in answer["results"]] == [404, 200]


def test_a_collection_saves_what_fits_and_names_what_does_not(sf: Client) -> None:
    before = _deals(sf)
    kind = {"attributes": {"type": "Opportunity"}}

    good, bad = _collection(sf, "POST", "", [{**kind, "Name": "good", **DEAL}, {**kind, "Name": "bad"}])

    assert (good["success"], good["errors"]) == (True, [])
    assert bad["success"] is False
    assert bad["errors"][0]["statusCode"] == "REQUIRED_FIELD_MISSING"
    assert bad["errors"][0]["fields"] == ["CloseDate", "StageName"]
    assert _deals(sf) == before + 1


def test_a_collection_may_be_all_or_nothing(sf: Client) -> None:
    before = _deals(sf)
    kind = {"attributes": {"type": "Opportunity"}}

    good, bad = _collection(sf, "POST", "", [{**kind, "Name": "good", **DEAL}, {**kind, "Name": "bad"}], allOrNone=True)

    assert good["errors"][0]["statusCode"] == "ALL_OR_NONE_OPERATION_ROLLED_BACK"
    assert bad["errors"][0]["statusCode"] == "REQUIRED_FIELD_MISSING"
    assert _deals(sf) == before


def test_many_records_are_changed_and_deleted_by_id(sf: Client, deal_id: str) -> None:
    kind = {"attributes": {"type": "Opportunity"}}
    changed = _collection(
        sf, "PATCH", "", [{**kind, "id": deal_id, "NextStep": "x"}, {**kind, "id": "0065e0000zzzzzz"}]
    )

    deleted = sf.restful("composite/sobjects", method="DELETE", params={"ids": deal_id, "allOrNone": "true"})

    assert [outcome["success"] for outcome in changed] == [True, False]
    assert changed[1]["errors"][0]["statusCode"] == "INVALID_CROSS_REFERENCE_KEY"
    assert deleted == [{"id": deal_id, "success": True, "errors": []}]


def test_many_records_are_upserted_by_external_id(sf: Client) -> None:
    records: list[dict[str, object]] = [
        {"attributes": {"type": "Cosell_Motion__c"}, "Motion_Key__c": key, "Status__c": "Matched"}
        for key in ("a|aws", "b|aws")
    ]

    first = _collection(sf, "PATCH", "/Cosell_Motion__c/Motion_Key__c", records)
    second = _collection(sf, "PATCH", "/Cosell_Motion__c/Motion_Key__c", records[:1])

    assert [outcome["created"] for outcome in first] == [True, True]
    assert second == [{"id": first[0]["id"], "success": True, "errors": [], "created": False}]


def test_a_collection_takes_two_hundred_records(sf: Client) -> None:
    records: list[dict[str, object]] = [{"attributes": {"type": "Account"}, "Name": f"A{at}"} for at in range(201)]

    with pytest.raises(SalesforceMalformedRequest) as refused:
        _collection(sf, "POST", "", records)

    assert error_of(refused)["errorCode"] == "EXCEEDED_ID_LIMIT"
    assert all(outcome["success"] for outcome in _collection(sf, "POST", "", records[:200]))
