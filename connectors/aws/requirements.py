"""Which canonical field a path of AWS's means, what people call it and how it is usually put right; judges nothing."""

from collections.abc import Mapping

from motions.referrals import Field

Payload = Mapping[str, object]

# Who says so.
GUIDE = "ACE data model, sheet Fields"
FIELD_LIST = "AWS's list of opportunity fields"
SCENARIOS = "AWS's testing scenarios"

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


# Of what a person's answer or a CRM's value means: the published description of the field it goes to.
SOURCES: Mapping[Field, str] = {
    field: f"{GUIDE}: {next(path for path, each in _FIELD_OF_PATH.items() if each is field)}" for field in LABELS
}


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
