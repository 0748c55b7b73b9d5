"""Answers the emulator does not give: tasks without ids, a real conflict, a record AWS has no side of."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from connectors.aws import AwsPortal
from connectors.aws.client import AwsClient, Pacer
from connectors.aws.steps import filing_steps
from motions.errors import OutcomeUnknown, Rejected, Unavailable
from motions.referrals import Review
from tests.connectors.aws.aws_world import StillClock


class ScriptedBoto:
    """Answers every operation with what it was told to, or fails so."""

    def __init__(self, **answers: dict[str, Any] | Exception) -> None:
        self._answers = answers

    def __getattr__(self, operation: str) -> Any:
        def answer(**_: object) -> dict[str, Any]:
            told = self._answers[operation]
            if isinstance(told, Exception):
                raise told
            return told

        return answer


def aws_error(code: str, operation: str, message: str = "no") -> ClientError:
    return ClientError(
        {"Error": {"Code": code, "Message": message}, "ResponseMetadata": {"HTTPStatusCode": 400}},  # type: ignore[typeddict-item] # the part that is read
        operation,
    )


def outcome_of(**answers: dict[str, Any]) -> str:
    boto: Any = ScriptedBoto(**answers)
    client = AwsClient(boto, catalog="AWS", pacer=Pacer(0))
    return filing_steps(client, {"create": {}, "associate": {}, "submit": {}}, "k")[-1].send({"create": "O1"})


def test_a_task_without_ids_still_tells_how_it_ended() -> None:
    task = {"TaskStatus": "COMPLETE", "TaskId": None, "EngagementId": None, "StartTime": None}

    assert outcome_of(list_engagement_from_opportunity_tasks={"TaskSummaries": [task]}) == "O1"


def test_a_submission_by_another_door_counts() -> None:
    by_hand = outcome_of(
        list_engagement_from_opportunity_tasks={"TaskSummaries": []},
        get_opportunity={"LifeCycle": {"ReviewStatus": "Submitted"}},
    )

    assert by_hand == "O1"


def test_without_any_task_the_submission_is_not_over() -> None:
    with pytest.raises(Unavailable):
        outcome_of(list_engagement_from_opportunity_tasks={"TaskSummaries": []}, get_opportunity={"LifeCycle": None})


def test_a_conflict_without_our_solution_on_the_record_is_a_real_one() -> None:
    boto: Any = ScriptedBoto(
        associate_opportunity=aws_error("ConflictException", "AssociateOpportunity"),
        get_opportunity={"RelatedEntityIdentifiers": {"Solutions": ["S-2"]}},
    )
    client = AwsClient(boto, catalog="AWS", pacer=Pacer(0))
    associate = filing_steps(client, {"create": {}, "associate": {"solution_id": "S-1"}, "submit": {}}, "k")[1]

    with pytest.raises(Rejected):
        associate.send({"create": "O1"})


def test_a_conflict_that_names_our_solution_is_looked_at_again_when_the_record_lags_behind() -> None:
    boto: Any = ScriptedBoto(
        associate_opportunity=aws_error("ConflictException", "AssociateOpportunity", "S-1 is already associated"),
        get_opportunity={"RelatedEntityIdentifiers": {"Solutions": []}},
    )
    client = AwsClient(boto, catalog="AWS", pacer=Pacer(0))
    associate = filing_steps(client, {"create": {}, "associate": {"solution_id": "S-1"}, "submit": {}}, "k")[1]

    with pytest.raises(OutcomeUnknown):
        associate.send({"create": "O1"})


def test_a_record_aws_has_no_side_of_yet_has_a_status() -> None:
    boto: Any = ScriptedBoto(
        get_opportunity={"Id": "O1", "LifeCycle": {"ReviewStatus": "Submitted"}},
        get_aws_opportunity_summary=aws_error("ResourceNotFoundException", "GetAwsOpportunitySummary"),
    )
    portal = AwsPortal(AwsClient(boto, catalog="AWS", pacer=Pacer(0)), StillClock())

    assert portal.status("O1").review is Review.PENDING
