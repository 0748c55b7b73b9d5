"""The partner's referral from filing to launch, as a connector walks it with boto3."""

from datetime import timedelta

import pytest

from tests.sandbox.aws.aws_deals import SOLUTION, approved, associate, complete, editable, filed, get, start, submitted
from tests.sandbox.aws.aws_portal import Running, complaint, faults


def test_a_referral_is_filed_reviewed_and_closed(portal: Running) -> None:
    created = portal.aws.create_opportunity(**complete())
    identifier = created["Id"]
    associate(portal, identifier)
    task = start(portal, identifier)
    portal.control("POST", "/review", id=identifier, decision="approve")

    request = editable(portal, identifier)
    request["Customer"]["Account"]["AwsAccountId"] = "123456789012"
    request["LifeCycle"]["Stage"] = "Launched"
    updated = portal.aws.update_opportunity(**request)

    record = get(portal, identifier)
    assert task["TaskStatus"] == "COMPLETE"
    assert record["LifeCycle"]["ReviewStatus"] == "Approved"
    assert record["LifeCycle"]["Stage"] == "Launched"
    assert record["LastModifiedDate"] == updated["LastModifiedDate"] > created["LastModifiedDate"]
    assert record["RelatedEntityIdentifiers"]["Solutions"] == [SOLUTION]


def test_filing_leaves_the_record_pending_and_owned_by_the_alliance_lead(portal: Running) -> None:
    team = [{"BusinessTitle": "PartnerAccountManager", "Email": "rep@meridian.example"}]

    identifier = filed(portal, OpportunityTeam=team)

    record = get(portal, identifier)
    assert record["LifeCycle"]["ReviewStatus"] == "Pending Submission"
    titles = [member["BusinessTitle"] for member in record["OpportunityTeam"]]
    assert titles == ["OpportunityOwner", "PartnerAccountManager"]


def test_the_task_runs_by_itself_and_is_found_by_the_opportunity_after_a_lost_answer(portal: Running) -> None:
    portal.control("POST", "/knobs", task_delay_seconds=2)
    identifier = filed(portal)
    started = start(portal, identifier)

    def found() -> dict[str, object]:
        answer = portal.aws.list_engagement_from_opportunity_tasks(Catalog="AWS", OpportunityIdentifier=[identifier])
        return dict(answer["TaskSummaries"][0])

    early = found()
    portal.clock.advance(timedelta(seconds=2))
    late = found()

    assert (started["TaskStatus"], early["TaskStatus"], late["TaskStatus"]) == (
        "IN_PROGRESS",
        "IN_PROGRESS",
        "COMPLETE",
    )
    assert early["TaskId"] == late["TaskId"] == started["TaskId"]
    assert str(late["EngagementId"]).startswith("eng-")
    assert str(late["EngagementInvitationId"]).startswith("engi-")


def test_a_task_over_an_incomplete_record_fails_and_says_why(portal: Running) -> None:
    identifier = filed(portal, Project__SalesActivities=None)

    task = start(portal, identifier)

    assert (task["TaskStatus"], task["ReasonCode"]) == ("FAILED", "OpportunityValidationFailed")
    assert "project.salesActivities is required" in task["Message"]
    assert get(portal, identifier)["LifeCycle"]["ReviewStatus"] == "Pending Submission"


def test_a_second_submission_fails_in_its_task(portal: Running) -> None:
    identifier = submitted(portal)

    task = start(portal, identifier, token="another")

    assert (task["TaskStatus"], task["ReasonCode"]) == ("FAILED", "OpportunitySubmissionFailed")


def test_the_synchronous_door_submits_too(portal: Running) -> None:
    identifier = filed(portal)

    portal.aws.submit_opportunity(Catalog="AWS", Identifier=identifier, InvolvementType="Co-Sell")

    assert get(portal, identifier)["LifeCycle"]["ReviewStatus"] == "Submitted"


