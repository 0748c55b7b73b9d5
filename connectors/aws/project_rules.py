"""The rules on what is sold: problem, use case, money, competitor, marketing, contract."""

import re
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation

from connectors.aws import values
from connectors.aws.judging import CREATION, SUBMISSION, Case, Rule, required
from connectors.aws.requirements import FIELD_LIST, GUIDE, SCENARIOS
from connectors.aws.validation import Fault

SPEND = "Project.ExpectedCustomerSpend"
_LONGEST_CONTRACT = 144  # months
_FEWEST_LETTERS = 6
_SHORTEST_PROBLEM = 20  # characters; the service model tells a shorter one
_STOCK = (
    "tbd tba n/a na none unknown todo test testing placeholder lorem ipsum dolor sit amet to be determined defined "
    "confirmed customer business problem description project opportunity the a an of for is needs need help aws cloud "
    "migration solution deal this see notes crm"
)
_WORD = re.compile(r"[^\s.,;:!?()\"'-]+")
_NO_HELP = "Do Not Need Support from AWS Sales Rep"
_OF_MARKETING = ("AwsFundingUsed", "CampaignName", "Channels", "UseCases")


def says_nothing(problem: str) -> bool:
    """Whether a business problem is words of form only; AWS's reviewers send such a one back."""
    words = [word.casefold() for word in _WORD.findall(problem)]
    letters = {sign for sign in problem.casefold() if sign.isalpha()}
    return len(letters) < _FEWEST_LETTERS or set(words) <= set(_STOCK.split())


def _generic(case: Case) -> Iterator[Fault]:
    path = "Project.CustomerBusinessProblem"
    if len(case.text(path)) >= _SHORTEST_PROBLEM and says_nothing(case.text(path)):
        yield Fault(path, "INVALID_VALUE", "says nothing of this customer; AWS's reviewers send it back")


def _spend(case: Case) -> Iterator[Fault]:
    for entry in case.structs(SPEND):
        amount = str(entry.get("Amount") or "").strip()
        if not amount and not entry.get("EstimationUrl"):
            yield Fault(f"{SPEND}.Amount", "REQUIRED_FIELD_MISSING", "is missing, and no estimate is linked")
        elif amount and not _is_above_zero(amount):
            yield Fault(f"{SPEND}.Amount", "INVALID_VALUE", f"“{amount}” is not an amount above zero")


def _currency(case: Case) -> Iterator[Fault]:
    allowed = ("EUR",) if case.text("Project.AwsPartition") == "aws-eusc" else values.CURRENCIES
    for entry in case.structs(SPEND):
        given = entry.get("CurrencyCode")
        if given and given not in allowed:
            told = f"is in {given}; AWS takes {' or '.join(allowed)} only"
            yield Fault(f"{SPEND}.CurrencyCode", "INVALID_VALUE", told)


def _target_company(case: Case) -> Iterator[Fault]:
    for entry in case.structs(SPEND):
        given = entry.get("TargetCompany")
        if given and given not in {"AWS", "Self"}:
            yield Fault(
                f"{SPEND}.TargetCompany", "INVALID_VALUE", f"“{given}” must be AWS, or Self for a contract's value"
            )
        if given == "Self" and not case.text("Project.ExpectedContractDuration.Value"):
            path = "Project.ExpectedContractDuration"
            yield Fault(path, "REQUIRED_FIELD_MISSING", "is missing; a contract's value needs its duration in months")


def _duration(case: Case) -> Iterator[Fault]:
    path = "Project.ExpectedContractDuration.Value"
    given = case.text(path)
    if given and not (given.isascii() and given.isdigit() and 1 <= int(given) <= _LONGEST_CONTRACT):
        yield Fault(path, "VALUE_OUT_OF_RANGE", f"“{given}” is not a number of months from 1 to {_LONGEST_CONTRACT}")


def _unlisted(path: str, given: Sequence[str], allowed: Sequence[str]) -> Iterator[Fault]:
    for one in given:
        if one not in allowed:
            yield Fault(path, "INVALID_ENUM_VALUE", f"“{one}” is not on AWS's list")


def _use_case(case: Case) -> Iterator[Fault]:
    given = case.text("Project.CustomerUseCase")
    yield from _unlisted("Project.CustomerUseCase", [given] if given else [], values.use_cases())


def _programs(case: Case) -> Iterator[Fault]:
    path = "Project.ApnPrograms"
    yield from _unlisted(path, case.texts(path), values.apn_programs())


def _marketing(case: Case) -> Iterator[Fault]:
    if case.text("Marketing.Source") == "Marketing Activity":
        if not case.text("Marketing.AwsFundingUsed"):
            told = "is missing; a marketing activity says whether AWS funded it"
            yield Fault("Marketing.AwsFundingUsed", "REQUIRED_FIELD_MISSING", told)
        return
    if case.text("Marketing.Source") not in {"", "None"}:
        return  # the service model has told
    given = case.body.get("Marketing")
    for name in _OF_MARKETING:
        if isinstance(given, dict) and given.get(name):
            yield Fault(
                f"Marketing.{name}", "ACTION_NOT_PERMITTED", "must be absent unless the source is Marketing Activity"
            )


