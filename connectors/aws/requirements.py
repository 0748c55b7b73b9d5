"""What AWS asks for before it creates and reviews an opportunity, as a table; and which canonical field a path means.

The service model marks almost nothing as required: these rows come from the published field guide. Responsible for
naming what is missing; refuses to judge a value that is there.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from connectors.aws import values
from motions.referrals import Field, Problem

Payload = Mapping[str, object]

LABELS: Mapping[Field, str] = {
    Field.TITLE: "Title",
    Field.CUSTOMER: "Customer",
    Field.WEBSITE: "Website",
    Field.COUNTRY: "Country",
    Field.STATE: "State",
    Field.POSTAL_CODE: "Postal code",
    Field.INDUSTRY: "Industry",
    Field.PROBLEM: "Business problem",
    Field.USE_CASE: "Use case",
    Field.SOLUTION: "Our solution",
    Field.DELIVERY_MODEL: "Delivery model",
    Field.HELP_WANTED: "Help wanted from AWS",
    Field.MONTHLY_SPEND: "Monthly AWS spend",
    Field.CLOSE_DATE: "Target close date",
    Field.STAGE: "Stage",
    Field.NEXT_STEPS: "Next steps",
    Field.KIND: "Kind of business",
}

FIXES: Mapping[Field, str] = {
    Field.TITLE: "Give the deal a short title.",
    Field.CUSTOMER: "Give the customer's legal name.",
    Field.WEBSITE: "Give the customer's own web address, for example acme.com.",
    Field.COUNTRY: "Give the country of the customer's address.",
    Field.STATE: "Choose the state of the customer's address.",
    Field.POSTAL_CODE: "Give the postal code of the customer's address.",
    Field.INDUSTRY: "Choose the customer's industry from AWS's list.",
    Field.PROBLEM: "Say in 20 to 2000 characters what the customer wants to solve and how we help.",
    Field.USE_CASE: "Choose a use case from AWS's list.",
    Field.SOLUTION: "Choose one of our active AWS solutions.",
    Field.DELIVERY_MODEL: "Choose how we deliver.",
    Field.HELP_WANTED: "Choose what AWS should do, or file for visibility only.",
    Field.MONTHLY_SPEND: "Give what the customer would spend with AWS each month.",
    Field.CLOSE_DATE: "Give a date from today on.",
    Field.STAGE: "Move the deal on in the CRM; it is picked up again from there.",
    Field.NEXT_STEPS: "Shorten the next steps.",
    Field.KIND: "Choose what kind of business this is.",
}

_FIELD_OF_PATH: Mapping[str, Field] = {
    "Project.Title": Field.TITLE,
    "Customer.Account.CompanyName": Field.CUSTOMER,
    "Customer.Account.WebsiteUrl": Field.WEBSITE,
    "Customer.Account.Address.CountryCode": Field.COUNTRY,
    "Customer.Account.Address.StateOrRegion": Field.STATE,
    "Customer.Account.Address.PostalCode": Field.POSTAL_CODE,
    "Customer.Account.Industry": Field.INDUSTRY,
    "Customer.Account.OtherIndustry": Field.INDUSTRY,
    "Project.CustomerBusinessProblem": Field.PROBLEM,
    "Project.CustomerUseCase": Field.USE_CASE,
    "Project.OtherSolutionDescription": Field.SOLUTION,
    "RelatedEntityIdentifiers": Field.SOLUTION,
    "RelatedEntityIdentifier": Field.SOLUTION,
    "Project.DeliveryModels": Field.DELIVERY_MODEL,
    "PrimaryNeedsFromAws": Field.HELP_WANTED,
    "AwsSubmission": Field.HELP_WANTED,
    "InvolvementType": Field.HELP_WANTED,
    "Project.ExpectedCustomerSpend": Field.MONTHLY_SPEND,
    "LifeCycle.TargetCloseDate": Field.CLOSE_DATE,
    "LifeCycle.Stage": Field.STAGE,
    "LifeCycle.ClosedLostReason": Field.STAGE,
    "Project.SalesActivities": Field.STAGE,  # derived from it
    "LifeCycle.NextSteps": Field.NEXT_STEPS,
    "OpportunityType": Field.KIND,
    "Project.RelatedOpportunityIdentifier": Field.KIND,
}


@dataclass(frozen=True)
class Requirement:
    """One row: any one of the paths must be filled, whenever `when` holds of the payload."""

    field: Field
    paths: tuple[str, ...]
    source: str
    when: Callable[[Payload], bool] = lambda _: True


def _is_american(payload: Payload) -> bool:
    return at(payload, "create.Customer.Account.Address.CountryCode") == "US"


def _has_postal_codes(payload: Payload) -> bool:
    country = at(payload, "create.Customer.Account.Address.CountryCode")
    return isinstance(country, str) and values.has_postal_codes(country)


def _is_co_sell(payload: Payload) -> bool:
    return at(payload, "submit.involvement") == values.CO_SELL


_ACCOUNT = "create.Customer.Account."
_GUIDE = "ACE data model, sheet Fields"
REQUIREMENTS: tuple[Requirement, ...] = (
    Requirement(Field.CUSTOMER, (_ACCOUNT + "CompanyName",), f"service model; {_GUIDE}: required"),
    Requirement(Field.WEBSITE, (_ACCOUNT + "WebsiteUrl",), f"{_GUIDE}: required unless national security"),
    Requirement(Field.COUNTRY, (_ACCOUNT + "Address.CountryCode",), f"{_GUIDE}: required"),
    Requirement(Field.STATE, (_ACCOUNT + "Address.StateOrRegion",), f"{_GUIDE}: required for US", _is_american),
    Requirement(Field.POSTAL_CODE, (_ACCOUNT + "Address.PostalCode",), f"{_GUIDE}: by country", _has_postal_codes),
    Requirement(Field.INDUSTRY, (_ACCOUNT + "Industry",), f"{_GUIDE}: required"),
    Requirement(Field.TITLE, ("create.Project.Title",), f"{_GUIDE}: required"),
    Requirement(Field.PROBLEM, ("create.Project.CustomerBusinessProblem",), f"{_GUIDE}: required, 20-2000"),
    Requirement(Field.MONTHLY_SPEND, ("create.Project.ExpectedCustomerSpend",), f"{_GUIDE}: required, above zero"),
    Requirement(Field.CLOSE_DATE, ("create.LifeCycle.TargetCloseDate",), f"{_GUIDE}: required, not past"),
    Requirement(
        Field.STAGE, ("create.LifeCycle.Stage",), f"{_GUIDE}: required for updates; we file Qualified or later"
    ),
    Requirement(Field.STAGE, ("create.Project.SalesActivities",), f"{_GUIDE}: required for submission"),
    Requirement(Field.USE_CASE, ("create.Project.CustomerUseCase",), f"{_GUIDE}: required for submission"),
    Requirement(Field.DELIVERY_MODEL, ("create.Project.DeliveryModels",), f"{_GUIDE}: required for submission"),
    Requirement(Field.HELP_WANTED, ("submit.involvement",), f"{_GUIDE}: required for submission"),
    Requirement(Field.HELP_WANTED, ("create.PrimaryNeedsFromAws",), f"{_GUIDE}: required for co-sell", _is_co_sell),
    Requirement(
        Field.SOLUTION,
        ("associate.solution_id", "create.Project.OtherSolutionDescription"),
        f"{_GUIDE}: a solution or words for one, for submission",
    ),
)


def missing(payload: Payload) -> Iterator[Problem]:
    """One problem for each row the payload leaves unfilled."""
    for row in REQUIREMENTS:
        if row.when(payload) and not any(at(payload, path) for path in row.paths):
            label = LABELS[row.field]
            yield Problem(
                row.field, "REQUIRED_FIELD_MISSING", f"{label} is missing; AWS requires it.", FIXES[row.field]
            )


def field_at(path: str) -> Field | None:
    """The canonical field a request path means, in the model's spelling or an ErrorList's (`project.title`)."""
    wanted = path.casefold()
    for known, field in _FIELD_OF_PATH.items():
        if wanted == known.casefold() or wanted.startswith(known.casefold() + "."):
            return field
    return None


def at(payload: Payload, path: str) -> object:
    """The value at a dotted path, or None."""
    value: object = payload
    for name in path.split("."):
        value = value.get(name) if isinstance(value, Mapping) else None
    return value
