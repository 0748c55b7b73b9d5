"""`/_control`: play the reviewer, bring referrals, order faults, look behind the scenes; no part of AWS's API."""

import json
from collections.abc import Callable
from dataclasses import asdict, fields

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from sandbox.aws import invitations, opportunities, review, values
from sandbox.aws.events import Mishaps, start_posting
from sandbox.aws.faults import Fault, Kind
from sandbox.aws.portal import Knobs, Portal, Reviewer
from sandbox.aws.records import Opportunity
from sandbox.aws.referrals import referral_draft
from sandbox.aws.shapes import input_errors
from sandbox.aws.wire import AwsError, Body, iso, malformed, text

Command = Callable[[Portal, Body], object]


def control_routes(portal: Portal) -> list[Route]:
    """Every command as a route; a mistake answers 4xx with `error`."""

    def route(path: str, method: str, command: Command) -> Route:
        async def endpoint(request: Request) -> JSONResponse:
            raw = await request.body()
            return await run_in_threadpool(_run, portal, command, dict(request.query_params), raw)

        return Route(path, endpoint, methods=[method])

    return [
        route("/review", "POST", _review),
        route("/reviewer", "POST", _reviewer),
        route("/aws_referral", "POST", _aws_referral),
        route("/aws_update", "POST", _aws_update),
        route("/expire", "POST", _expire),
        route("/events", "GET", _events),
        route("/events", "POST", _mishaps),
        route("/events_target", "POST", _events_target),
        route("/faults", "GET", lambda portal, _: {"faults": portal.faults.pending()}),
        route("/faults", "POST", _fault),
        route("/faults", "DELETE", _clear_faults),
        route("/knobs", "POST", _knobs),
        route("/limits", "POST", _limits),
        route("/opportunities", "GET", _opportunities),
        route("/invitations", "GET", _invitations),
        route("/summary", "GET", _summary),
        route("/calls", "GET", lambda portal, _: {"calls": list(portal.calls)}),
        route("/reset", "POST", _reset),
    ]


def _run(portal: Portal, command: Command, query: dict[str, str], raw: bytes) -> JSONResponse:
    with portal.lock:
        portal.settle()
        try:
            arguments: Body = {**query, **(json.loads(raw) if raw else {})}
            return JSONResponse(command(portal, arguments))
        except AwsError as problem:
            status = 404 if problem.kind == "ResourceNotFoundException" else 409
            return JSONResponse({"error": problem.message}, status)
        except (KeyError, TypeError, ValueError) as problem:
            return JSONResponse({"error": f"cannot read the arguments: {problem}"}, 400)


def _review(portal: Portal, arguments: Body) -> object:
    opportunity = _found(portal, arguments)
    decision = review.DECISIONS[str(arguments["decision"])]
    reason = text(arguments, "reason")
    if reason and reason not in values.standard("review_status_reasons"):
        raise ValueError(f"reason must be one of {sorted(values.standard('review_status_reasons'))}")
    review.decide(portal, opportunity, decision, reason=reason, comments=text(arguments, "comments"))
    return {"id": opportunity.id, "review_status": opportunity.review_status}


def _reviewer(portal: Portal, arguments: Body) -> object:
    mode = str(arguments.get("mode", portal.reviewer.mode))
    if mode not in ("auto", "manual"):
        raise ValueError("mode must be auto or manual")
    delay = float(str(arguments.get("delay_seconds", portal.reviewer.delay_seconds)))
    portal.reviewer = Reviewer(mode, delay)
    for opportunity in portal.opportunities.values():
        if opportunity.review_status in review.WAITING:
            review.expect_decision(portal, opportunity)
    return asdict(portal.reviewer)


def _aws_referral(portal: Portal, arguments: Body) -> object:
    draft = referral_draft(arguments, portal.now().date())
    errors = input_errors("CreateOpportunity", {"Catalog": "AWS", "ClientToken": "referral", **draft})
    if errors:
        raise malformed(errors)
    invitation = invitations.invite(portal, str(arguments.get("catalog", "AWS")), draft, [])
    return {
        "invitation_id": invitation.id,
        "engagement_id": invitation.engagement_id,
        "opportunity_id": invitation.opportunity_id,
        "expires_at": iso(invitation.expires_at),
    }


