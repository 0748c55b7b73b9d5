"""Real sample payloads and recorded calls: what the portal takes, what it refuses and why, how it answers."""

import json
from pathlib import Path
from typing import Any

import pytest
from botocore.model import ListShape, Shape, StructureShape

from sandbox.aws.shapes import MODEL
from tests.sandbox.aws.aws_deals import associate, filed, start
from tests.sandbox.aws.aws_portal import Running, faults

FIXTURES = Path(__file__).parent / "fixtures"
RECORDED: list[dict[str, Any]] = json.loads((FIXTURES / "recorded.json").read_text(encoding="utf-8"))
CREATED = [example for example in RECORDED if example["op"] == "CreateOpportunity"]

COMPETITOR = [("project.competitorName", "INVALID_ENUM_VALUE")]  # "Competitor Platform" was put in to anonymise
POSTAL = {"US": "10001", "AL": "1001"}
CREATE: dict[str, tuple[str, list[tuple[str, str]]]] = {
    "apis_createOpportunity": ("complete, no nulls", []),
    "lead_createOpportunity": ("the catalog is a placeholder", [("catalog", "INVALID_STRING_FORMAT")]),
    "offers_3_createOpportunity_createOpportunity": ("nulls only; its token is a placeholder, but a token", []),
    "sampleUI_create": ("nulls only", []),
    "src_bulk_create_1": ("nulls only", []),
    "src_bulk_create_2": ("nulls only", []),
    "java_create": ("competitor", COMPETITOR),
    "sampleUI_bulk_create_1": ("competitor", COMPETITOR),
    "sampleUI_bulk_create_2": ("competitor", COMPETITOR),
    "sampleUI_create_aws": ("an AWS referral, in the Sandbox", []),
    "src_create_aws": ("competitor, and an AWS referral in catalog AWS behind it", COMPETITOR),
}
# Each is sent to an approved record that held the same before, with that record's identifier and version.
UPDATE: dict[str, tuple[str, list[tuple[str, str]]]] = {
    "offers_3_createOpportunity_update_opportunity": ("keeps what approval froze", []),
    "offers_6_updateOpportunity_update_opportunity_committed": ("Committed, with a real solution", []),
    "sampleUI_update_approved": ("keeps what approval froze", []),
    "sampleUI_update_technical_validation": ("moves the stage of an approved record", []),
    "lead_update_opportunity_from_lead": (
        "its review status does not follow",
        [("lifeCycle.reviewStatus", "INVALID_RESOURCE_STATE")],
    ),
    "apis_updateOpportunity": ("moves the stage; its postal code, wrong for the US, is replaced", []),
    "java_update": ("competitor", COMPETITOR),
    "sampleUI_bulk_update_1": ("competitor", COMPETITOR),
    "sampleUI_bulk_update_2": ("competitor", COMPETITOR),
    "sampleUI_update": ("competitor", COMPETITOR),
}
OTHER = {"lead_createEngagementInvitationLead", "lead_createEngagementLead", "lead_updateEngagementContext"}


def payload(name: str) -> dict[str, Any]:
    return dict(json.loads((FIXTURES / "payloads" / f"{name}.json").read_text(encoding="utf-8")))


def test_every_sample_is_accounted_for() -> None:
    names = {path.stem for path in (FIXTURES / "payloads").glob("*.json")}

    assert names == {*CREATE, *UPDATE, *OTHER}


@pytest.mark.parametrize(("name", "_why", "expected"), [(n, *row) for n, row in CREATE.items()], ids=list(CREATE))
def test_sample_creations(portal: Running, name: str, _why: str, expected: list[tuple[str, str]]) -> None:
    answer = portal.raw("CreateOpportunity", payload(name))

    assert faults(answer.json()) == expected
    assert answer.status_code == (400 if expected else 200)


@pytest.mark.parametrize(("name", "_why", "expected"), [(n, *row) for n, row in UPDATE.items()], ids=list(UPDATE))
def test_sample_updates(portal: Running, name: str, _why: str, expected: list[tuple[str, str]]) -> None:
    request = payload(name)
    request |= _an_approved_record_like(portal, request)

    answer = portal.raw("UpdateOpportunity", request)

    assert faults(answer.json()) == expected
    assert answer.status_code == (400 if expected else 200)


def test_the_engagement_samples_belong_to_operations_the_emulator_does_not_have(portal: Running) -> None:
    answer = portal.raw("CreateEngagement", payload("lead_createEngagementLead"))

    assert answer.json()["__type"] == "UnknownOperationException"


def test_a_python_datetime_is_no_timestamp(portal: Running) -> None:
    """One sample writes LastModifiedDate as Python prints it; boto3 would have turned it into ISO 8601."""
    request = payload("offers_6_updateOpportunity_update_opportunity_committed")

    answer = portal.raw("UpdateOpportunity", request)

    assert answer.json()["__type"] == "SerializationException"


