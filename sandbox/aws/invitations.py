"""Deals AWS brings: invitations, their acceptance by a task, rejection and expiry; knows no HTTP."""

from copy import deepcopy

from sandbox import cast
from sandbox.aws import deals, review, tasks, values
from sandbox.aws.cases import error, missing
from sandbox.aws.ids import arn, bare
from sandbox.aws.paging import paged
from sandbox.aws.portal import Portal
from sandbox.aws.records import Invitation, Submission, Task
from sandbox.aws.wire import Body, Code, conflict, dig, iso, not_found, refused, struct, structs, text, texts

BY_ACCEPTING = "engagement-by-accepting-invitation-task"
_KIND = "engagement-invitation"
_TITLE_KEPT = 40
_MESSAGE = (
    "This invite is for an AWS originated referral. "
    "Accepting this invitation will create an AWS originated opportunity in your pipeline."
)


def invite(portal: Portal, catalog: str, draft: Body, team: list[Body]) -> Invitation:
    """AWS offers the partner a deal; it expires by itself after fifteen days."""
    at = portal.stamp()
    invitation = Invitation(
        id=portal.identifier("engi", 13),
        catalog=catalog,
        engagement_id=portal.identifier("eng", 14),
        participant="RECEIVER",
        opportunity_id=portal.opportunity_id(),
        draft=draft,
        team=team,
        at=at,
        expires_at=at + values.INVITATION_LIFE,
    )
    portal.invitations[invitation.id] = invitation
    portal.invitation_event(invitation, "Created")
    portal.later(values.INVITATION_LIFE.total_seconds(), lambda: expire(portal, invitation))
    return invitation


def expire(portal: Portal, invitation: Invitation) -> None:
    """Nobody answered in time."""
    if invitation.status == "PENDING":
        invitation.status = "EXPIRED"
        portal.invitation_event(invitation, "Expired")


def list_invitations(portal: Portal, request: Body) -> Body:
    """Invitations sent or received, latest first unless sorted otherwise."""
    allowed = {
        "status": texts(request, "Status"),
        "engagement_id": [bare(identifier) for identifier in texts(request, "EngagementIdentifier")],
    }
    kinds, senders = texts(request, "PayloadType"), texts(request, "SenderAwsAccountId")
    found = [
        invitation
        for invitation in portal.invitations.values()
        if invitation.catalog == text(request, "Catalog")
        and invitation.participant == text(request, "ParticipantType")
        and (not kinds or "OpportunityInvitation" in kinds)
        and (not senders or invitation.sender[0] in senders)
        and all(not wanted or getattr(invitation, name) in wanted for name, wanted in allowed.items())
    ]
    found.sort(key=lambda invitation: invitation.at, reverse=text(request, "Sort.SortOrder") != "ASCENDING")
    page, token = paged(found, request)
    return {"EngagementInvitationSummaries": [_header(i) for i in page], "NextToken": token}


def get_invitation(portal: Portal, request: Body) -> Body:
    """What AWS shows before acceptance: the customer and the project, no person of the customer's."""
    invitation = _named(portal, request)
    hidden = invitation.status in ("REJECTED", "EXPIRED")
    return {
        **_header(invitation),
        "EngagementDescription": text(invitation.draft, "Project.CustomerBusinessProblem")[:255],
        "ExistingMembers": [{"CompanyName": "AWS", "WebsiteUrl": "www.aws.com"}],
        "InvitationMessage": _MESSAGE,
        "RejectionReason": invitation.rejection_reason,
        "Payload": None if hidden else {"OpportunityInvitation": _payload(invitation)},
    }


def start_accepting(portal: Portal, request: Body) -> Body:
    """Begin the task that accepts an invitation and copies the deal into the partner's pipeline."""
    invitation = _named(portal, request)
    task = tasks.begin(portal, invitation.catalog, BY_ACCEPTING)
    task.invitation_id = invitation.id
    tasks.run_later(portal, task, lambda: _accept(portal, task, invitation))
    return tasks.view(task)


