"""The door: credentials, unknown operations, tokens, quotas and faults."""

from datetime import timedelta

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError, ConnectionClosedError

from tests.sandbox.aws.aws_deals import complete, editable, filed, get, start
from tests.sandbox.aws.aws_portal import SIGNATURE, Running, complaint, faults


def test_an_unsigned_call_is_turned_away(portal: Running) -> None:
    answer = portal.raw("ListSolutions", {"Catalog": "AWS"}, authorization="")

    assert (answer.status_code, answer.json()["__type"]) == (400, "MissingAuthenticationTokenException")


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        (("sandbox/", "AKIDSTRANGER/"), "UnrecognizedClientException"),
        (("us-east-1", "eu-west-1"), "InvalidSignatureException"),
        (("partnercentral-selling", "s3"), "InvalidSignatureException"),
        (("AWS4-HMAC-SHA256", "Bearer"), "IncompleteSignatureException"),
    ],
)
def test_a_signature_of_somebody_or_something_else_is_turned_away(
    portal: Running, change: tuple[str, str], kind: str
) -> None:
    answer = portal.raw("ListSolutions", {"Catalog": "AWS"}, authorization=SIGNATURE.replace(*change))

    assert answer.json()["__type"] == kind


def test_boto3_raises_the_services_own_exceptions(portal: Running) -> None:
    with pytest.raises(portal.aws.exceptions.ResourceNotFoundException):
        portal.aws.get_opportunity(Catalog="AWS", Identifier="O1")


@pytest.mark.parametrize("operation", ["CreateEngagement", "DropEverything", ""])
def test_an_operation_it_does_not_have_is_unknown(portal: Running, operation: str) -> None:
    answer = portal.raw(operation, {"Catalog": "AWS"})

    assert (answer.status_code, answer.json()["__type"]) == (400, "UnknownOperationException")


def test_a_token_with_the_same_body_gets_the_same_answer_and_makes_nothing(portal: Running) -> None:
    first = portal.aws.create_opportunity(**complete(), ClientToken="token")
    second = portal.aws.create_opportunity(**complete(), ClientToken="token")

    assert second["Id"] == first["Id"]
    assert second["LastModifiedDate"] == first["LastModifiedDate"]
    assert len(portal.control("GET", "/opportunities")["opportunities"]) == 1


def test_a_token_with_another_body_is_a_conflict(portal: Running) -> None:
    portal.aws.create_opportunity(**complete(), ClientToken="token")

    answer = complaint(lambda: portal.aws.create_opportunity(**complete(Project__Title="Another"), ClientToken="token"))

    assert answer["Error"]["Code"] == "ConflictException"
    assert answer["Error"]["Message"] == "Conflicting client token submitted for a new request body."


def test_a_token_that_was_refused_may_be_used_again(portal: Running) -> None:
    complaint(lambda: portal.aws.create_opportunity(**complete(Project__Title=None), ClientToken="token"))

    answer = portal.aws.create_opportunity(**complete(), ClientToken="token")

    assert answer["Id"]


def test_a_task_token_starts_one_task(portal: Running) -> None:
    identifier = filed(portal)

    first, second = start(portal, identifier, token="go"), start(portal, identifier, token="go")

    assert first["TaskId"] == second["TaskId"]
    assert len(portal.aws.list_engagement_from_opportunity_tasks(Catalog="AWS")["TaskSummaries"]) == 1


def test_writes_share_one_bucket_that_refills_with_the_clock(portal: Running) -> None:
    portal.control("POST", "/limits", writes_per_second=1, reads_per_second=None, burst=2)
    identifier = filed(portal)  # create and associate: the burst

    early = complaint(lambda: start(portal, identifier))
    portal.clock.advance(timedelta(seconds=1))
    late = start(portal, identifier)

    assert early["Error"]["Code"] == "ThrottlingException"
    assert late["TaskId"]