def test_the_reviewer_of_catalog_aws_approves_in_their_own_time(portal: Running) -> None:
    portal.control("POST", "/reviewer", mode="auto", delay_seconds=60)
    identifier = submitted(portal)
    seen = [get(portal, identifier)["LifeCycle"]["ReviewStatus"]]

    for _ in range(2):
        portal.clock.advance(timedelta(seconds=30))
        seen.append(get(portal, identifier)["LifeCycle"]["ReviewStatus"])

    assert seen == ["Submitted", "In review", "Approved"]


def test_the_aws_side_shows_terms_first_and_people_after_approval(portal: Running) -> None:
    def summary(identifier: str) -> dict[str, object]:
        return dict(portal.aws.get_aws_opportunity_summary(Catalog="AWS", RelatedOpportunityIdentifier=identifier))

    unsubmitted = summary(filed(portal))
    identifier = submitted(portal, PartnerOpportunityIdentifier="006XX0000002")
    waiting = summary(identifier)
    portal.control("POST", "/review", id=identifier, decision="approve")
    engaged = summary(identifier)

    assert "InvolvementType" not in unsubmitted
    assert waiting["InvolvementType"] == "Co-Sell"
    assert not waiting.keys() & {"OpportunityTeam", "LifeCycle", "Insights", "CosellMotion"}
    team = engaged["OpportunityTeam"]
    assert isinstance(team, list)
    assert [(m["BusinessTitle"], m["LastName"]) for m in team] == [("PDM", "Blake"), ("AWSSalesRep", "Moreno")]
    assert engaged["CosellMotion"] == "AWS Field-engaged"


def test_aws_edits_its_own_copy_and_keeps_its_history(portal: Running) -> None:
    identifier = approved(portal)

    portal.control("POST", "/aws_update", id=identifier, stage="Seller Engaged", next_steps="Meet on Tuesday")

    answer = portal.aws.get_aws_opportunity_summary(Catalog="AWS", RelatedOpportunityIdentifier=identifier)
    assert answer["LifeCycle"]["Stage"] == "Seller Engaged"
    assert answer["LifeCycle"]["NextSteps"] == "Meet on Tuesday"
    assert len(answer["LifeCycle"]["NextStepsHistory"]) == 1
    assert get(portal, identifier)["LifeCycle"]["NextSteps"] == "Book a call"


def test_what_action_is_required_comes_with_reason_and_comments_and_an_update_submits_again(portal: Running) -> None:
    identifier = submitted(portal)
    portal.control(
        "POST",
        "/review",
        id=identifier,
        decision="action_required",
        reason="Clarify Revenue",
        comments="Is this monthly?",
    )
    asked = get(portal, identifier)["LifeCycle"]

    request = editable(portal, identifier)
    request["Project"]["ExpectedCustomerSpend"][0]["Amount"] = "1041.67"
    portal.aws.update_opportunity(**request)

    assert (asked["ReviewStatus"], asked["ReviewStatusReason"]) == ("Action Required", "Clarify Revenue")
    assert asked["ReviewComments"] == "Is this monthly?"
    assert get(portal, identifier)["LifeCycle"]["ReviewStatus"] == "Submitted"


def test_a_deal_shown_for_visibility_becomes_co_sell_by_naming_a_need(portal: Running) -> None:
    identifier = submitted(portal, involvement="For Visibility Only", PrimaryNeedsFromAws=None)
    portal.control("POST", "/review", id=identifier, decision="approve")
    request = editable(portal, identifier) | {"PrimaryNeedsFromAws": ["Co-Sell - Deal Support"]}

    portal.aws.update_opportunity(**request)

    answer = portal.aws.get_aws_opportunity_summary(Catalog="AWS", RelatedOpportunityIdentifier=identifier)
    assert answer["InvolvementType"] == "Co-Sell"
    assert answer["InvolvementTypeChangeReason"] == "Change in Deal Information"


