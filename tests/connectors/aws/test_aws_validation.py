"""The check against the service model, shape by shape."""

from typing import Any

import pytest

from connectors.aws.validation import enum_of, faults

LISTING: dict[str, Any] = {"Catalog": "AWS"}


def told(operation: str, request: dict[str, Any]) -> list[tuple[str, str]]:
    return [(fault.path, fault.code) for fault in faults(operation, request)]


@pytest.mark.parametrize(
    ("operation", "request_", "found"),
    [
        ("ListSolutions", LISTING, []),
        ("ListSolutions", {}, [("Catalog", "REQUIRED_FIELD_MISSING")]),
        ("ListSolutions", LISTING | {"Colour": "red"}, [("Colour", "INVALID_VALUE")]),
        ("ListSolutions", {"Catalog": "A W S"}, [("Catalog", "INVALID_STRING_FORMAT")]),
        ("ListSolutions", {"Catalog": 7}, [("Catalog", "INVALID_VALUE")]),
        ("ListSolutions", LISTING | {"Status": "Active"}, [("Status", "INVALID_VALUE")]),
        ("ListSolutions", LISTING | {"Status": ["Asleep"]}, [("Status", "INVALID_ENUM_VALUE")]),
        ("ListSolutions", LISTING | {"Status": ["Active"] * 11}, [("Status", "TOO_MANY_VALUES")]),
        ("ListSolutions", LISTING | {"Sort": "Name"}, [("Sort", "INVALID_VALUE")]),
        (
            "ListSolutions",
            LISTING | {"Sort": {"SortBy": "Name"}},
            [("Sort.SortOrder", "REQUIRED_FIELD_MISSING")],
        ),
        (
            "ListEngagementFromOpportunityTasks",
            LISTING | {"TaskStatus": []},
            [("TaskStatus", "NOT_ENOUGH_VALUES")],
        ),
        ("CreateOpportunity", LISTING | {"PartnerOpportunityIdentifier": "x" * 64}, []),
        (
            "CreateOpportunity",
            LISTING | {"Customer": {"Contacts": [{"Email": "Jane@acme.com"}]}},
            [("Customer.Contacts.Email", "INVALID_STRING_FORMAT")],
        ),
    ],
)
def test_a_request_is_held_to_the_model(operation: str, request_: dict[str, Any], found: list[tuple[str, str]]) -> None:
    assert told(operation, request_) == found


def test_a_text_of_the_wrong_length_is_told_its_limits() -> None:
    (fault,) = faults("CreateOpportunity", LISTING | {"Project": {"CustomerBusinessProblem": "short"}})

    assert fault.message == "must have 20 to 2000 characters, has 5"


def test_a_shape_without_an_enumeration_has_no_values() -> None:
    assert enum_of("OpportunityIdentifier") == ()
