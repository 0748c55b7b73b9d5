"""Requests are held to botocore's own service model, which botocore itself does not do."""

import re
from typing import Any

import pytest
from botocore.loaders import Loader

from sandbox.aws import shapes, values
from sandbox.aws.wire import AwsError
from tests.sandbox.aws.aws_deals import complete
from tests.sandbox.aws.aws_portal import Running, complaint, faults

MODEL: dict[str, Any] = Loader().load_service_model("partnercentral-selling", "service-2")
PATTERNS = {name: shape["pattern"] for name, shape in MODEL["shapes"].items() if "pattern" in shape}
SPEND = {"Amount": "1", "CurrencyCode": "USD", "Frequency": "Monthly", "TargetCompany": "AWS"}


@pytest.mark.parametrize("name", sorted(PATTERNS))
def test_every_pattern_of_the_model_compiles(name: str) -> None:
    assert isinstance(shapes.pattern_of(PATTERNS[name]), re.Pattern)


@pytest.mark.parametrize(
    ("shape", "value", "is_accepted"),
    [
        ("Email", "jane.doe@acme.example", True),
        ("Email", "Jane.Doe@acme.example", False),
        ("Email", "j" * 80 + "@acme.example", False),
        ("PhoneNumber", "+14155550100", True),
        ("PhoneNumber", "+1415555\u0660\u0661\u0660\u0660", False),  # Java's \d is ASCII
        ("DunsNumber", "12345678", False),
        ("TagKey", "Größe 東京", True),  # the one pattern with Unicode categories
        ("TagKey", "a{b}", False),
        ("TagValue", "", True),
        ("Date", "2027-02-31", True),  # the model's pattern is no calendar
        ("Date", "27-02-01", False),
        ("Amount", "1250.50", True),
        ("Amount", "1,250.50", False),
        ("LifeCycleNextStepsString", "two\nlines", True),
        ("LifeCycleNextStepsString", "x" * 256, False),
        ("RejectionReasonString", "Other", True),
        ("EngagementInvitationArnOrIdentifier", "engi-0000001abc3de", True),
        ("EngagementInvitationArnOrIdentifier", "eng-0000001abc3def", False),
    ],
)
def test_patterns_are_matched_whole_as_in_java(shape: str, value: str, *, is_accepted: bool) -> None:
    assert shapes.matches(shape, value) is is_accepted


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        (
            {"Customer__Account__Industry": "Computers & Electronics"},
            ("customer.account.industry", "INVALID_ENUM_VALUE"),
        ),
        ({"Customer__Account__Duns": "12-345-678"}, ("customer.account.duns", "INVALID_STRING_FORMAT")),
        (
            {"Customer__Contacts": [{"Email": "ok@acme.example"}, {"Email": "Jane@acme.example"}]},
            ("customer.contacts.2.member.email", "INVALID_STRING_FORMAT"),
        ),
        (
            {"Project__CustomerBusinessProblem": "too short"},
            ("project.customerBusinessProblem", "INVALID_STRING_FORMAT"),
        ),
        ({"LifeCycle__NextSteps": "x" * 256}, ("lifeCycle.nextSteps", "INVALID_STRING_FORMAT")),
        ({"Project__SalesActivities": ["Golf"]}, ("project.salesActivities", "INVALID_ENUM_VALUE")),
        ({"Project__ExpectedCustomerSpend": [SPEND] * 11}, ("project.expectedCustomerSpend", "TOO_MANY_VALUES")),
        (
            {"Project__ExpectedCustomerSpend": [SPEND | {"Frequency": "Annual"}]},
            ("project.expectedCustomerSpend.1.member.frequency", "INVALID_ENUM_VALUE"),
        ),
        ({"PartnerOpportunityIdentifier": "x" * 65}, ("partnerOpportunityIdentifier", "INVALID_STRING_FORMAT")),
        ({"Catalog": "Production"}, ("catalog", "INVALID_VALUE")),
    ],
)
def test_a_bad_member_is_named_by_its_camel_case_path(
    portal: Running, changes: dict[str, Any], expected: tuple[str, str]
) -> None:
    request = complete(**changes)

    answer = complaint(lambda: portal.aws.create_opportunity(**request))

    assert answer["Error"]["Code"] == "ValidationException"
    assert answer["Reason"] == "REQUEST_VALIDATION_FAILED"
    assert faults(answer) == [expected]