@pytest.mark.parametrize("example", CREATED, ids=[example["name"] for example in CREATED])
def test_what_the_real_service_accepted_is_accepted(portal: Running, example: dict[str, Any]) -> None:
    request = json.loads(
        json.dumps(example["request"]).replace("{{catalog}}", "Sandbox").replace("{{targetCloseDate}}", "2027-06-30")
    )

    answer = portal.raw("CreateOpportunity", request)

    assert answer.status_code == example["status"] or example["status"] is None, answer.text
    assert answer.json().keys() == example["response"].keys()


@pytest.mark.parametrize(
    "operation",
    [
        "GetOpportunity",
        "GetAwsOpportunitySummary",
        "ListOpportunities",
        "ListSolutions",
        "StartEngagementFromOpportunityTask",
        "ListEngagementFromOpportunityTasks",
        "GetEngagementInvitation",
        "ListEngagementInvitations",
        "StartEngagementByAcceptingInvitationTask",
        "ListEngagementByAcceptingInvitationTasks",
    ],
)
def test_answers_have_the_members_of_the_recorded_ones(portal: Running, operation: str) -> None:
    recorded = next(example["response"] for example in RECORDED if example["op"] == operation)

    ours = _answer(portal, operation)

    assert _missing(recorded, ours) == []
    shape = MODEL.operation_model(operation).output_shape
    assert shape is not None
    assert _unmodelled(shape, ours) == []


def _an_approved_record_like(portal: Running, update: dict[str, Any]) -> dict[str, Any]:
    """File and approve a record holding what the update holds, apart from what it moves; give its identity."""
    catalog = update["Catalog"]
    account = update["Customer"]["Account"]
    postal = POSTAL[account["Address"]["CountryCode"]]
    address = {name: value for name, value in account["Address"].items() if value}
    identifier = filed(
        portal,
        Catalog=catalog,
        PartnerOpportunityIdentifier=update.get("PartnerOpportunityIdentifier"),
        Customer__Account={name: account[name] for name in ("CompanyName", "Industry", "WebsiteUrl")}
        | {"Address": address | {"PostalCode": postal}},
        Project__Title=update["Project"]["Title"],
        Project__CustomerBusinessProblem=update["Project"]["CustomerBusinessProblem"],
        PrimaryNeedsFromAws=update["PrimaryNeedsFromAws"],
        LifeCycle__Stage="Prospect",
    )
    account["Address"]["PostalCode"] = postal
    start(portal, identifier, catalog=catalog)
    portal.control("POST", "/review", id=identifier, decision="approve")
    version = portal.raw("GetOpportunity", {"Catalog": catalog, "Identifier": identifier}).json()["LastModifiedDate"]
    return {"Identifier": identifier, "LastModifiedDate": version}


def _answer(portal: Running, operation: str) -> dict[str, Any]:
    catalog = {"Catalog": "AWS"}
    identifier = filed(portal)
    associate(portal, identifier, kind="AwsProducts", what="AWSLambda")
    start(portal, identifier)
    portal.control("POST", "/review", id=identifier, decision="approve")
    invitation = portal.control("POST", "/aws_referral")["invitation_id"]
    accept = catalog | {"Identifier": invitation, "ClientToken": "accept"}
    if operation == "ListEngagementByAcceptingInvitationTasks":
        portal.raw("StartEngagementByAcceptingInvitationTask", accept)
    submission = {"AwsSubmission": {"InvolvementType": "Co-Sell"}, "ClientToken": "again"}
    requests: dict[str, dict[str, Any]] = {
        "GetOpportunity": {"Identifier": identifier},
        "GetAwsOpportunitySummary": {"RelatedOpportunityIdentifier": identifier},
        "ListSolutions": {"MaxResults": 2},
        "StartEngagementFromOpportunityTask": {"Identifier": identifier} | submission,
        "GetEngagementInvitation": {"Identifier": invitation},
        "ListEngagementInvitations": {"ParticipantType": "RECEIVER"},
        "StartEngagementByAcceptingInvitationTask": accept,
    }
    answer = portal.raw(operation, catalog | requests.get(operation, {}))
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def _missing(recorded: Any, ours: Any, path: str = "") -> list[str]:
    """Members the real answer has and ours has not, below the first entry of each list."""
    if isinstance(recorded, dict) and isinstance(ours, dict):
        absent = [f"{path}.{name}" for name in recorded if name not in ours]
        below = [
            gap for name in recorded.keys() & ours for gap in _missing(recorded[name], ours[name], f"{path}.{name}")
        ]
        return absent + below
    if isinstance(recorded, list) and isinstance(ours, list) and recorded and ours:
        return _missing(recorded[0], ours[0], f"{path}[]")
    return []


def _unmodelled(shape: Shape, value: Any, path: str = "") -> list[str]:
    """Members of our answer that the service model does not know, and values of the wrong kind."""
    if value is None:
        return []
    if isinstance(shape, StructureShape):
        strange = [f"{path}.{name}" for name in value if name not in shape.members]
        known = [name for name in value if name in shape.members]
        return strange + [bad for n in known for bad in _unmodelled(shape.members[n], value[n], f"{path}.{n}")]
    if isinstance(shape, ListShape):
        return [bad for item in value for bad in _unmodelled(shape.member, item, f"{path}[]")]
    return []
