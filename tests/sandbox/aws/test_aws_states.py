"""What may change when: the review machine, the stage machine, and the lock on a version."""

from contextlib import nullcontext
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from sandbox.aws import editing, review
from sandbox.aws.app import OPERATIONS
from sandbox.aws.portal import Portal
from sandbox.aws.wire import AwsError, Body, dig
from tests.sandbox.aws.aws_deals import approved, associate, complete, editable, filed, get, submitted
from tests.sandbox.aws.aws_portal import Running, StillClock, complaint, faults

FROZEN: list[tuple[str, Any]] = [
    ("Customer.Account.Address.CountryCode", "CA"),
    ("Customer.Account.Address.PostalCode", "10002"),
    ("Customer.Account.CompanyName", "Acme Freight Inc"),
    ("Customer.Account.Industry", "Retail"),
    ("Customer.Account.WebsiteUrl", "www.other.example"),
    ("PartnerOpportunityIdentifier", "006XX0000009"),
    ("Project.CustomerBusinessProblem", "Something quite different from before"),
    ("Project.Title", "Another title"),
]


def put(request: dict[str, Any], path: str, value: object) -> None:
    *parents, name = path.split(".")
    for parent in parents:
        request = request[parent]
    request[name] = value


def in_action_required(portal: Running) -> str:
    identifier = submitted(portal)
    portal.control("POST", "/review", id=identifier, decision="action_required")
    return identifier


@pytest.mark.parametrize("decision", [None, "in_review", "reject"])
def test_a_record_in_review_or_rejected_is_locked(portal: Running, decision: str | None) -> None:
    identifier = submitted(portal)
    if decision:
        portal.control("POST", "/review", id=identifier, decision=decision)

    edit = complaint(lambda: portal.aws.update_opportunity(**editable(portal, identifier)))
    link = complaint(lambda: associate(portal, identifier, what="S-0051002"))

    for answer in (edit, link):
        assert faults(answer) == [("lifeCycle.reviewStatus", "INVALID_RESOURCE_STATE")]
        assert "Record is not editable" in answer["Error"]["Message"]


def test_the_stage_does_not_move_before_submission(portal: Running) -> None:
    identifier = filed(portal)
    request = editable(portal, identifier)
    request["LifeCycle"]["Stage"] = "Technical Validation"

    answer = complaint(lambda: portal.aws.update_opportunity(**request))

    assert faults(answer) == [("lifeCycle.stage", "ACTION_NOT_PERMITTED")]


def test_an_update_names_the_stage(portal: Running) -> None:
    identifier = filed(portal)
    request = editable(portal, identifier)
    del request["LifeCycle"]["Stage"]

    answer = complaint(lambda: portal.aws.update_opportunity(**request))

    assert faults(answer) == [("lifeCycle.stage", "REQUIRED_FIELD_MISSING")]


@pytest.mark.parametrize(("path", "value"), FROZEN)
def test_what_approval_froze_cannot_be_repaired(portal: Running, path: str, value: object) -> None:
    identifier = approved(portal)
    request = editable(portal, identifier)
    put(request, path, value)

    answer = complaint(lambda: portal.aws.update_opportunity(**request))

    assert [code for _, code in faults(answer)] == ["ACTION_NOT_PERMITTED"]


def test_forgetting_a_frozen_member_is_changing_it(portal: Running) -> None:
    identifier = approved(portal)
    request = editable(portal, identifier)
    del request["PartnerOpportunityIdentifier"]

    answer = complaint(lambda: portal.aws.update_opportunity(**request))

    assert faults(answer) == [("partnerOpportunityIdentifier", "ACTION_NOT_PERMITTED")]


