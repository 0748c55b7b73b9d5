"""One deal's reads and our own writes, where an org is not as we would like it."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any, cast

import pytest

from connectors.salesforce.client import Record, SalesforceGateway
from connectors.salesforce.fields import COSELL_FIELDS, FieldMap
from connectors.salesforce.records import SalesforceCrm
from motions.deals import CosellFields, OpportunityId
from motions.errors import NotVisible, Rejected, Unavailable
from tests.fakes.emulated_org import EmulatedOrg, running_org

NOTHING = CosellFields()
MATCHED = CosellFields(status="Matched", partners="AWS")


@pytest.fixture(scope="module")
def running() -> Iterator[EmulatedOrg]:
    with running_org(deals=200) as org:
        yield org


@pytest.fixture
def org(running: EmulatedOrg) -> EmulatedOrg:
    running.reset()
    return running


@pytest.fixture
def deal(org: EmulatedOrg) -> OpportunityId:
    in_role = "SELECT OpportunityId FROM OpportunityContactRole"
    return org.deal_ids(f"IsClosed = false AND AccountId != null AND Id IN ({in_role})")[0]


@pytest.fixture
def crm(org: EmulatedOrg) -> SalesforceCrm:
    return SalesforceCrm(org.gateway(), FieldMap())


class RacingGateway:
    """A gateway whose updates somebody in the CRM is always a moment ahead of."""

    def __init__(self, gateway: SalesforceGateway, people: list[Callable[[], None]]) -> None:
        self._gateway = gateway
        self._people = people

    def __getattr__(self, name: str) -> Any:
        return getattr(self._gateway, name)

    def update(self, sobject: str, record_id: str, values: Record, *, unmodified_since: datetime) -> bool:
        if self._people:
            self._people.pop(0)()
        return self._gateway.update(sobject, record_id, values, unmodified_since=unmodified_since)


def racing(org: EmulatedOrg, *people: Callable[[], None]) -> SalesforceCrm:
    return SalesforceCrm(cast("SalesforceGateway", RacingGateway(org.gateway(), list(people))), FieldMap())


def test_a_context_is_one_call(org: EmulatedOrg, crm: SalesforceCrm, deal: OpportunityId) -> None:
    queries = len(org.calls("/query"))

    crm.context(deal)

    assert len(org.calls("/composite")) == 1
    assert len(org.calls("/query")) == queries


def test_people_with_a_role_come_first_then_others_of_the_account_each_once(
    org: EmulatedOrg, crm: SalesforceCrm, deal: OpportunityId
) -> None:
    contacts = crm.context(deal).contacts

    roles = [contact.role is not None for contact in contacts]
    account = org.record("Opportunity", deal)["AccountId"]
    everybody = org.http_query(f"SELECT Id FROM Contact WHERE AccountId = '{account}'")
    assert roles == sorted(roles, reverse=True)
    assert {contact.id for contact in contacts} >= {row["Id"] for row in everybody}
    assert len({contact.id for contact in contacts}) == len(contacts)


def test_what_may_not_be_read_is_named_and_the_rest_is_there(org: EmulatedOrg, deal: OpportunityId) -> None:
    org.arm("hide_field", object="OpportunityContactRole", field="Role")
    org.arm("hide_field", object="Contact", field="Phone")
    org.arm("hide_field", object="Opportunity", field="Amount")

    context = SalesforceCrm(org.gateway(), FieldMap()).context(deal)

    assert context.unreadable == ("the amount", "contact roles")
    assert context.contacts
    assert {contact.phone for contact in context.contacts} == {None}


def test_a_field_hidden_while_we_run_is_dropped_at_once(
    org: EmulatedOrg, crm: SalesforceCrm, deal: OpportunityId
) -> None:
    crm.context(deal)
    org.arm("hide_field", object="Opportunity", field="NextStep")

    assert crm.context(deal).unreadable == ("the seller's next step",)


def test_a_limit_inside_a_composite_answer_is_an_error_and_not_an_empty_list(
    org: EmulatedOrg, crm: SalesforceCrm, deal: OpportunityId
) -> None:
    org.arm("403_limit", times=9, path="/composite")

    with pytest.raises(Unavailable):
        crm.context(deal)


def test_a_save_of_something_else_in_between_does_not_stop_us(org: EmulatedOrg, deal: OpportunityId) -> None:
    crm = racing(org, lambda: org.change(deal, Amount=1000))

    kept = crm.write_cosell(deal, MATCHED, NOTHING)

    row = org.record("Opportunity", deal)
    assert kept == ()
    assert (row["Cosell_Status__c"], row["Amount"]) == ("Matched", 1000)


def test_an_edit_in_between_is_seen_and_kept(org: EmulatedOrg, deal: OpportunityId) -> None:
    crm = racing(org, lambda: org.change(deal, Cosell_Partners__c="Northstar"))

    kept = crm.write_cosell(deal, MATCHED, NOTHING)

    row = org.record("Opportunity", deal)
    assert kept == ("partners",)
    assert (row["Cosell_Status__c"], row["Cosell_Partners__c"]) == ("Matched", "Northstar")


def test_a_deal_that_is_saved_again_and_again_is_left_for_later(org: EmulatedOrg, deal: OpportunityId) -> None:
    crm = racing(org, *[lambda: org.change(deal, NextStep="typing")] * 2)

    with pytest.raises(Unavailable, match="again and again"):
        crm.write_cosell(deal, MATCHED, NOTHING)

    assert org.record("Opportunity", deal)["Cosell_Status__c"] is None


def test_a_hidden_field_of_ours_is_left_out_of_the_write(org: EmulatedOrg, deal: OpportunityId) -> None:
    org.arm("hide_field", object="Opportunity", field="Cosell_Partners__c")

    kept = SalesforceCrm(org.gateway(), FieldMap()).write_cosell(deal, MATCHED, NOTHING)

    assert kept == ()
    assert org.record("Opportunity", deal)["Cosell_Status__c"] == "Matched"


def test_an_org_without_any_of_our_fields_says_how_to_install_them(org: EmulatedOrg, deal: OpportunityId) -> None:
    for field in FieldMap().cosell.values():
        org.arm("hide_field", object="Opportunity", field=field)

    with pytest.raises(NotVisible, match="installs the co-sell fields"):
        SalesforceCrm(org.gateway(), FieldMap()).write_cosell(deal, MATCHED, NOTHING)


def test_a_field_the_org_does_not_have_is_no_reason_to_write(org: EmulatedOrg, deal: OpportunityId) -> None:
    crm = SalesforceCrm(org.gateway(), FieldMap(cosell={**COSELL_FIELDS, "partner_stage": "Nowhere__c"}))

    kept = crm.write_cosell(deal, CosellFields(partner_stage="Technical Validation"), NOTHING)

    assert kept == ()
    assert [each for each in org.calls("/sobjects/Opportunity/006") if each["method"] == "PATCH"] == []


def test_a_long_rationale_is_cut_and_still_known_as_ours(
    org: EmulatedOrg, crm: SalesforceCrm, deal: OpportunityId
) -> None:
    long = CosellFields(rationale="because " * 5000)
    crm.write_cosell(deal, long, NOTHING)
    saved = org.record("Opportunity", deal)

    again = crm.write_cosell(deal, long, long)
    shorter = crm.write_cosell(deal, CosellFields(rationale="because"), long)

    assert saved["Cosell_Rationale__c"].endswith("because…")
    assert len(saved["Cosell_Rationale__c"]) <= 32768
    assert again == shorter == ()
    assert org.record("Opportunity", deal)["Cosell_Rationale__c"] == "because"


def test_a_value_the_field_cannot_hold_is_refused_for_good(crm: SalesforceCrm, deal: OpportunityId) -> None:
    with pytest.raises(Rejected):
        crm.write_cosell(deal, CosellFields(score="rather high"), NOTHING)


def test_the_records_values_go_to_its_own_fields(org: EmulatedOrg, crm: SalesforceCrm, deal: OpportunityId) -> None:
    values = {"status": "Matched", "partners": "AWS", "pam": "Jordan Blake", "score": "72", "partner_stage": "x"}

    made = crm.upsert_motion(f"{deal}|aws", deal, values)

    row = org.record("Cosell_Motion__c", made)
    assert (row["Opportunity__c"], row["Partner_Name__c"], row["PAM_Name__c"]) == (deal, "AWS", "Jordan Blake")
    assert (row["Status__c"], row["P2B_Score__c"]) == ("Matched", 72)


@pytest.mark.parametrize("key", ["", "x" * 81, "006|aws\n"])
def test_a_key_that_is_no_external_id_is_never_cut(crm: SalesforceCrm, deal: OpportunityId, key: str) -> None:
    with pytest.raises(Rejected, match="Motion_Key__c takes 80"):
        crm.upsert_motion(key, deal, {"status": "Matched"})


def test_a_record_without_its_key_field_says_what_is_missing(org: EmulatedOrg, deal: OpportunityId) -> None:
    org.arm("hide_field", object="Cosell_Motion__c", field="Motion_Key__c")

    with pytest.raises(NotVisible, match=r"Cosell_Motion__c\.Motion_Key__c"):
        SalesforceCrm(org.gateway(), FieldMap()).upsert_motion("k", deal, {"status": "Matched"})


def test_an_activity_is_a_completed_task_of_the_servers_day(
    org: EmulatedOrg, crm: SalesforceCrm, deal: OpportunityId
) -> None:
    org.clock.advance(timedelta(days=3))

    filed = crm.log_activity(deal, "m1:accepted", "Accepted\nby AWS", "x" * 40_000)

    task = org.record("Task", filed)
    assert (task["Status"], task["WhatId"], task["Subject"]) == ("Completed", deal, "Accepted by AWS")
    assert task["ActivityDate"] == org.clock.now().date().isoformat()
    assert len(task["Description"]) == 32_000
    assert task["Description"].endswith("…\n\ncosell: m1:accepted")
    assert crm.find_activity(deal, "m1:accepted") == filed


def test_tasks_we_may_not_read_are_not_taken_for_none(org: EmulatedOrg, deal: OpportunityId) -> None:
    org.arm("hide_field", object="Task", field="Description")

    with pytest.raises(NotVisible, match=r"Task\.Description"):
        SalesforceCrm(org.gateway(), FieldMap()).find_activity(deal, "m1:accepted")


def test_an_activity_on_a_deal_that_is_gone_says_so(org: EmulatedOrg, crm: SalesforceCrm, deal: OpportunityId) -> None:
    org.rest("DELETE", f"sobjects/Opportunity/{deal}")

    with pytest.raises(NotVisible):
        crm.log_activity(deal, "m1:accepted", "Accepted", "x")
