"""AWS's invitations to deals it originates: listed, read, accepted by a task, rejected; knows no ledger and no clock.

Tokens are derived from our key, so the same acceptance sent again is the same call to AWS.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation

from connectors.aws.client import AwsClient
from connectors.aws.reading import Record, moment_at, text_at
from connectors.aws.refusals import SYSTEM, problem_at
from connectors.aws.requirements import at
from connectors.aws.steps import filed_for
from connectors.texts import prose
from motions.deals import Money
from motions.errors import Rejected, Unavailable
from motions.invitations import Facts, InvitationId, InvitationState, Offered
from motions.proposals import sha256_of

KIND = "OpportunityInvitation"
LIFE = timedelta(days=15)  # AWS's own, for an answer without the date

_STATUS = {
    "PENDING": InvitationState.PENDING,
    "ACCEPTED": InvitationState.ACCEPTED,
    "REJECTED": InvitationState.REJECTED,
    "EXPIRED": InvitationState.EXPIRED,
}
_OFFER = f"Payload.{KIND}"
_TASK_POLL_SECONDS = 1.0
_COMPARED_AT_MOST = 5  # each costs a read


def pending(client: AwsClient) -> tuple[InvitationId, ...]:
    """The ids of all that wait for us, the oldest first: one read for a hundred."""
    found = client.pages(
        "list_engagement_invitations",
        "EngagementInvitationSummaries",
        ParticipantType="RECEIVER",
        Status=["PENDING"],
        PayloadType=[KIND],
        Sort={"SortBy": "InvitationDate", "SortOrder": "ASCENDING"},
    )
    return tuple(InvitationId(str(one["Id"])) for one in found if one.get("Id"))


def read(client: AwsClient, invitation_id: InvitationId) -> Offered:
    """One invitation; any block may be null, and AWS blanks what it offered once it is over."""
    record = client.read("get_engagement_invitation", Identifier=invitation_id)
    invited_at = moment_at(record, "InvitationDate")
    expires_at = moment_at(record, "ExpirationDate") if at(record, "ExpirationDate") else invited_at + LIFE
    return Offered(
        id=invitation_id,
        status=_STATUS.get(text_at(record, "Status") or "", InvitationState.PENDING),
        invited_at=invited_at,
        expires_at=expires_at,
        facts=_facts(record),
        reason=text_at(record, "RejectionReason"),
    )


def accept(client: AwsClient, invitation_id: InvitationId, key: str) -> str:
    """Start the task that accepts it; recorded answers lack ids now and then, so the invitation's stands in."""
    token = sha256_of([key, "accept", invitation_id])
    started = client.write("start_engagement_by_accepting_invitation_task", Identifier=invitation_id, ClientToken=token)
    return str(started.get("TaskId") or invitation_id)


def find_acceptance(client: AwsClient, invitation_id: InvitationId) -> str | None:
    """The task that accepts or accepted it, or the invitation's id when it was accepted by another door."""
    for task in _tasks(client, invitation_id):
        if text_at(task, "TaskStatus") != "FAILED":
            return str(task.get("TaskId") or invitation_id)
    return invitation_id if read(client, invitation_id).status is InvitationState.ACCEPTED else None


def outcome(client: AwsClient, invitation_id: InvitationId, task: str | None = None) -> str:
    """The opportunity it became; by its title where AWS does not name it. `task` is the one that may have failed."""
    tasks = _tasks(client, invitation_id)
    named = (text_at(task, "OpportunityId") for task in tasks if text_at(task, "TaskStatus") == "COMPLETE")
    found = next((each for each in named if each), None)
    if found is not None:
        return found
    offered = read(client, invitation_id)
    if offered.status is InvitationState.ACCEPTED and (alike := _opportunity_like(client, offered.facts)) is not None:
        return alike
    judged = _judged(tasks, invitation_id, task)
    if text_at(judged, "TaskStatus") == "FAILED" and offered.status is not InvitationState.ACCEPTED:
        problem = problem_at("", text_at(judged, "ReasonCode") or "FAILED", text_at(judged, "Message"))
        raise Rejected(SYSTEM, f"the acceptance failed ({problem.code}): {problem.message}", (problem,))
    raise Unavailable(SYSTEM, "the acceptance is still under way", retry_after=_TASK_POLL_SECONDS)


def reject(client: AwsClient, invitation_id: InvitationId, reason: str) -> None:
    """Decline it; AWS takes five reasons, to the letter."""
    client.write("reject_engagement_invitation", Identifier=invitation_id, RejectionReason=reason)


def _tasks(client: AwsClient, invitation_id: InvitationId) -> Sequence[Record]:
    """The tasks that accept it, latest first."""
    only = {"EngagementInvitationIdentifier": [invitation_id]}
    found = client.pages("list_engagement_by_accepting_invitation_tasks", "TaskSummaries", **only)
    return sorted(found, key=lambda task: moment_at(task, "StartTime"), reverse=True)


def _judged(tasks: Sequence[Record], invitation_id: InvitationId, task: str | None) -> Record:
    """The task that decides: the given one, or the latest where AWS named none; nothing while it is not listed."""
    if task and task != invitation_id:
        tasks = [each for each in tasks if text_at(each, "TaskId") in {task, None}]
    return next(iter(tasks), {})


def _opportunity_like(client: AwsClient, facts: Facts) -> str | None:
    ids = [str(each["Id"]) for each in filed_for(client, facts.customer)[:_COMPARED_AT_MOST]]
    whole = (client.read("get_opportunity", Identifier=each) for each in ids)
    return next((str(each["Id"]) for each in whole if text_at(each, "Project.Title") == facts.title), None)


def _facts(record: Record) -> Facts:
    asks = at(record, f"{_OFFER}.Project.BusinessProblem")
    return Facts(
        customer=text_at(record, f"{_OFFER}.Customer.CompanyName") or "",
        title=text_at(record, f"{_OFFER}.Project.Title") or text_at(record, "EngagementTitle") or "",
        asks=prose(asks if isinstance(asks, str) else text_at(record, "EngagementDescription")),
        website=text_at(record, f"{_OFFER}.Customer.WebsiteUrl"),
        country=text_at(record, f"{_OFFER}.Customer.CountryCode"),
        industry=text_at(record, f"{_OFFER}.Customer.Industry"),
        monthly_spend=_spend(record),
        close_date=_day(text_at(record, f"{_OFFER}.Project.TargetCompletionDate")),
        contacts=tuple(_contacts(record)),
        message=text_at(record, "InvitationMessage") or "",
    )


def _spend(record: Record) -> Money | None:
    """The first amount that is one; AWS counts by the month only."""
    for each in _listed(record, f"{_OFFER}.Project.ExpectedCustomerSpend"):
        try:
            amount = Decimal((text_at(each, "Amount") or "").replace(",", ""))
        except InvalidOperation:
            continue
        if amount.is_finite():
            return Money(amount, text_at(each, "CurrencyCode") or "USD")
    return None


def _contacts(record: Record) -> Iterator[str]:
    for each in _listed(record, f"{_OFFER}.SenderContacts"):
        name = " ".join(filter(None, (text_at(each, "FirstName"), text_at(each, "LastName"))))
        told = ", ".join(filter(None, (name, text_at(each, "BusinessTitle"), text_at(each, "Email"))))
        if told:
            yield told


def _listed(record: Record, path: str) -> Iterator[Record]:
    found = at(record, path)
    yield from (one for one in found if isinstance(one, Mapping)) if isinstance(found, list) else ()


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat((text or "")[:10])
    except ValueError:
        return None
