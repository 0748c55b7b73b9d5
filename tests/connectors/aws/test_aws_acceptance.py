"""AWS's own acceptance cases, one test for each row of its sheet, through our adapter over real HTTP."""

from collections.abc import Callable
from typing import Any

import pytest

from connectors.aws import check
from connectors.aws.client import AwsClient
from connectors.aws.edits import Locked
from connectors.aws.judging import label_of
from connectors.aws.refusals import Conflict
from connectors.aws.update_rules import leaves
from motions.errors import NotVisible, Rejected
from motions.referrals import Review
from tests.connectors.aws.acceptance import PRODUCTS, ROWS, SOLUTION, Desk, row
from tests.connectors.aws.aws_world import TODAY, Emulator

Case = Callable[[Desk], None]
CASES: dict[str, Case] = {}
STAGE, REASON, STEPS = "LifeCycle.Stage", "LifeCycle.ClosedLostReason", "LifeCycle.NextSteps"
ACCOUNT_ID, PARENT = "Customer.Account.AwsAccountId", "Project.RelatedOpportunityIdentifier"
LAUNCH = {STAGE: "Launched", ACCOUNT_ID: "123456789112"}
CONTRACT = {
    "DeliveryModel": "Contract",
    "Value": {"Amount": "60000.00", "CurrencyCode": "USD"},
    "EffectiveDate": "2027-07-01",
    "ExpirationDate": "2028-06-30",
}
# Values outside AWS's lists, by the import's columns and by the API's paths.
OUTSIDE = {
    "partnerPrimaryNeedFromAws": "Co-Sell - Everything",
    "competitiveTracking": "Oracle",
    "useCase": "Fishing",
    "industry": "Business Serv. 2",
    "IsOppFromMarketingActivity": "Perhaps",
    "deliveryModel": "Boat",
    "campaignName": "Prospecting days",
    "country": "Atlantis",
    "state": "Ontario",
    "opportunityType": "F;lat Renewal",
    "salesActivities": "Customer has shown interest in the solution",
    "doesOppBelongToNatsec": "Perhaps",
}
OUTSIDE_PATHS: dict[str, object] = {
    "Project.CompetitorName": "Oracle",
    "Project.CustomerUseCase": "Fishing",
    "LifeCycle.Stage": "XYZ",
    "Marketing.Source": "Perhaps",
    "Project.DeliveryModels": ["Boat"],
    "Project.ApnPrograms": ["Prospecting days"],
    "OpportunityType": "F;lat Renewal",
    "Project.SalesActivities": ["Customer has shown interest in the solution"],
    "NationalSecurity": "Perhaps",
}


def of(*steps: str) -> Callable[[Case], Case]:
    """The rows a case is for, by sheet and step."""

    def register(case: Case) -> Case:
        for step in steps:
            CASES[next(name for name in ROWS if name.startswith(f"{step}:"))] = case
        return case

    return register


@pytest.fixture
def desk(emulator: Emulator) -> Desk:
    return Desk(emulator, emulator.portal())


@pytest.mark.parametrize("name", ROWS)
def test_row(name: str, desk: Desk) -> None:
    CASES[name](desk)


def refused(desk: Desk, given: dict[str, Any], *columns: str) -> None:
    """A row is stopped on these columns, and nothing is sent."""
    assert {one.field for one in desk.findings(given)} == set(columns)
    assert desk.calls("CreateOpportunity") == 0


def not_changed(desk: Desk, referral: str, changes: dict[str, Any], *paths: str) -> None:
    """An update is stopped on these fields, by us or by AWS, and the record is as it was."""
    before = leaves(desk.held(referral))
    with pytest.raises(Rejected) as stopped:
        desk.portal.amend(referral, changes)
    message = str(stopped.value).casefold()
    assert stopped.value.problems
    assert all(path.casefold() in message or label_of(path).casefold() in message for path in paths), message
    assert leaves(desk.held(referral)) == before


@of("Create 1", "Create 2", "Create 3", "Update 1")
def created(desk: Desk) -> None:
    for number, step in enumerate(("1", "2", "3")):
        referral = desk.file(row(step, solutionOffered=[SOLUTION]), f"m{number}:file")
        held = desk.held(referral)
        assert held["PartnerOpportunityIdentifier"] == row(step)["partnerCrmUniqueIdentifier"]
        assert held["LifeCycle"]["ReviewStatus"] == "Submitted"