def list_accepting_tasks(portal: Portal, request: Body) -> Body:
    """The tasks of this kind, latest first unless sorted otherwise."""
    return tasks.listed(portal, request, BY_ACCEPTING)


def reject(portal: Portal, request: Body) -> Body:
    """Decline for one of the published reasons; the deal's details are gone afterwards."""
    invitation = _named(portal, request)
    reason = text(request, "RejectionReason")
    if not reason:
        raise refused(missing("RejectionReason"))
    if reason not in values.REJECTION_REASONS:
        message = f"Field RejectionReason must be one of: {'; '.join(values.REJECTION_REASONS)}."
        raise refused(error("RejectionReason", message, Code.ENUM))
    _require_pending(invitation)
    invitation.status, invitation.rejection_reason = "REJECTED", reason
    portal.invitation_event(invitation, "Rejected")
    return {}


def _accept(portal: Portal, task: Task, invitation: Invitation) -> None:
    _require_pending(invitation)
    invitation.status = "ACCEPTED"
    body = deepcopy(invitation.draft)
    struct(body, "LifeCycle")["ReviewStatus"] = "Approved"  # recorded: AWS's own referrals are not reviewed
    opportunity = deals.add(
        portal,
        invitation.catalog,
        body,
        invitation.team,
        origin="AWS Referral",
        identifier=invitation.opportunity_id,
    )
    opportunity.engagement_id = invitation.engagement_id
    opportunity.submission = Submission("Co-Sell", "Full", portal.now())
    review.engage(opportunity)
    task.opportunity_id, task.engagement_id = opportunity.id, invitation.engagement_id
    task.job_id = portal.identifier("job", 13)
    portal.invitation_event(invitation, "Accepted")


def _require_pending(invitation: Invitation) -> None:
    if invitation.status != "PENDING" or invitation.participant != "RECEIVER":
        raise conflict(f"Engagement invitation {invitation.id} is {invitation.status} and cannot be answered.")


def _named(portal: Portal, request: Body) -> Invitation:
    identifier = bare(text(request, "Identifier"))
    found = portal.invitations.get(identifier)
    if found is None or found.catalog != text(request, "Catalog"):
        raise not_found(identifier)
    return found


def _header(invitation: Invitation) -> Body:
    account, alias = invitation.receiver
    return {
        "Arn": arn(invitation.catalog, _KIND, invitation.id),
        "Id": invitation.id,
        "Catalog": invitation.catalog,
        "PayloadType": "OpportunityInvitation",
        "EngagementId": invitation.engagement_id,
        "EngagementTitle": text(invitation.draft, "Project.Title")[:_TITLE_KEPT],
        "Status": invitation.status,
        "InvitationDate": iso(invitation.at),
        "ExpirationDate": iso(invitation.expires_at),
        "SenderAwsAccountId": invitation.sender[0],
        "SenderCompanyName": invitation.sender[1],
        "Receiver": {"Account": {"Alias": alias, "AwsAccountId": account}},
        "ParticipantType": invitation.participant,
    }


def _payload(invitation: Invitation) -> Body:
    draft, sender = invitation.draft, cast.JORDAN
    first, last = sender.name.split(" ", 1)
    account = "Customer.Account"
    return {
        "SenderContacts": [{"BusinessTitle": "PDM", "Email": sender.email, "FirstName": first, "LastName": last}],
        "ReceiverResponsibilities": ["Services Partner", "Software Partner"],
        "Customer": {
            "CompanyName": dig(draft, f"{account}.CompanyName"),
            "Industry": dig(draft, f"{account}.Industry"),
            "WebsiteUrl": dig(draft, f"{account}.WebsiteUrl"),
            "CountryCode": dig(draft, f"{account}.Address.CountryCode"),
        },
        "Project": {
            "Title": dig(draft, "Project.Title"),
            "BusinessProblem": dig(draft, "Project.CustomerBusinessProblem"),
            "TargetCompletionDate": dig(draft, "LifeCycle.TargetCloseDate"),
            "ExpectedCustomerSpend": structs(draft, "Project.ExpectedCustomerSpend"),
        },
    }
