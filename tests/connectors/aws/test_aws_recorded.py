"""Answers the real API once gave, read through botocore's own parser: nulls everywhere, odd stamps, odd words."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from botocore.loaders import Loader
from botocore.model import ServiceModel
from botocore.parsers import create_parser

from connectors.aws.client import AwsClient, Pacer
from connectors.aws.reading import is_over, is_submitted, look_alike_from, moment_at, status_from
from connectors.aws.steps import filing_steps
from motions.referrals import Review
from tests.connectors.aws.aws_world import READY

MODEL = ServiceModel(Loader().load_service_model("partnercentral-selling", "service-2"))
FIXTURES = Path(__file__).parent / "fixtures"


def recorded(operation: str, name: str) -> dict[str, Any]:
    shape = MODEL.operation_model(operation).output_shape
    assert shape is not None
    answer = {"status_code": 200, "headers": {}, "body": (FIXTURES / f"{name}.json").read_bytes()}
    return dict(create_parser("json").parse(answer, shape))


OWN = recorded("GetOpportunity", "get_opportunity")


def test_a_status_is_read_from_a_record_full_of_nulls() -> None:
    status = status_from(OWN, recorded("GetAwsOpportunitySummary", "get_aws_opportunity_summary"))

    assert (status.referral_id, status.review) == ("O1111111", Review.ACCEPTED)
    assert status.modified_at == datetime(2024, 11, 14, 19, 32, 3, tzinfo=UTC)
    assert (status.pam_name, status.pam_email) == ("TestFirstName TestLastName", "test@test.com")
    assert (status.seller_name, status.partner_stage, status.next_step, status.comments) == (None, None, None, None)


def test_awss_next_step_is_read_from_the_receiving_side() -> None:
    status = status_from(OWN, recorded("GetAwsOpportunitySummary", "get_aws_opportunity_summary_receiving"))

    assert str(status.next_step).startswith("Next steps on the opportunity.")
    assert status.pam_name == "NAMER SI Partner Manager"
    assert status.partner_stage is None


def test_a_summary_in_a_listing_is_read() -> None:
    for summary in recorded("ListOpportunities", "list_opportunities")["OpportunitySummaries"]:
        twin = look_alike_from(summary, READY)

        assert twin.referral_id.startswith("O")
        assert twin.customer
        assert not twin.same_crm_id
        assert moment_at(summary, "LastModifiedDate").tzinfo is UTC


def test_a_finished_task_is_read() -> None:
    class Boto:
        def list_engagement_from_opportunity_tasks(self, **_: object) -> dict[str, Any]:
            return recorded("ListEngagementFromOpportunityTasks", "list_engagement_from_opportunity_tasks")

    boto: Any = Boto()
    client = AwsClient(boto, catalog="AWS", pacer=Pacer(0))
    submitted = filing_steps(client, {"create": {}, "associate": {}, "submit": {}}, "k")[-1]

    assert submitted.send({"create": "O1111111"}) == "eng-hdbyiqohxd0afw"


@pytest.mark.parametrize("record", [{}, {"LifeCycle": None, "OpportunityTeam": None, "Project": None}])
def test_a_record_with_nothing_in_it_is_pending(record: dict[str, Any]) -> None:
    assert status_from(record, record).review is Review.PENDING
    assert not is_over(record)
    assert not is_submitted(record)