@of("Create 4")
def created_with_products(desk: Desk) -> None:
    held = desk.held(desk.file(row("4")))

    assert sorted(held["RelatedEntityIdentifiers"]["AwsProducts"]) == sorted(PRODUCTS)
    assert held["Project"]["OtherSolutionDescription"] == "Other Solution"


@of("Create 5")
def created_with_everything(desk: Desk) -> None:
    # Left out: an owner who is nobody's user here, and a column that row 7.15 forbids beside “No”.
    held = desk.held(desk.file(row("5", opportunityOwnerEmail=None, isMarketingDevelopmentFunded=None)))

    assert held["Customer"]["Account"]["Duns"] == "123456789"
    assert held["Project"]["CompetitorName"] == "Oracle Cloud"
    # Read-only at creation, and so not taken from the row.
    assert held["LifeCycle"]["ReviewStatus"] == "Submitted"
    assert "ClosedLostReason" not in held["LifeCycle"]


@of("Create 6", "Create 7.12")
def created_once(desk: Desk) -> None:
    given = row("6", salesActivities="Initialized discussions with customer")  # row 7.1 wants it, row 6 lacks it
    desk.file(given)
    desk.known = {"opportunities": [{"Id": "O1", "PartnerOpportunityIdentifier": "PR1234567"}]}

    assert [one.field for one in desk.findings(given)] == ["partnerCrmUniqueIdentifier"]
    desk.known = {}
    with pytest.raises(Rejected):
        desk.file(given, "m2:file")
    assert len(desk.emulator.seen("/summary")["opportunities"]) == 1


@of("Create 7.1")
def mandatory(desk: Desk) -> None:
    columns = [
        "useCase", "targetCloseDate", "projectDescription", "postalCode", "partnerProjectTitle", "industry",
        "partnerPrimaryNeedFromAws", "expectedMonthlyAwsRevenue", "deliveryModel", "customerWebsite",
        "customerCompanyName", "country", "state", "salesActivities",
    ]  # fmt: skip
    for column in columns:
        refused(desk, row("1", **{column: None}), column)


@of("Create 7.2")
def needs_exclude_each_other(desk: Desk) -> None:
    both = "Co-Sell - Deal Support;Do Not Need Support from AWS Sales Rep"

    refused(desk, row("1", partnerPrimaryNeedFromAws=both), "partnerPrimaryNeedFromAws")


@of("Create 7.3")
def standard_values(desk: Desk) -> None:
    for column, value in OUTSIDE.items():
        found = {one.field for one in desk.findings(row("1", **{column: value}))}
        assert {name.casefold() for name in found} == {column.casefold()}
    marketing = {"IsOppFromMarketingActivity": "Yes", "isMarketingDevelopmentFunded": "Yes"}
    refused(desk, row("1", **marketing, marketingActivityChannel="Podcast"), "marketingActivityChannel")
    refused(desk, row("1", **marketing, marketingActivityUsecase="Selling"), "marketingActivityUsecase")
    refused(desk, row("1", **marketing | {"isMarketingDevelopmentFunded": "Perhaps"}), "isMarketingDevelopmentFunded")


@of("Create 7.4")
def states(desk: Desk) -> None:
    refused(desk, row("1", state=None), "state")
    refused(desk, row("1", state="AK"), "state")
    assert desk.findings(row("1", country="Germany", state=None, postalCode="80331")) == []


@of("Create 7.5", "AWS 2.2")
def rejection_needs_a_reason(desk: Desk) -> None:
    rejected = {"apnCrmUniqueIdentifier": "O1234567", "partnerAcceptanceStatus": "Rejected"}
    assert [one.field for one in desk.findings(rejected)] == ["rejectionReason"]

    client, invitation = invited(desk)
    with pytest.raises(Rejected):
        client.write("reject_engagement_invitation", Identifier=invitation, RejectionReason="Not now")
    assert client.read("get_engagement_invitation", Identifier=invitation)["Status"] == "PENDING"


@of("Create 7.6")
def parents(desk: Desk) -> None:
    desk.known = {"opportunities": [{"Id": "O1234567"}]}
    refused(desk, row("1", opportunityType="Flat Renewal"), "parentOppId")
    refused(desk, row("1", opportunityType="Flat Renewal", parentOppId="O7"), "parentOppId")
    assert desk.findings(row("1", opportunityType="Flat Renewal", parentOppId="O1234567")) == []


