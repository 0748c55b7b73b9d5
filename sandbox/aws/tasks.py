"""Asynchronous tasks of either kind: begun, carried out later, listed; knows nothing of their work."""

from collections.abc import Callable

from sandbox.aws.ids import arn, bare
from sandbox.aws.paging import paged
from sandbox.aws.portal import Portal
from sandbox.aws.records import Task
from sandbox.aws.wire import AwsError, Body, Code, iso, text, texts


def begin(portal: Portal, catalog: str, kind: str) -> Task:
    """A task that has just started."""
    task = Task(portal.identifier("task", 13), catalog, kind, portal.stamp())
    portal.tasks[task.id] = task
    return task


def run_later(portal: Portal, task: Task, work: Callable[[], None]) -> None:
    """Carry a task's work out after the usual delay and record how it ended."""

    def finish() -> None:
        try:
            work()
        except AwsError as failure:
            task.status, task.message = "FAILED", failure.message
            task.reason_code = _reason(failure)
        else:
            task.status = "COMPLETE"

    portal.later(portal.knobs.task_delay_seconds, finish)
    portal.settle()


def listed(portal: Portal, request: Body, kind: str) -> Body:
    """A page of task summaries of one kind."""
    allowed = {
        "status": texts(request, "TaskStatus"),
        "id": [bare(identifier) for identifier in texts(request, "TaskIdentifier")],
        "opportunity_id": texts(request, "OpportunityIdentifier"),
        "engagement_id": [bare(identifier) for identifier in texts(request, "EngagementIdentifier")],
        "invitation_id": [bare(identifier) for identifier in texts(request, "EngagementInvitationIdentifier")],
    }
    found = [
        task
        for task in portal.tasks.values()
        if (task.catalog, task.kind) == (text(request, "Catalog"), kind)
        and all(not values or getattr(task, name) in values for name, values in allowed.items())
    ]
    found.sort(key=lambda task: task.started_at, reverse=text(request, "Sort.SortOrder") != "ASCENDING")
    page, token = paged(found, request)
    return {"TaskSummaries": [view(task) for task in page], "NextToken": token}


def view(task: Task) -> Body:
    """A task as both operations show it."""
    return {
        "TaskId": task.id,
        "TaskArn": arn(task.catalog, task.kind, task.id),
        "StartTime": iso(task.started_at),
        "TaskStatus": task.status,
        "Message": task.message,
        "ReasonCode": task.reason_code,
        "OpportunityId": task.opportunity_id,
        "ResourceSnapshotJobId": task.job_id,
        "EngagementId": task.engagement_id,
        "EngagementInvitationId": task.invitation_id,
    }


def _reason(failure: AwsError) -> str:
    """A record in the wrong state cannot be submitted; a record with wrong contents is not valid."""
    if failure.kind == "ConflictException":
        return "EngagementInvitationConflict"
    entries = failure.extra.get("ErrorList")
    codes = [entry["Code"] for entry in entries] if isinstance(entries, list) else []
    return "OpportunitySubmissionFailed" if Code.STATE in codes else "OpportunityValidationFailed"
