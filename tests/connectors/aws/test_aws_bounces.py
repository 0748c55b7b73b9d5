"""Everything published that bounces at AWS, caught in a file before it is sent, on the right field."""

from typing import Any

import pytest

from connectors.aws import check
from connectors.aws.rulebook import RULES
from tests.connectors.aws.filings import ACCOUNT, ADDRESS, CONTACT, DAY, SPEND, filing_with, record, update

LONG = "x y z word " * 30  # 330 characters
CLOSED = {"create.LifeCycle.Stage": "Closed Lost"}
LAUNCHED = {"create.LifeCycle.Stage": "Launched"}
MARKETING = {"create.Marketing": {"Source": "Marketing Activity", "AwsFundingUsed": "Yes", "Channels": ["Email"]}}
CONTRACT = {"EffectiveDate": "2027-06-01", "ExpirationDate": "2027-05-31"}
WORDS = {"create.Project.OtherSolutionDescription": "Our tool"}
CLASSIFIED = {"create.NationalSecurity": "Yes", f"{ACCOUNT}.Industry": "Government"}

Row = tuple[str, dict[str, Any], str, str]
# The twenty usual bounces: name, what is changed in a filing that AWS takes, the field, the code.
USUAL: list[Row] = [
    ("1 state missing", {f"{ADDRESS}.StateOrRegion": None}, "StateOrRegion", "REQUIRED_FIELD_MISSING"),
    ("1 state abbreviated", {f"{ADDRESS}.StateOrRegion": "NY"}, "StateOrRegion", "INVALID_ENUM_VALUE"),
    ("2 postal code format", {f"{ADDRESS}.PostalCode": "1001"}, "PostalCode", "INVALID_STRING_FORMAT"),
    ("2 postal code missing", {f"{ADDRESS}.PostalCode": None}, "PostalCode", "REQUIRED_FIELD_MISSING"),
    ("2 postal code where there is none", {f"{ADDRESS}.CountryCode": "AE"}, "PostalCode", "INVALID_VALUE"),
    ("3 website missing", {f"{ACCOUNT}.WebsiteUrl": None}, "WebsiteUrl", "REQUIRED_FIELD_MISSING"),
    ("3 website invalid", {f"{ACCOUNT}.WebsiteUrl": "our site"}, "WebsiteUrl", "INVALID_STRING_FORMAT"),
    ("3 website an e-mail", {f"{ACCOUNT}.WebsiteUrl": "test@test.com"}, "WebsiteUrl", "INVALID_STRING_FORMAT"),
    ("3 website our own", {f"{ACCOUNT}.WebsiteUrl": "www.partner.example"}, "WebsiteUrl", "INVALID_VALUE"),
    (
        "4 problem too short",
        {"create.Project.CustomerBusinessProblem": "Slow."},
        "CustomerBusinessProblem",
        "INVALID_STRING_FORMAT",
    ),
    (
        "4 problem generic",
        {"create.Project.CustomerBusinessProblem": "Customer needs help: AWS cloud migration."},
        "CustomerBusinessProblem",
        "INVALID_VALUE",
    ),
    ("5 close date past", {"create.LifeCycle.TargetCloseDate": "2026-11-19"}, "TargetCloseDate", "VALUE_OUT_OF_RANGE"),
    (
        "5 close date too far",
        {"create.LifeCycle.TargetCloseDate": "2087-01-01"},
        "TargetCloseDate",
        "VALUE_OUT_OF_RANGE",
    ),
    (
        "5 close date impossible",
        {"create.LifeCycle.TargetCloseDate": "2027-02-30"},
        "TargetCloseDate",
        "INVALID_STRING_FORMAT",
    ),
    ("6 amount zero", {f"{SPEND}.Amount": "0"}, "ExpectedCustomerSpend.Amount", "INVALID_VALUE"),
    ("6 amount blank", {f"{SPEND}.Amount": ""}, "ExpectedCustomerSpend.Amount", "REQUIRED_FIELD_MISSING"),
    (
        "6 no amount at all",
        {"create.Project.ExpectedCustomerSpend": []},
        "ExpectedCustomerSpend",
        "REQUIRED_FIELD_MISSING",
    ),
    ("6 amount annual", {f"{SPEND}.Frequency": "Annual"}, "ExpectedCustomerSpend.Frequency", "INVALID_ENUM_VALUE"),
    ("6 wrong currency", {f"{SPEND}.CurrencyCode": "GBP"}, "ExpectedCustomerSpend.CurrencyCode", "INVALID_VALUE"),
    ("7 industry not in list", {f"{ACCOUNT}.Industry": "Shipping"}, "Industry", "INVALID_ENUM_VALUE"),
    ("7 Other without text", {f"{ACCOUNT}.Industry": "Other"}, "OtherIndustry", "REQUIRED_FIELD_MISSING"),
    (
        "8 use case not in list",
        {"create.Project.CustomerUseCase": "Cloud Migration"},
        "CustomerUseCase",
        "INVALID_ENUM_VALUE",
    ),
    ("9 delivery model empty", {"create.Project.DeliveryModels": []}, "DeliveryModels", "REQUIRED_FIELD_MISSING"),
    ("10 sales activities empty", {"create.Project.SalesActivities": []}, "SalesActivities", "REQUIRED_FIELD_MISSING"),
    (
        "11 needs while only shown",
        {"submit.involvement": "For Visibility Only"},
        "PrimaryNeedsFromAws",
        "ACTION_NOT_PERMITTED",
    ),
    ("11 co-sell without needs", {"create.PrimaryNeedsFromAws": []}, "PrimaryNeedsFromAws", "REQUIRED_FIELD_MISSING"),
    ("12 no solution", {"associate.solution_id": None}, "RelatedEntityIdentifiers.Solutions", "REQUIRED_FIELD_MISSING"),
    (
        "12 solution not active",
        {"associate.solution_id": "S-0051004"},
        "RelatedEntityIdentifiers.Solutions",
        "INVALID_VALUE",
    ),
    (
        "12 words at Committed",
        {
            "associate.solution_id": None,
            "create.LifeCycle.Stage": "Committed",
            "create.Project.OtherSolutionDescription": "Our tool",
        },
        "RelatedEntityIdentifiers.Solutions",
        "REQUIRED_FIELD_MISSING",
    ),
    (
        "13 owner unknown",
        {"create.OpportunityTeam.0.Email": "bob@partner.example"},
        "OpportunityTeam.Email",
        "INVALID_VALUE",
    ),
    (
        "14 own id filed already",
        {"create.PartnerOpportunityIdentifier": "006XX0000009"},
        "PartnerOpportunityIdentifier",
        "DUPLICATE_KEY_VALUE",
    ),
    ("15 phone not E.164", {f"{CONTACT}.Phone": "5555555"}, "Contacts.Phone", "INVALID_STRING_FORMAT"),
    ("15 e-mail upper-case", {f"{CONTACT}.Email": "Jane@acme.example"}, "Contacts.Email", "INVALID_STRING_FORMAT"),
    (
        "16 marketing without a source",
        {"create.Marketing": {"CampaignName": "Q1"}},
        "Marketing.CampaignName",
        "ACTION_NOT_PERMITTED",
    ),
    (
        "16 marketing, funding untold",
        {"create.Marketing": {"Source": "Marketing Activity"}},
        "Marketing.AwsFundingUsed",
        "REQUIRED_FIELD_MISSING",
    ),
    ("17 no account at launch", LAUNCHED, "AwsAccountId", "REQUIRED_FIELD_MISSING"),
    (
        "17 account not 12 digits",
        LAUNCHED | {f"{ACCOUNT}.AwsAccountId": "12345"},
        "AwsAccountId",
        "INVALID_STRING_FORMAT",
    ),
    ("18 no reason for the loss", CLOSED, "ClosedLostReason", "REQUIRED_FIELD_MISSING"),
    ("18 a reason too early", {"create.LifeCycle.ClosedLostReason": "Price"}, "ClosedLostReason", "INVALID_VALUE"),
    ("19 next steps too long", {"create.LifeCycle.NextSteps": LONG}, "NextSteps", "INVALID_STRING_FORMAT"),
    (
        "19 comments too long",
        {"create.Project.AdditionalComments": LONG},
        "AdditionalComments",
        "INVALID_STRING_FORMAT",
    ),
    (
        "20 contract ends before it starts",
        {"create.SoftwareRevenue": CONTRACT},
        "SoftwareRevenue.ExpirationDate",
        "INVALID_VALUE",
    ),
]
# An opportunity cannot be created lost, so the ones that are lost have that against them too.
ALSO = {
    "18 no reason for the loss": {"LifeCycle.Stage"},
    "LifeCycle.ClosedLostReason": {"LifeCycle.Stage"},
}
# What the ACE data model adds, by its row's field.
GUIDE: list[Row] = [
    ("Catalog", {"create.Catalog": "Production"}, "Catalog", "INVALID_VALUE"),
    ("Customer.Account.CompanyName", {f"{ACCOUNT}.CompanyName": ""}, "CompanyName", "REQUIRED_FIELD_MISSING"),
    ("Customer.Account.Address.CountryCode", {f"{ADDRESS}.CountryCode": None}, "CountryCode", "REQUIRED_FIELD_MISSING"),
    (
        "Customer.Account.Address.CountryCode, a name",
        {f"{ADDRESS}.CountryCode": "Germany"},
        "CountryCode",
        "INVALID_ENUM_VALUE",
    ),
    ("Customer.Account.Duns", {f"{ACCOUNT}.Duns": "12345678"}, "Duns", "INVALID_STRING_FORMAT"),
    ("Customer.Account.AwsAccountId", {f"{ACCOUNT}.AwsAccountId": "acme"}, "AwsAccountId", "INVALID_STRING_FORMAT"),
    ("Customer.Account.Industry", {f"{ACCOUNT}.Industry": None}, "Industry", "REQUIRED_FIELD_MISSING"),
    (
        "Customer.Contacts.BusinessTitle",
        {f"{CONTACT}.BusinessTitle": "x" * 81},
        "Contacts.BusinessTitle",
        "INVALID_STRING_FORMAT",
    ),
    ("InvolvementType", {"submit.involvement": "Partner-led"}, "InvolvementType", "INVALID_ENUM_VALUE"),
    ("InvolvementType missing", {"submit.involvement": None}, "InvolvementType", "REQUIRED_FIELD_MISSING"),
    (
        "LifeCycle.ClosedLostReason",
        CLOSED | {"create.LifeCycle.ClosedLostReason": "Lost to Competitor"},
        "ClosedLostReason",
        "INVALID_ENUM_VALUE",
    ),
    ("LifeCycle.Stage", {"create.LifeCycle.Stage": "Won"}, "Stage", "INVALID_ENUM_VALUE"),
    (
        "LifeCycle.Stage created lost",
        CLOSED | {"create.LifeCycle.ClosedLostReason": "Price"},
        "Stage",
        "ACTION_NOT_PERMITTED",
    ),
    (
        "LifeCycle.TargetCloseDate",
        {"create.LifeCycle.TargetCloseDate": None},
        "TargetCloseDate",
        "REQUIRED_FIELD_MISSING",
    ),
    (
        "Marketing.Channels",
        MARKETING | {"create.Marketing.Channels": ["Podcast"]},
        "Marketing.Channels",
        "INVALID_ENUM_VALUE",
    ),
    (
        "Marketing.UseCases",
        MARKETING | {"create.Marketing.UseCases": ["Selling"]},
        "Marketing.UseCases",
        "INVALID_ENUM_VALUE",
    ),
    ("Marketing.Source", MARKETING | {"create.Marketing.Source": "Yes"}, "Marketing.Source", "INVALID_ENUM_VALUE"),
    ("NationalSecurity and industry", {"create.NationalSecurity": "Yes"}, "NationalSecurity", "INVALID_VALUE"),
    (
        "NationalSecurity only shown",
        CLASSIFIED | {"submit.involvement": "For Visibility Only", "create.PrimaryNeedsFromAws": []},
        "NationalSecurity",
        "ACTION_NOT_PERMITTED",
    ),
    (
        "NationalSecurity in limited view",
        CLASSIFIED | {"submit.visibility": "Limited"},
        "NationalSecurity",
        "ACTION_NOT_PERMITTED",
    ),
    (
        "OpportunityTeam.BusinessTitle",
        {"create.OpportunityTeam.0.BusinessTitle": "Seller"},
        "OpportunityTeam.BusinessTitle",
        "INVALID_ENUM_VALUE",
    ),
    (
        "OpportunityTeam.Phone",
        {"create.OpportunityTeam.0.Phone": "0555"},
        "OpportunityTeam.Phone",
        "INVALID_STRING_FORMAT",
    ),
    ("OpportunityType", {"create.OpportunityType": "Renewal"}, "OpportunityType", "INVALID_ENUM_VALUE"),
    (
        "OpportunityType renewal without parent",
        {"create.OpportunityType": "Flat Renewal"},
        "RelatedOpportunityIdentifier",
        "REQUIRED_FIELD_MISSING",
    ),
    ("Origin", {"create.Origin": "AWS Referral"}, "Origin", "ACTION_NOT_PERMITTED"),
    (
        "PartnerOpportunityIdentifier",
        {"create.PartnerOpportunityIdentifier": "x" * 65},
        "PartnerOpportunityIdentifier",
        "INVALID_STRING_FORMAT",
    ),
    (
        "PrimaryNeedsFromAWS mixed",
        {"create.PrimaryNeedsFromAws": ["Co-Sell - Deal Support", "Do Not Need Support from AWS Sales Rep"]},
        "PrimaryNeedsFromAws",
        "ACTION_NOT_PERMITTED",
    ),
    ("Project.ApnPrograms", {"create.Project.ApnPrograms": ["Prospecting days"]}, "ApnPrograms", "INVALID_ENUM_VALUE"),
    (
        "Project.AwsPartition",
        {"create.Project.AwsPartition": "aws-eusc"},
        "ExpectedCustomerSpend.CurrencyCode",
        "INVALID_VALUE",
    ),
    ("Project.CompetitorName", {"create.Project.CompetitorName": "Oracle"}, "CompetitorName", "INVALID_ENUM_VALUE"),
    (
        "Project.CustomerBusinessProblem",
        {"create.Project.CustomerBusinessProblem": "x y z word " * 200},
        "CustomerBusinessProblem",
        "INVALID_STRING_FORMAT",
    ),
    (
        "Project.ExpectedContractDuration",
        {"create.Project.ExpectedContractDuration": {"Term": "Months", "Value": "145"}},
        "ExpectedContractDuration.Value",
        "VALUE_OUT_OF_RANGE",
    ),
    (
        "Project.ExpectedCustomerSpend.EstimationUrl",
        {f"{SPEND}.EstimationUrl": "https://acme.example/estimate"},
        "EstimationUrl",
        "INVALID_STRING_FORMAT",
    ),
    (
        "Project.ExpectedCustomerSpend.TargetCompany",
        {f"{SPEND}.TargetCompany": "Acme"},
        "TargetCompany",
        "INVALID_VALUE",
    ),
    (
        "Project.ExpectedCustomerSpend for a contract",
        {f"{SPEND}.TargetCompany": "Self"},
        "ExpectedContractDuration",
        "REQUIRED_FIELD_MISSING",
    ),
    (
        "Project.OtherCompetitorNames",
        {"create.Project.CompetitorName": "*Other"},
        "OtherCompetitorNames",
        "REQUIRED_FIELD_MISSING",
    ),
    (
        "Project.OtherSolutionDescription",
        {"create.Project.OtherSolutionDescription": LONG},
        "OtherSolutionDescription",
        "INVALID_STRING_FORMAT",
    ),
    (
        "Project.RelatedOpportunityIdentifier",
        {"create.OpportunityType": "Expansion", "create.Project.RelatedOpportunityIdentifier": "O999"},
        "RelatedOpportunityIdentifier",
        "INVALID_VALUE",
    ),
    ("Project.SalesActivities", {"create.Project.SalesActivities": ["Demo"]}, "SalesActivities", "INVALID_ENUM_VALUE"),
    ("Project.Title", {"create.Project.Title": " "}, "Project.Title", "REQUIRED_FIELD_MISSING"),
    (
        "RelatedEntityIdentifiers.AWSMarketplaceOffers",
        WORDS | {"associate": {"RelatedEntityType": "AwsMarketplaceOffers", "RelatedEntityIdentifier": "arn:x"}},
        "AwsMarketplaceOffers",
        "ACTION_NOT_PERMITTED",
    ),
    (
        "RelatedEntityIdentifiers.AwsProducts",
        WORDS | {"associate": {"RelatedEntityType": "AwsProducts", "RelatedEntityIdentifier": "Lambada"}},
        "AwsProducts",
        "INVALID_ENUM_VALUE",
    ),
    (
        "RelatedEntityIdentifiers.Solutions",
        {"associate.solution_id": "S-XXXXXXX"},
        "RelatedEntityIdentifiers.Solutions",
        "INVALID_STRING_FORMAT",
    ),
    (
        "RelatedEntityIdentifiers.Solutions unknown",
        {"associate.solution_id": "S-0000001"},
        "RelatedEntityIdentifiers.Solutions",
        "INVALID_VALUE",
    ),
    (
        "SoftwareRevenue.DeliveryModel",
        {"create.SoftwareRevenue": {"DeliveryModel": "Rent"}},
        "SoftwareRevenue.DeliveryModel",
        "INVALID_ENUM_VALUE",
    ),
    (
        "SoftwareRevenue.Value.Amount",
        {"create.SoftwareRevenue": {"Value": {"Amount": "-1", "CurrencyCode": "USD"}}},
        "SoftwareRevenue.Value.Amount",
        "INVALID_STRING_FORMAT",
    ),
]
# Updates: name, the record, what is changed, the field, the code.
UPDATES: list[tuple[str, dict[str, Any], dict[str, Any], str, str]] = [
    ("stage missing", record(), {"LifeCycle.Stage": None}, "LifeCycle.Stage", "REQUIRED_FIELD_MISSING"),
    *(
        (f"frozen once approved: {path}", record(), {path: value}, path, "ACTION_NOT_PERMITTED")
        for path, value in {
            "Customer.Account.Address.PostalCode": "10002",
            "Customer.Account.CompanyName": "Acme",
            "Customer.Account.Industry": "Retail",
            "Customer.Account.WebsiteUrl": "acme.example",
            "PartnerOpportunityIdentifier": "006X",
            "Project.CustomerBusinessProblem": "They cannot see their trucks at all.",
            "Project.Title": "Other",
        }.items()
    ),
    (
        "submitted",
        record("Submitted"),
        {"LifeCycle.NextSteps": "x"},
        "LifeCycle.ReviewStatus",
        "INVALID_RESOURCE_STATE",
    ),
    (
        "in review",
        record("In review"),
        {"LifeCycle.NextSteps": "x"},
        "LifeCycle.ReviewStatus",
        "INVALID_RESOURCE_STATE",
    ),
    ("rejected", record("Rejected"), {"LifeCycle.NextSteps": "x"}, "LifeCycle.ReviewStatus", "INVALID_RESOURCE_STATE"),
    (
        "not what was asked",
        record("Action Required"),
        {"LifeCycle.NextSteps": "x"},
        "LifeCycle.NextSteps",
        "ACTION_NOT_PERMITTED",
    ),
    (
        "stage before approval",
        record("Pending Submission"),
        {"LifeCycle.Stage": "Committed"},
        "LifeCycle.Stage",
        "ACTION_NOT_PERMITTED",
    ),
    (
        "lost already",
        record(LifeCycle__Stage="Closed Lost", LifeCycle__ClosedLostReason="Price"),
        {"LifeCycle.NextSteps": "x"},
        "LifeCycle.Stage",
        "INVALID_RESOURCE_STATE",
    ),
    (
        "launched and reopened",
        record(LifeCycle__Stage="Launched"),
        {"LifeCycle.Stage": "Committed"},
        "LifeCycle.Stage",
        "INVALID_RESOURCE_STATE",
    ),
    (
        "needs changed",
        record(),
        {"PrimaryNeedsFromAws": ["Co-Sell - Pricing Assistance"]},
        "PrimaryNeedsFromAws",
        "ACTION_NOT_PERMITTED",
    ),
    (
        "needs without a contact",
        record(PrimaryNeedsFromAws=None, Customer__Contacts=None),
        {"PrimaryNeedsFromAws": ["Co-Sell - Deal Support"]},
        "Customer.Contacts",
        "REQUIRED_FIELD_MISSING",
    ),
    *(
        (f"emptied: {path}", record(), {path: None}, path, "REQUIRED_FIELD_MISSING")
        for path in ("Project.CustomerUseCase", "Project.DeliveryModels", "Project.SalesActivities")
    ),
    (
        "somebody was faster",
        record(),
        {"LastModifiedDate": "2026-10-01T10:00:00Z"},
        "LastModifiedDate",
        "INVALID_VALUE",
    ),
    (
        "committed in words",
        record(RelatedEntityIdentifiers__Solutions=[]),
        {"LifeCycle.Stage": "Committed"},
        "RelatedEntityIdentifiers.Solutions",
        "REQUIRED_FIELD_MISSING",
    ),
]