@of("Create 7.7")
def duns(desk: Desk) -> None:
    refused(desk, row("1", customerDuns="12345678"), "customerDuns")


@of("Create 7.8")
def account_ids(desk: Desk) -> None:
    refused(desk, row("1", awsAccountId="12345678911"), "awsAccountId")


@of("Create 7.9")
def products(desk: Desk) -> None:
    refused(desk, row("1", awsProducts=["AWSLambda", "product1"]), "awsProducts")


@of("Create 7.10")
def solutions(desk: Desk) -> None:
    desk.known = {"solutions": [{"Id": SOLUTION, "Status": "Active"}, {"Id": "S-0051004", "Status": "Draft"}]}
    refused(desk, row("1", solutionOffered=["S-0000001"]), "solutionOffered")
    refused(desk, row("1", solutionOffered=["S-0051004"]), "solutionOffered")
    refused(desk, row("1", solutionOffered=["Other"]), "solutionOffered")
    assert desk.findings(row("1", solutionOffered=["Other"], otherSolutionOffered="Our own tool")) == []
    assert desk.findings(row("1", solutionOffered=[SOLUTION])) == []


@of("Create 7.11")
def amounts(desk: Desk) -> None:
    for amount in (0, -100, "0.00"):
        refused(desk, row("1", expectedMonthlyAwsRevenue=amount), "expectedMonthlyAwsRevenue")


@of("Create 7.13")
def descriptions(desk: Desk) -> None:
    refused(desk, row("1", projectDescription="Platform for banks"), "projectDescription")


@of("Create 7.14")
def funding(desk: Desk) -> None:
    refused(desk, row("1", IsOppFromMarketingActivity="Yes"), "isMarketingDevelopmentFunded")


@of("Create 7.15")
def no_marketing(desk: Desk) -> None:
    given = {
        "isMarketingDevelopmentFunded": "No",
        "marketingActivityChannel": "Email",
        "marketingActivityUsecase": "Analytics",
        "awsSFCampaignName": "Q1",
    }
    for column, value in given.items():
        refused(desk, row("1", **{column: value}), column)


@of("Create 7.16")
def ignored_parent(desk: Desk) -> None:
    assert PARENT.rpartition(".")[2] not in desk.held(desk.file(row("1", parentOppId="O1234567")))["Project"]


@of("Create 7.17")
def ignored_contract(desk: Desk) -> None:
    contract = {"procurementType": "Contract", "contractStartDate": "2027-07-01", "contractEndDate": "2028-06-30"}

    assert "SoftwareRevenue" not in desk.held(desk.file(row("1", **contract)))


@of("Create 7.18")
def no_offers(desk: Desk) -> None:
    refused(
        desk, row("1", offers=["arn:aws:aws-marketplace:us-east-1:123456789012:AWSMarketplace/Offer/offer-1"]), "offers"
    )


@of("Create 7.19")
def next_steps_of_what_is_only_shown(desk: Desk) -> None:
    shown = row("1", partnerPrimaryNeedFromAws="Do Not Need Support from AWS Sales Rep", nextStep="Call them")
    verdict = check({"opportunities": [shown]}, TODAY)

    assert verdict.would_be_accepted
    assert [one.field for one in verdict.findings] == ["nextStep"]
    assert desk.held(desk.file(shown))["LifeCycle"]["ReviewStatus"] == "Submitted"


@of("Create 7.20", "Update 3.3", "AWS 3.3")
def versions(_desk: Desk) -> None:
    for version, expected in (("1", []), ("2.0", []), ("0", ["version"]), ("two", ["version"])):
        document = {"version": version, "opportunities": [row("1")]}
        assert [one.field for one in check(document, TODAY).findings] == expected


@of("Update 2")
def approves(desk: Desk) -> None:
    status = desk.portal.status(desk.approved())

    assert status.review is Review.ACCEPTED
    assert status.seller_name
    assert status.pam_name


@of("Update 2.1")
def rejects(desk: Desk) -> None:
    referral = desk.file(row("1"))
    desk.decide(referral, "reject")
    status = desk.portal.status(referral)

    assert (status.review, status.seller_name) == (Review.REJECTED, None)
    with pytest.raises(Rejected):
        desk.portal.amend(referral, {STEPS: "x"})