def test_the_rest_of_an_approved_record_moves_freely(portal: Running) -> None:
    identifier = approved(portal)
    request = editable(portal, identifier)
    request["LifeCycle"] |= {"Stage": "Committed", "NextSteps": "Sign", "TargetCloseDate": "2027-06-30"}
    request["Project"]["ExpectedCustomerSpend"][0]["Amount"] = "9000"

    portal.aws.update_opportunity(**request)

    life_cycle = get(portal, identifier)["LifeCycle"]
    assert (life_cycle["Stage"], life_cycle["TargetCloseDate"]) == ("Committed", "2027-06-30")
    assert [entry["Value"] for entry in life_cycle["NextStepsHistory"]] == ["Book a call"]


def test_needs_do_not_change_once_co_selling(portal: Running) -> None:
    identifier = approved(portal)
    request = editable(portal, identifier) | {"PrimaryNeedsFromAws": ["Co-Sell - Pricing Assistance"]}

    answer = complaint(lambda: portal.aws.update_opportunity(**request))

    assert faults(answer) == [("primaryNeedsFromAws", "ACTION_NOT_PERMITTED")]


def test_becoming_co_sell_takes_activities_next_steps_and_a_contact(portal: Running) -> None:
    identifier = submitted(portal, involvement="For Visibility Only", PrimaryNeedsFromAws=None)
    portal.control("POST", "/review", id=identifier, decision="approve")
    request = editable(portal, identifier) | {"PrimaryNeedsFromAws": ["Co-Sell - Deal Support"]}
    request["Customer"]["Contacts"] = []
    del request["LifeCycle"]["NextSteps"]

    answer = complaint(lambda: portal.aws.update_opportunity(**request))

    assert {field for field, _ in faults(answer)} == {"lifeCycle.nextSteps", "customer.contacts"}


@pytest.mark.parametrize(
    ("path", "value", "is_open"),
    [
        ("Customer.Account.Address.City", "Albany", True),
        ("Customer.Account.WebsiteUrl", "www.acme.example", True),
        ("Project.CustomerBusinessProblem", "Dispatchers lose sight of freight at every handover.", True),
        ("LifeCycle.TargetCloseDate", "2027-05-31", True),
        ("PartnerOpportunityIdentifier", "006XX0000009", True),
        ("Project.Title", "Another title", False),
        ("LifeCycle.NextSteps", "Something else", False),
        ("Project.CustomerUseCase", "Database", False),
        ("Customer.Account.Industry", "Retail", False),
    ],
)
def test_what_may_be_repaired_when_action_is_required(
    portal: Running, path: str, value: object, *, is_open: bool
) -> None:
    identifier = in_action_required(portal)
    request = editable(portal, identifier)
    put(request, path, value)

    if is_open:
        portal.aws.update_opportunity(**request)
        assert dig(get(portal, identifier), path) == value
    else:
        assert [code for _, code in faults(complaint(lambda: portal.aws.update_opportunity(**request)))] == [
            "ACTION_NOT_PERMITTED"
        ]


def test_a_repair_that_could_not_be_submitted_is_refused(portal: Running) -> None:
    identifier = in_action_required(portal)
    request = editable(portal, identifier)
    put(request, "Customer.Account.Address.PostalCode", "ABC")

    answer = complaint(lambda: portal.aws.update_opportunity(**request))

    assert faults(answer) == [("customer.account.address.postalCode", "INVALID_STRING_FORMAT")]


def test_a_lost_deal_is_final(portal: Running) -> None:
    identifier = approved(portal)
    request = editable(portal, identifier)
    request["LifeCycle"]["Stage"] = "Closed Lost"
    unexplained = complaint(lambda: portal.aws.update_opportunity(**request))
    request["LifeCycle"]["ClosedLostReason"] = "Price"
    portal.aws.update_opportunity(**request)

    answer = complaint(lambda: portal.aws.update_opportunity(**editable(portal, identifier)))

    assert faults(unexplained) == [("lifeCycle.closedLostReason", "REQUIRED_FIELD_MISSING")]
    assert faults(answer) == [("lifeCycle.stage", "INVALID_RESOURCE_STATE")]
    record = get(portal, identifier)
    assert (record["LifeCycle"]["Stage"], record["LifeCycle"]["ReviewStatus"]) == ("Closed Lost", "Approved")