def test_the_filing_they_start_from_is_accepted() -> None:
    assert check(filing_with({}), DAY).findings == ()


@pytest.mark.parametrize(("name", "changes", "field", "code"), USUAL + GUIDE, ids=[row[0] for row in USUAL + GUIDE])
def test_a_published_error_is_caught_on_its_field(name: str, changes: dict[str, Any], field: str, code: str) -> None:
    found = [one for one in check(filing_with(changes), DAY).findings if one.blocks]

    assert any(one.field.endswith(field) and one.code == code for one in found)
    assert {one.field for one in found if not one.field.endswith(field)} == ALSO.get(name, set())
    assert all(one.source and one.fix and one.message.endswith(".") for one in found)


@pytest.mark.parametrize(("_name", "stored", "changes", "field", "code"), UPDATES, ids=[row[0] for row in UPDATES])
def test_an_update_that_would_bounce_is_caught_on_its_field(
    _name: str, stored: dict[str, Any], changes: dict[str, Any], field: str, code: str
) -> None:
    found = [one for one in check(update(stored, changes), DAY).findings if one.blocks]

    assert (field, code) in {(one.field, one.code) for one in found}
    assert {one.field for one in found} == {field}


def test_every_rule_is_broken_by_a_row() -> None:
    documents = [filing_with(row[1]) for row in USUAL + GUIDE] + [update(row[1], row[2]) for row in UPDATES]
    documents.append({"opportunities": [{"solutionOffered": [f"S-{number}" for number in range(11)]}]})
    told = {one.rule for document in documents for one in check(document, DAY).findings}

    assert {rule.name for rule in RULES if rule.blocks} <= told


