"""What every `DealFeed` promises, on the one in memory and on the real adapter over the emulator."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Protocol

import pytest

from connectors.salesforce.feed import SalesforceFeed
from connectors.salesforce.fields import FieldMap
from motions.deals import Account, CosellFields, Opportunity, OpportunityId, Stage
from motions.errors import AuthExpired, Unavailable
from motions.model import PartnerKey
from motions.ports import DealFeed
from tests.fakes.crm import FakeDealFeed, FakeOrg
from tests.fakes.emulated_org import BEGIN, SECRET, EmulatedOrg, StillClock, running_org

AWS = PartnerKey("aws")
PARTNERS = {"AWS": AWS, "Amazon Web Services": AWS, "Northstar": PartnerKey("northstar")}
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
LONGER_THAN_A_TRANSACTION = timedelta(minutes=10)


class World(Protocol):
    """A feed and the people who change what it reads."""

    @property
    def clock(self) -> StillClock: ...
    @property
    def feed(self) -> DealFeed: ...
    def open_ids(self) -> list[OpportunityId]:
        """The open deals with an account, by another way than the feed."""

    def change(self, deal: OpportunityId, next_step: str) -> None: ...
    def change_late(self, deal: OpportunityId, next_step: str) -> None: ...
    def commit(self) -> None: ...
    def close(self, deal: OpportunityId, *, won: bool, partners: str | None) -> None: ...
    def delete(self, deal: OpportunityId) -> None: ...
    def wait_an_hour(self) -> None: ...
    def take_down(self) -> None: ...
    def revoke(self) -> None: ...


@dataclass
class InMemory:
    """The fake, with a few deals of its own."""

    org: FakeOrg
    clock: StillClock

    @property
    def feed(self) -> DealFeed:
        return FakeDealFeed(self.org, PARTNERS)

    def open_ids(self) -> list[OpportunityId]:
        return [deal.id for deal in self.org.visible() if not deal.is_closed]

    def change(self, deal: OpportunityId, next_step: str) -> None:
        self.clock.advance(timedelta(seconds=2))
        self.org.change(deal, next_step=next_step)

    def change_late(self, deal: OpportunityId, next_step: str) -> None:
        self.org.change_late(deal, next_step=next_step)

    def commit(self) -> None:
        self.clock.advance(LONGER_THAN_A_TRANSACTION)
        self.org.commit()

    def close(self, deal: OpportunityId, *, won: bool, partners: str | None) -> None:
        stage = Stage.WON if won else Stage.LOST
        cosell = CosellFields(partners=partners)
        self.org.change(deal, stage=stage, stage_name="Closed", is_closed=True, is_won=won, cosell=cosell)

    def delete(self, deal: OpportunityId) -> None:
        self.org.delete(deal)

    def wait_an_hour(self) -> None:
        self.clock.advance(timedelta(hours=1))

    def take_down(self) -> None:
        self.org.fail(Unavailable("FakeCRM", "is down"), times=9)

    def revoke(self) -> None:
        self.org.fail(AuthExpired("FakeCRM", "does not know us"), times=9)


@dataclass
class Hands:
    """A stopwatch moved by hand."""

    seconds: float = 0.0


@dataclass
class OverHttp:
    """The adapter over the emulator."""

    org: EmulatedOrg
    feed: DealFeed
    hands: Hands

    @property
    def clock(self) -> StillClock:
        return self.org.clock

    def open_ids(self) -> list[OpportunityId]:
        return self.org.deal_ids("IsClosed = false AND AccountId != null")

    def change(self, deal: OpportunityId, next_step: str) -> None:
        self.org.change(deal, NextStep=next_step)

    def change_late(self, deal: OpportunityId, next_step: str) -> None:
        self.org.arm("late_commit", seconds=LONGER_THAN_A_TRANSACTION.total_seconds())
        self.org.change(deal, NextStep=next_step)

    def commit(self) -> None:
        self.clock.advance(LONGER_THAN_A_TRANSACTION)

    def close(self, deal: OpportunityId, *, won: bool, partners: str | None) -> None:
        self.org.change(deal, StageName="Closed Won" if won else "Closed Lost", Cosell_Partners__c=partners)

    def delete(self, deal: OpportunityId) -> None:
        self.org.rest("DELETE", f"sobjects/Opportunity/{deal}")

    def wait_an_hour(self) -> None:
        self.hands.seconds += 3601

    def take_down(self) -> None:
        self.org.arm("503_html", times=99)

    def revoke(self) -> None:
        self.org.arm("401_always")


def in_memory() -> InMemory:
    clock = StillClock()
    org = FakeOrg(clock)
    plain = Opportunity(
        id=OpportunityId("0060"),
        name="Isdom - GTX Pro",
        stage=Stage.QUALIFIED,
        stage_name="Qualification",
        is_closed=False,
        is_won=False,
        modified_at=BEGIN - timedelta(days=9),
        created_at=BEGIN - timedelta(days=90),
        account=Account("0010", "Isdom", industry="Healthcare"),
    )
    org.put(replace(plain, id=OpportunityId(f"006{n:012d}AAA"), name=f"Deal {n}") for n in range(6))
    return InMemory(org, clock)


@pytest.fixture(scope="module")
def running() -> Iterator[EmulatedOrg]:
    with running_org() as org:
        yield org


@pytest.fixture(params=["memory", "http"])
def world(request: pytest.FixtureRequest) -> World:
    if request.param == "memory":
        return in_memory()
    org: EmulatedOrg = request.getfixturevalue("running")
    org.reset()
    hands = Hands()
    gateway = org.gateway(consumer_secret=SECRET)
    return OverHttp(org, SalesforceFeed(gateway, FieldMap(), lambda: PARTNERS, monotonic=lambda: hands.seconds), hands)


def test_a_change_is_seen_with_the_servers_own_stamp(world: World) -> None:
    deal = world.open_ids()[0]
    world.change(deal, "Call the CIO")

    changes = world.feed.changed_since(world.clock.now())

    assert [(each.id, each.next_step, each.modified_at) for each in changes.deals] == [
        (deal, "Call the CIO", world.clock.now())
    ]


def test_the_bound_is_inclusive_and_ignores_fractions_of_a_second(world: World) -> None:
    deal = world.open_ids()[0]
    world.change(deal, "Call the CIO")

    changes = world.feed.changed_since(world.clock.now() + timedelta(milliseconds=900))

    assert [each.id for each in changes.deals] == [deal]


def test_what_was_stamped_before_the_bound_is_left_out(world: World) -> None:
    world.change(world.open_ids()[0], "Call the CIO")

    assert world.feed.changed_since(world.clock.now() + timedelta(seconds=1)).deals == ()


def test_changes_come_in_the_order_of_stamp_and_id(world: World) -> None:
    first, second, third, *_ = world.open_ids()
    for deal in (third, first, second, third):
        world.change(deal, "Call the CIO")

    deals = world.feed.changed_since(LONG_AGO).deals

    stamped = [(each.modified_at, each.id) for each in deals]
    assert stamped == sorted(stamped)
    assert [each.id for each in deals][-3:] == [first, second, third]


def test_a_late_commit_appears_with_its_old_stamp(world: World) -> None:
    deal = world.open_ids()[0]
    world.change_late(deal, "Signed in the night")
    stamped_at = world.clock.now()
    before = world.feed.changed_since(stamped_at).deals
    world.commit()

    after = world.feed.changed_since(stamped_at).deals

    assert before == ()
    assert [(each.id, each.modified_at) for each in after] == [(deal, stamped_at)]


def test_nothing_is_covered_past_a_transaction_under_way(world: World) -> None:
    world.change_late(world.open_ids()[0], "Signed in the night")
    began_at = world.clock.now()
    world.clock.advance(timedelta(minutes=5))
    under_way = world.feed.covered_until()
    world.commit()

    assert under_way <= began_at
    assert world.feed.covered_until() > began_at


def test_the_servers_clock_comes_with_every_read(world: World) -> None:
    assert world.feed.changed_since(world.clock.now()).server_now == world.clock.now()
    assert world.feed.open_deals().server_now == world.clock.now()


def test_the_baseline_is_every_open_deal(world: World) -> None:
    open_ids = world.open_ids()

    deals = world.feed.open_deals().deals

    assert {each.id for each in deals} >= set(open_ids)
    assert not any(each.is_closed for each in deals)


def test_standing_agrees_with_the_baseline(world: World) -> None:
    world.close(world.open_ids()[0], won=True, partners=None)

    standing = world.feed.standing()

    assert standing == {each.id: each.modified_at for each in world.feed.open_deals().deals}


def test_deals_are_given_in_the_order_asked_without_those_we_may_not_see(world: World) -> None:
    first, second, third, *_ = world.open_ids()
    world.delete(second)

    deals = world.feed.deals([third, second, first, third])

    assert [each.id for each in deals] == [third, first]


def test_no_ids_are_no_deals(world: World) -> None:
    assert list(world.feed.deals([])) == []


def test_a_closed_deal_counts_for_its_partners_its_industry_and_in_total(world: World) -> None:
    won, lost, nobody, *_ = world.open_ids()
    industry = industry_of(world, won)
    before = dict(world.feed.partner_record())

    world.close(won, won=True, partners="amazon web services; Northstar")
    world.close(lost, won=False, partners="AWS")
    world.close(nobody, won=True, partners="A firm nobody knows")
    world.wait_an_hour()

    after = world.feed.partner_record()
    assert grown(before, after, (AWS, None)) == (1, 2)
    assert grown(before, after, (PartnerKey("northstar"), industry)) == (1, 1)
    assert grown(before, after, (None, None)) == (2, 3)
    assert grown(before, after, (AWS, industry))[0] == 1


def test_an_outage_is_unavailable(world: World) -> None:
    world.take_down()

    with pytest.raises(Unavailable):
        world.feed.changed_since(LONG_AGO)


def test_a_revoked_login_is_expired(world: World) -> None:
    world.revoke()

    with pytest.raises(AuthExpired):
        world.feed.open_deals()


def industry_of(world: World, deal: OpportunityId) -> str | None:
    [found] = world.feed.deals([deal])
    assert found.account is not None
    return found.account.industry


def grown(
    before: dict[tuple[PartnerKey | None, str | None], tuple[int, int]],
    after: object,
    key: tuple[PartnerKey | None, str | None],
) -> tuple[int, int]:
    assert isinstance(after, dict)
    (won, closed), (won_before, closed_before) = after[key], before.get(key, (0, 0))
    return won - won_before, closed - closed_before
