"""The rules on changing what is filed: what may change in which review status and stage; knows no value's meaning."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from connectors.aws import values
from connectors.aws.judging import UPDATES, Case, Rule, required
from connectors.aws.lifecycle_rules import CLOSED_LOST, LAUNCHED
from connectors.aws.requirements import GUIDE, SCENARIOS, at
from connectors.aws.validation import Fault

PENDING, ACTION_REQUIRED, APPROVED, REJECTED = "Pending Submission", "Action Required", "Approved", "Rejected"
UNDER_REVIEW: Final = ("Submitted", "In review")
# The developer guide's list. The company's name is the field guide's addition.
FROZEN: Final = (
    "Customer.Account.Address.CountryCode",
    "Customer.Account.Address.PostalCode",
    "Customer.Account.CompanyName",
    "Customer.Account.Industry",
    "Customer.Account.WebsiteUrl",
    "PartnerOpportunityIdentifier",
    "Project.CustomerBusinessProblem",
    "Project.Title",
)
OPEN_IN_ACTION_REQUIRED: Final = (
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
OPEN_AFTER_LAUNCH: Final = ("Project.DeliveryModels", "Project.AdditionalComments")
# What an update carries of a record; everything else of it is AWS's own.
UPDATED: Final = (
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
_AWSS_OWN: Final = (
    "LifeCycle.ReviewStatus",
    "LifeCycle.ReviewStatusReason",
    "LifeCycle.ReviewComments",
    "LifeCycle.NextStepsHistory",
)
_DEFAULTS: Final = {"OpportunityType": values.NEW_BUSINESS, "NationalSecurity": "No", "Marketing.Source": "None"}


def review_of(record: Mapping[str, object]) -> str:
    """Where AWS's review of a record stands."""
    return str(at(record, "LifeCycle.ReviewStatus") or PENDING)


def stage_of(record: Mapping[str, object]) -> str:
    """The stage of a record."""
    return str(at(record, "LifeCycle.Stage") or "")


def changed(before: Mapping[str, object], after: Mapping[str, object]) -> tuple[str, ...]:
    """The dotted paths at which an update changes a record; a list is one path, null and absent the same."""
    old, new = leaves(before), leaves(after)
    return tuple(sorted(path for path in {*old, *new} if old.get(path) != new.get(path)))


def leaves(record: Mapping[str, object]) -> dict[str, object]:
    """What of a record an update carries, by dotted path, with AWS's defaults for what is absent."""
    found = dict(_DEFAULTS)
    told: dict[str, object] = {**found}
    for name in UPDATED:
        told.update(_leaves(record.get(name), name))
    return {path: value for path, value in told.items() if path not in _AWSS_OWN}


def _leaves(value: object, path: str) -> Iterator[tuple[str, object]]:
    if isinstance(value, Mapping):
        for name, item in value.items():
            yield from _leaves(item, f"{path}.{name}")
    elif value not in (None, [], ""):
        yield path, value


def _locked(case: Case) -> Iterator[Fault]:
    if case.stored is None:
        return
    review = review_of(case.stored)
    if review in UNDER_REVIEW:
        yield Fault("LifeCycle.ReviewStatus", "INVALID_RESOURCE_STATE", f"is {review}: AWS locks what it reviews")
    if review == REJECTED:
        yield Fault("LifeCycle.ReviewStatus", "INVALID_RESOURCE_STATE", "is Rejected, which is final")


def _final(case: Case) -> Iterator[Fault]:
    if case.stored is None:
        return
    stage, asked = stage_of(case.stored), case.text("LifeCycle.Stage")
    if stage == CLOSED_LOST or (stage == LAUNCHED and asked != LAUNCHED):
        yield Fault("LifeCycle.Stage", "INVALID_RESOURCE_STATE", f"is {stage}, which is final")


def _frozen(case: Case) -> Iterator[Fault]:
    if case.stored is not None and review_of(case.stored) == APPROVED and stage_of(case.stored) != LAUNCHED:
        yield from _closed(case, case.stored, FROZEN, "cannot change any more: AWS approved the deal")


