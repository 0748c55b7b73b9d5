"""The rules on where the deal stands: close date, stage, loss, launch, origin, and the partner's own id."""

from collections.abc import Iterator
from datetime import date

from connectors.aws.judging import CREATION, Case, Rule, required
from connectors.aws.requirements import GUIDE, SCENARIOS, at
from connectors.aws.validation import Fault

CLOSED_LOST, LAUNCHED, COMMITTED = "Closed Lost", "Launched", "Committed"
FURTHEST_YEARS = 60
_CLOSE = "LifeCycle.TargetCloseDate"
_REASON = "LifeCycle.ClosedLostReason"


def _close_date(case: Case) -> Iterator[Fault]:
    given = case.text(_CLOSE)
    if not given or (case.stored is not None and given == at(case.stored, _CLOSE)):
        return  # a date that was taken earlier may have gone by since
    try:
        day = date.fromisoformat(given)
    except ValueError:
        yield Fault(_CLOSE, "INVALID_STRING_FORMAT", f"“{given}” is not a date of the form YYYY-MM-DD")
        return
    if day < case.today:
        yield Fault(_CLOSE, "VALUE_OUT_OF_RANGE", f"{given} is in the past; AWS refuses it")
    elif day.year >= case.today.year + FURTHEST_YEARS:
        yield Fault(_CLOSE, "VALUE_OUT_OF_RANGE", f"{given} is more than {FURTHEST_YEARS} years away; AWS refuses it")


def _reason_too_early(case: Case) -> Iterator[Fault]:
    if case.text(_REASON) and not _is_lost(case):
        yield Fault(_REASON, "INVALID_VALUE", "must be absent unless the stage is Closed Lost")


def _opens_open(case: Case) -> Iterator[Fault]:
    if _is_lost(case):
        yield Fault("LifeCycle.Stage", "ACTION_NOT_PERMITTED", "is Closed Lost; AWS creates no lost deal")


def _real_solution(case: Case) -> Iterator[Fault]:
    stage = case.text("LifeCycle.Stage")
    if stage in {COMMITTED, LAUNCHED} and case.has_solution is False:
        told = f"is missing; from {COMMITTED} on AWS takes no description in its place"
        yield Fault("RelatedEntityIdentifiers.Solutions", "REQUIRED_FIELD_MISSING", told)


def _origin(case: Case) -> Iterator[Fault]:
    if case.text("Origin") == "AWS Referral" and case.text("Catalog") != "Sandbox":
        yield Fault("Origin", "ACTION_NOT_PERMITTED", "must be Partner Referral in catalog AWS")


def _catalog(case: Case) -> Iterator[Fault]:
    given = case.text("Catalog")
    if given and given not in {"AWS", "Sandbox"}:
        yield Fault("Catalog", "INVALID_VALUE", f"“{given}” is neither AWS nor Sandbox")


def _taken_id(case: Case) -> Iterator[Fault]:
    path, given = "PartnerOpportunityIdentifier", case.text("PartnerOpportunityIdentifier")
    if given and given in case.known.partner_ids:
        yield Fault(path, "DUPLICATE_KEY_VALUE", f"“{given}” is filed already")


def _is_lost(case: Case) -> bool:
    return case.text("LifeCycle.Stage") == CLOSED_LOST


def _is_launched(case: Case) -> bool:
    return case.text("LifeCycle.Stage") == LAUNCHED


LIFECYCLE_RULES: tuple[Rule, ...] = (
    required(_CLOSE, f"{GUIDE}: LifeCycle.TargetCloseDate"),
    required(_REASON, f"{SCENARIOS}, Update 3.11", when=_is_lost, fix="Say why the deal was lost, from AWS's list."),
    required(
        "Customer.Account.AwsAccountId",
        f"{SCENARIOS}, Update 3.8; {GUIDE}: Customer.Account.AwsAccountId",
        when=_is_launched,
        fix="Give the twelve digits of the customer's AWS account.",
    ),
    Rule("close-date", f"{GUIDE}: LifeCycle.TargetCloseDate", _close_date),
    Rule(
        "loss-reason-early",
        f"{GUIDE}: LifeCycle.ClosedLostReason",
        _reason_too_early,
        fix="Leave the reason out until the deal is lost.",
    ),
    Rule(
        "opens-open",
        "partners' reports: an opportunity cannot be created already Closed Lost",
        _opens_open,
        CREATION,
        fix="File the deal while it is open, or leave it.",
    ),
    Rule(
        "real-solution",
        f"{GUIDE}: RelatedEntityIdentifiers.Solutions",
        _real_solution,
        fix="Associate one of our active solutions first.",
    ),
    Rule("origin", "service model, documentation of Origin", _origin, CREATION, fix="Say Partner Referral."),
    Rule("catalog", f"{GUIDE}: Catalog", _catalog, fix="Say AWS, or Sandbox for a trial."),
    Rule(
        "own-id-taken",
        f"{SCENARIOS}, Create 6 and 7.12",
        _taken_id,
        CREATION,
        fix="Update what is filed, or give the id of another deal.",
    ),
)