def test_reads_have_their_own_bucket(portal: Running) -> None:
    portal.control("POST", "/limits", writes_per_second=None, reads_per_second=3, burst=1)

    outcomes = [portal.raw("ListSolutions", {"Catalog": "AWS"}).status_code for _ in range(4)]

    assert outcomes == [200, 200, 200, 400]
    assert filed(portal)


def test_quotas_are_on_unless_turned_off(portal: Running) -> None:
    portal.control("POST", "/reset")

    outcomes = [portal.raw("CreateOpportunity", {}).json()["__type"] for _ in range(3)]

    assert outcomes == ["ValidationException", "ValidationException", "ThrottlingException"]


@pytest.mark.parametrize(
    ("kind", "status", "code"),
    [
        ("throttle", 400, "ThrottlingException"),
        ("internal_error", 500, "InternalServerException"),
        ("access_denied", 400, "AccessDeniedException"),
        ("quota", 400, "ServiceQuotaExceededException"),
    ],
)
def test_a_fault_befalls_so_many_calls_of_one_operation(portal: Running, kind: str, status: int, code: str) -> None:
    portal.control("POST", "/faults", operation="CreateOpportunity", kind=kind, times=1)

    portal.aws.list_solutions(Catalog="AWS")
    answer = complaint(lambda: portal.aws.create_opportunity(**complete()))
    created = portal.aws.create_opportunity(**complete())

    assert answer["Error"]["Code"] == code
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == status
    assert created["Id"]


@pytest.mark.parametrize(
    ("kind", "error"), [("drop_after_commit", ConnectionClosedError), ("error_after_commit", ClientError)]
)
def test_a_lost_answer_left_its_record_which_the_same_token_finds(
    portal: Running, kind: str, error: type[Exception]
) -> None:
    portal.control("POST", "/faults", operation="CreateOpportunity", kind=kind)
    with pytest.raises(error):
        portal.aws.create_opportunity(**complete(), ClientToken="token")

    found = portal.aws.create_opportunity(**complete(), ClientToken="token")

    records = portal.control("GET", "/opportunities")["opportunities"]
    assert [record["Id"] for record in records] == [found["Id"]]


def test_a_lost_answer_retried_under_a_fresh_token_is_caught_by_the_partner_identifier(portal: Running) -> None:
    portal.control("POST", "/faults", operation="CreateOpportunity", kind="error_after_commit")
    complaint(lambda: portal.aws.create_opportunity(**complete()))

    answer = complaint(lambda: portal.aws.create_opportunity(**complete()))

    assert faults(answer) == [("partnerOpportunityIdentifier", "DUPLICATE_KEY_VALUE")]


def test_boto3s_own_retries_reach_the_portal(portal: Running) -> None:
    portal.control("POST", "/faults", operation="ListSolutions", kind="throttle", times=1)
    patient = boto3.client(
        "partnercentral-selling",
        region_name="us-east-1",
        endpoint_url=portal.url,
        aws_access_key_id="sandbox",
        aws_secret_access_key="sandbox",
        config=Config(retries={"total_max_attempts": 2, "mode": "standard"}),
    )

    answer = patient.list_solutions(Catalog="AWS")

    assert answer["ResponseMetadata"]["RetryAttempts"] == 1


def test_a_balancer_in_front_may_answer_in_html(portal: Running) -> None:
    portal.control("POST", "/faults", operation="*", kind="http_503_html")

    answer = portal.raw("ListSolutions", {"Catalog": "AWS"})

    assert (answer.status_code, answer.headers["content-type"].split(";")[0]) == (503, "text/html")


def test_a_stale_read_shows_the_version_before(portal: Running) -> None:
    identifier = filed(portal)
    request = editable(portal, identifier)
    request["LifeCycle"]["NextSteps"] = "Send the deck"
    portal.aws.update_opportunity(**request)
    portal.control("POST", "/faults", operation="GetOpportunity", kind="stale_read")

    stale, fresh = get(portal, identifier), get(portal, identifier)

    assert [r["LifeCycle"]["NextSteps"] for r in (stale, fresh)] == ["Book a call", "Send the deck"]
    assert stale["LastModifiedDate"] < fresh["LastModifiedDate"]


