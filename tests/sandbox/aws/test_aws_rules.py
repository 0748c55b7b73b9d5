"""Each published business rule once: what is sent, and what the answer must name."""

from typing import Any

import pytest

from sandbox.aws import values
from tests.sandbox.aws.aws_deals import associate, complete, editable, filed, get, start
from tests.sandbox.aws.aws_portal import Running, complaint, faults

SPEND = {"Amount": "12500", "CurrencyCode": "USD", "Frequency": "Monthly", "TargetCompany": "AWS"}
ACCOUNT = "Customer__Account__"
ADDRESS = "Customer__Account__Address"

CREATION: list[tuple[str, dict[str, Any], str, str]] = [
    ("industry", {f"{ACCOUNT}Industry": None}, "customer.account.industry", "REQUIRED_FIELD_MISSING"),
    ("website", {f"{ACCOUNT}WebsiteUrl": None}, "customer.account.websiteUrl", "REQUIRED_FIELD_MISSING"),
    ("no website", {f"{ACCOUNT}WebsiteUrl": "acme freight"}, "customer.account.websiteUrl", "INVALID_STRING_FORMAT"),
    ("country", {ADDRESS: {"PostalCode": "1"}}, "customer.account.address.countryCode", "REQUIRED_FIELD_MISSING"),
    ("title", {"Project__Title": " "}, "project.title", "REQUIRED_FIELD_MISSING"),
    (
        "problem",
        {"Project__CustomerBusinessProblem": None},
        "project.customerBusinessProblem",
        "REQUIRED_FIELD_MISSING",
    ),
    ("close date", {"LifeCycle__TargetCloseDate": None}, "lifeCycle.targetCloseDate", "REQUIRED_FIELD_MISSING"),
    ("past", {"LifeCycle__TargetCloseDate": "2026-11-19"}, "lifeCycle.targetCloseDate", "VALUE_OUT_OF_RANGE"),
    ("far", {"LifeCycle__TargetCloseDate": "2087-01-01"}, "lifeCycle.targetCloseDate", "VALUE_OUT_OF_RANGE"),
    ("no such day", {"LifeCycle__TargetCloseDate": "2027-02-30"}, "lifeCycle.targetCloseDate", "INVALID_STRING_FORMAT"),
    (
        "US without state",
        {ADDRESS: {"CountryCode": "US", "PostalCode": "10001"}},
        "customer.account.address.stateOrRegion",
        "REQUIRED_FIELD_MISSING",
    ),
    (
        "US state abbreviated",
        {ADDRESS: {"CountryCode": "US", "PostalCode": "10001", "StateOrRegion": "NY"}},
        "customer.account.address.stateOrRegion",
        "INVALID_ENUM_VALUE",
    ),
    (
        "postal code",
        {ADDRESS: {"CountryCode": "DE"}},
        "customer.account.address.postalCode",
        "REQUIRED_FIELD_MISSING",
    ),
    (
        "postal code where there are none",
        {ADDRESS: {"CountryCode": "AO", "PostalCode": "0000"}},
        "customer.account.address.postalCode",
        "INVALID_VALUE",
    ),
    ("spend", {"Project__ExpectedCustomerSpend": []}, "project.expectedCustomerSpend", "REQUIRED_FIELD_MISSING"),
    (
        "spend of nothing",
        {"Project__ExpectedCustomerSpend": [SPEND | {"Amount": "0.00"}]},
        "project.expectedCustomerSpend.1.member.amount",
        "INVALID_VALUE",
    ),
    (
        "spend without amount",
        {"Project__ExpectedCustomerSpend": [SPEND | {"Amount": ""}]},
        "project.expectedCustomerSpend.1.member.amount",
        "REQUIRED_FIELD_MISSING",
    ),
    (
        "spend in pounds",
        {"Project__ExpectedCustomerSpend": [SPEND | {"CurrencyCode": "GBP"}]},
        "project.expectedCustomerSpend.1.member.currencyCode",
        "INVALID_VALUE",
    ),
    (
        "dollars in the sovereign cloud",
        {"Project__AwsPartition": "aws-eusc"},
        "project.expectedCustomerSpend.1.member.currencyCode",
        "INVALID_VALUE",
    ),
    (
        "contract value of somebody else",
        {
            "Project__ExpectedContractDuration": {"Term": "Months", "Value": "12"},
            "Project__ExpectedCustomerSpend": [SPEND | {"TargetCompany": "Acme"}],
        },
        "project.expectedCustomerSpend.1.member.targetCompany",
        "INVALID_VALUE",
    ),
    (
        "contract of a lifetime",
        {"Project__ExpectedContractDuration": {"Term": "Months", "Value": "145"}},
        "project.expectedContractDuration.value",
        "VALUE_OUT_OF_RANGE",
    ),
    ("use case", {"Project__CustomerUseCase": "Other"}, "project.customerUseCase", "INVALID_ENUM_VALUE"),
    (
        "use case as the portal echoes it",
        {"Project__CustomerUseCase": "Business Applications &amp; Contact Center"},
        "project.customerUseCase",
        "INVALID_ENUM_VALUE",
    ),
    (
        "marketing funding",
        {"Marketing": {"Source": "Marketing Activity", "Channels": ["Email"]}},
        "marketing.awsFundingUsed",
        "REQUIRED_FIELD_MISSING",
    ),
    (
        "marketing without a source",
        {"Marketing": {"CampaignName": "Spring"}},
        "marketing.campaignName",
        "ACTION_NOT_PERMITTED",
    ),
    (
        "marketing use case",
        {"Marketing": {"Source": "Marketing Activity", "AwsFundingUsed": "No", "UseCases": ["Golf"]}},
        "marketing.useCases",
        "INVALID_ENUM_VALUE",
    ),
    (
        "competitor unnamed",
        {"Project__CompetitorName": "*Other"},
        "project.otherCompetitorNames",
        "REQUIRED_FIELD_MISSING",
    ),
    ("classified but no government", {"NationalSecurity": "Yes"}, "nationalSecurity", "INVALID_VALUE"),
    (
        "renewal of nothing",
        {"OpportunityType": "Flat Renewal"},
        "project.relatedOpportunityIdentifier",
        "REQUIRED_FIELD_MISSING",
    ),
    (
        "renewal of a stranger",
        {"OpportunityType": "Flat Renewal", "Project__RelatedOpportunityIdentifier": "O1"},
        "project.relatedOpportunityIdentifier",
        "INVALID_VALUE",
    ),
    ("born lost", {"LifeCycle__Stage": "Closed Lost"}, "lifeCycle.closedLostReason", "REQUIRED_FIELD_MISSING"),
    ("loss reason early", {"LifeCycle__ClosedLostReason": "Price"}, "lifeCycle.closedLostReason", "INVALID_VALUE"),
    (
        "contract ends before it starts",
        {"SoftwareRevenue": {"EffectiveDate": "2027-02-01", "ExpirationDate": "2027-01-31"}},
        "softwareRevenue.expirationDate",
        "INVALID_VALUE",
    ),
    (
        "committed with some other solution",
        {"LifeCycle__Stage": "Committed", "Project__OtherSolutionDescription": "ours"},
        "relatedEntityIdentifiers.solutions",
        "REQUIRED_FIELD_MISSING",
    ),
    ("AWS referral in catalog AWS", {"Origin": "AWS Referral"}, "origin", "ACTION_NOT_PERMITTED"),
    (
        "team title",
        {"OpportunityTeam": [{"Email": "a@b.example", "BusinessTitle": "Boss"}]},
        "opportunityTeam.1.member.businessTitle",
        "INVALID_ENUM_VALUE",
    ),
]