def _marketing_use_cases(case: Case) -> Iterator[Fault]:
    path = "Marketing.UseCases"
    yield from _unlisted(path, case.texts(path), values.marketing_use_cases())


def _contract_dates(case: Case) -> Iterator[Fault]:
    start, end = (_day(case.text(f"SoftwareRevenue.{name}")) for name in ("EffectiveDate", "ExpirationDate"))
    if start and end and end < start:
        told = f"the contract ends on {end.isoformat()}, before it starts on {start.isoformat()}"
        yield Fault("SoftwareRevenue.ExpirationDate", "INVALID_VALUE", told)


def _related(case: Case) -> Iterator[Fault]:
    path, known = "Project.RelatedOpportunityIdentifier", case.known.opportunities
    given = case.text(path)
    if given and known is not None and given not in known and case.text("OpportunityType") != values.NEW_BUSINESS:
        yield Fault(path, "INVALID_VALUE", f"“{given}” is no opportunity of our own account")


def _related_ignored(case: Case) -> Iterator[Fault]:
    path = "Project.RelatedOpportunityIdentifier"
    if case.text(path) and case.text("OpportunityType") in {"", values.NEW_BUSINESS}:
        yield Fault(path, "INVALID_VALUE", "is left out by AWS: new business has no parent")


def _mixed_needs(case: Case) -> Iterator[Fault]:
    needs = case.texts("PrimaryNeedsFromAws")
    if _NO_HELP in needs and len(needs) > 1:
        told = f"“{_NO_HELP}” and Co-Sell options exclude each other"
        yield Fault("PrimaryNeedsFromAws", "ACTION_NOT_PERMITTED", told)


def _is_renewal(case: Case) -> bool:
    return case.text("OpportunityType") == "Flat Renewal"


def _names_another(case: Case) -> bool:
    return case.text("Project.CompetitorName") == "*Other"


def _is_above_zero(amount: str) -> bool:
    try:
        return amount.isascii() and Decimal(amount).is_finite() and Decimal(amount) > 0
    except InvalidOperation:
        return False


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None  # the service model has told


_CUT_MARKETING = "Leave it out, or give Marketing.Source as “Marketing Activity”."
PROJECT_RULES: tuple[Rule, ...] = (
    required("Project.Title", f"{GUIDE}: Project.Title"),
    required("Project.CustomerBusinessProblem", f"{GUIDE}: Project.CustomerBusinessProblem"),
    required(SPEND, f"{GUIDE}: Project.ExpectedCustomerSpend"),
    required("Project.CustomerUseCase", f"{GUIDE}: Project.CustomerUseCase", gates=SUBMISSION),
    required("Project.DeliveryModels", f"{GUIDE}: Project.DeliveryModels", gates=SUBMISSION),
    required("Project.SalesActivities", f"{GUIDE}: Project.SalesActivities", gates=SUBMISSION),
    required(
        "Project.OtherCompetitorNames",
        f"{GUIDE}: Project.OtherCompetitorNames",
        when=_names_another,
        fix="Name the competitor, or choose another than *Other.",
    ),
    required(
        "Project.RelatedOpportunityIdentifier",
        f"{FIELD_LIST}: parentOppId",
        when=_is_renewal,
        fix="Give the id (O…) of the opportunity that is renewed.",
    ),
    Rule("generic-problem", "how partners see referrals come back: vague problem statements", _generic, CREATION),
    Rule("spend-above-zero", f"{SCENARIOS}, Create 7.11; {GUIDE}: ExpectedCustomerSpend.Amount", _spend),
    Rule(
        "currency",
        "service model, documentation of CurrencyCode",
        _currency,
        fix="Give the monthly spend in USD or EUR, converted at a dated rate.",
    ),
    Rule("spend-target", f"{GUIDE}: ExpectedCustomerSpend.TargetCompany", _target_company),
    Rule(
        "contract-duration",
        "service model, documentation of ExpectedContractDuration",
        _duration,
        fix="Give the contract's months, 1 to 144.",
    ),
    Rule("use-case", f"{GUIDE}: Project.CustomerUseCase, sheet Values", _use_case),
    Rule(
        "apn-program",
        f"{SCENARIOS}, Create 7.3: campaignName",
        _programs,
        fix="Choose a program from AWS's list, or leave it out: AWS drops an unknown one.",
    ),
    Rule("marketing", f"{SCENARIOS}, Create 7.14 and 7.15; {GUIDE}: Marketing", _marketing, fix=_CUT_MARKETING),
    Rule(
        "marketing-use-case",
        f"{GUIDE}: Marketing.UseCases",
        _marketing_use_cases,
        fix="Choose from AWS's list of marketing use cases.",
    ),
    Rule(
        "contract-dates",
        f"{GUIDE}: SoftwareRevenue.ExpirationDate",
        _contract_dates,
        fix="Give an end that is not before the start.",
    ),
    Rule("parent", f"{SCENARIOS}, Create 7.6", _related, fix="Give the id of an opportunity of our own."),
    Rule(
        "parent-ignored",
        f"{SCENARIOS}, Create 7.16",
        _related_ignored,
        fix="Leave it out, or say that it is an expansion.",
        blocks=False,
    ),
    Rule("mixed-needs", f"{SCENARIOS}, Create 7.2", _mixed_needs),
)
