"""AWS's invitations as they really arrive: nulls, entities, amounts that are none, tasks that name nothing."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from connectors.aws import AwsPortal
from connectors.aws.client import AwsClient, Pacer
from motions.deals import Money
from motions.errors import Rejected, Unavailable
from motions.invitations import InvitationId, InvitationState, Offered
from tests.connectors.aws.aws_world import Emulator, StillClock
from tests.connectors.aws.test_aws_odd_answers import ScriptedBoto

ENGI = InvitationId("engi-abc")
AT = datetime(2026, 11, 20, 12, tzinfo=UTC)
OFFER: dict[str, Any] = {
    "SenderContacts": [{"FirstName": "Jo", "LastName": "Blake", "BusinessTitle": "PDM", "Email": "jo@aws.example"}],
    "Customer": {"CompanyName": "Acme &amp; Sons", "CountryCode": "US", "Industry": "Retail", "WebsiteUrl": "acme.com"},
    "Project": {
        "Title": "Trains &lt;fast&gt;",
        "BusinessProblem": "One.\n\nTwo &#58; three.",
        "TargetCompletionDate": "2027-03-01",
        "ExpectedCustomerSpend": [{"Amount": "18,000.50", "CurrencyCode": "EUR", "Frequency": "Monthly"}],
    },
}
WHOLE: dict[str, Any] = {
    "Id": ENGI,
    "Status": "PENDING",
    "InvitationDate": AT,
    "ExpirationDate": AT + timedelta(days=10),
    "EngagementTitle": "Trains",
    "Payload": {"OpportunityInvitation": OFFER},
}


def portal(**answers: Any) -> AwsPortal:
    boto: Any = ScriptedBoto(**answers)
    return AwsPortal(AwsClient(boto, catalog="AWS", pacer=Pacer(0)), StillClock())


def offered(**changes: Any) -> Offered:
    return portal(get_engagement_invitation={**WHOLE, **changes}).invitation(ENGI)


def with_project(**changes: Any) -> Offered:
    return offered(Payload={"OpportunityInvitation": {**OFFER, "Project": {**OFFER["Project"], **changes}}})


def test_entities_are_decoded_and_lines_kept() -> None:
    facts = offered().facts

    assert (facts.customer, facts.title, facts.asks) == ("Acme & Sons", "Trains <fast>", "One.\n\nTwo : three.")
    assert facts.contacts == ("Jo Blake, PDM, jo@aws.example",)
    assert (facts.monthly_spend, facts.close_date) == (Money(Decimal("18000.50"), "EUR"), date(2027, 3, 1))


@pytest.mark.parametrize(
    "payload",
    [
        None,
        {},
        {"OpportunityInvitation": None},
        {"OpportunityInvitation": dict.fromkeys(OFFER)},
        {
            "OpportunityInvitation": {
                **OFFER,
                "Customer": None,
                "SenderContacts": [None, {}],
                "Project": {"Title": None},
            }
        },
    ],
)
def test_any_block_may_be_null(payload: object) -> None:
    told = offered(Payload=payload, EngagementDescription="As &amp; is", RejectionReason=None)

    assert (told.facts.customer, told.facts.title, told.facts.asks) == ("", "Trains", "As & is")
    assert (told.facts.contacts, told.facts.monthly_spend, told.facts.close_date) == ((), None, None)


def test_one_without_a_date_lapses_fifteen_days_after_it_came() -> None:
    assert offered(ExpirationDate=None).expires_at == AT + timedelta(days=15)


def test_a_state_aws_has_newly_made_up_settles_nothing() -> None:
    assert offered(Status="ON_HOLD").status is InvitationState.PENDING


@pytest.mark.parametrize(
    ("spend", "money"),
    [
        (None, None),
        ([], None),
        (["18000"], None),
        ([{"Amount": "many"}], None),
        ([{"Amount": "NaN"}], None),
        ([{"Amount": None}, {"Amount": "7", "CurrencyCode": None}], Money(Decimal(7), "USD")),
    ],
)
def test_an_amount_that_is_none_is_none(spend: object, money: Money | None) -> None:
    assert with_project(ExpectedCustomerSpend=spend).facts.monthly_spend == money


def test_a_date_that_is_none_is_none() -> None:
    assert with_project(TargetCompletionDate="soon").facts.close_date is None


def test_a_listing_without_ids_lists_nothing() -> None:
    found = {"EngagementInvitationSummaries": [{"Id": None}, {"Id": ENGI}], "NextToken": None}

    assert list(portal(list_engagement_invitations=found).pending()) == [ENGI]


def test_a_task_without_an_id_is_known_by_its_invitation() -> None:
    started = portal(start_engagement_by_accepting_invitation_task={"TaskId": None})

    assert started.accept(ENGI, "k") == ENGI


def outcome(
    *tasks: dict[str, Any], status: str = "ACCEPTED", found: tuple[str, ...] = (), task: str | None = None
) -> str:
    """What became of it; `found` are the titles of what the customer's opportunities are called."""
    titles = iter(found)
    answers: dict[str, Any] = {
        "list_engagement_by_accepting_invitation_tasks": {"TaskSummaries": list(tasks)},
        "get_engagement_invitation": {**WHOLE, "Status": status},
        "list_opportunities": {"OpportunitySummaries": [{"Id": f"O{n}"} for n, _ in enumerate(found)]},
    }

    class Boto(ScriptedBoto):
        def get_opportunity(self, *, Identifier: str, **_: object) -> dict[str, Any]:  # noqa: N803 - AWS's name
            return {"Id": Identifier, "Project": {"Title": next(titles)}}

    boto: Any = Boto(**answers)
    return AwsPortal(AwsClient(boto, catalog="AWS", pacer=Pacer(0)), StillClock()).outcome(ENGI, task)


