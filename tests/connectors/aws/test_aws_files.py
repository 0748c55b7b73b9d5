"""What a file may hold: AWS's own samples, import rows and canonical referrals, each taken for what it is."""

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from connectors.aws import check
from connectors.checking import NotReadable
from motions.referrals import Field
from tests.connectors.aws.filings import DAY, changed, filing_with

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "sandbox" / "aws" / "fixtures"
IMPORTS = Path(__file__).parent / "fixtures" / "imports"
COMPETITOR = [("Project.CompetitorName", "INVALID_ENUM_VALUE")]
CATALOG = [("Catalog", "INVALID_STRING_FORMAT"), ("Catalog", "INVALID_VALUE")]
PAST = [("LifeCycle.TargetCloseDate", "VALUE_OUT_OF_RANGE")]
POSTAL = [("Customer.Account.Address.PostalCode", "INVALID_STRING_FORMAT")]
# What is wrong with AWS's sample requests as they are published; most carry a placeholder on purpose.
PUBLISHED: dict[str, list[tuple[str, str]]] = {
    "apis_createOpportunity": [],
    "apis_updateOpportunity": POSTAL,
    "java_create": COMPETITOR,
    "java_update": COMPETITOR,
    "lead_createOpportunity": CATALOG,
    "lead_update_opportunity_from_lead": PAST,
    "offers_3_createOpportunity_createOpportunity": [],
    "offers_3_createOpportunity_update_opportunity": [],
    "offers_6_updateOpportunity_update_opportunity_committed": [],
    "sampleUI_bulk_create_1": COMPETITOR,
    "sampleUI_bulk_create_2": COMPETITOR,
    "sampleUI_bulk_update_1": COMPETITOR,
    "sampleUI_bulk_update_2": COMPETITOR,
    "sampleUI_create": [],
    "sampleUI_create_aws": [],
    "sampleUI_update": COMPETITOR,
    "sampleUI_update_approved": [],
    "sampleUI_update_technical_validation": [],
    "src_bulk_create_1": [],
    "src_bulk_create_2": [],
    "src_create_aws": [("Origin", "ACTION_NOT_PERMITTED"), *COMPETITOR],
}
# They belong to calls that are no part of filing.
OTHERS = {"lead_createEngagementInvitationLead", "lead_createEngagementLead", "lead_updateEngagementContext"}
# Created by the real service, but not to be submitted without saying which industry “Other” is.
UNSAID = {"CreateOpportunity-EstimationUrl", "CreateOpportunity-EstimationUrl-Amount"}
CREATED = [
    one for one in json.loads((SAMPLES / "recorded.json").read_text("utf-8")) if one["op"] == "CreateOpportunity"
]


def told(document: object) -> list[tuple[str, str]]:
    return sorted((one.field, one.code) for one in check(document, DAY).findings if one.blocks)


def sample(name: str) -> Any:
    return json.loads((SAMPLES / "payloads" / f"{name}.json").read_text("utf-8"))


def rows(name: str) -> dict[str, Any]:
    return dict(json.loads((IMPORTS / f"{name}.json").read_text("utf-8")))


def test_every_sample_is_accounted_for() -> None:
    assert {path.stem for path in (SAMPLES / "payloads").glob("*.json")} - OTHERS == set(PUBLISHED)


@pytest.mark.parametrize("name", PUBLISHED)
def test_a_sample_request_is_taken_or_refused_for_what_is_wrong_with_it(name: str) -> None:
    assert told(sample(name)) == sorted(PUBLISHED[name])


@pytest.mark.parametrize("example", CREATED, ids=[example["name"] for example in CREATED])
def test_what_the_real_service_created_is_taken(example: dict[str, Any]) -> None:
    request = json.loads(
        json.dumps(example["request"]).replace("{{catalog}}", "Sandbox").replace("{{targetCloseDate}}", "2027-06-30")
    )

    expected = [("Customer.Account.OtherIndustry", "REQUIRED_FIELD_MISSING")] if example["name"] in UNSAID else []
    assert told(request) == expected
    assert told({"create": request}) == []


def test_the_import_sample_is_told_its_placeholders() -> None:
    assert told(rows("create_inbound_sample")) == [
        ("awsProducts", "INVALID_ENUM_VALUE"),
        ("customerWebsite", "INVALID_STRING_FORMAT"),
        ("solutionOffered", "INVALID_STRING_FORMAT"),
        ("targetCloseDate", "VALUE_OUT_OF_RANGE"),
    ]


def test_the_import_sample_with_real_values_is_taken() -> None:
    real = {
        "opportunities.0.customerWebsite": "test.com",
        "opportunities.0.targetCloseDate": "2027-09-24",
        "opportunities.0.solutionOffered": ["S-0051001"],
        "opportunities.0.awsProducts": ["AWSLambda"],
    }

    verdict = check(changed(rows("create_inbound_sample"), real), DAY)

    assert verdict.would_be_accepted
    assert [(one.record, one.field) for one in verdict.findings] == [("TestIdentifier", "customerPhone")]


def test_the_published_import_error_is_caught_when_the_users_are_known() -> None:
    """`User not found for Opportunity Owner email:xyz.abc@test.com`, from the results sample with errors."""
    row = rows("create_inbound_sample")["opportunities"][0] | {
        "apnCrmUniqueIdentifier": "O1234567",
        "partnerCrmUniqueIdentifier": "OP004149",
        "opportunityOwnerEmail": "xyz.abc@test.com",
        "customerWebsite": "test.com",
        "targetCloseDate": "2027-09-24",
        "stage": "Prospect",
    }

    document = {"version": "2.0", "opportunities": [row], "known": {"users": ["abc@test.com"]}}

    assert told(document) == [("opportunityOwnerEmail", "INVALID_VALUE")]