SUBMISSION: list[tuple[str, dict[str, Any], str, str]] = [
    ("Co-Sell", {"Project__CustomerUseCase": None}, "project.customerUseCase", "REQUIRED_FIELD_MISSING"),
    ("Co-Sell", {"Project__DeliveryModels": None}, "project.deliveryModels", "REQUIRED_FIELD_MISSING"),
    ("Co-Sell", {"Project__SalesActivities": []}, "project.salesActivities", "REQUIRED_FIELD_MISSING"),
    ("Co-Sell", {"PrimaryNeedsFromAws": None}, "primaryNeedsFromAws", "REQUIRED_FIELD_MISSING"),
    ("For Visibility Only", {}, "primaryNeedsFromAws", "ACTION_NOT_PERMITTED"),
    ("Co-Sell", {f"{ACCOUNT}Industry": "Other"}, "customer.account.otherIndustry", "REQUIRED_FIELD_MISSING"),
    (
        "Co-Sell",
        {f"{ADDRESS}__PostalCode": "9931"},
        "customer.account.address.postalCode",
        "INVALID_STRING_FORMAT",
    ),
]


@pytest.mark.parametrize(("_why", "changes", "field", "code"), CREATION, ids=[row[0] for row in CREATION])
def test_filing_is_refused(portal: Running, _why: str, changes: dict[str, Any], field: str, code: str) -> None:
    request = complete(**changes)

    answer = complaint(lambda: portal.aws.create_opportunity(**request))

    assert answer["Reason"] == "BUSINESS_VALIDATION_FAILED"
    assert (field, code) in faults(answer)
    assert portal.control("GET", "/opportunities")["opportunities"] == []