def _only_what_was_asked(case: Case) -> Iterator[Fault]:
    if case.stored is not None and review_of(case.stored) == ACTION_REQUIRED:
        shut = [path for path in changed(case.stored, case.body) if path not in OPEN_IN_ACTION_REQUIRED]
        yield from _closed(case, case.stored, shut, "cannot change while AWS waits for what it asked")


def _stage_waits(case: Case) -> Iterator[Fault]:
    if case.stored is not None and review_of(case.stored) == PENDING:
        yield from _closed(case, case.stored, ("LifeCycle.Stage",), "cannot change before AWS approved the deal")


def _needs(case: Case) -> Iterator[Fault]:
    path = "PrimaryNeedsFromAws"
    if case.stored is None or review_of(case.stored) != APPROVED or path not in changed(case.stored, case.body):
        return
    if case.stored.get(path) or not case.body.get(path):
        told = "can only change from For Visibility Only to Co-Sell once AWS approved the deal"
        yield Fault(path, "ACTION_NOT_PERMITTED", told)
        return
    for needed in ("Project.SalesActivities", "LifeCycle.NextSteps", "Customer.Contacts"):
        if not at(case.body, needed):
            yield Fault(needed, "REQUIRED_FIELD_MISSING", "is missing; AWS requires it to start selling along")


def _still_required(case: Case) -> Iterator[Fault]:
    """What a review needed is not emptied afterwards."""
    if case.stored is None or review_of(case.stored) == PENDING:
        return
    for path in ("Project.CustomerUseCase", "Project.DeliveryModels", "Project.SalesActivities", "PrimaryNeedsFromAws"):
        if at(case.stored, path) and not at(case.body, path):
            yield Fault(path, "REQUIRED_FIELD_MISSING", "is missing; AWS requires it in every update")


def _stale(case: Case) -> Iterator[Fault]:
    path = "LastModifiedDate"
    if case.stored is not None and case.stored.get(path) and case.body.get(path) != case.stored.get(path):
        yield Fault(path, "INVALID_VALUE", "is not the record's: somebody changed it meanwhile")


def _ignored_once_launched(case: Case) -> Iterator[Fault]:
    if case.stored is not None and stage_of(case.stored) == LAUNCHED:
        shut = [path for path in changed(case.stored, case.body) if path not in OPEN_AFTER_LAUNCH]
        yield from _closed(case, case.stored, shut, "is left as it was: AWS changes two fields of a launched deal")


def _closed(case: Case, stored: Mapping[str, object], paths: Sequence[str], why: str) -> Iterator[Fault]:
    different = changed(stored, case.body)
    for path in paths:
        if path in different:
            yield Fault(path, "ACTION_NOT_PERMITTED", why)


_WAIT = "Keep the change and send it when AWS decided."
_PUT_BACK = "Send the value the record has."
UPDATE_RULES: tuple[Rule, ...] = (
    required("LifeCycle.Stage", f"{GUIDE}: LifeCycle.Stage, required for updates", gates=UPDATES),
    Rule("locked", f"{SCENARIOS}, Update 3.15", _locked, UPDATES, _WAIT),
    Rule("final", f"{SCENARIOS}, Update 3.16; partners' reports", _final, UPDATES, "Leave a closed deal as it is."),
    Rule("frozen", "developer guide, fields read-only once approved", _frozen, UPDATES, _PUT_BACK),
    Rule("asked-only", "developer guide, fields open in Action Required", _only_what_was_asked, UPDATES, _PUT_BACK),
    Rule("stage-waits", "partners' reports: the stage cannot move before approval", _stage_waits, UPDATES, _PUT_BACK),
    Rule("needs-once", f"{GUIDE}: PrimaryNeedsFromAWS, updates", _needs, UPDATES, "Leave what AWS was asked for."),
    Rule("still-required", f"{SCENARIOS}, Update 3.2", _still_required, UPDATES),
    Rule("stale", f"{GUIDE}: LastModifiedDate", _stale, UPDATES, "Read the record again and merge."),
    Rule(
        "launched",
        f"{SCENARIOS}, Update 3.12 and 3.16",
        _ignored_once_launched,
        UPDATES,
        "Change it on the AWS side, or leave it.",
        blocks=False,
    ),
)