def test_the_owner_must_be_a_user_the_account_manager_need_not(portal: Running) -> None:
    identifier = filed(portal)

    def assign(email: str, title: str) -> None:
        who = {"Email": email, "FirstName": "Any", "LastName": "Name", "BusinessTitle": title}
        portal.aws.assign_opportunity(Catalog="AWS", Identifier=identifier, Assignee=who)

    assign("tomas.lindqvist@meridian.example", "OpportunityOwner")
    assign("darcel.schlecht@meridian.example", "PartnerAccountManager")
    answer = complaint(lambda: assign("xyz.abc@test.com", "OpportunityOwner"))

    owner, manager = get(portal, identifier)["OpportunityTeam"]
    assert (owner["FirstName"], owner["LastName"]) == ("Tomas", "Lindqvist")
    assert manager["Email"] == "darcel.schlecht@meridian.example"
    assert "User not found for Opportunity Owner email:xyz.abc@test.com" in answer["Error"]["Message"]


def test_an_assignee_has_one_of_two_titles(portal: Running) -> None:
    identifier = filed(portal)
    who = {"Email": "a@b.example", "FirstName": "A", "LastName": "B", "BusinessTitle": "Boss"}

    answer = complaint(lambda: portal.aws.assign_opportunity(Catalog="AWS", Identifier=identifier, Assignee=who))

    assert faults(answer) == [("assignee.businessTitle", "INVALID_ENUM_VALUE")]


def test_omitted_members_become_null(portal: Running) -> None:
    identifier = filed(portal)
    request = editable(portal, identifier)
    del request["Project"]["SalesActivities"], request["LifeCycle"]["NextSteps"], request["Customer"]["Contacts"]

    portal.aws.update_opportunity(**request)

    record = get(portal, identifier)
    assert "SalesActivities" not in record["Project"]
    assert "NextSteps" not in record["LifeCycle"]
    assert record["Customer"]["Contacts"] == []


def test_the_catalogs_are_separate_data_sets(portal: Running) -> None:
    identifier = filed(portal, Catalog="Sandbox")

    answer = complaint(lambda: get(portal, identifier, catalog="AWS"))

    assert answer["Error"]["Code"] == "ResourceNotFoundException"
    assert get(portal, identifier, catalog="Sandbox")["Id"] == identifier


@pytest.mark.parametrize("status", ["Approved", "Rejected", "Action Required"])
def test_in_the_sandbox_the_partner_plays_the_reviewer(portal: Running, status: str) -> None:
    identifier = submitted(portal, Catalog="Sandbox")
    request = editable(portal, identifier, catalog="Sandbox")
    request["LifeCycle"] |= {"ReviewStatus": status, "ReviewComments": "as agreed", "Stage": "Committed"}

    portal.aws.update_opportunity(**request)

    life_cycle = get(portal, identifier, catalog="Sandbox")["LifeCycle"]
    assert (life_cycle["ReviewStatus"], life_cycle["ReviewComments"]) == (status, "as agreed")
    assert life_cycle["Stage"] == "Qualified"  # recorded: only the decision is applied


@pytest.mark.parametrize("status", ["Submitted", "In review", "Approved"])
def test_in_the_sandbox_a_status_that_does_not_follow_is_refused(portal: Running, status: str) -> None:
    identifier = filed(portal, Catalog="Sandbox")
    request = editable(portal, identifier, catalog="Sandbox")
    request["LifeCycle"]["ReviewStatus"] = status

    answer = complaint(lambda: portal.aws.update_opportunity(**request))

    assert faults(answer) == [("lifeCycle.reviewStatus", "INVALID_RESOURCE_STATE")]
    assert f"from status 'Pending Submission' to '{status}'" in answer["Error"]["Message"]


def test_in_catalog_aws_the_review_status_is_not_the_partners(portal: Running) -> None:
    identifier = filed(portal)
    request = editable(portal, identifier)
    request["LifeCycle"] |= {"ReviewStatus": "Approved", "ReviewComments": "please"}

    portal.aws.update_opportunity(**request)

    life_cycle = get(portal, identifier)["LifeCycle"]
    assert life_cycle["ReviewStatus"] == "Pending Submission"
    assert "ReviewComments" not in life_cycle
