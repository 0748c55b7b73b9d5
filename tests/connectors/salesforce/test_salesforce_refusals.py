"""Salesforce's refusals and what we make of each."""

import pytest

from connectors.salesforce.refusals import (
    BudgetSpent,
    CursorLost,
    RecordLocked,
    error_from,
    is_stale_session,
    refusal_from,
)
from motions.errors import AuthExpired, ConnectorError, NotVisible, OutcomeUnknown, Rejected, Unavailable


def error_of(
    status: int, code: str, message: str = "", *, fields: list[str] | None = None, repeatable: bool = False
) -> ConnectorError:
    content = [{"errorCode": code, "message": message, "fields": fields or []}]
    return error_from(refusal_from(status, content), about="Opportunity", headers={}, repeatable=repeatable)


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (400, "UNABLE_TO_LOCK_ROW", RecordLocked),
        (403, "REQUEST_LIMIT_EXCEEDED", BudgetSpent),
        (400, "INVALID_QUERY_LOCATOR", CursorLost),
        (503, "SERVER_UNAVAILABLE", Unavailable),
        (500, "UNKNOWN_EXCEPTION", OutcomeUnknown),
        (403, "API_DISABLED_FOR_ORG", AuthExpired),
        (404, "NOT_FOUND", NotVisible),
        (404, "ENTITY_IS_DELETED", NotVisible),
        (400, "INVALID_CROSS_REFERENCE_KEY", NotVisible),
        (400, "MALFORMED_ID", NotVisible),
        (400, "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY", NotVisible),
        (403, "INSUFFICIENT_ACCESS_OR_READONLY", NotVisible),
        (400, "FIELD_CUSTOM_VALIDATION_EXCEPTION", Rejected),
        (400, "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST", Rejected),
        (400, "STRING_TOO_LONG", Rejected),
        (400, "DUPLICATES_DETECTED", Rejected),
        (400, "REQUIRED_FIELD_MISSING", Rejected),
    ],
)
def test_the_code_decides_not_the_status(status: int, code: str, kind: type[ConnectorError]) -> None:
    assert type(error_of(status, code)) is kind


def test_a_broken_call_that_may_be_repeated_is_not_in_doubt() -> None:
    assert type(error_of(500, "UNKNOWN_EXCEPTION", repeatable=True)) is Unavailable


@pytest.mark.parametrize(
    ("status", "content", "kind"),
    [
        (503, "<html>Down for maintenance</html>", Unavailable),
        (502, "<html>", OutcomeUnknown),
        (404, "<html>", NotVisible),
        (403, {"error": "forbidden"}, Rejected),
        (400, [], Rejected),
        (300, ["/services/data/v66.0/sobjects/Cosell_Motion__c/a0C"], Rejected),
    ],
)
def test_a_body_without_a_code_is_read_by_its_status(status: int, content: object, kind: type[ConnectorError]) -> None:
    error = error_from(refusal_from(status, content), about="Opportunity", headers={}, repeatable=False)

    assert type(error) is kind


def test_an_unknown_column_is_named_with_the_fix() -> None:
    error = error_of(400, "INVALID_FIELD", "No such column 'Cosell_PAM__c' on sobject of type Opportunity")

    assert isinstance(error, NotVisible)
    assert "Opportunity.Cosell_PAM__c" in str(error)
    assert "permission set Cosell_Bot" in str(error)


def test_a_field_that_may_not_be_written_is_named() -> None:
    message = "Unable to create/update fields: Cosell_PAM__c. Please check the security settings of this field"

    error = error_of(400, "INVALID_FIELD_FOR_INSERT_UPDATE", message)

    assert "Opportunity.Cosell_PAM__c" in str(error)


def test_a_missing_object_is_named() -> None:
    error = error_of(400, "INVALID_TYPE", "sObject type 'Cosell_Motion__c' is not supported.")

    assert "Cosell_Motion__c does not exist" in str(error)


def test_a_validation_rule_speaks_in_the_orgs_own_words_and_names_the_field() -> None:
    error = error_of(400, "FIELD_CUSTOM_VALIDATION_EXCEPTION", "Say why the deal slips.", fields=["CloseDate"])

    assert isinstance(error, Rejected)
    assert "(CloseDate): Say why the deal slips." in str(error)
    assert error.problems[0].code == "FIELD_CUSTOM_VALIDATION_EXCEPTION"


def test_an_endless_message_is_cut() -> None:
    assert len(str(error_of(400, "STRING_TOO_LONG", "x" * 5000))) < 400


@pytest.mark.parametrize(
    ("status", "content", "stale"),
    [
        (401, "<html>", True),
        (401, {"error": "x"}, True),
        (401, [{"errorCode": "INVALID_SESSION_ID"}], True),
        (403, [{"errorCode": "INVALID_SESSION_ID"}], True),
        (403, [{"errorCode": "REQUEST_LIMIT_EXCEEDED"}], False),
    ],
)
def test_a_stale_session_is_told_from_a_refusal(status: int, content: object, stale: bool) -> None:
    assert is_stale_session(refusal_from(status, content)) is stale
