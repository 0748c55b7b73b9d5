"""AWS's side of a deal: who decides, when, and what the partner then sees of it; knows no HTTP."""

from copy import deepcopy
from dataclasses import replace

from sandbox import cast
from sandbox.aws import values
from sandbox.aws.cases import error
from sandbox.aws.portal import Portal
from sandbox.aws.records import AwsSide, Opportunity, Submission
from sandbox.aws.wire import Body, Code, iso, refused, struct, structs, text

WAITING = ("Submitted", "In review")
DECISIONS = {
    "in_review": "In review",
    "approve": "Approved",
    "action_required": "Action Required",
    "reject": "Rejected",
}
_SUMMARISED = ("AwsProducts", "Solutions", "AwsMarketplaceSolutions", "AwsMarketplaceProducts")


def submit(portal: Portal, opportunity: Opportunity, involvement: str, visibility: str) -> None:
    """Lock the record and hand it to the reviewer; the caller has checked that it may be submitted."""
    opportunity.submission = Submission(involvement, visibility, portal.now())
    struct(opportunity.body, "LifeCycle")["ReviewStatus"] = "Submitted"
    expect_decision(portal, opportunity)


def submit_again(portal: Portal, opportunity: Opportunity) -> None:
    """The partner did what was required: back to the reviewer on the same terms."""
    assert opportunity.submission is not None
    submit(portal, opportunity, opportunity.submission.involvement, opportunity.submission.visibility)


def expect_decision(portal: Portal, opportunity: Opportunity) -> None:
    """Have the reviewer of catalog AWS pick the record up and approve it in their own time."""
    if portal.reviewer.mode != "auto" or opportunity.catalog != "AWS":
        return
    submission, delay = opportunity.submission, portal.reviewer.delay_seconds

    def reach(status: str) -> None:
        overtaken = opportunity.submission is not submission or opportunity.review_status not in WAITING
        if portal.reviewer.mode == "auto" and not overtaken:
            decide(portal, opportunity, status)

    portal.later(delay / 2, lambda: reach("In review"))
    portal.later(delay, lambda: reach("Approved"))


def decide(portal: Portal, opportunity: Opportunity, status: str, *, reason: str = "", comments: str = "") -> None:
    """Set a review status with its reason; raises ValidationException when nothing is waiting for one."""
    if opportunity.review_status not in WAITING:
        message = f"Cannot transition opportunity from status '{opportunity.review_status}' to '{status}'."
        raise refused(error("LifeCycle.ReviewStatus", message, Code.STATE))
    portal.remember(opportunity)
    decided: Body = {
        "ReviewStatus": status,
        "ReviewStatusReason": reason or None,
        "ReviewComments": comments or None,
    }
    struct(opportunity.body, "LifeCycle").update(decided)
    if status == "Approved":
        engage(opportunity)
        _rename(opportunity, portal.knobs.pam_name)
    _answer_invitation(portal, opportunity, status)
    portal.changed(opportunity)


def engage(opportunity: Opportunity) -> None:
    """AWS puts its people on the deal and says what it will do next."""
    co_sell = opportunity.submission is not None and opportunity.submission.involvement == "Co-Sell"
    rep = cast.ALEX.name
    opportunity.aws = AwsSide(
        team=[_aws_member(cast.JORDAN, "PDM"), *([_aws_member(cast.ALEX, "AWSSalesRep")] if co_sell else [])],
        life_cycle={
            "Stage": "Engaged" if co_sell else "Deferred to Partner",
            "NextSteps": f"{rep} to join a call with the partner's seller." if co_sell else "Partner to update.",
        },
        insights=_insights(opportunity),
        motion="AWS Field-engaged" if co_sell else "Partner-led",
    )


def _rename(opportunity: Opportunity, name: str) -> None:
    """Whoever keeps AWS's directory may write anything there."""
    first, _, last = name.partition(" ")
    for member in opportunity.aws.team if name else []:
        member.update({"FirstName": first, "LastName": last})


def convert_to_co_sell(opportunity: Opportunity) -> None:
    """A deal AWS was only shown becomes one it sells along in."""
    assert opportunity.submission is not None
    opportunity.submission = replace(opportunity.submission, involvement="Co-Sell")
    opportunity.aws.involvement_change = "Change in Deal Information"
    opportunity.aws.motion = "AWS Field-engaged"
    opportunity.aws.team.append(_aws_member(cast.ALEX, "AWSSalesRep"))