@of("Update 2.2", "Update 3.15")
def reviews(desk: Desk) -> None:
    referral = desk.file(row("1"))
    desk.decide(referral, "in_review")
    status = desk.portal.status(referral)

    assert (status.review, status.seller_name) == (Review.PENDING, None)
    with pytest.raises(Locked):
        desk.portal.amend(referral, {STEPS: "x"})
    assert desk.calls("UpdateOpportunity") == 0
    desk.decide(referral, "approve")
    desk.portal.amend(referral, {STEPS: "x"})  # what waited goes on
    assert desk.held(referral)["LifeCycle"]["NextSteps"] == "x"


@of("Update 2.3", "Update 4.1")
def asks(desk: Desk) -> None:
    referral = desk.file(row("1"))
    desk.decide(referral, "action_required", "Which workloads move?")
    status = desk.portal.status(referral)
    assert (status.review, status.comments) == (Review.ACTION_REQUIRED, "Which workloads move?")

    problem = "Twelve payment services move from two data centres; the bank needs them live by June."
    desk.portal.amend(referral, {"Project.CustomerBusinessProblem": problem})

    assert desk.portal.status(referral).review is Review.PENDING
    desk.decide(referral, "approve")
    assert desk.portal.status(referral).review is Review.ACCEPTED
    assert desk.held(referral)["Project"]["CustomerBusinessProblem"] == problem


def record_of(desk: Desk, sheet: str) -> str:
    """A referral one may update: ours and approved, or AWS's and accepted."""
    return desk.approved() if sheet == "Update" else accepted(desk)


def invited(desk: Desk) -> tuple[AwsClient, str]:
    """A deal AWS offers us, and our wire to answer on."""
    invitation = desk.emulator.control("/aws_referral")["invitation_id"]
    return desk.emulator.client(), invitation


def accepted(desk: Desk) -> str:
    """A deal AWS offered, accepted by us."""
    client, invitation = invited(desk)
    client.write("start_engagement_by_accepting_invitation_task", Identifier=invitation, ClientToken="accept")
    only = {"EngagementInvitationIdentifier": [invitation]}
    (task,) = client.pages("list_engagement_by_accepting_invitation_tasks", "TaskSummaries", **only)
    return str(task["OpportunityId"])


def both(update: str, aws: str) -> Callable[[Callable[[Desk, str], None]], Callable[[Desk, str], None]]:
    """A case that AWS asks of partner referrals and of its own alike."""

    def register(case: Callable[[Desk, str], None]) -> Callable[[Desk, str], None]:
        of(f"Update {update}")(lambda desk: case(desk, record_of(desk, "Update")))
        of(f"AWS {aws}")(lambda desk: case(desk, record_of(desk, "AWS")))
        return case

    return register


@both("3", "4")
def updates(desk: Desk, referral: str) -> None:
    changes: dict[str, Any] = {
        "Project.CustomerUseCase": "AI Machine Learning and Analytics",
        "LifeCycle.TargetCloseDate": "2027-05-30",
        "Customer.Account.Address.StreetAddress": "1015E/A,SS~!@#$%^&&**(()((<><>??''",
        "Customer.Account.Address.City": "Bangalore",
        "LifeCycle.Stage": "Business Validation",
        "Project.SalesActivities": ["Customer has shown interest in solution"],
        "Project.DeliveryModels": ["SaaS or PaaS"],
        "LifeCycle.NextSteps": "02/08/2020: Contact Aldo 55",
        "Marketing": {
            "Source": "Marketing Activity",
            "AwsFundingUsed": "Yes",
            "Channels": ["Virtual Event"],
            "UseCases": ["Compute"],
        },
        "Project.CompetitorName": "Oracle Cloud",
        "Project.OtherCompetitorNames": "Other",
        "Customer.Account.AwsAccountId": "123456789112",
        "Project.AdditionalComments": "Check",
        "Project.ExpectedCustomerSpend": [
            {"Amount": "3567", "CurrencyCode": "USD", "Frequency": "Monthly", "TargetCompany": "AWS"}
        ],
    }
    # AWS ignores what is not updatable; we say so instead, and send nothing.
    not_changed(desk, referral, {"Customer.Account.Industry": "Retail"}, "Customer.Account.Industry")

    desk.portal.amend(referral, changes)

    held = leaves(desk.held(referral))
    for path, value in changes.items():
        expected = {f"{path}.{name}": one for name, one in value.items()} if isinstance(value, dict) else {path: value}
        assert expected.items() <= held.items()


