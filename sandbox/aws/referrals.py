"""An AWS-originated deal for the sandbox, from as little as a company name; invented, all of it."""

from datetime import date, timedelta

from sandbox.aws.wire import Body, text

_CLOSES_IN = timedelta(days=90)
_DEFAULTS = {
    "company_name": "Harborlight Logistics",
    "industry": "Transportation and Logistics",
    "website": "www.harborlight-logistics.example",
    "country": "US",
    "state": "Washington",
    "postal_code": "98101",
    "title": "Shipment visibility on AWS",
    "business_problem": "Dispatchers cannot see where a shipment is once it changes carriers, so customers call twice.",
    "use_case": "Migration / Database Migration",
    "amount": "18000",
    "contact_email": "lena.marsh@harborlight-logistics.example",
    "contact_first_name": "Lena",
    "contact_last_name": "Marsh",
}


def referral_draft(arguments: Body, today: date) -> Body:
    """What the opportunity will hold once the partner accepts; anything not given is filled in."""
    given = {name: text(arguments, name) or default for name, default in _DEFAULTS.items()}
    closes = text(arguments, "target_close_date") or (today + _CLOSES_IN).isoformat()
    spend: Body = {"Amount": given["amount"], "CurrencyCode": "USD", "Frequency": "Monthly", "TargetCompany": "AWS"}
    address: Body = {"CountryCode": given["country"], "PostalCode": given["postal_code"]}
    if given["country"] == "US":
        address["StateOrRegion"] = given["state"]
    return {
        "OpportunityType": "Net New Business",
        "NationalSecurity": "No",
        "Marketing": {"Source": "None"},
        "PrimaryNeedsFromAws": ["Co-Sell - Deal Support"],
        "Customer": {
            "Account": {
                "CompanyName": given["company_name"],
                "Industry": given["industry"],
                "WebsiteUrl": given["website"],
                "Address": address,
            },
            "Contacts": [
                {
                    "Email": given["contact_email"],
                    "FirstName": given["contact_first_name"],
                    "LastName": given["contact_last_name"],
                }
            ],
        },
        "Project": {
            "Title": given["title"],
            "CustomerBusinessProblem": given["business_problem"],
            "CustomerUseCase": given["use_case"],
            "DeliveryModels": ["SaaS or PaaS"],
            "SalesActivities": ["Initialized discussions with customer"],
            "ExpectedCustomerSpend": [spend],
        },
        "LifeCycle": {"Stage": "Prospect", "ReviewStatus": "Pending Submission", "TargetCloseDate": closes},
    }