def test_latency_delays_and_changes_nothing(portal: Running) -> None:
    portal.control("POST", "/faults", operation="ListSolutions", kind="latency", seconds=0.01)

    answer = portal.aws.list_solutions(Catalog="AWS")

    assert answer["SolutionSummaries"]
    assert portal.control("GET", "/faults")["faults"] == []


def test_faults_can_be_taken_back(portal: Running) -> None:
    portal.control("POST", "/faults", operation="*", kind="throttle", times=100)

    portal.control("DELETE", "/faults")

    assert portal.aws.list_solutions(Catalog="AWS")["SolutionSummaries"]


def test_free_text_returns_as_stored_unless_the_portal_encodes_it(portal: Running) -> None:
    identifier = filed(portal)
    plain = get(portal, identifier)["Project"]
    portal.control("POST", "/knobs", html_entities=True)
    encoded = get(portal, identifier)["Project"]

    assert plain["CustomerUseCase"] == "Business Applications: Mainframe Modernization"
    assert encoded["CustomerUseCase"] == "Business Applications&#58; Mainframe Modernization"
    assert "tracking &amp; alerts" in encoded["CustomerBusinessProblem"]


def test_a_new_account_may_have_no_solutions_and_a_deal_no_aws_side(portal: Running) -> None:
    identifier = filed(portal)
    portal.control("POST", "/knobs", empty_solutions=True, null_summary=True)

    solutions = portal.aws.list_solutions(Catalog="AWS")["SolutionSummaries"]
    summary = portal.aws.get_aws_opportunity_summary(Catalog="AWS", RelatedOpportunityIdentifier=identifier)

    assert solutions == []
    assert summary.keys() == {"Catalog", "RelatedOpportunityId", "ResponseMetadata"}


def test_every_call_is_logged_with_what_was_asked_and_answered(portal: Running) -> None:
    portal.raw("GetOpportunity", {"Catalog": "AWS", "Identifier": "O1"})

    call = portal.control("GET", "/calls")["calls"][-1]

    assert (call["operation"], call["status"]) == ("GetOpportunity", 400)
    assert call["request"] == {"Catalog": "AWS", "Identifier": "O1"}
    assert call["error"]["__type"] == "ResourceNotFoundException"


def test_the_whole_truth_and_its_summary(portal: Running) -> None:
    identifier = filed(portal)
    start(portal, identifier)

    (truth,) = portal.control("GET", "/opportunities")["opportunities"]
    summary = portal.control("GET", "/summary")["opportunities"]

    assert truth["Submission"]["InvolvementType"] == "Co-Sell"
    assert truth["RelatedEntityIdentifiers"]["Solutions"] == ["S-0051001"]
    assert summary == [
        {
            "id": identifier,
            "title": "Freight tracking on AWS",
            "crm_id": "006XX0000001",
            "review_status": "Submitted",
            "stage": "Qualified",
            "target_close_date": "2027-03-31",
            "customer": "Acme Freight",
        }
    ]


@pytest.mark.parametrize(
    ("path", "arguments", "status"),
    [
        ("/review", {"id": "O1", "decision": "approve"}, 400),
        ("/review", {"decision": "approve"}, 400),
        ("/reviewer", {"mode": "asleep"}, 400),
        ("/faults", {"kind": "gremlins"}, 400),
        ("/knobs", {"no_such_knob": True}, 400),
        ("/review", {"id": "O1", "decision": "approve", "reason": "Mood"}, 400),
        ("/aws_referral", {"industry": "Piracy"}, 409),
    ],
)
def test_a_mistaken_command_is_explained(portal: Running, path: str, arguments: dict[str, object], status: int) -> None:
    answer = portal.http.post(f"{portal.url}/_control{path}", json=arguments)

    assert answer.status_code == status
    assert answer.json()["error"]


def test_a_command_that_is_no_json_is_explained(portal: Running) -> None:
    answer = portal.http.post(f"{portal.url}/_control/reset", content="{")

    assert answer.status_code == 400
