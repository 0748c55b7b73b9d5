"""ListOpportunities and ListSolutions; knows no rule."""

from collections.abc import Callable
from datetime import datetime

from sandbox.aws import opportunities, values
from sandbox.aws.ids import arn
from sandbox.aws.paging import paged
from sandbox.aws.portal import Portal
from sandbox.aws.records import Opportunity
from sandbox.aws.wire import Body, dig, moment, struct, text, texts

_SUMMARY_PROJECT = ("DeliveryModels", "ExpectedCustomerSpend", "ExpectedContractDuration")
_SORTS: dict[str, Callable[[Opportunity], str | datetime]] = {
    "LastModifiedDate": lambda o: o.modified_at,
    "Identifier": lambda o: o.id,
    "CustomerCompanyName": lambda o: text(o.body, "Customer.Account.CompanyName"),
    "CreatedDate": lambda o: o.created_at,
    "TargetCloseDate": lambda o: text(o.body, "LifeCycle.TargetCloseDate"),
}


def list_opportunities(portal: Portal, request: Body) -> Body:
    """The catalog's opportunities that satisfy every filter, latest change first unless sorted otherwise."""
    catalog = text(request, "Catalog")
    wanted = [o for o in portal.opportunities.values() if o.catalog == catalog and _wanted(o, request)]
    key = _SORTS[text(request, "Sort.SortBy") or "LastModifiedDate"]
    ascending = text(request, "Sort.SortOrder") == "ASCENDING"
    wanted.sort(key=lambda o: (key(o), o.id), reverse=not ascending)
    page, token = paged(wanted, request)
    return {"OpportunitySummaries": [_summary(portal, o) for o in page], "NextToken": token}


def list_solutions(portal: Portal, request: Body) -> Body:
    """The partner's own solutions, by identifier unless sorted otherwise."""
    catalog = text(request, "Catalog")
    found = [] if portal.knobs.empty_solutions else values.solutions()
    filters = {"Status": texts(request, "Status"), "Id": texts(request, "Identifier")}
    filters["Category"] = texts(request, "Category")
    for member, allowed in filters.items():
        found = [entry for entry in found if not allowed or text(entry, member) in allowed]
    key = {"Identifier": "Id"}.get(text(request, "Sort.SortBy"), text(request, "Sort.SortBy") or "Id")
    found.sort(key=lambda entry: text(entry, key), reverse=text(request, "Sort.SortOrder") == "DESCENDING")
    for entry in found:
        entry |= {"Catalog": catalog, "Arn": arn(catalog, "solution", text(entry, "Id"))}
    page, token = paged(found, request)
    return {"SolutionSummaries": page, "NextToken": token}


def _wanted(opportunity: Opportunity, request: Body) -> bool:
    memberships = {
        "Identifier": opportunity.id,
        "LifeCycleStage": opportunity.stage,
        "LifeCycleReviewStatus": opportunity.review_status,
        "CustomerCompanyName": text(opportunity.body, "Customer.Account.CompanyName"),
    }
    if any(texts(request, name) and value not in texts(request, name) for name, value in memberships.items()):
        return False
    instants = {"LastModifiedDate": opportunity.modified_at, "CreatedDate": opportunity.created_at}
    if not all(_within(dig(request, name), name, value) for name, value in instants.items()):
        return False
    closes = text(opportunity.body, "LifeCycle.TargetCloseDate")
    after = text(request, "TargetCloseDate.AfterTargetCloseDate")
    before = text(request, "TargetCloseDate.BeforeTargetCloseDate")
    return (not after or closes >= after) and (not before or closes <= before)


def _within(window: object, name: str, value: datetime) -> bool:
    """Both ends inclusive: the documentation says "on or after"."""
    if not isinstance(window, dict):
        return True
    after, before = text(window, f"After{name}"), text(window, f"Before{name}")
    return (not after or value >= moment(after)) and (not before or value <= moment(before))


def _summary(portal: Portal, opportunity: Opportunity) -> Body:
    body = opportunities.view(portal, opportunity)
    body["Project"] = {name: struct(body, "Project").get(name) for name in _SUMMARY_PROJECT}
    return body