@both("3.2", "4.2")
def stays_filled(desk: Desk, referral: str) -> None:
    for path in (
        "Project.CustomerUseCase",
        "LifeCycle.TargetCloseDate",
        "LifeCycle.Stage",
        "Project.ExpectedCustomerSpend",
        "Project.DeliveryModels",
        "Project.SalesActivities",
    ):
        desk.portal.amend(referral, {"Project.SalesActivities": ["Conducted POC / Demo"]})
        not_changed(desk, referral, {path: None}, path)


@both("3.4", "3.4")
def updated_duns(desk: Desk, referral: str) -> None:
    not_changed(desk, referral, {"Customer.Account.Duns": "12345678"}, "Customer.Account.Duns")


@both("3.5", "3.5")
def updated_parent(desk: Desk, referral: str) -> None:
    not_changed(desk, referral, {"OpportunityType": "Expansion", PARENT: "O7"}, PARENT)
    own = desk.file(row("1", partnerCrmUniqueIdentifier="PR-other"), "m9:file")
    desk.portal.amend(referral, {"OpportunityType": "Expansion", PARENT: own})
    assert desk.held(referral)["Project"]["RelatedOpportunityIdentifier"] == own


@both("3.6", "3.6")
def updated_products(desk: Desk, referral: str) -> None:
    with pytest.raises(Rejected):
        desk.portal.relate(referral, "AwsProducts", "product1")
    desk.portal.relate(referral, "AwsProducts", "AWSLambda")
    desk.portal.relate(referral, "AwsProducts", "AWSLambda")
    assert "AWSLambda" in desk.held(referral)["RelatedEntityIdentifiers"]["AwsProducts"]
    desk.portal.unrelate(referral, "AwsProducts", "AWSLambda")
    desk.portal.unrelate(referral, "AwsProducts", "AWSLambda")
    assert "AWSLambda" not in desk.held(referral)["RelatedEntityIdentifiers"]["AwsProducts"]


@both("3.7", "3.7")
def updated_solutions(desk: Desk, referral: str) -> None:
    with pytest.raises(NotVisible):
        desk.portal.relate(referral, "Solutions", "S-0000001")
    desk.portal.relate(referral, "Solutions", "S-0051002")
    assert "S-0051002" in desk.held(referral)["RelatedEntityIdentifiers"]["Solutions"]
    for solution in ("S-0051001", "S-0051002"):
        desk.portal.unrelate(referral, "Solutions", solution)
    not_changed(desk, referral, {STAGE: "Committed", "Project.OtherSolutionDescription": "Ours"}, "solution")


@both("3.8", "4.3")
def launches(desk: Desk, referral: str) -> None:
    desk.portal.relate(referral, "Solutions", SOLUTION)
    not_changed(desk, referral, {STAGE: "Launched", ACCOUNT_ID: None}, ACCOUNT_ID)
    not_changed(desk, referral, {STAGE: "Launched", ACCOUNT_ID: "12345"}, ACCOUNT_ID)
    desk.portal.amend(referral, LAUNCH)
    assert desk.held(referral)["LifeCycle"]["Stage"] == "Launched"


@of("Update 3.9")
def marketing_is_cleared(desk: Desk) -> None:
    referral = desk.approved()
    desk.portal.amend(
        referral, {"Marketing": {"Source": "Marketing Activity", "AwsFundingUsed": "Yes", "CampaignName": "Q1"}}
    )
    not_changed(desk, referral, {"Marketing.Source": "None"}, "Marketing.CampaignName")
    desk.portal.amend(referral, {"Marketing": {"Source": "None"}})
    assert desk.held(referral)["Marketing"] == {"Source": "None"}


@both("3.10", "4.5")
def contracts(desk: Desk, referral: str) -> None:
    desk.portal.relate(referral, "Solutions", SOLUTION)
    backwards = CONTRACT | {"ExpirationDate": "2027-06-30"}
    not_changed(desk, referral, {**LAUNCH, "SoftwareRevenue": backwards}, "SoftwareRevenue.ExpirationDate")
    desk.portal.amend(referral, {**LAUNCH, "SoftwareRevenue": CONTRACT})
    assert desk.held(referral)["SoftwareRevenue"] == CONTRACT