def test_the_task_names_the_opportunity() -> None:
    assert outcome({"TaskStatus": "COMPLETE", "OpportunityId": "O7"}) == "O7"


def test_where_no_task_names_it_its_title_does() -> None:
    done = {"TaskStatus": "COMPLETE", "OpportunityId": None}

    assert outcome(done, found=("Ships", "Trains &lt;fast&gt;")) == "O1"
    assert outcome(found=("Trains &lt;fast&gt;",)) == "O0"


@pytest.mark.parametrize(
    ("tasks", "status"),
    [
        ([], "ACCEPTED"),
        ([{"TaskStatus": "IN_PROGRESS"}], "PENDING"),
        ([{"TaskStatus": "FAILED"}], "ACCEPTED"),  # somebody else's was taken
    ],
)
def test_what_nobody_can_tell_yet_is_asked_again(tasks: list[dict[str, Any]], status: str) -> None:
    with pytest.raises(Unavailable) as caught:
        outcome(*tasks, status=status)

    assert caught.value.retry_after == 1.0


def test_a_task_that_failed_says_why() -> None:
    failed = {"TaskStatus": "FAILED", "ReasonCode": "InvitationValidationFailed", "Message": "Not &quot;now&quot;"}

    with pytest.raises(Rejected, match=r'InvitationValidationFailed.*Not "now"'):
        outcome(failed, status="PENDING")


FAILED_ONE = {"TaskStatus": "FAILED", "TaskId": "t1", "StartTime": AT}
GOING_ON = {"TaskStatus": "IN_PROGRESS", "TaskId": "t2", "StartTime": AT - timedelta(minutes=1)}


@pytest.mark.parametrize(
    ("tasks", "ours", "error"),
    [
        ([FAILED_ONE], "t1", Rejected),
        ([FAILED_ONE], "t2", Unavailable),  # the list is older than our task
        ([FAILED_ONE, GOING_ON], "t2", Unavailable),
        ([FAILED_ONE, GOING_ON], "t1", Rejected),
        ([FAILED_ONE], ENGI, Rejected),  # AWS named no task when it began
        ([{**FAILED_ONE, "TaskId": None}], "t2", Rejected),  # nor as it was listed
    ],
)
def test_a_task_of_ours_is_judged_by_itself(tasks: list[dict[str, Any]], ours: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        outcome(*tasks, status="PENDING", task=ours)


@pytest.mark.parametrize(
    ("tasks", "status", "found"),
    [
        ([{"TaskStatus": "FAILED", "TaskId": "t1"}], "PENDING", None),
        ([{"TaskStatus": "FAILED", "TaskId": "t1"}], "ACCEPTED", ENGI),
        ([{"TaskStatus": "IN_PROGRESS", "TaskId": "t1"}], "PENDING", "t1"),
        ([{"TaskStatus": "COMPLETE", "TaskId": None}], "ACCEPTED", ENGI),
        ([], "PENDING", None),
    ],
)
def test_an_acceptance_is_found_unless_it_failed(tasks: list[Any], status: str, found: str | None) -> None:
    told = portal(
        list_engagement_by_accepting_invitation_tasks={"TaskSummaries": tasks},
        get_engagement_invitation={**WHOLE, "Status": status},
    )

    assert told.find_acceptance(ENGI) == found


def test_every_page_is_listed_and_a_listing_costs_one_read_a_page(emulator: Emulator) -> None:
    for _ in range(3):
        emulator.control("/aws_referral")

    found = emulator.portal().pending()

    assert len(set(found)) == 3
    (call,) = emulator.calls("ListEngagementInvitations")
    assert call


def test_aws_takes_every_reason_it_is_told(emulator: Emulator) -> None:
    for reason in emulator.portal().reasons:
        invitation = InvitationId(emulator.control("/aws_referral")["invitation_id"])
        emulator.portal().reject(invitation, reason)

    assert len(emulator.portal().reasons) == 5
    assert emulator.portal().pending() == ()
