"""CreateOpportunity, UpdateOpportunity, GetOpportunity and AssignOpportunity; knows no HTTP and no timer."""

import html
from copy import deepcopy

from sandbox.aws import deals, editing, invitations, review, values
from sandbox.aws.cases import broken, error
from sandbox.aws.ids import arn
from sandbox.aws.portal import Portal
from sandbox.aws.records import Opportunity
from sandbox.aws.rules import CONTENT, CREATION
from sandbox.aws.submission import SUBMISSION
from sandbox.aws.wire import (
    Body,
    Code,
    camel,
    conflict,
    dig,
    iso,
    moment,
    refused,
    struct,
    structs,
    text,
    texts,
)

_MEMBERS = (
    "PrimaryNeedsFromAws",
    "NationalSecurity",
    "PartnerOpportunityIdentifier",
    "Customer",
    "Project",
    "OpportunityType",
    "Marketing",
    "SoftwareRevenue",
    "LifeCycle",
)
_FREE_TEXT = (
    "Customer.Account.CompanyName",
    "Project.Title",
    "Project.CustomerBusinessProblem",
    "Project.CustomerUseCase",
    "Project.AdditionalComments",
    "Project.OtherSolutionDescription",
    "Marketing.CampaignName",
    "LifeCycle.NextSteps",
    "LifeCycle.ReviewComments",
)
_HISTORY_KEPT = 50


def create(portal: Portal, request: Body) -> Body:
    """File a new record, Pending Submission; in the Sandbox an AWS referral becomes an invitation instead."""
    catalog, origin = text(request, "Catalog"), text(request, "Origin") or "Partner Referral"
    body, team = _normalised(request), structs(request, "OpportunityTeam")
    struct(body, "LifeCycle")["ReviewStatus"] = "Pending Submission"
    case = deals.case_of(portal, catalog, body, team=tuple(team), origin=origin)
    errors = broken(CREATION, case)
    if errors:
        raise refused(*errors)
    if origin == "AWS Referral":
        invitation = invitations.invite(portal, catalog, body, team)
        identifier, at = invitation.opportunity_id, invitation.at
    else:
        opportunity = deals.add(portal, catalog, body, team, origin=origin)
        identifier, at = opportunity.id, opportunity.modified_at
    return {
        "Id": identifier,
        "PartnerOpportunityIdentifier": body.get("PartnerOpportunityIdentifier"),
        "LastModifiedDate": iso(at),
    }


def update(portal: Portal, request: Body) -> Body:
    """Replace the record's body by what was sent: an omitted member becomes null."""
    opportunity = portal.opportunity(text(request, "Catalog"), text(request, "Identifier"))
    if moment(text(request, "LastModifiedDate")) != opportunity.modified_at:
        raise conflict("The LastModifiedDate does not match the current version of the opportunity.")
    decision = editing.sandbox_decision(opportunity, request)
    if decision:
        # While in review the record is locked even for the partner who plays the reviewer.
        reason, comments = text(request, "LifeCycle.ReviewStatusReason"), text(request, "LifeCycle.ReviewComments")
        review.decide(portal, opportunity, decision, reason=reason, comments=comments)
    else:
        _replace(portal, opportunity, _normalised(request))
    return {"Id": opportunity.id, "LastModifiedDate": iso(opportunity.modified_at)}


def get(portal: Portal, request: Body) -> Body:
    """The partner's own record."""
    return view(portal, portal.opportunity(text(request, "Catalog"), text(request, "Identifier")))


def assign(portal: Portal, request: Body) -> Body:
    """Name the owner, who must be a Partner Central user, or the account manager, who need not be."""
    opportunity = portal.opportunity(text(request, "Catalog"), text(request, "Identifier"))
    assignee = deepcopy(struct(request, "Assignee"))
    title = text(assignee, "BusinessTitle")
    if title not in values.TEAM_TITLES:
        message = f"Field Assignee.BusinessTitle must be one of the following values: {', '.join(values.TEAM_TITLES)}."
        raise refused(error("Assignee.BusinessTitle", message, Code.ENUM))
    if title == "OpportunityOwner":
        assignee = deals.owner(text(assignee, "Email"))
    portal.remember(opportunity)
    others = [member for member in opportunity.team if text(member, "BusinessTitle") != title]
    opportunity.team = [assignee, *others] if title == "OpportunityOwner" else [*others, assignee]
    portal.changed(opportunity)
    return {}