@pytest.mark.parametrize(("involvement", "changes", "field", "code"), SUBMISSION)
def test_submission_is_refused(
    portal: Running, involvement: str, changes: dict[str, Any], field: str, code: str
) -> None:
    identifier = filed(portal, **changes)

    answer = complaint(
        lambda: portal.aws.submit_opportunity(Catalog="AWS", Identifier=identifier, InvolvementType=involvement)
    )

    assert faults(answer) == [(field, code)]
    assert get(portal, identifier)["LifeCycle"]["ReviewStatus"] == "Pending Submission"


def test_everything_wrong_is_named_at_once(portal: Running) -> None:
    request = complete(Customer__Account__Industry=None, Project__Title=None, LifeCycle__TargetCloseDate="2020-01-01")

    answer = complaint(lambda: portal.aws.create_opportunity(**request))

    fields = [field for field, _ in faults(answer)]
    assert fields == ["customer.account.industry", "project.title", "lifeCycle.targetCloseDate"]


def test_submission_needs_a_solution_or_words_for_one(portal: Running) -> None:
    bare = portal.aws.create_opportunity(**complete())["Id"]
    described = portal.aws.create_opportunity(
        **complete(PartnerOpportunityIdentifier="2", Project__OtherSolutionDescription="Our own tracker")
    )["Id"]

    outcomes = [start(portal, identifier)["TaskStatus"] for identifier in (bare, described)]

    assert outcomes == ["FAILED", "COMPLETE"]


def test_associating_a_solution_replaces_the_words_for_one(portal: Running) -> None:
    identifier = filed(portal, Project__OtherSolutionDescription="Our own tracker")

    record = get(portal, identifier)

    assert "OtherSolutionDescription" not in record["Project"]


def test_a_partner_identifier_is_used_once_in_a_catalog(portal: Running) -> None:
    filed(portal)
    filed(portal, Catalog="Sandbox")

    answer = complaint(lambda: portal.aws.create_opportunity(**complete()))

    assert faults(answer) == [("partnerOpportunityIdentifier", "DUPLICATE_KEY_VALUE")]


def test_a_classified_deal_needs_no_address_and_loses_the_one_it_has(portal: Running) -> None:
    changes = {"Customer__Account__Industry": "Government", "Customer__Account__WebsiteUrl": None}
    identifier = filed(portal, NationalSecurity="Yes", **changes)

    address = get(portal, identifier)["Customer"]["Account"]["Address"]

    assert address == {"CountryCode": "US"}


def test_a_classified_deal_is_co_sold_or_not_shown(portal: Running) -> None:
    identifier = filed(
        portal, NationalSecurity="Yes", Customer__Account__Industry="Government", PrimaryNeedsFromAws=None
    )

    task = start(portal, identifier, involvement="For Visibility Only")

    assert task["TaskStatus"] == "FAILED"
    assert "National Security" in task["Message"]


def test_an_estimate_stands_in_for_an_amount(portal: Running) -> None:
    link = "https://calculator.aws/#/estimate?id=" + "a" * 40
    spend = {"EstimationUrl": link, "CurrencyCode": "USD", "Frequency": "Monthly", "TargetCompany": "AWS"}

    identifier = filed(portal, Project__ExpectedCustomerSpend=[spend])

    assert get(portal, identifier)["Project"]["ExpectedCustomerSpend"][0]["EstimationUrl"] == link