def test_one_id_twice_in_a_file_is_a_duplicate() -> None:
    row = _real_row()

    assert told({"opportunities": [row, deepcopy(row)]}) == [("partnerCrmUniqueIdentifier", "DUPLICATE_KEY_VALUE")]


@pytest.mark.parametrize(
    ("decision", "expected"),
    [
        ({"partnerAcceptanceStatus": "Accepted"}, []),
        ({"partnerAcceptanceStatus": "Rejected", "rejectionReason": "Customer problem unclear"}, []),
        ({"partnerAcceptanceStatus": "Rejected"}, [("rejectionReason", "REQUIRED_FIELD_MISSING")]),
        (
            {"partnerAcceptanceStatus": "Rejected", "rejectionReason": "No time"},
            [("rejectionReason", "INVALID_ENUM_VALUE")],
        ),
    ],
)
def test_a_decision_on_what_aws_sent_needs_a_reason_to_reject(
    decision: dict[str, str], expected: list[tuple[str, str]]
) -> None:
    assert told({"opportunities": [{"apnCrmUniqueIdentifier": "O1234567", **decision}]}) == expected


@pytest.mark.parametrize(
    "document",
    [None, 7, [], "text", {}, {"Catalog": "AWS"}, {"Lead": {}}, {"crm_id": "006", "colour": "red"}, {"crm_id": 7}],
)
def test_what_is_no_referral_is_said_to_be_none(document: object) -> None:
    with pytest.raises(NotReadable):
        check(document, DAY)


CANONICAL: dict[str, Any] = {
    "crm_id": "006Hs00001TAbcDIAT",
    "title": "Isdom - GTX Pro rollout",
    "customer": {
        "name": "Isdom Logistics, Inc.",
        "website": "https://www.isdom.com",
        "industry": "Transportation",
        "country": "US",
        "state": "IL",
        "city": "Chicago",
        "postal_code": "60601",
    },
    "stage": "qualified",
    "monthly_spend": {"amount": "1205.25", "currency": "USD"},
    "close_date": "2027-03-31",
    "problem": "Dispatchers cannot see where freight is and lose hours a day.",
    "kind": "New Business",
    "product": "GTX Pro",
    "use_case": "Business Applications & Contact Center",
    "delivery_models": ["SaaS or PaaS"],
    "help_wanted": ["Co-Sell - Deal Support"],
}


def test_a_canonical_referral_is_taken() -> None:
    assert check(CANONICAL, DAY).findings == ()


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"customer.state": None}, Field.STATE, "REQUIRED_FIELD_MISSING"),
        ({"customer.postal_code": "6060"}, Field.POSTAL_CODE, "INVALID_STRING_FORMAT"),
        ({"customer.country": "Atlantis"}, Field.COUNTRY, "INVALID_ENUM_VALUE"),
        ({"customer.industry": "Alchemy"}, Field.INDUSTRY, "INVALID_ENUM_VALUE"),
        ({"monthly_spend.currency": "GBP"}, Field.MONTHLY_SPEND, "INVALID_VALUE"),
        ({"monthly_spend.amount": "0"}, Field.MONTHLY_SPEND, "VALUE_OUT_OF_RANGE"),
        ({"close_date": "2026-11-19"}, Field.CLOSE_DATE, "VALUE_OUT_OF_RANGE"),
        ({"close_date": "soon"}, Field.CLOSE_DATE, "INVALID_STRING_FORMAT"),
        ({"stage": "discovery"}, Field.STAGE, "TOO_EARLY"),
        ({"stage": "almost"}, Field.STAGE, "INVALID_ENUM_VALUE"),
        ({"stage": None}, Field.STAGE, "REQUIRED_FIELD_MISSING"),
        ({"help_wanted": []}, Field.HELP_WANTED, "REQUIRED_FIELD_MISSING"),
        ({"use_case": "Fishing"}, Field.USE_CASE, "INVALID_ENUM_VALUE"),
        ({"product": None}, Field.SOLUTION, "REQUIRED_FIELD_MISSING"),
        (
            {"solution_name": "Retired", "solutions": [{"id": "S-1", "name": "GTX"}]},
            Field.SOLUTION,
            "INVALID_ENUM_VALUE",
        ),
    ],
)
def test_what_is_wrong_with_a_canonical_referral_is_on_its_field(
    changes: dict[str, Any], field: Field, code: str
) -> None:
    (found,) = check(changed(CANONICAL, changes), DAY).findings

    assert (found.field, found.canonical, found.code) == (field.value, field, code)
    assert found.rule
    assert found.source
    assert found.fix


def test_the_filing_a_draft_makes_is_a_file_too() -> None:
    assert check(filing_with({}), DAY).what == "a filing"


def _real_row() -> dict[str, Any]:
    row = deepcopy(rows("create_inbound_sample")["opportunities"][0])
    row |= {
        "customerWebsite": "test.com",
        "targetCloseDate": "2027-09-24",
        "solutionOffered": ["S-0051001"],
        "awsProducts": [],
        "customerPhone": None,
    }
    return dict(row)