@both("3.11", "4.6")
def losses(desk: Desk, referral: str) -> None:
    not_changed(desk, referral, {STAGE: "Closed Lost"}, REASON)
    not_changed(desk, referral, {STAGE: "Closed Lost", REASON: "Closed"}, REASON)
    desk.portal.amend(referral, {STAGE: "Closed Lost", REASON: "Price"})
    assert desk.held(referral)["LifeCycle"]["ClosedLostReason"] == "Price"
    not_changed(desk, referral, {STEPS: "x"}, STAGE)


@both("3.12", "4.8")
@both("3.13", "4.9")
@both("3.16", "4.12")
def after_launch(desk: Desk, referral: str) -> None:
    desk.portal.relate(referral, "Solutions", SOLUTION)
    desk.portal.amend(referral, LAUNCH)
    desk.portal.amend(referral, {"Project.DeliveryModels": ["Resell"], "Project.AdditionalComments": "Live"})
    assert desk.held(referral)["Project"]["AdditionalComments"] == "Live"
    # AWS would say yes and leave it as it was; we say that it stays.
    not_changed(desk, referral, {STEPS: "Upsell"}, STEPS)
    not_changed(desk, referral, {"LifeCycle.TargetCloseDate": "2027-09-30"}, "LifeCycle.TargetCloseDate")


@both("3.14", "4.10")
def updated_standard_values(desk: Desk, referral: str) -> None:
    for path, value in OUTSIDE_PATHS.items():
        not_changed(desk, referral, {path: value}, path)


@both("4", "5")
def follows(desk: Desk, referral: str) -> None:
    desk.emulator.control(
        "/aws_update", id=referral, next_steps="Meet on Monday", stage="Launched", target_close_date="2027-08-01"
    )
    status = desk.portal.status(referral)

    assert (status.next_step, status.partner_stage) == ("Meet on Monday", "Launched")
    assert referral in {changed for changed, _ in desk.portal.changed_since(None)}


@of("AWS 1")
def sees_no_person_before(desk: Desk) -> None:
    client, invitation = invited(desk)
    told = client.read("get_engagement_invitation", Identifier=invitation)

    assert told["Payload"]["OpportunityInvitation"]["Customer"]["CompanyName"]
    assert told["Payload"]["OpportunityInvitation"]["Project"]["Title"]
    assert "Contacts" not in told["Payload"]["OpportunityInvitation"]["Customer"]


@of("AWS 2", "AWS 3")
def accepts(desk: Desk) -> None:
    held = desk.held(accepted(desk))

    assert held["Customer"]["Contacts"][0]["Email"]
    assert desk.portal.status(held["Id"]).seller_name


@of("AWS 2.1")
def declines(desk: Desk) -> None:
    client, invitation = invited(desk)
    client.write("reject_engagement_invitation", Identifier=invitation, RejectionReason="Customer problem unclear")

    told = client.read("get_engagement_invitation", Identifier=invitation)
    assert (told["Status"], told.get("Payload")) == ("REJECTED", None)
    with pytest.raises(Conflict):
        client.write("reject_engagement_invitation", Identifier=invitation, RejectionReason="Other")


@of("AWS 4.11")
def not_before_acceptance(desk: Desk) -> None:
    invited(desk)
    (waiting,) = desk.emulator.seen("/invitations")["invitations"]
    with pytest.raises(NotVisible):
        desk.portal.amend(str(waiting.get("opportunity_id") or "O999"), {STEPS: "x"})


@of("AWS 4.1")
def marketplace(desk: Desk) -> None:
    """`isThisForMarketplace` has no field in the API: the deal's Marketplace offer says it, before the launch."""
    referral = accepted(desk)
    offer = "arn:aws:aws-marketplace:us-east-1:123456789012:AWSMarketplace/Offer/offer-abcdefghijklm"
    desk.portal.relate(referral, "AwsMarketplaceOffers", offer)
    desk.portal.relate(referral, "Solutions", SOLUTION)
    desk.portal.amend(referral, LAUNCH)

    assert desk.held(referral)["RelatedEntityIdentifiers"]["AwsMarketplaceOffers"] == [offer]
