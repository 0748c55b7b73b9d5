"""What may change in which review status and stage; knows nothing of what the values mean.

Pending Submission   everything but the stage
Submitted, In review nothing
Action Required      ten fields; the update submits again
Approved             everything but eight fields; needs only from visibility to co-sell
Rejected             nothing
Launched             two fields, the rest silently ignored; Closed Lost: nothing; both final
"""

from collections.abc import Iterable
from copy import deepcopy

from sandbox.aws import values
from sandbox.aws.cases import error, missing
from sandbox.aws.records import Opportunity
from sandbox.aws.wire import Body, Code, FieldError, leaves, pruned, refused, struct, structs, text, texts

LOCKED = ("Submitted", "In review", "Rejected")
# The developer guide's list, and the company name, which the field guide makes read-only too.
FROZEN_ONCE_APPROVED = (
    "Customer.Account.Address.CountryCode",
    "Customer.Account.Address.PostalCode",
    "Customer.Account.CompanyName",
    "Customer.Account.Industry",
    "Customer.Account.WebsiteUrl",
    "PartnerOpportunityIdentifier",
    "Project.CustomerBusinessProblem",
    "Project.Title",
)
OPEN_IN_ACTION_REQUIRED = (
    "Customer.Account.Address.City",
    "Customer.Account.Address.CountryCode",
    "Customer.Account.Address.PostalCode",
    "Customer.Account.Address.StateOrRegion",
    "Customer.Account.Address.StreetAddress",
    "Customer.Account.WebsiteUrl",
    "LifeCycle.TargetCloseDate",
    "PartnerOpportunityIdentifier",
    "Project.CustomerBusinessProblem",
    "Project.ExpectedCustomerSpend",
)
# The Sandbox catalog lets the partner play the reviewer. The field guide's transitions; partners report that
# Submitted and In review cannot be set by hand, and one saw Pending Submission go straight to Approved.
SANDBOX_DECISIONS = {
    "Submitted": ("Approved", "Rejected", "Action Required"),
    "In review": ("Approved", "Rejected", "Action Required"),
}
_SERVICE_OWNED = ("ReviewStatus", "ReviewStatusReason", "ReviewComments", "NextStepsHistory")


def merged(stored: Opportunity, sent: Body) -> Body:
    """What the record would hold: all that was sent, with the members only the service may set kept as they are.

    Raises ValidationException when the record's review status or stage forbids the change.
    """
    refuse_locked(stored)
    new = _with_service_members(stored, sent)
    if not text(new, "LifeCycle.Stage"):
        raise refused(missing("LifeCycle.Stage"))
    if stored.stage in values.CLOSED:
        return _closed(stored, new)
    if stored.review_status == "Approved":
        _refuse(FROZEN_ONCE_APPROVED, changed_paths(stored.body, new), "is read-only once approved")
        _check_needs(stored, new)
        return new
    if text(new, "LifeCycle.Stage") != stored.stage:
        message = f"LifeCycle.Stage cannot change while the review status is {stored.review_status}."
        raise refused(error("LifeCycle.Stage", message, Code.NOT_PERMITTED))
    if stored.review_status == "Action Required":
        closed = [path for path in changed_paths(stored.body, new) if path not in OPEN_IN_ACTION_REQUIRED]
        _refuse(closed, closed, "cannot be edited while action is required")
    return new


def refuse_locked(stored: Opportunity) -> None:
    """Raises ValidationException while AWS reviews the record, and for ever once it rejected it."""
    if stored.review_status in LOCKED:
        message = f"Record is not editable. LifeCycle.ReviewStatus is {stored.review_status}."
        raise refused(error("LifeCycle.ReviewStatus", message, Code.STATE))


def sandbox_decision(stored: Opportunity, sent: Body) -> str | None:
    """The review status the partner, playing the reviewer, wants set; None when the update is an ordinary one."""
    wanted = text(sent, "LifeCycle.ReviewStatus")
    if stored.catalog != "Sandbox" or wanted in ("", stored.review_status):
        return None
    if wanted not in SANDBOX_DECISIONS.get(stored.review_status, ()):
        message = f"Cannot transition opportunity from status '{stored.review_status}' to '{wanted}'."
        raise refused(error("LifeCycle.ReviewStatus", message, Code.STATE))
    return wanted


def becomes_co_sell(stored: Opportunity, new: Body) -> bool:
    """Whether this update asks AWS to sell along in a deal it was only shown."""
    visible = stored.submission is not None and stored.submission.involvement == "For Visibility Only"
    return visible and stored.review_status == "Approved" and bool(texts(new, "PrimaryNeedsFromAws"))


def changed_paths(old: Body, new: Body) -> list[str]:
    """The dotted paths at which two bodies differ; a list is one path."""
    before, after = dict(leaves(pruned(old))), dict(leaves(pruned(new)))
    return sorted(path for path in before.keys() | after.keys() if before.get(path) != after.get(path))


def _with_service_members(stored: Opportunity, sent: Body) -> Body:
    new = deepcopy(sent)
    life_cycle, kept = struct(new, "LifeCycle"), struct(stored.body, "LifeCycle")
    for name in _SERVICE_OWNED:
        life_cycle.pop(name, None)
        if name in kept:
            life_cycle[name] = deepcopy(kept[name])
    return new


def _closed(stored: Opportunity, new: Body) -> Body:
    if stored.stage == "Closed Lost" or text(new, "LifeCycle.Stage") != stored.stage:
        message = f"Opportunity is {stored.stage}, which is final."
        raise refused(error("LifeCycle.Stage", message, Code.STATE))
    # Recorded acceptance cases: success, but everything except these two is ignored.
    kept = deepcopy(stored.body)
    for name in ("DeliveryModels", "AdditionalComments"):
        struct(kept, "Project")[name] = deepcopy(struct(new, "Project").get(name))
    return kept


def _check_needs(stored: Opportunity, new: Body) -> None:
    path = "PrimaryNeedsFromAws"
    if path not in changed_paths(stored.body, new):
        return
    if not becomes_co_sell(stored, new):
        message = f"{path} can only change from For Visibility Only to Co-Sell once approved."
        raise refused(error(path, message, Code.NOT_PERMITTED))
    needed = {
        "Project.SalesActivities": bool(texts(new, "Project.SalesActivities")),
        "LifeCycle.NextSteps": bool(text(new, "LifeCycle.NextSteps")),
        "Customer.Contacts": bool(structs(new, "Customer.Contacts")),
    }
    absent: list[FieldError] = [missing(where) for where, is_there in needed.items() if not is_there]
    if absent:
        raise refused(*absent)


def _refuse(forbidden: Iterable[str], changed: Iterable[str], why: str) -> None:
    faults = [error(path, f"Field {path} {why}.", Code.NOT_PERMITTED) for path in changed if path in set(forbidden)]
    if faults:
        raise refused(*faults)