def aws_update(portal: Portal, opportunity: Opportunity, changes: Body) -> None:
    """The AWS seller edits AWS's own copy: stage, next steps, close date, loss reason."""
    portal.remember(opportunity)
    life_cycle = dict(opportunity.aws.life_cycle or {})
    replaced = text(life_cycle, "NextSteps")
    if replaced and "NextSteps" in changes:
        history = structs(life_cycle, "NextStepsHistory")
        life_cycle["NextStepsHistory"] = [*history, {"Value": replaced, "Time": iso(portal.now())}]
    opportunity.aws.life_cycle = {**life_cycle, **changes}
    portal.changed(opportunity)


def mirror_close(opportunity: Opportunity) -> None:
    """AWS's copy follows a deal that was launched or lost."""
    if opportunity.stage in values.CLOSED and opportunity.aws.life_cycle is not None:
        closed: Body = {
            "Stage": opportunity.stage,
            "TargetCloseDate": text(opportunity.body, "LifeCycle.TargetCloseDate"),
            "ClosedLostReason": text(opportunity.body, "LifeCycle.ClosedLostReason") or None,
        }
        opportunity.aws.life_cycle.update(closed)


def summary(portal: Portal, request: Body) -> Body:
    """GetAwsOpportunitySummary: empty before submission, terms only while in review, everything once approved."""
    identifier = text(request, "RelatedOpportunityIdentifier")
    opportunity = portal.opportunity(text(request, "Catalog"), identifier)
    answer: Body = {"RelatedOpportunityId": identifier, "Catalog": opportunity.catalog}
    if portal.knobs.null_summary or opportunity.submission is None:
        return answer
    answer |= {
        "Origin": opportunity.origin,
        "InvolvementType": opportunity.submission.involvement,
        "Visibility": opportunity.submission.visibility,
    }
    aws = opportunity.aws
    if aws.life_cycle is None:
        return answer
    project = struct(opportunity.body, "Project")
    return answer | {
        "InvolvementTypeChangeReason": aws.involvement_change,
        "LifeCycle": deepcopy(aws.life_cycle),
        "OpportunityTeam": deepcopy(aws.team),
        "Insights": deepcopy(aws.insights),
        "CosellMotion": aws.motion,
        "RelatedEntityIds": {kind: opportunity.related.get(kind, []) for kind in _SUMMARISED},
        "Customer": {"Contacts": deepcopy(structs(opportunity.body, "Customer.Contacts"))},
        "Project": {
            "ExpectedCustomerSpend": deepcopy(structs(opportunity.body, "Project.ExpectedCustomerSpend")),
            "AwsPartition": project.get("AwsPartition"),
        },
    }


def _answer_invitation(portal: Portal, opportunity: Opportunity, status: str) -> None:
    """Approving a referral is AWS accepting the partner's invitation into the engagement."""
    answers = {"Approved": ("ACCEPTED", "Accepted"), "Rejected": ("REJECTED", "Rejected")}
    if status not in answers:
        return
    for invitation in portal.invitations.values():
        pending = invitation.status == "PENDING" and invitation.participant == "SENDER"
        if pending and invitation.opportunity_id == opportunity.id:
            invitation.status, what = answers[status]
            portal.invitation_event(invitation, what)


def _aws_member(person: cast.Member, title: str) -> Body:
    first, last = person.name.split(" ", 1)
    return {"BusinessTitle": title, "FirstName": first, "LastName": last, "Email": person.email}


def _insights(opportunity: Opportunity) -> Body:
    spend = [e for e in structs(opportunity.body, "Project.ExpectedCustomerSpend") if text(e, "Amount")]
    total = text(spend[0], "Amount") if spend else "0"
    products: list[Body] = [
        {"ProductCode": code, "Categories": [], "Optimizations": []}
        for code in opportunity.related.get("AwsProducts", [])
    ]
    partner: Body = {
        "CurrencyCode": text(spend[0], "CurrencyCode") if spend else "USD",
        "Frequency": "Monthly",
        "TotalAmount": total,
        "TotalAmountByCategory": {},
        "AwsProducts": products,
    }
    return {
        "EngagementScore": "Medium",
        "NextBestActions": "Agree a joint discovery call and name the workload's technical owner.",
        "OpportunityQuality": {"Score": 72, "Trend": "Improving"},
        "Recommendations": [
            {"Type": "OpportunityQuality", "Details": "Name the decision maker and the compelling event."}
        ],
        "AwsProductsSpendInsightsBySource": {"Partner": partner},
    }