def test_a_missing_required_member_is_named_when_no_client_stops_it(portal: Running) -> None:
    body = complete() | {"ClientToken": "t"}
    del body["Customer"]["Account"]["CompanyName"]

    answer = portal.raw("CreateOpportunity", body)

    assert answer.status_code == 400
    assert answer.json()["__type"] == "ValidationException"
    assert faults(answer.json()) == [("customer.account.companyName", "REQUIRED_FIELD_MISSING")]


def test_a_list_too_short_is_named(portal: Running) -> None:
    body = {"Catalog": "AWS", "TaskStatus": []}

    answer = portal.raw("ListEngagementFromOpportunityTasks", body)

    assert faults(answer.json()) == [("taskStatus", "NOT_ENOUGH_VALUES")]


@pytest.mark.parametrize("size", [0, 101])
def test_numbers_out_of_range_are_named(portal: Running, size: int) -> None:
    answer = portal.raw("ListOpportunities", {"Catalog": "AWS", "MaxResults": size}).json()

    assert faults(answer) == [("maxResults", "VALUE_OUT_OF_RANGE")]


@pytest.mark.parametrize(
    "body",
    [
        "{not json",
        "[]",
        {"Catalog": "AWS", "Identifier": 7},
        {"Catalog": ["AWS"], "Identifier": "O1"},
        {"Catalog": {"Name": "AWS"}, "Identifier": "O1"},
        {"Catalog": True, "Identifier": "O1"},
    ],
)
def test_the_wrong_json_type_cannot_be_read(portal: Running, body: object) -> None:
    answer = portal.raw("GetOpportunity", body)

    assert (answer.status_code, answer.json()["__type"]) == (400, "SerializationException")


@pytest.mark.parametrize("size", ["20", True, 2.5])
def test_a_number_is_a_json_integer(portal: Running, size: object) -> None:
    answer = portal.raw("ListSolutions", {"Catalog": "AWS", "MaxResults": size})

    assert answer.json()["__type"] == "SerializationException"


@pytest.mark.parametrize("arn", ["arn", "arn:" + "x" * 2048])
def test_a_string_of_the_wrong_length_is_named(portal: Running, arn: str) -> None:
    answer = portal.raw("ListSolutions", {"Catalog": "AWS", "AwsMarketplaceSolutionArn": [arn]})

    assert ("awsMarketplaceSolutionArn", "INVALID_STRING_FORMAT") in faults(answer.json())


def test_requests_are_made_of_no_other_types_than_the_validator_knows() -> None:
    inputs = [shapes.MODEL.operation_model(name).input_shape for name in shapes.MODEL.operation_names]
    seen: dict[str, str] = {}
    todo: list[Any] = [shape for shape in inputs if shape is not None]
    while todo:
        shape = todo.pop()
        if shape.name not in seen:
            seen[shape.name] = shape.type_name
            todo += getattr(shape, "members", {}).values()
            todo += [shape.member] if shape.type_name == "list" else []

    assert set(seen.values()) <= shapes.REQUEST_TYPES


@pytest.mark.parametrize("value", ["2026-11-20 12:00:00+00:00", "yesterday", 1763640000])
def test_a_timestamp_is_an_iso_8601_instant(value: object) -> None:
    body = {"Catalog": "AWS", "Identifier": "O1", "LastModifiedDate": value}

    with pytest.raises(AwsError, match="SerializationException"):
        shapes.input_errors("UpdateOpportunity", body)


def test_an_explicit_null_means_absent_and_unknown_members_are_ignored(portal: Running) -> None:
    body = complete() | {"ClientToken": "t", "SoftwareRevenue": None, "TagKeys": ["MAP"]}
    body["Customer"]["Account"]["Duns"] = None

    answer = portal.raw("CreateOpportunity", body)

    assert answer.status_code == 200, answer.text


def test_a_website_pattern_that_backtracks_is_answered_at_once() -> None:
    assert not values.is_website("a." * 120 + "~")


def test_enums_kept_beside_the_model_do_not_drift_from_it() -> None:
    kinds = MODEL["shapes"]["RelatedEntityType"]["enum"]
    stages = MODEL["shapes"]["Stage"]["enum"]
    countries = MODEL["shapes"]["CountryCode"]["enum"]

    assert set(values.MOST_RELATED) == set(kinds)
    assert set(values.CLOSED) | set(values.WON_STAGES) <= set(stages)
    assert values.standard("countries_without_postal_code") <= set(countries)
