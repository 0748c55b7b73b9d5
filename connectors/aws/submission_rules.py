"""The rules that AWS applies when it is asked to look at an opportunity: solution, help, involvement, visibility."""

from collections.abc import Iterator

from connectors.aws import values
from connectors.aws.judging import SUBMISSION, Case, Rule
from connectors.aws.requirements import FIELD_LIST, GUIDE, SCENARIOS
from connectors.aws.validation import Fault, enum_of

_NEEDS = "PrimaryNeedsFromAws"
_SOLUTIONS = "RelatedEntityIdentifiers.Solutions"


def _solution(case: Case) -> Iterator[Fault]:
    if not case.has_solution and not case.text("Project.OtherSolutionDescription"):
        yield Fault(_SOLUTIONS, "REQUIRED_FIELD_MISSING", "is missing, and nothing describes another")


def _active_solution(case: Case) -> Iterator[Fault]:
    known = case.known.solutions
    for one in (case.related or {}).get("Solutions", ()):
        if not one.startswith("S-") or not one[2:].isdigit():
            yield Fault(_SOLUTIONS, "INVALID_STRING_FORMAT", f"“{one}” is no solution id, which has the form S-1234567")
        elif known is not None and known.get(one) != "Active":
            told = f"“{one}” is {known[one]}, not active" if one in known else f"“{one}” is none of our solutions"
            yield Fault(_SOLUTIONS, "INVALID_VALUE", told)


def _too_many(case: Case) -> Iterator[Fault]:
    for kind, most in values.MOST_RELATED.items():
        held = (case.related or {}).get(kind, ())
        if len(held) > most:
            path = f"RelatedEntityIdentifiers.{kind}"
            yield Fault(path, "TOO_MANY_VALUES", f"takes at most {most}, not {len(held)}")


def _products(case: Case) -> Iterator[Fault]:
    for one in (case.related or {}).get("AwsProducts", ()):
        if one not in values.product_codes():
            path = "RelatedEntityIdentifiers.AwsProducts"
            yield Fault(path, "INVALID_ENUM_VALUE", f"“{one}” is not an AWS product code")


def _offers(case: Case) -> Iterator[Fault]:
    if (case.related or {}).get("AwsMarketplaceOffers"):
        told = "cannot be linked while the opportunity is being submitted"
        yield Fault("RelatedEntityIdentifiers.AwsMarketplaceOffers", "ACTION_NOT_PERMITTED", told)


def _needs(case: Case) -> Iterator[Fault]:
    needs = case.texts(_NEEDS)
    if case.involvement == values.CO_SELL and not needs:
        yield Fault(_NEEDS, "REQUIRED_FIELD_MISSING", "is missing; a co-sell says what AWS should do")
    if case.involvement == values.VISIBILITY_ONLY and any(one.startswith(values.CO_SELL) for one in needs):
        yield Fault(_NEEDS, "ACTION_NOT_PERMITTED", "asks AWS for help while the deal is filed for visibility only")


def _involvement(case: Case) -> Iterator[Fault]:
    if not case.involvement:
        yield Fault("InvolvementType", "REQUIRED_FIELD_MISSING", "is missing; AWS requires it")
    elif case.involvement not in enum_of("SalesInvolvementType"):
        yield Fault("InvolvementType", "INVALID_ENUM_VALUE", f"“{case.involvement}” is not on AWS's list")


def _classified(case: Case) -> Iterator[Fault]:
    if not case.is_classified:
        return
    if case.involvement == values.VISIBILITY_ONLY:
        yield Fault("NationalSecurity", "ACTION_NOT_PERMITTED", "is “Yes”; such a deal is co-sold, never only shown")
    if case.visibility not in {"", values.FULL_VISIBILITY}:
        yield Fault("NationalSecurity", "ACTION_NOT_PERMITTED", "is “Yes”; such a deal is filed in full visibility")


def _next_steps(case: Case) -> Iterator[Fault]:
    if case.involvement == values.VISIBILITY_ONLY and case.text("LifeCycle.NextSteps"):
        yield Fault("LifeCycle.NextSteps", "INVALID_VALUE", "is left out by AWS in a deal filed for visibility only")


SUBMISSION_RULES: tuple[Rule, ...] = (
    Rule(
        "solution",
        f"{GUIDE}: RelatedEntityIdentifiers.Solutions; {SCENARIOS}, Create 7.1",
        _solution,
        SUBMISSION,
        fix="Associate one of our active solutions, or describe another in Project.OtherSolutionDescription.",
    ),
    Rule("active-solution", f"{GUIDE}: RelatedEntityIdentifiers.Solutions", _active_solution),
    Rule("too-many", "developer guide, quotas for each opportunity", _too_many, fix="Take some off."),
    Rule(
        "product",
        f"{SCENARIOS}, Create 7.9; {GUIDE}: RelatedEntityIdentifiers.AwsProducts",
        _products,
        fix="Give product codes of AWS's list.",
    ),
    Rule("offer", f"{SCENARIOS}, Create 7.18", _offers, SUBMISSION, fix="Link the offer once AWS approved the deal."),
    Rule("needs", f"{GUIDE}: PrimaryNeedsFromAWS and InvolvementType", _needs, SUBMISSION),
    Rule("involvement", f"{GUIDE}: InvolvementType", _involvement, SUBMISSION),
    Rule(
        "classified",
        f"{GUIDE}: NationalSecurity; {FIELD_LIST}: doesOppBelongToNatSec",
        _classified,
        SUBMISSION,
        fix="File it as Co-Sell in full visibility.",
    ),
    Rule(
        "next-steps-ignored",
        f"{SCENARIOS}, Create 7.19",
        _next_steps,
        SUBMISSION,
        fix="Give the next steps once AWS sells along.",
        blocks=False,
    ),
)