def view(portal: Portal, opportunity: Opportunity) -> Body:
    """The record as GetOpportunity answers it."""
    body = deepcopy(opportunity.body)
    struct(body, "Customer").setdefault("Contacts", [])
    struct(body, "Project").setdefault("ExpectedCustomerSpend", [])
    if portal.knobs.html_entities:
        _encode(body)
    return {
        **body,
        "Id": opportunity.id,
        "Arn": arn(opportunity.catalog, "opportunity", opportunity.id),
        "Catalog": opportunity.catalog,
        "CreatedDate": iso(opportunity.created_at),
        "LastModifiedDate": iso(opportunity.modified_at),
        "OpportunityTeam": deepcopy(opportunity.team),
        "RelatedEntityIdentifiers": {kind: opportunity.related.get(kind, []) for kind in values.MOST_RELATED},
    }


def _replace(portal: Portal, opportunity: Opportunity, sent: Body) -> None:
    new = editing.merged(opportunity, sent)
    resubmits = opportunity.review_status == "Action Required"
    submission = opportunity.submission
    case = deals.case_of(
        portal,
        opportunity.catalog,
        new,
        of=opportunity,
        stored=opportunity.body,
        involvement=submission.involvement if submission else "",
        visibility=submission.visibility if submission else "",
    )
    settled = {camel(path) for path in editing.FROZEN_ONCE_APPROVED if opportunity.review_status == "Approved"}
    errors = [e for e in broken(SUBMISSION if resubmits else CONTENT, case) if e.field not in settled]
    if errors:
        raise refused(*errors)
    portal.remember(opportunity)
    if editing.becomes_co_sell(opportunity, new):
        review.convert_to_co_sell(opportunity)
    _keep_history(portal, opportunity, new)
    opportunity.body = new
    review.mirror_close(opportunity)
    if resubmits:
        review.submit_again(portal, opportunity)
    portal.changed(opportunity)


def _normalised(request: Body) -> Body:
    """The partner's part of a request with the service's defaults, ignored members left out."""
    body: Body = {name: deepcopy(request[name]) for name in _MEMBERS if name in request}
    body.setdefault("OpportunityType", "Net New Business")
    body.setdefault("NationalSecurity", "No")
    struct(body, "Marketing").setdefault("Source", "None")
    project = struct(body, "Project")
    if body["OpportunityType"] == "Net New Business":
        project.pop("RelatedOpportunityIdentifier", None)
    if "ExpectedContractDuration" not in project:
        for entry in structs(body, "Project.ExpectedCustomerSpend"):
            entry["TargetCompany"] = "AWS"
    known = [name for name in texts(body, "Project.ApnPrograms") if name in values.standard("apn_programs")]
    project["ApnPrograms"] = known or None
    if body["NationalSecurity"] == "Yes" and dig(body, "Customer.Account"):
        struct(struct(body, "Customer"), "Account")["Address"] = {"CountryCode": "US"}  # the rest is redacted
    if "Identifier" not in request:
        struct(body, "LifeCycle").setdefault("Stage", "Prospect")
        for name in ("ReviewComments", "ReviewStatusReason", "NextStepsHistory"):
            struct(body, "LifeCycle").pop(name, None)
    return body


def _keep_history(portal: Portal, opportunity: Opportunity, new: Body) -> None:
    """Next steps that were replaced move into the history."""
    replaced = text(opportunity.body, "LifeCycle.NextSteps")
    if replaced and replaced != text(new, "LifeCycle.NextSteps"):
        entry: Body = {"Value": replaced, "Time": iso(portal.now())}
        history = [*structs(new, "LifeCycle.NextStepsHistory"), entry]
        struct(new, "LifeCycle")["NextStepsHistory"] = history[-_HISTORY_KEPT:]


def _encode(body: Body) -> None:
    for path in _FREE_TEXT:
        parent, _, name = path.rpartition(".")
        holder = dig(body, parent)
        if isinstance(holder, dict) and isinstance(holder.get(name), str):
            holder[name] = html.escape(holder[name]).replace(":", "&#58;")
