"""Filing at AWS as AWS does it: slow tasks, failed tasks, encoded answers, empty lists, one write a second."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from connectors.aws import AwsPortal, open_portal
from connectors.aws.client import Pacer
from connectors.registry import PORTALS
from motions.deals import Stage
from motions.errors import Rejected, Unavailable
from motions.referrals import Field, Referral, Review
from tests.connectors.aws.aws_world import READY, TODAY, Emulator
from tests.connectors.aws.drafting import GOOD_ANSWERS, REFERRALS


def file(portal: AwsPortal, referral: Referral = READY, key: str = "m1:file") -> dict[str, str]:
    ids: dict[str, str] = {}
    for step in portal.saga(portal.draft(referral, TODAY).payload, key):
        ids[step.name] = step.send(ids)
    return ids


def test_a_portal_opens_from_its_settings_without_a_call(emulator: Emulator) -> None:
    portal = open_portal(
        catalog="AWS",
        endpoint_url=emulator.url,
        access_key_id="sandbox",
        secret_access_key="sandbox",
        clock=emulator.clock,
    )

    assert portal.key == "aws"
    assert emulator.seen("/calls")["calls"] == []
    assert portal.draft(READY, TODAY).is_ready


def test_the_registry_has_it() -> None:
    assert PORTALS["aws"] is open_portal


def test_aws_receives_exactly_what_was_drafted(emulator: Emulator) -> None:
    portal = emulator.portal()
    payload: Any = portal.draft(READY, TODAY).payload

    file(portal)

    (created,) = emulator.calls("CreateOpportunity")
    token = created["request"].pop("ClientToken")
    assert created["request"] == payload["create"]
    assert len(token) == 64


def test_the_catalog_goes_with_every_call(emulator: Emulator) -> None:
    file(emulator.portal(catalog="Sandbox"))

    assert {call["request"]["Catalog"] for call in emulator.seen("/calls")["calls"]} == {"Sandbox"}


def test_a_submission_under_way_is_asked_for_again_later(emulator: Emulator) -> None:
    emulator.control("/knobs", task_delay_seconds=5)
    portal = emulator.portal()
    *writes, submitted = portal.saga(portal.draft(READY, TODAY).payload, "m1:file")
    ids: dict[str, str] = {}
    for step in writes:
        ids[step.name] = step.send(ids)

    with pytest.raises(Unavailable) as early:
        submitted.send(ids)
    emulator.clock.advance(timedelta(seconds=6))

    assert early.value.retry_after == 1.0
    assert submitted.send(ids).startswith("eng-")
    assert submitted.find(ids) == submitted.send(ids)


def test_a_failed_submission_says_why(emulator: Emulator) -> None:
    portal = emulator.portal()
    payload: Any = portal.draft(READY, TODAY).payload
    payload["create"]["Customer"]["Account"]["Address"]["PostalCode"] = "ABC"  # looked at on submission only
    *writes, submitted = portal.saga(payload, "m1:file")
    ids: dict[str, str] = {}
    for step in writes:
        ids[step.name] = step.send(ids)

    with pytest.raises(Rejected) as failed:
        submitted.send(ids)

    (problem,) = failed.value.problems
    assert problem.code == "OpportunityValidationFailed"
    assert "postal code" in problem.message


def test_one_write_a_second_does_not_throttle_a_saga(emulator: Emulator) -> None:
    emulator.control("/limits", writes_per_second=1, reads_per_second=None, burst=1)
    clock = emulator.clock

    def pass_time(seconds: float) -> None:
        clock.advance(timedelta(seconds=seconds))

    paced = emulator.portal(pacer=Pacer(sleep=pass_time, monotonic=lambda: clock.now().timestamp()))

    assert file(paced)["submitted"].startswith("eng-")


def test_unpaced_writes_would_be_throttled(emulator: Emulator) -> None:
    emulator.control("/limits", writes_per_second=1, reads_per_second=None, burst=1)

    with pytest.raises(Unavailable):
        file(emulator.portal())


def test_without_an_active_solution_there_is_nothing_to_associate(emulator: Emulator) -> None:
    emulator.control("/knobs", empty_solutions=True)

    ids = file(emulator.portal())

    assert tuple(ids) == ("create", "submit", "submitted")


def test_solutions_are_asked_for_once_a_quarter_of_an_hour(emulator: Emulator) -> None:
    portal = emulator.portal()

    before = [portal.draft(READY, TODAY).schema_version for _ in range(3)]
    emulator.control("/knobs", empty_solutions=True)
    emulator.clock.advance(timedelta(minutes=15))
    after = portal.draft(READY, TODAY).schema_version

    assert len(emulator.calls("ListSolutions")) == 2
    assert len({*before, after}) == 2


def test_answers_come_back_decoded(emulator: Emulator) -> None:
    emulator.control("/knobs", html_entities=True)
    referral = replace(READY, title="R&D: <fast> track", account=replace(READY.account, name="Stone & Sons: Ltd"))
    portal = emulator.portal()

    ids = file(portal, referral)
    (twin,) = portal.look_alikes(referral)

    assert (twin.title, twin.customer) == (referral.title, referral.account.name)
    assert portal.saga(portal.draft(referral, TODAY).payload, "m1:file")[0].find({}) == ids["create"]


def test_a_status_without_awss_side_is_still_a_status(emulator: Emulator) -> None:
    portal = emulator.portal()
    ids = file(portal)
    emulator.control("/review", id=ids["create"], decision="approve")
    emulator.control("/knobs", null_summary=True)

    status = portal.status(ids["create"])

    assert status.review is Review.ACCEPTED
    assert (status.pam_name, status.partner_stage, status.next_step) == (None, None, None)


def test_an_acceptance_brings_awss_people_and_plans(emulator: Emulator) -> None:
    portal = emulator.portal()
    ids = file(portal)
    emulator.control("/review", id=ids["create"], decision="approve")
    emulator.control("/aws_update", id=ids["create"], stage="Engaged", next_steps="Call on Monday")

    status = portal.status(ids["create"])

    assert (status.pam_name, status.pam_email) == ("Jordan Blake", "jordan.blake@aws-partner.example")
    assert (status.seller_name, status.seller_email) == ("Alex Moreno", "alex.moreno@aws-partner.example")
    assert (status.partner_stage, status.next_step) == ("Engaged", "Call on Monday")


def test_the_reason_for_a_decision_stands_before_the_comment(emulator: Emulator) -> None:
    portal = emulator.portal()
    ids = file(portal)
    reason = {"reason": "Clarify Revenue", "comments": "monthly or yearly?"}
    emulator.control("/review", id=ids["create"], decision="action_required", **reason)

    assert portal.status(ids["create"]).comments == "Clarify Revenue: monthly or yearly?"


def test_a_referral_filed_by_hand_without_an_id_may_be_this_deal(emulator: Emulator) -> None:
    portal = emulator.portal()
    by_hand: Any = portal.draft(replace(READY, title="Entered in the console"), TODAY).payload
    del by_hand["create"]["PartnerOpportunityIdentifier"]
    portal.saga(by_hand, "by-hand")[0].send({})

    (twin,) = portal.look_alikes(READY)

    assert (twin.same_crm_id, twin.title) == (False, "Entered in the console")


def test_of_many_filed_by_hand_the_likeliest_are_read_and_none_is_left_out(emulator: Emulator) -> None:
    portal = emulator.portal()
    ours = replace(READY, title="Ours, entered first")
    for number in range(12):
        one = ours if number == 0 else replace(READY, title="Another", close_date=TODAY + timedelta(days=500 + number))
        by_hand: Any = portal.draft(one, TODAY).payload
        del by_hand["create"]["PartnerOpportunityIdentifier"]
        portal.saga(by_hand, f"by-hand-{number}")[0].send({})

    twins = portal.look_alikes(READY)

    assert len(twins) == 12
    assert twins[0].title == "Ours, entered first"
    assert [twin.title for twin in twins].count("") == 2


def test_another_deal_of_the_customer_is_not_taken_for_ours(emulator: Emulator) -> None:
    portal = emulator.portal()
    file(portal, replace(READY, crm_id="006B"), key="m2:file")

    assert portal.saga(portal.draft(READY, TODAY).payload, "m1:file")[0].find({}) is None


@pytest.mark.parametrize("stage", [Stage.QUALIFIED, Stage.DEMO, Stage.PROPOSAL, Stage.COMMITTED, Stage.WON])
def test_a_deal_at_any_stage_we_file_is_taken(emulator: Emulator, stage: Stage) -> None:
    assert file(emulator.portal(), replace(READY, stage=stage))["submitted"].startswith("eng-")


@pytest.mark.parametrize(
    "answers",
    [
        {Field.HELP_WANTED: "For Visibility Only"},
        {Field.INDUSTRY: "Other"},
        {Field.COUNTRY: "United Arab Emirates", Field.STATE: "Dubai"},
        {Field.COUNTRY: "Germany", Field.STATE: "Bayern", Field.POSTAL_CODE: "80331"},
        {Field.SOLUTION: "MG Analytics for AWS Data Lakes"},
        {Field.DELIVERY_MODEL: "SaaS or PaaS; Resell"},
        {Field.MONTHLY_SPEND: "0.01"},
        {Field.NEXT_STEPS: ""},
        {Field.KIND: "Expansion"},
        {Field.CLOSE_DATE: TODAY.isoformat()},
    ],
)
def test_whatever_people_choose_on_the_card_is_taken(emulator: Emulator, answers: dict[Field, str]) -> None:
    assert file(emulator.portal(), replace(READY, answers=answers))["submitted"].startswith("eng-")


FRESH: Iterator[int] = count(1)


@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(referral=REFERRALS, as_it_came=st.sets(st.sampled_from(sorted(Field)), max_size=3))
def test_what_we_let_through_aws_takes(emulator: Emulator, referral: Referral, as_it_came: set[Field]) -> None:
    answers = {field: answer for field, answer in GOOD_ANSWERS.items() if field not in as_it_came}
    unique = replace(referral, crm_id=f"006{next(FRESH)}", solution_name=None, answers=answers | {Field.SOLUTION: ""})
    portal = emulator.portal()
    assume(portal.draft(unique, TODAY).is_ready)

    assert file(portal, unique, key=unique.crm_id)["submitted"].startswith("eng-")