@pytest.mark.parametrize(
    ("rule", "document"),
    [
        ("parent-ignored", filing_with({"create.Project.RelatedOpportunityIdentifier": "O999"})),
        (
            "next-steps-ignored",
            filing_with({"submit.involvement": "For Visibility Only", "create.PrimaryNeedsFromAws": []}),
        ),
        ("unknown-member", filing_with({"create.TagKeys": ["MAP"]})),
        (
            "launched",
            update(
                record(LifeCycle__Stage="Launched", Customer__Account__AwsAccountId="1" * 12),
                {"LifeCycle.NextSteps": "x"},
            ),
        ),
    ],
)
def test_what_aws_takes_and_leaves_out_is_told_without_bouncing(rule: str, document: dict[str, Any]) -> None:
    verdict = check(document, DAY)

    assert verdict.would_be_accepted
    assert [one.rule for one in verdict.findings] == [rule]


def test_what_nobody_told_is_not_judged() -> None:
    changes = {
        "known": {},
        "associate.solution_id": "S-0000001",
        "create.OpportunityTeam.0.Email": "bob@partner.example",
        "create.PartnerOpportunityIdentifier": "006XX0000009",
    }

    assert check(filing_with(changes), DAY).would_be_accepted


def test_a_frozen_value_that_would_not_pass_today_is_left_alone() -> None:
    stored = record(Customer__Account__Address__PostalCode="9931")

    assert check(update(stored, {"LifeCycle.NextSteps": "x"}), DAY).would_be_accepted


def test_an_update_of_what_was_asked_is_judged_as_a_submission() -> None:
    asked = update(
        record("Action Required"), {"Project.CustomerBusinessProblem": "They cannot see their trucks at all."}
    )
    without = update(record("Action Required", Project__DeliveryModels=None), {})

    assert check(asked, DAY).would_be_accepted
    assert [one.field for one in check(without, DAY).findings] == ["Project.DeliveryModels"]
