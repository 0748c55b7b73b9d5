"""SubmitOpportunity, and the asynchronous task that does it together with opening an engagement; knows no timer."""

from sandbox.aws import deals, review, tasks
from sandbox.aws.cases import broken, error
from sandbox.aws.portal import Portal
from sandbox.aws.records import Invitation, Opportunity, Task
from sandbox.aws.submission import SUBMISSION
from sandbox.aws.values import INVITATION_LIFE
from sandbox.aws.wire import Body, Code, refused, text

FROM_OPPORTUNITY = "engagement-from-opportunity-task"


def submit(portal: Portal, request: Body) -> Body:
    """The older, synchronous door."""
    opportunity = portal.opportunity(text(request, "Catalog"), text(request, "Identifier"))
    _submit(portal, opportunity, text(request, "InvolvementType"))
    portal.changed(opportunity)
    return {}


def start(portal: Portal, request: Body) -> Body:
    """Begin the task that checks, engages and submits; what is wrong with the record shows up in the task."""
    catalog = text(request, "Catalog")
    opportunity = portal.opportunity(catalog, text(request, "Identifier"))
    task = tasks.begin(portal, catalog, FROM_OPPORTUNITY)
    task.opportunity_id = opportunity.id
    involvement = text(request, "AwsSubmission.InvolvementType")
    tasks.run_later(portal, task, lambda: _engage(portal, task, opportunity, involvement))
    return tasks.view(task)


def list_tasks(portal: Portal, request: Body) -> Body:
    """The tasks of this kind, latest first unless sorted otherwise."""
    return tasks.listed(portal, request, FROM_OPPORTUNITY)


def _engage(portal: Portal, task: Task, opportunity: Opportunity, involvement: str) -> None:
    """The task's work, in the order the service documents: engagement, snapshot job, invitation, submission."""
    portal.remember(opportunity)
    _submit(portal, opportunity, involvement)
    opportunity.engagement_id = opportunity.engagement_id or portal.identifier("eng", 14)
    invitation = Invitation(
        id=portal.identifier("engi", 13),
        catalog=opportunity.catalog,
        engagement_id=opportunity.engagement_id,
        participant="SENDER",
        opportunity_id=opportunity.id,
        draft=opportunity.body,
        team=opportunity.team,
        at=portal.now(),
        expires_at=portal.now() + INVITATION_LIFE,
    )
    portal.invitations[invitation.id] = invitation
    task.engagement_id, task.invitation_id = opportunity.engagement_id, invitation.id
    task.job_id = portal.identifier("job", 13)
    portal.changed(opportunity)
    portal.invitation_event(invitation, "Created")


def _submit(portal: Portal, opportunity: Opportunity, involvement: str) -> None:
    """Check and lock. Limited visibility needs an eligibility this account lacks, so it falls back to Full."""
    if opportunity.review_status != "Pending Submission":
        message = f"Cannot transition opportunity from status '{opportunity.review_status}' to 'Submitted'."
        raise refused(error("LifeCycle.ReviewStatus", message, Code.STATE))
    case = deals.case_of(
        portal,
        opportunity.catalog,
        opportunity.body,
        of=opportunity,
        involvement=involvement,
        visibility="Full",
    )
    errors = broken(SUBMISSION, case)
    if errors:
        raise refused(*errors)
    review.submit(portal, opportunity, involvement, "Full")
