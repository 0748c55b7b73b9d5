"""What every `Crm` promises, on the one in memory and on the real adapter over the emulator."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Protocol

import pytest

from connectors.salesforce.fields import COSELL_FIELDS, FieldMap
from connectors.salesforce.records import SalesforceCrm
from motions.deals import Account, Activity, Contact, CosellFields, Opportunity, OpportunityId, Stage
from motions.errors import AuthExpired, NotVisible, OutcomeUnknown, Unavailable
from motions.ports import Crm
from tests.fakes.crm import FakeCrm, FakeOrg
from tests.fakes.emulated_org import BEGIN, EmulatedOrg, StillClock, running_org

NOTHING = CosellFields()
WRITTEN = CosellFields(status="Matched", partners="AWS", rationale="Won seven of eleven", score="72")
GONE = OpportunityId("0065e00000zzzzzAAA")


class World(Protocol):
    """A CRM and the people who work in it; `deal` is open, and somebody was met about it."""

    crm: Crm
    deal: OpportunityId

    def type_in(self, name: str, value: str | None) -> None:
        """A person sets one of our own fields."""

    def shown(self) -> CosellFields:
        """Our fields as people see them."""

    def stamp(self) -> object:
        """Changes with every save of the deal."""

    def motions(self) -> list[tuple[str, str | None]]:
        """(deal, status) of every motion record."""

    def tasks(self) -> list[str]:
        """The subjects of the completed tasks on the deal."""

    def lose_the_next_answer(self) -> None: ...
    def take_down(self) -> None: ...
    def revoke(self) -> None: ...


@dataclass
class InMemory:
    """The fake."""

    org: FakeOrg
    clock: StillClock
    crm: Crm
    deal: OpportunityId

    def type_in(self, name: str, value: str | None) -> None:
        self.clock.advance(timedelta(seconds=2))
        self.org.edit_cosell(self.deal, **{name: value})

    def shown(self) -> CosellFields:
        return self.org.get(self.deal).cosell

    def stamp(self) -> object:
        self.clock.advance(timedelta(seconds=2))
        return self.org.get(self.deal).modified_at

    def motions(self) -> list[tuple[str, str | None]]:
        return [(each.opportunity_id, each.values.get("status")) for each in self.org.motions.values()]

    def tasks(self) -> list[str]:
        return [each.subject for each in self.org.tasks if each.opportunity_id == self.deal]

    def lose_the_next_answer(self) -> None:
        self.org.lose_answers()

    def take_down(self) -> None:
        self.org.fail(Unavailable("FakeCRM", "is down"), times=9)

    def revoke(self) -> None:
        self.org.fail(AuthExpired("FakeCRM", "does not know us"), times=9)


@dataclass
class OverHttp:
    """The adapter over the emulator."""

    org: EmulatedOrg
    crm: Crm
    deal: OpportunityId

    def type_in(self, name: str, value: str | None) -> None:
        self.org.change(self.deal, **{COSELL_FIELDS[name]: value})

    def shown(self) -> CosellFields:
        return self.crm.context(self.deal).deal.cosell

    def stamp(self) -> object:
        self.org.clock.advance(timedelta(seconds=2))
        return self.org.record("Opportunity", self.deal)["SystemModstamp"]

    def motions(self) -> list[tuple[str, str | None]]:
        rows = self.org.http_query("SELECT Opportunity__c, Status__c FROM Cosell_Motion__c")
        return [(row["Opportunity__c"], row["Status__c"]) for row in rows]

    def tasks(self) -> list[str]:
        mine = "CreatedById IN (SELECT Id FROM User WHERE Name = 'Cosell Bot')"
        soql = f"SELECT Subject FROM Task WHERE WhatId = '{self.deal}' AND Status = 'Completed' AND {mine}"
        return [row["Subject"] for row in self.org.http_query(soql)]

    def lose_the_next_answer(self) -> None:
        self.org.arm("drop_after_commit", path="/sobjects/")

    def take_down(self) -> None:
        self.org.arm("503_html", times=99)

    def revoke(self) -> None:
        self.org.arm("401_always")


def in_memory() -> InMemory:
    clock = StillClock()
    org = FakeOrg(clock)
    deal = OpportunityId("006000000000001AAA")
    plain = Opportunity(
        id=deal,
        name="Isdom - GTX Pro",
        stage=Stage.QUALIFIED,
        stage_name="Qualification",
        is_closed=False,
        is_won=False,
        modified_at=BEGIN - timedelta(days=9),
        created_at=BEGIN - timedelta(days=90),
        account=Account("0010", "Isdom"),
    )
    org.put([plain, replace(plain, id=OpportunityId("006000000000002AAA"))])
    org.contacts[deal] = (Contact("0030", "Ada Okafor", role="Decision Maker"),)
    org.activities[deal] = (Activity("00T0", "task", "Call about pricing"),)
    return InMemory(org, clock, FakeCrm(org), deal)


def over_http(org: EmulatedOrg) -> OverHttp:
    org.reset()
    met = "SELECT WhatId FROM Task"
    in_role = "SELECT OpportunityId FROM OpportunityContactRole"
    deal = org.deal_ids(f"IsClosed = false AND Id IN ({met}) AND Id IN ({in_role})")[0]
    return OverHttp(org, SalesforceCrm(org.gateway(), FieldMap()), deal)


@pytest.fixture(scope="module")
def running() -> Iterator[EmulatedOrg]:
    with running_org() as org:
        yield org


@pytest.fixture(params=["memory", "http"])
def world(request: pytest.FixtureRequest) -> World:
    return in_memory() if request.param == "memory" else over_http(request.getfixturevalue("running"))


def test_a_deals_context_is_the_deal_its_people_and_what_happened(world: World) -> None:
    context = world.crm.context(world.deal)

    assert context.deal.id == world.deal
    assert context.contacts[0].role is not None
    assert context.activities
    assert context.unreadable == ()


def test_the_context_of_a_deal_that_is_gone_says_so(world: World) -> None:
    with pytest.raises(NotVisible):
        world.crm.context(GONE)


def test_our_fields_are_written_and_read_back(world: World) -> None:
    kept = world.crm.write_cosell(world.deal, WRITTEN, NOTHING)

    assert kept == ()
    assert world.shown() == WRITTEN


def test_what_is_not_given_is_left_as_it_is(world: World) -> None:
    world.crm.write_cosell(world.deal, WRITTEN, NOTHING)

    world.crm.write_cosell(world.deal, CosellFields(status="Filing"), WRITTEN)

    assert world.shown() == replace(WRITTEN, status="Filing")


def test_writing_the_same_twice_saves_nothing(world: World) -> None:
    world.crm.write_cosell(world.deal, WRITTEN, NOTHING)
    saved = world.stamp()

    kept = world.crm.write_cosell(world.deal, WRITTEN, WRITTEN)

    assert kept == ()
    assert world.stamp() == saved


def test_a_persons_edit_is_never_overwritten(world: World) -> None:
    world.crm.write_cosell(world.deal, WRITTEN, NOTHING)
    world.type_in("rationale", "They asked for AWS by name")

    kept = world.crm.write_cosell(world.deal, CosellFields(status="Filing", rationale="Won eight"), WRITTEN)

    assert kept == ("rationale",)
    assert world.shown() == replace(WRITTEN, status="Filing", rationale="They asked for AWS by name")


def test_what_a_person_wrote_before_us_counts_as_an_edit(world: World) -> None:
    world.type_in("partners", "Northstar")

    kept = world.crm.write_cosell(world.deal, WRITTEN, NOTHING)

    assert kept == ("partners",)
    assert world.shown().partners == "Northstar"


def test_what_a_person_emptied_stays_empty(world: World) -> None:
    world.crm.write_cosell(world.deal, WRITTEN, NOTHING)
    world.type_in("partners", None)

    kept = world.crm.write_cosell(world.deal, WRITTEN, WRITTEN)

    assert kept == ("partners",)
    assert world.shown().partners is None


def test_a_person_who_typed_what_we_meant_to_write_edited_nothing(world: World) -> None:
    world.type_in("status", "Matched")

    assert world.crm.write_cosell(world.deal, WRITTEN, NOTHING) == ()


def test_writing_to_a_deal_that_is_gone_says_so(world: World) -> None:
    with pytest.raises(NotVisible):
        world.crm.write_cosell(GONE, WRITTEN, NOTHING)


def test_a_write_whose_answer_was_lost_is_simply_repeated(world: World) -> None:
    world.lose_the_next_answer()

    with pytest.raises(Unavailable):
        world.crm.write_cosell(world.deal, WRITTEN, NOTHING)

    assert world.crm.write_cosell(world.deal, WRITTEN, NOTHING) == ()
    assert world.shown() == WRITTEN


def test_a_motions_record_is_made_once_and_then_brought_up_to_date(world: World) -> None:
    key = f"{world.deal}|aws"

    first = world.crm.upsert_motion(key, world.deal, {"status": "Matched", "partners": "AWS", "score": "72"})
    second = world.crm.upsert_motion(key, world.deal, {"status": "Filing"})

    assert first == second
    assert world.motions() == [(world.deal, "Filing")]


def test_each_partner_has_a_record_of_its_own(world: World) -> None:
    aws = world.crm.upsert_motion(f"{world.deal}|aws", world.deal, {"status": "Matched"})
    microsoft = world.crm.upsert_motion(f"{world.deal}|microsoft", world.deal, {"status": "Matched"})

    assert aws != microsoft


def test_a_lost_upsert_is_simply_repeated(world: World) -> None:
    world.lose_the_next_answer()

    with pytest.raises(Unavailable):
        world.crm.upsert_motion(f"{world.deal}|aws", world.deal, {"status": "Matched"})

    assert world.crm.upsert_motion(f"{world.deal}|aws", world.deal, {"status": "Matched"})
    assert len(world.motions()) == 1


def test_an_activity_is_filed_and_found_by_its_key(world: World) -> None:
    filed = world.crm.log_activity(world.deal, "m1:crm.activity.accepted", "Accepted by AWS", "Jordan took it.")

    assert world.tasks() == ["Accepted by AWS"]
    assert world.crm.find_activity(world.deal, "m1:crm.activity.accepted") == filed


def test_another_key_finds_nothing(world: World) -> None:
    world.crm.log_activity(world.deal, "m1:crm.activity.accepted", "Accepted by AWS", "cosell: m2:other and more")

    assert world.crm.find_activity(world.deal, "m1:crm.activity") is None
    assert world.crm.find_activity(world.deal, "m2:other") is None


def test_an_activity_whose_answer_was_lost_is_in_doubt_and_can_be_looked_up(world: World) -> None:
    world.lose_the_next_answer()

    with pytest.raises(OutcomeUnknown):
        world.crm.log_activity(world.deal, "m1:crm.activity.accepted", "Accepted by AWS", "Jordan took it.")

    assert world.crm.find_activity(world.deal, "m1:crm.activity.accepted") is not None
    assert len(world.tasks()) == 1


def test_our_own_filing_is_no_sign_of_life(world: World) -> None:
    before = world.crm.context(world.deal).activities

    world.crm.log_activity(world.deal, "m1:crm.activity.accepted", "Accepted by AWS", "Jordan took it.")

    assert world.crm.context(world.deal).activities == before


@pytest.mark.parametrize(
    "hostile",
    [
        "x'; DELETE FROM Opportunity --",
        "' OR Name LIKE '%",
        "</script><script>alert(1)</script>",
        "{{deal.amount}} %s {0} \\' \" \\",
        "línea 1\nline 2 — 日本語 🙂",
    ],
)
def test_hostile_text_is_only_text(world: World, hostile: str) -> None:
    world.crm.write_cosell(world.deal, CosellFields(rationale=hostile), NOTHING)
    world.crm.upsert_motion(f"{world.deal}|{' '.join(hostile.split())[:8]}/", world.deal, {"rationale": hostile})
    world.crm.log_activity(world.deal, "m1:key", "Accepted", hostile)

    assert world.shown().rationale == hostile
    assert world.crm.find_activity(world.deal, "m1:key") is not None
    assert len(world.motions()) == 1


@pytest.mark.parametrize("hostile", ["' OR Name LIKE '%", "../Account/0015e000000000AAAA", "", "006\n"])
def test_a_hostile_id_is_a_deal_that_is_not_there(world: World, hostile: str) -> None:
    with pytest.raises(NotVisible):
        world.crm.context(OpportunityId(hostile))


def test_an_outage_is_unavailable(world: World) -> None:
    world.take_down()

    with pytest.raises(Unavailable):
        world.crm.write_cosell(world.deal, WRITTEN, NOTHING)


def test_a_revoked_login_is_expired(world: World) -> None:
    world.revoke()

    with pytest.raises(AuthExpired):
        world.crm.context(world.deal)