def test_the_portal_fills_and_drops_what_the_documents_say_it_does(portal: Running) -> None:
    identifier = filed(
        portal,
        OpportunityType=None,
        Project__ApnPrograms=["Well-Architected", "No such programme"],
        Project__RelatedOpportunityIdentifier="O1",
        Project__ExpectedCustomerSpend=[SPEND | {"TargetCompany": "Acme"}],
    )

    record = get(portal, identifier)

    assert record["OpportunityType"] == "Net New Business"
    assert record["Project"]["ApnPrograms"] == ["Well-Architected"]
    assert "RelatedOpportunityIdentifier" not in record["Project"]
    assert record["Project"]["ExpectedCustomerSpend"][0]["TargetCompany"] == "AWS"


def test_launching_needs_the_customers_account(portal: Running) -> None:
    identifier = filed(portal)
    start(portal, identifier)
    portal.control("POST", "/review", id=identifier, decision="approve")
    request = editable(portal, identifier)
    request["LifeCycle"]["Stage"] = "Launched"

    missing = complaint(lambda: portal.aws.update_opportunity(**request))
    request["Customer"]["Account"]["AwsAccountId"] = "acme_prod"
    wrong = complaint(lambda: portal.aws.update_opportunity(**request))

    assert faults(missing) == [("customer.account.awsAccountId", "REQUIRED_FIELD_MISSING")]
    assert faults(wrong) == [("customer.account.awsAccountId", "INVALID_STRING_FORMAT")]


@pytest.mark.parametrize(
    ("kind", "what", "code"),
    [
        ("Solutions", "S-9999999", "ResourceNotFoundException"),
        ("Solutions", "S-0051004", "ValidationException"),  # a draft
        ("Solutions", "our solution", "ValidationException"),
        ("Solutions", "S-0051001", "ConflictException"),  # already there
        ("AwsProducts", "AmazonTeleporter", "ValidationException"),
        ("AwsMarketplaceOffers", "offer-abc", "ValidationException"),
    ],
)
def test_what_cannot_be_associated(portal: Running, kind: str, what: str, code: str) -> None:
    identifier = filed(portal)

    answer = complaint(lambda: associate(portal, identifier, kind=kind, what=what))

    assert answer["Error"]["Code"] == code


def test_an_opportunity_holds_twenty_products(portal: Running) -> None:
    identifier = filed(portal)
    codes = sorted(values.product_codes())
    for code in codes[:20]:
        associate(portal, identifier, kind="AwsProducts", what=code)

    answer = complaint(lambda: associate(portal, identifier, kind="AwsProducts", what=codes[20]))

    assert faults(answer) == [("relatedEntityIdentifier", "TOO_MANY_VALUES")]


def test_an_offer_belongs_to_one_opportunity(portal: Running) -> None:
    offer = "arn:aws:aws-marketplace:us-east-1:123456789012:AWSMarketplace/Offer/offer-abc"
    first, second = filed(portal), filed(portal, PartnerOpportunityIdentifier="2")
    associate(portal, first, kind="AwsMarketplaceOffers", what=offer)

    answer = complaint(lambda: associate(portal, second, kind="AwsMarketplaceOffers", what=offer))

    assert faults(answer) == [("relatedEntityIdentifier", "DUPLICATE_KEY_VALUE")]


def test_what_was_associated_can_be_taken_off_once(portal: Running) -> None:
    identifier = filed(portal)
    what = {
        "Catalog": "AWS",
        "OpportunityIdentifier": identifier,
        "RelatedEntityType": "Solutions",
        "RelatedEntityIdentifier": "S-0051001",
    }
    portal.aws.disassociate_opportunity(**what)

    answer = complaint(lambda: portal.aws.disassociate_opportunity(**what))

    assert answer["Error"]["Code"] == "ResourceNotFoundException"
    assert get(portal, identifier)["RelatedEntityIdentifiers"]["Solutions"] == []


@pytest.mark.parametrize(
    ("country", "code", "fits"),
    [
        ("US", "10001-1234", True),
        ("US", "1000", False),
        ("GB", "SW1A 1AA", True),
        ("GB", "12345", False),
        ("NL", "1012 AB", True),
        ("CA", "K1A 0B1", True),
        ("JP", "100-0001", True),
        ("SE", "SE-11122", True),
        ("GP", "97110", True),
        ("GP", "98110", False),
        ("VA", "120", True),
        ("VA", "121", False),
        ("CL", "anything", True),  # no format is published
    ],
)
def test_postal_codes_by_country(country: str, code: str, *, fits: bool) -> None:
    assert (values.postal_code_fault(country, code) is None) is fits
