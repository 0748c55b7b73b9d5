"""What Microsoft asks for before it takes a referral, as a table; and which canonical field a path means.

Responsible for naming what is missing; refuses to judge a value that is there.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from connectors import places
from connectors.microsoft import values
from motions.referrals import Field, Problem

Payload = Mapping[str, object]

LABELS: Mapping[Field, str] = {
    Field.TITLE: "Name of the deal",
    Field.CUSTOMER: "Customer",
    Field.WEBSITE: "Website",
    Field.COUNTRY: "Country",
    Field.STATE: "State",
    Field.CITY: "City",
    Field.STREET: "Street",
    Field.POSTAL_CODE: "Postal code",
    Field.INDUSTRY: "Industry",
    Field.EMPLOYEES: "Size of the customer",
    Field.CONTACT: "Customer contact",
    Field.CONSENT: "Consent to name the contact",
    Field.PROBLEM: "Business problem",
    Field.USE_CASE: "Solution play",
    Field.SOLUTION: "Our solution",
    Field.DELIVERY_MODEL: "Services",
    Field.HELP_WANTED: "Help wanted from Microsoft",
    Field.AMOUNT: "Deal value",
    Field.CLOSE_DATE: "Target close date",
    Field.STAGE: "Stage",
    Field.NEXT_STEPS: "Next steps",
}

FIXES: Mapping[Field, str] = {
    Field.TITLE: "Give the deal a short name without anything confidential.",
    Field.CUSTOMER: "Give the customer's legal name.",
    Field.WEBSITE: "Give the customer's own web address, for example acme.com.",
    Field.COUNTRY: "Give the country of the customer's address.",
    Field.STATE: "Choose the state of the customer's address.",
    Field.CITY: "Give the city of the customer's address.",
    Field.STREET: "Give the street and number of the customer's address.",
    Field.POSTAL_CODE: "Give the postal code of the customer's address.",
    Field.INDUSTRY: "Choose the customer's industry from Microsoft's list.",
    Field.EMPLOYEES: "Give how many people the customer employs.",
    Field.CONTACT: "Name somebody at the customer: Sue Smith <sue@acme.com> +15550100.",
    Field.CONSENT: "Say when and how the customer let us name this person, or ask for no help.",
    Field.PROBLEM: "Say in 20 to 2000 characters what the customer wants to solve and how we help.",
    Field.USE_CASE: "Choose a solution play from Microsoft's list of this year.",
    Field.SOLUTION: "Choose one of our solutions in Partner Center.",
    Field.DELIVERY_MODEL: "Choose the services we deliver.",
    Field.HELP_WANTED: "Choose what Microsoft should do, or that no help is needed.",
    Field.AMOUNT: "Give what the whole deal is worth.",
    Field.CLOSE_DATE: "Give a date from today on.",
    Field.STAGE: "Move the deal on in the CRM; it is picked up again from there.",
    Field.NEXT_STEPS: "Shorten the next steps.",
}

PROFILE = "create.customerProfile."
ADDRESS = PROFILE + "address."
DETAILS = "create.details."
REQUIREMENTS_PATH = DETAILS + "requirements."
SELLERS_SEE_IT = "create.consent.consentToShareReferralWithMicrosoftSellers"
SHARES_PEOPLE = "create.consent.consentToToShareInfoWithOthers"  # spelt so by Microsoft
MAY_CONTACT = "create.consent.consentToContact"

_FIELD_OF_PATH: Mapping[str, Field] = {
    "name": Field.TITLE,
    "customerProfile.name": Field.CUSTOMER,
    "customerProfile.address.addressLine1": Field.STREET,
    "customerProfile.address.city": Field.CITY,
    "customerProfile.address.state": Field.STATE,
    "customerProfile.address.postalCode": Field.POSTAL_CODE,
    "customerProfile.address": Field.COUNTRY,
    "customerProfile.size": Field.EMPLOYEES,
    "customerProfile.team": Field.CONTACT,
    "consent.consentToShareReferralWithMicrosoftSellers": Field.HELP_WANTED,
    "consent": Field.CONSENT,
    "details.notes": Field.PROBLEM,
    "details.dealValue": Field.AMOUNT,
    "details.currency": Field.AMOUNT,
    "details.closingDateTime": Field.CLOSE_DATE,
    "details.requirements.industries": Field.INDUSTRY,
    "details.requirements.services": Field.DELIVERY_MODEL,
    "details.requirements.solutions": Field.SOLUTION,
    "solutionArea": Field.USE_CASE,
    "solutionPlay": Field.USE_CASE,
    "target": Field.SOLUTION,
    "type": Field.HELP_WANTED,
    "status": Field.STAGE,
    "substatus": Field.STAGE,
}


@dataclass(frozen=True)
class Requirement:
    """One row: the path must be filled, whenever `when` holds of the payload."""

    field: Field
    path: str
    source: str
    when: Callable[[Payload], bool] = lambda _: True


def _is_american(payload: Payload) -> bool:
    return at(payload, ADDRESS + "country") == "US"


def _has_postal_codes(payload: Payload) -> bool:
    country = at(payload, ADDRESS + "country")
    return isinstance(country, str) and places.has_postal_codes(country)


def _is_cosell(payload: Payload) -> bool:
    return at(payload, "create.type") == values.SHARED


def _is_services(payload: Payload) -> bool:
    return at(payload, "draft.cosell") == "services"


_DOC, _UI = "create a referral: required", "co-sell minimum"
REQUIREMENTS: tuple[Requirement, ...] = (
    Requirement(Field.TITLE, "create.name", _UI),
    Requirement(Field.CUSTOMER, PROFILE + "name", _DOC),
    Requirement(Field.STREET, ADDRESS + "addressLine1", f"{_UI}: full address"),
    Requirement(Field.CITY, ADDRESS + "city", f"{_UI}: full address"),
    Requirement(Field.COUNTRY, ADDRESS + "country", f"{_UI}: full address"),
    Requirement(Field.STATE, ADDRESS + "state", f"{_UI}: full address", _is_american),
    Requirement(Field.POSTAL_CODE, ADDRESS + "postalCode", f"{_UI}: full address", _has_postal_codes),
    Requirement(Field.CONTACT, PROFILE + "team", f"{_UI}: contact", _is_cosell),
    Requirement(Field.CONSENT, "draft.consent", "consent resource: to share people with others", _is_cosell),
    Requirement(Field.PROBLEM, "draft.problem", f"{_DOC}: details.notes"),
    Requirement(Field.AMOUNT, DETAILS + "dealValue", f"{_DOC}: details"),
    Requirement(Field.CLOSE_DATE, DETAILS + "closingDateTime", f"{_DOC}: details"),
    Requirement(Field.HELP_WANTED, "create.type", f"{_DOC}: the kind of deal"),
    Requirement(Field.SOLUTION, REQUIREMENTS_PATH + "solutions", f"{_UI}: at least one solution"),
    Requirement(Field.USE_CASE, "create.solutionPlay", "referral resource: services co-sell", _is_services),
    Requirement(Field.STAGE, "create.status", f"{_DOC}: status"),
)


def missing(payload: Payload) -> Iterator[Problem]:
    """One problem for each row the payload leaves unfilled."""
    for row in REQUIREMENTS:
        if row.when(payload) and not at(payload, row.path):
            message = f"{LABELS[row.field]} is missing; Microsoft requires it."
            yield Problem(row.field, "required", message, FIXES[row.field])


def field_at(path: str) -> Field | None:
    """The canonical field a request path means: the longest known one that it is, or lies in."""
    wanted = path.casefold()
    fitting = [known for known in _FIELD_OF_PATH if f"{wanted}.".startswith(f"{known.casefold()}.")]
    return _FIELD_OF_PATH[max(fitting, key=len)] if fitting else None


def at(payload: Payload, path: str) -> object:
    """The value at a dotted path, or None."""
    value: object = payload
    for name in path.split("."):
        value = value.get(name) if isinstance(value, Mapping) else None
    return value
