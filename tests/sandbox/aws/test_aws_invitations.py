"""Deals AWS brings, lists, and the events that tell of it all."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from tests.sandbox.aws.aws_deals import approved, complete, editable, filed, get, submitted
from tests.sandbox.aws.aws_portal import Running, complaint, faults
from tests.waiting import wait_until


def invited(portal: Running, **arguments: object) -> str:
    return str(portal.control("POST", "/aws_referral", **arguments)["invitation_id"])


def accept(portal: Running, invitation: str, token: str = "accept", catalog: str = "AWS") -> dict[str, Any]:
    answer = portal.aws.start_engagement_by_accepting_invitation_task(
        Catalog=catalog, ClientToken=token, Identifier=invitation
    )
    return dict(answer)


def test_an_invitation_shows_the_deal_but_no_person_of_the_customers(portal: Running) -> None:
    invitation = invited(portal, company_name="Orchid Labs", title="Genomics data lake " * 3)

    answer = portal.aws.get_engagement_invitation(Catalog="AWS", Identifier=invitation)

    deal = answer["Payload"]["OpportunityInvitation"]
    assert deal["Customer"]["CompanyName"] == "Orchid Labs"
    assert len(answer["EngagementTitle"]) == 40
    assert answer["ExpirationDate"] - answer["InvitationDate"] == timedelta(days=15)
    assert deal["SenderContacts"][0]["Email"] == "jordan.blake@aws-partner.example"
    assert "lena.marsh" not in json.dumps(answer, default=str)


def test_accepting_brings_an_approved_record_with_its_contacts(portal: Running) -> None:
    invitation = invited(portal)

    task = accept(portal, invitation)

    record = get(portal, task["OpportunityId"])
    summary = portal.aws.get_aws_opportunity_summary(Catalog="AWS", RelatedOpportunityIdentifier=record["Id"])
    assert task["TaskStatus"] == "COMPLETE"
    assert record["LifeCycle"]["ReviewStatus"] == "Approved"
    assert record["Customer"]["Contacts"][0]["FirstName"] == "Lena"
    assert summary["Origin"] == "AWS Referral"
    assert "Engagement Invitation Accepted" in portal.events()
    assert "Opportunity Created" in portal.events()


def test_the_partner_then_works_the_deal(portal: Running) -> None:
    identifier = accept(portal, invited(portal))["OpportunityId"]
    request = editable(portal, identifier)
    request["LifeCycle"] |= {"Stage": "Technical Validation"}

    portal.aws.update_opportunity(**request)

    assert get(portal, identifier)["LifeCycle"]["Stage"] == "Technical Validation"


def test_an_arn_names_an_invitation_too(portal: Running) -> None:
    invitation = invited(portal)
    arn = portal.aws.get_engagement_invitation(Catalog="AWS", Identifier=invitation)["Arn"]

    answer = portal.aws.get_engagement_invitation(Catalog="AWS", Identifier=arn)

    assert answer["Id"] == invitation


def test_rejecting_takes_a_published_reason_and_hides_the_deal(portal: Running) -> None:
    invitation = invited(portal)
    request = {"Catalog": "AWS", "Identifier": invitation}
    unexplained = complaint(lambda: portal.aws.reject_engagement_invitation(**request))
    invented = complaint(lambda: portal.aws.reject_engagement_invitation(**request, RejectionReason="Mood"))

    portal.aws.reject_engagement_invitation(**request, RejectionReason="Unable to support")
    again = complaint(lambda: portal.aws.reject_engagement_invitation(**request, RejectionReason="Other"))

    answer = portal.aws.get_engagement_invitation(**request)
    assert faults(unexplained) == [("rejectionReason", "REQUIRED_FIELD_MISSING")]
    assert faults(invented) == [("rejectionReason", "INVALID_ENUM_VALUE")]
    assert (answer["Status"], answer["RejectionReason"]) == ("REJECTED", "Unable to support")
    assert "Payload" not in answer
    assert again["Error"]["Code"] == "ConflictException"


@pytest.mark.parametrize("by_command", [True, False])
def test_an_invitation_expires(portal: Running, *, by_command: bool) -> None:
    invitation = invited(portal)
    if by_command:
        portal.control("POST", "/expire", id=invitation)
    else:
        portal.clock.advance(timedelta(days=15))

    task = accept(portal, invitation)

    pending = portal.aws.list_engagement_invitations(Catalog="AWS", ParticipantType="RECEIVER", Status=["PENDING"])
    assert pending["EngagementInvitationSummaries"] == []
    assert (task["TaskStatus"], task["ReasonCode"]) == ("FAILED", "EngagementInvitationConflict")
    assert portal.events()[-1] == "Engagement Invitation Expired"


def test_the_control_shows_invitations_whole(portal: Running) -> None:
    invitation = invited(portal, country="DE", postal_code="10115")

    (shown,) = portal.control("GET", "/invitations")["invitations"]

    assert (shown["id"], shown["status"]) == (invitation, "PENDING")
    assert shown["draft"]["Customer"]["Account"]["Address"] == {"CountryCode": "DE", "PostalCode": "10115"}


def test_an_invitation_of_the_other_catalog_is_not_there(portal: Running) -> None:
    invitation = invited(portal)

    answer = complaint(lambda: portal.aws.get_engagement_invitation(Catalog="Sandbox", Identifier=invitation))

    assert answer["Error"]["Code"] == "ResourceNotFoundException"


def test_an_accepted_invitation_does_not_expire(portal: Running) -> None:
    invitation = invited(portal)
    accept(portal, invitation)

    portal.clock.advance(timedelta(days=20))

    answer = portal.aws.get_engagement_invitation(Catalog="AWS", Identifier=invitation)
    assert answer["Status"] == "ACCEPTED"


def test_in_the_sandbox_the_partner_plays_the_referring_seller(portal: Running) -> None:
    created = portal.aws.create_opportunity(**complete(Catalog="Sandbox", Origin="AWS Referral"))
    hidden = complaint(lambda: get(portal, created["Id"], catalog="Sandbox"))
    listed = portal.aws.list_engagement_invitations(Catalog="Sandbox", ParticipantType="RECEIVER")
    (invitation,) = listed["EngagementInvitationSummaries"]

    task = accept(portal, invitation["Id"], catalog="Sandbox")

    assert hidden["Error"]["Code"] == "ResourceNotFoundException"
    assert task["OpportunityId"] == created["Id"]
    assert get(portal, created["Id"], catalog="Sandbox")["LifeCycle"]["ReviewStatus"] == "Approved"


@pytest.mark.parametrize(("decision", "status"), [("approve", "ACCEPTED"), ("reject", "REJECTED")])
def test_a_referral_is_also_an_invitation_to_aws(portal: Running, decision: str, status: str) -> None:
    identifier = submitted(portal)

    portal.control("POST", "/review", id=identifier, decision=decision)

    listed = portal.aws.list_engagement_invitations(Catalog="AWS", ParticipantType="SENDER")
    (invitation,) = listed["EngagementInvitationSummaries"]
    assert (invitation["Status"], invitation["Receiver"]["Account"]["Alias"]) == (status, "AWS")


def test_opportunities_are_filtered(portal: Running) -> None:
    pending = filed(portal)
    done = approved(portal, PartnerOpportunityIdentifier="2", Customer__Account__CompanyName="Borealis")
    filed(portal, Catalog="Sandbox")

    def found(**filters: object) -> list[str]:
        answer = portal.aws.list_opportunities(Catalog="AWS", **filters)
        return [summary["Id"] for summary in answer["OpportunitySummaries"]]

    assert found() == [done, pending]  # latest change first
    assert found(LifeCycleReviewStatus=["Approved"]) == [done]
    assert found(LifeCycleStage=["Committed"]) == []
    assert found(CustomerCompanyName=["Acme Freight"]) == [pending]
    assert found(Identifier=[pending]) == [pending]
    assert found(TargetCloseDate={"AfterTargetCloseDate": "2027-04-01"}) == []
    assert found(Sort={"SortBy": "CreatedDate", "SortOrder": "ASCENDING"}) == [pending, done]


def test_the_sweep_from_a_known_version_includes_that_version(portal: Running) -> None:
    first = filed(portal)
    version = get(portal, first)["LastModifiedDate"]
    second = filed(portal, PartnerOpportunityIdentifier="2")

    def changed_since(moment: object) -> list[str]:
        answer = portal.aws.list_opportunities(
            Catalog="AWS",
            LastModifiedDate={"AfterLastModifiedDate": moment},
            Sort={"SortBy": "LastModifiedDate", "SortOrder": "ASCENDING"},
        )
        return [summary["Id"] for summary in answer["OpportunitySummaries"]]

    assert changed_since(version) == [first, second]
    assert changed_since(version + timedelta(microseconds=1)) == [second]


def test_boto3s_paginator_walks_every_page(portal: Running) -> None:
    filed_ids = {filed(portal, PartnerOpportunityIdentifier=str(n)) for n in range(5)}

    pages = list(portal.aws.get_paginator("list_opportunities").paginate(Catalog="AWS", MaxResults=2))

    assert [len(page["OpportunitySummaries"]) for page in pages] == [2, 2, 1]
    assert {s["Id"] for page in pages for s in page["OpportunitySummaries"]} == filed_ids


@pytest.mark.parametrize("token", ["%%%", "cGFnZTp4", "b3RoZXI6MQ=="])
def test_an_invented_page_token_is_refused(portal: Running, token: str) -> None:
    answer = complaint(lambda: portal.aws.list_opportunities(Catalog="AWS", NextToken=token))

    assert faults(answer) == [("nextToken", "INVALID_VALUE")]


def test_three_solutions_are_active_and_one_is_not(portal: Running) -> None:
    every = portal.aws.list_solutions(Catalog="AWS")["SolutionSummaries"]
    active = portal.aws.list_solutions(Catalog="AWS", Status=["Active"])["SolutionSummaries"]

    assert (len(every), len(active)) == (4, 3)
    assert {solution["Status"] for solution in active} == {"Active"}


def test_events_name_what_changed_and_nothing_more(portal: Running) -> None:
    identifier = filed(portal, Catalog="Sandbox")

    event = portal.control("GET", "/events")["events"][0]["event"]

    assert (event["source"], event["detail-type"]) == ("aws.partnercentral-selling", "Opportunity Created")
    assert event["detail"] == {
        "schemaVersion": "1",
        "catalog": "Sandbox",
        "opportunity": {"identifier": identifier},
    }


def test_a_review_is_announced(portal: Running) -> None:
    identifier = submitted(portal)
    last = portal.control("GET", "/events")["last"]

    portal.control("POST", "/review", id=identifier, decision="approve")

    assert "Opportunity Updated" in portal.events(after=last)


def test_events_are_doubled_lost_and_overtaken_on_command(portal: Running) -> None:
    def ids(start: int) -> list[str]:
        feed = portal.control("GET", "/events", after=start)["events"]
        return [str(entry["event"]["detail"]["opportunity"]["identifier"]) for entry in feed]

    portal.control("POST", "/events", duplicate=1)
    doubled = portal.aws.create_opportunity(**complete(PartnerOpportunityIdentifier="1"))["Id"]
    assert ids(0) == [doubled, doubled]

    portal.control("POST", "/events", drop=1)
    portal.aws.create_opportunity(**complete(PartnerOpportunityIdentifier="2"))
    assert ids(2) == []

    portal.control("POST", "/events", reorder=True)
    early = portal.aws.create_opportunity(**complete(PartnerOpportunityIdentifier="3"))["Id"]
    late = portal.aws.create_opportunity(**complete(PartnerOpportunityIdentifier="4"))["Id"]
    assert ids(2) == [late, early]


def test_a_held_back_event_is_released_when_reordering_ends(portal: Running) -> None:
    portal.control("POST", "/events", reorder=True)
    portal.aws.create_opportunity(**complete())
    held = portal.events()

    portal.control("POST", "/events")

    assert (held, portal.events()) == ([], ["Opportunity Created"])


def test_a_double_carries_the_same_event_id(portal: Running) -> None:
    portal.control("POST", "/events", duplicate=1)
    portal.aws.create_opportunity(**complete())

    first, second = portal.control("GET", "/events")["events"]

    assert first["event"]["id"] == second["event"]["id"]
    assert first["seq"] != second["seq"]


def test_events_are_posted_to_a_target_even_when_nobody_asks_the_portal_anything(portal: Running) -> None:
    with listener() as (url, received):
        portal.control("POST", "/reviewer", mode="auto", delay_seconds=0.02)
        identifier = submitted(portal)
        portal.control("POST", "/events_target", url=url)
        portal.clock.advance(timedelta(seconds=1))

        wait_until(lambda: len(received) >= 2)
        portal.control("POST", "/events_target", url=None)

    assert received[0]["detail"]["opportunity"]["identifier"] == identifier
    assert get(portal, identifier)["LifeCycle"]["ReviewStatus"] == "Approved"


def test_an_event_nobody_takes_is_lost_and_the_next_one_is_still_posted(portal: Running) -> None:
    with listener() as (url, _):
        closed = url
    portal.control("POST", "/events_target", url=closed)
    portal.aws.create_opportunity(**complete())
    with listener() as (url, received):
        portal.control("POST", "/events_target", url=url)
        second = portal.aws.create_opportunity(**complete(PartnerOpportunityIdentifier="2"))["Id"]

        wait_until(lambda: received)
        portal.control("POST", "/events_target", url=None)

    assert [event["detail"]["opportunity"]["identifier"] for event in received] == [second]


@contextmanager
def listener() -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """A web server that keeps every JSON document posted to it."""
    received: list[dict[str, Any]] = []

    class Keep(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            received.append(json.loads(self.rfile.read(int(self.headers["content-length"]))))
            self.send_response(200)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
            """Stay quiet."""

    server = HTTPServer(("127.0.0.1", 0), Keep)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/", received
    server.shutdown()
    server.server_close()
    thread.join(5)