def test_a_launched_deal_keeps_its_stage_and_ignores_all_but_two_fields(portal: Running) -> None:
    identifier = approved(portal)
    request = editable(portal, identifier)
    request["Customer"]["Account"]["AwsAccountId"] = "123456789012"
    request["LifeCycle"]["Stage"] = "Launched"
    portal.aws.update_opportunity(**request)

    later = editable(portal, identifier)
    later["Project"] |= {"AdditionalComments": "Live since May", "DeliveryModels": ["Resell"]}
    later["LifeCycle"]["NextSteps"] = "Ignored"
    portal.aws.update_opportunity(**later)
    back = editable(portal, identifier)
    back["LifeCycle"]["Stage"] = "Committed"
    answer = complaint(lambda: portal.aws.update_opportunity(**back))

    record = get(portal, identifier)
    assert record["Project"]["AdditionalComments"] == "Live since May"
    assert record["Project"]["DeliveryModels"] == ["Resell"]
    assert record["LifeCycle"]["NextSteps"] == "Book a call"
    assert faults(answer) == [("lifeCycle.stage", "INVALID_RESOURCE_STATE")]


def test_closing_shows_on_the_aws_side(portal: Running) -> None:
    identifier = approved(portal)
    request = editable(portal, identifier)
    request["LifeCycle"] |= {"Stage": "Closed Lost", "ClosedLostReason": "Price"}

    portal.aws.update_opportunity(**request)

    answer = portal.aws.get_aws_opportunity_summary(Catalog="AWS", RelatedOpportunityIdentifier=identifier)
    assert (answer["LifeCycle"]["Stage"], answer["LifeCycle"]["ClosedLostReason"]) == ("Closed Lost", "Price")


def test_a_close_date_that_has_gone_by_does_not_block_other_changes(portal: Running) -> None:
    identifier = approved(portal, LifeCycle__TargetCloseDate="2026-11-25")
    portal.clock.advance(timedelta(days=10))
    request = editable(portal, identifier)
    request["LifeCycle"]["NextSteps"] = "Ask for a new date"

    portal.aws.update_opportunity(**request)

    assert get(portal, identifier)["LifeCycle"]["NextSteps"] == "Ask for a new date"


def test_nothing_hangs_on_a_lost_deal(portal: Running) -> None:
    identifier = approved(portal)
    request = editable(portal, identifier)
    request["LifeCycle"] |= {"Stage": "Closed Lost", "ClosedLostReason": "Price"}
    portal.aws.update_opportunity(**request)

    answer = complaint(lambda: associate(portal, identifier, what="S-0051002"))

    assert faults(answer) == [("lifeCycle.stage", "INVALID_RESOURCE_STATE")]


def test_the_reviewer_who_was_asleep_takes_up_what_waits_when_awake(portal: Running) -> None:
    identifier = submitted(portal)

    portal.control("POST", "/reviewer", mode="auto", delay_seconds=0)

    assert get(portal, identifier)["LifeCycle"]["ReviewStatus"] == "Approved"


def test_an_update_of_an_old_version_is_a_conflict(portal: Running) -> None:
    identifier = filed(portal)
    mine, theirs = editable(portal, identifier), editable(portal, identifier)
    portal.aws.update_opportunity(**theirs)

    answer = complaint(lambda: portal.aws.update_opportunity(**mine))

    assert answer["Error"]["Code"] == "ConflictException"


def test_versions_differ_in_microseconds_even_when_time_stands_still(portal: Running) -> None:
    identifier = filed(portal)

    def version() -> datetime:
        answer = portal.aws.update_opportunity(**editable(portal, identifier))
        return datetime.fromisoformat(str(answer["LastModifiedDate"]))

    versions = [version() for _ in range(3)]

    assert versions == sorted(set(versions))
    assert versions[-1] - versions[0] == timedelta(microseconds=2)