def _aws_update(portal: Portal, arguments: Body) -> object:
    opportunity = _found(portal, arguments)
    names = {
        "stage": "Stage",
        "next_steps": "NextSteps",
        "target_close_date": "TargetCloseDate",
        "closed_lost_reason": "ClosedLostReason",
    }
    review.aws_update(portal, opportunity, {names[k]: v for k, v in arguments.items() if k in names})
    return {"id": opportunity.id, "life_cycle": opportunity.aws.life_cycle}


def _expire(portal: Portal, arguments: Body) -> object:
    only = arguments.get("id")
    pending = [i for i in portal.invitations.values() if i.status == "PENDING" and i.participant == "RECEIVER"]
    chosen = [invitation for invitation in pending if only in (None, invitation.id)]
    for invitation in chosen:
        invitations.expire(portal, invitation)
    return {"expired": [invitation.id for invitation in chosen]}


def _events(portal: Portal, arguments: Body) -> object:
    return portal.events.after(int(str(arguments.get("after", 0))))


def _mishaps(portal: Portal, arguments: Body) -> object:
    mishaps = Mishaps(
        duplicate=int(str(arguments.get("duplicate", 0))),
        drop=int(str(arguments.get("drop", 0))),
        reorder=bool(arguments.get("reorder", False)),
    )
    portal.events.configure(mishaps)
    return asdict(portal.events.mishaps)


def _events_target(portal: Portal, arguments: Body) -> object:
    headers = arguments.get("headers")
    given = {str(name): str(value) for name, value in headers.items()} if isinstance(headers, dict) else {}
    portal.events.point_at(text(arguments, "url") or None, given)
    start_posting(portal.events, portal.catch_up)
    return {"url": portal.events.target}


def _fault(portal: Portal, arguments: Body) -> object:
    fault = Fault(
        operation=str(arguments.get("operation", "*")),
        kind=Kind(str(arguments["kind"])),
        times=int(str(arguments.get("times", 1))),
        seconds=float(str(arguments.get("seconds", 0))),
    )
    portal.faults.plan(fault)
    return {"faults": portal.faults.pending()}


def _clear_faults(portal: Portal, _arguments: Body) -> object:
    portal.faults.clear()
    return {"faults": []}


def _knobs(portal: Portal, arguments: Body) -> object:
    known = {knob.name: type(getattr(portal.knobs, knob.name)) for knob in fields(Knobs)}
    for name, value in arguments.items():
        setattr(portal.knobs, name, known[name](value))
    return asdict(portal.knobs)


def _limits(portal: Portal, arguments: Body) -> object:
    def rate(name: str) -> float | None:
        value = arguments.get(name)
        return None if value is None else float(str(value))

    portal.limits.configure(
        writes_per_second=rate("writes_per_second"),
        reads_per_second=rate("reads_per_second"),
        burst=rate("burst") or 1.0,
    )
    return {"writes_per_second": rate("writes_per_second"), "reads_per_second": rate("reads_per_second")}


def _opportunities(portal: Portal, _arguments: Body) -> object:
    return {"opportunities": [_truth(portal, opportunity) for opportunity in portal.opportunities.values()]}


def _invitations(portal: Portal, _arguments: Body) -> object:
    entries = [
        {"id": i.id, "catalog": i.catalog, "participant": i.participant, "status": i.status, "draft": i.draft}
        for i in portal.invitations.values()
    ]
    return {"invitations": entries}


def _summary(portal: Portal, _arguments: Body) -> object:
    rows = [
        {
            "id": o.id,
            "title": text(o.body, "Project.Title"),
            "crm_id": text(o.body, "PartnerOpportunityIdentifier"),
            "review_status": o.review_status,
            "stage": o.stage,
            "target_close_date": text(o.body, "LifeCycle.TargetCloseDate"),
            "customer": text(o.body, "Customer.Account.CompanyName"),
        }
        for o in portal.opportunities.values()
    ]
    return {"opportunities": rows}


def _reset(portal: Portal, _arguments: Body) -> object:
    portal.events.closed.set()
    portal.reset()
    return {"ok": True}


def _truth(portal: Portal, opportunity: Opportunity) -> Body:
    submission = opportunity.submission
    return {
        **opportunities.view(portal, opportunity),
        "Origin": opportunity.origin,
        "EngagementId": opportunity.engagement_id,
        "Submission": None
        if submission is None
        else {
            "InvolvementType": submission.involvement,
            "Visibility": submission.visibility,
            "SubmittedAt": iso(submission.at),
        },
        "Aws": asdict(opportunity.aws),
    }


def _found(portal: Portal, arguments: Body) -> Opportunity:
    return portal.opportunities[str(arguments["id"])]
