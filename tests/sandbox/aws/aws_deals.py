"""Requests the tests start from; every call builds a new one, to be changed freely."""

from copy import deepcopy
from typing import Any

from tests.sandbox.aws.aws_portal import Running

SOLUTION = "S-0051001"
_READ_ONLY = ("Arn", "CreatedDate", "Id", "OpportunityTeam", "RelatedEntityIdentifiers", "ResponseMetadata")
_COMPLETE: dict[str, Any] = {
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
            "Address": {"CountryCode": "US", "StateOrRegion": "New York", "PostalCode": "10001", "City": "New York"},
        },
        "Contacts": [{"Email": "jane.doe@acme-freight.example", "FirstName": "Jane", "LastName": "Doe"}],
    },
    "Project": {
        "Title": "Freight tracking on AWS",
        "CustomerBusinessProblem": "Dispatchers cannot see where freight is: they need tracking & alerts.",
        "CustomerUseCase": "Business Applications: Mainframe Modernization",
        "DeliveryModels": ["SaaS or PaaS"],
        "SalesActivities": ["Conducted POC / Demo"],
        "ExpectedCustomerSpend": [
            {"Amount": "12500", "CurrencyCode": "USD", "Frequency": "Monthly", "TargetCompany": "AWS"}
        ],
    },
    "LifeCycle": {"Stage": "Qualified", "TargetCloseDate": "2027-03-31", "NextSteps": "Book a call"},
    "Marketing": {"Source": "None"},
}


def complete(**changes: Any) -> dict[str, Any]:
    """A request AWS accepts and approves; a keyword `Project__Title` replaces a nested member, None removes it."""
    request = deepcopy(_COMPLETE)
    for path, value in changes.items():
        *parents, name = path.split("__")
        holder = request
        for parent in parents:
            holder = holder.setdefault(parent, {})
        if value is None:
            holder.pop(name, None)
        else:
            holder[name] = value
    return request


def filed(portal: Running, **changes: Any) -> str:
    """An opportunity in the portal, Pending Submission, with a solution."""
    request = complete(**changes)
    identifier = str(portal.aws.create_opportunity(**request)["Id"])
    associate(portal, identifier, request["Catalog"])
    return identifier


def associate(
    portal: Running, identifier: str, catalog: str = "AWS", kind: str = "Solutions", what: str = SOLUTION
) -> None:
    portal.aws.associate_opportunity(
        Catalog=catalog,
        OpportunityIdentifier=identifier,
        RelatedEntityType=kind,
        RelatedEntityIdentifier=what,
    )


def submitted(portal: Running, involvement: str = "Co-Sell", **changes: Any) -> str:
    """An opportunity that waits for the reviewer."""
    identifier = filed(portal, **changes)
    start(portal, identifier, catalog=changes.get("Catalog", "AWS"), involvement=involvement)
    return identifier


def approved(portal: Running, **changes: Any) -> str:
    """An opportunity the reviewer approved."""
    identifier = submitted(portal, **changes)
    portal.control("POST", "/review", id=identifier, decision="approve")
    return identifier


def start(
    portal: Running, identifier: str, *, catalog: str = "AWS", involvement: str = "Co-Sell", token: str = ""
) -> dict[str, Any]:
    answer = portal.aws.start_engagement_from_opportunity_task(
        Catalog=catalog,
        ClientToken=token or f"start-{identifier}",
        Identifier=identifier,
        AwsSubmission={"InvolvementType": involvement, "Visibility": "Full"},
    )
    return dict(answer)


def get(portal: Running, identifier: str, catalog: str = "AWS") -> dict[str, Any]:
    return dict(portal.aws.get_opportunity(Catalog=catalog, Identifier=identifier))


def editable(portal: Running, identifier: str, catalog: str = "AWS") -> dict[str, Any]:
    """What GetOpportunity answers, turned into what UpdateOpportunity takes."""
    record = get(portal, identifier, catalog)
    request = {name: value for name, value in record.items() if name not in _READ_ONLY}
    return request | {"Catalog": catalog, "Identifier": identifier}