def test_a_decision_needs_a_record_that_waits_for_one(portal: Running) -> None:
    identifier = filed(portal)

    answer = portal.http.post(f"{portal.url}/_control/review", json={"id": identifier, "decision": "approve"})

    assert answer.status_code == 409
    assert "from status 'Pending Submission' to 'Approved'" in answer.json()["error"]


ALLOWED: dict[str, set[str]] = {
    "Pending Submission": {"Submitted"},
    "Submitted": {"In review", "Approved", "Rejected", "Action Required"},
    "In review": {"Approved", "Rejected", "Action Required"},
    "Action Required": {"Submitted"},
    "Approved": set(),
    "Rejected": set(),
}


class ReviewMachine(RuleBasedStateMachine):
    """Whatever partner and reviewer do, in whatever order, the record only ever takes a documented step."""

    @initialize(catalog=st.sampled_from(["AWS", "Sandbox"]))
    def file(self, catalog: str) -> None:
        self.portal = Portal(StillClock())
        self.portal.reviewer.mode = "manual"
        self.portal.knobs.task_delay_seconds = 0
        self.catalog = catalog
        request = complete(Catalog=catalog, Project__OtherSolutionDescription="Our own")
        self.id = str(OPERATIONS["CreateOpportunity"](self.portal, request)["Id"])
        self.seen = self.status

    @property
    def status(self) -> str:
        return self.portal.opportunities[self.id].review_status

    @rule()
    def submit(self) -> None:
        submission = {"InvolvementType": "Co-Sell"}
        request: Body = {"Catalog": self.catalog, "Identifier": self.id, "AwsSubmission": submission}
        OPERATIONS["StartEngagementFromOpportunityTask"](self.portal, request)

    @rule(decision=st.sampled_from(sorted(review.DECISIONS)))
    def decide(self, decision: str) -> None:
        record, is_waiting = self.portal.opportunities[self.id], self.seen in review.WAITING
        with nullcontext() if is_waiting else pytest.raises(AwsError):
            review.decide(self.portal, record, review.DECISIONS[decision])

    @rule(
        wanted=st.sampled_from([None, *ALLOWED]),
        stage=st.sampled_from(["Qualified", "Committed", "Closed Lost"]),
        title=st.sampled_from(["Freight tracking on AWS", "Another"]),
    )
    def update(self, wanted: str | None, stage: str, title: str) -> None:
        record = OPERATIONS["GetOpportunity"](self.portal, {"Catalog": self.catalog, "Identifier": self.id})
        request: dict[str, Any] = {**record, "Identifier": self.id}
        request["Project"]["Title"] = title
        request["LifeCycle"] |= {"Stage": stage}
        if wanted:
            request["LifeCycle"]["ReviewStatus"] = wanted
        before = self.portal.opportunities[self.id]
        version, old_stage = before.modified_at, before.stage
        try:
            OPERATIONS["UpdateOpportunity"](self.portal, request)
        except AwsError:
            assert self.portal.opportunities[self.id].modified_at == version
        else:
            assert old_stage not in ("Closed Lost", "Launched")
            assert self.seen != "Rejected"

    @precondition(lambda self: hasattr(self, "id"))
    @invariant()
    def every_step_is_documented(self) -> None:
        status = self.status
        assert status == self.seen or status in ALLOWED[self.seen], f"{self.seen} -> {status}"
        if status != "Approved":
            assert self.portal.opportunities[self.id].stage == "Qualified"
        self.seen = status


ReviewMachine.TestCase.settings = settings(max_examples=25, stateful_step_count=15)
TestReviewMachine = ReviewMachine.TestCase


def test_locked_statuses_are_the_ones_a_reviewer_holds_or_closed() -> None:
    assert set(editing.LOCKED) == {*review.WAITING, "Rejected"}
