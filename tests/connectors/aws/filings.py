"""A filing as a document, changed at one place or several; every call builds a new one."""

from copy import deepcopy
from typing import Any

from tests.connectors.aws.aws_world import TODAY

DAY = TODAY
_FILING: dict[str, Any] = {
    "create": {
        "Catalog": "AWS",
        "Origin": "Partner Referral",
        "PartnerOpportunityIdentifier": "006XX0000001",
        "PrimaryNeedsFromAws": ["Co-Sell - Deal Support"],
        "OpportunityType": "Net New Business",
        "NationalSecurity": "No",
        "Customer": {
            "Account": {
                "CompanyName": "Acme Freight",
                "Industry": "Transportation and Logistics",
                "WebsiteUrl": "https://www.acme-freight.example",
                "Address": {
                    "CountryCode": "US",
                    "StateOrRegion": "New York",
                    "PostalCode": "10001",
                    "City": "New York",
                },
            },
            "Contacts": [
                {
                    "Email": "jane.doe@acme-freight.example",
                    "FirstName": "Jane",
                    "LastName": "Doe",
                    "Phone": "+12065550100",
                }
            ],
        },
        "OpportunityTeam": [
            {
                "BusinessTitle": "OpportunityOwner",
                "Email": "ann@partner.example",
                "FirstName": "Ann",
                "LastName": "Lee",
            }
        ],
        "Project": {
            "Title": "Freight tracking on AWS",
            "CustomerBusinessProblem": "Dispatchers cannot see where freight is: they need tracking & alerts.",
            "CustomerUseCase": "Business Applications: Mainframe Modernization",
            "DeliveryModels": ["SaaS or PaaS"],
            "SalesActivities": ["Conducted POC / Demo"],
            "ExpectedCustomerSpend": [
                {"Amount": "12500.00", "CurrencyCode": "USD", "Frequency": "Monthly", "TargetCompany": "AWS"}
            ],
        },
        "LifeCycle": {"Stage": "Qualified", "TargetCloseDate": "2027-03-31", "NextSteps": "Book a call"},
        "Marketing": {"Source": "None"},
    },
    "associate": {"solution_id": "S-0051001"},
    "submit": {"involvement": "Co-Sell", "visibility": "Full"},
    "known": {
        "solutions": [{"Id": "S-0051001", "Status": "Active"}, {"Id": "S-0051004", "Status": "Draft"}],
        "users": ["ann@partner.example"],
        "opportunities": [{"Id": "O100", "PartnerOpportunityIdentifier": "006XX0000009"}],
        "our_domains": ["partner.example"],
    },
}
ADDRESS = "create.Customer.Account.Address"
ACCOUNT = "create.Customer.Account"
SPEND = "create.Project.ExpectedCustomerSpend.0"
CONTACT = "create.Customer.Contacts.0"


def changed(document: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    """A copy with the values at these dotted paths replaced; None takes one away."""
    copy = deepcopy(document)
    for path, value in changes.items():
        *parents, last = path.split(".")
        here: Any = copy
        for name in parents:
            here = here[int(name)] if isinstance(here, list) else here.setdefault(name, {})
        if value is None:
            here.pop(last, None)
        else:
            here[last] = deepcopy(value)
    return copy


def filing(**changes: Any) -> dict[str, Any]:
    """A filing AWS takes and reviews, changed by path; dots are written as double underscores."""
    return changed(_FILING, {path.replace("__", "."): value for path, value in changes.items()})


def filing_with(changes: dict[str, Any]) -> dict[str, Any]:
    """The same, by dotted path."""
    return changed(_FILING, changes)


def record(review: str = "Approved", **changes: Any) -> dict[str, Any]:
    """What GetOpportunity answers for the filing."""
    body = filing()["create"]
    del body["OpportunityTeam"], body["Origin"]
    body |= {
        "Id": "O200",
        "Arn": "arn:aws:partnercentral:us-east-1:123456789012:catalog/AWS/opportunity/O200",
        "LastModifiedDate": "2026-11-01T10:00:00.000001Z",
        "RelatedEntityIdentifiers": {"Solutions": ["S-0051001"]},
    }
    body["LifeCycle"] |= {"ReviewStatus": review}
    return changed(body, {path.replace("__", "."): value for path, value in changes.items()})


def update(stored: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    """The full update of a record, changed by dotted path, with the record it changes."""
    body = {
        name: value for name, value in deepcopy(stored).items() if name not in {"Id", "Arn", "RelatedEntityIdentifiers"}
    }
    return {"update": changed(body | {"Identifier": stored["Id"]}, changes), "stored": stored}
