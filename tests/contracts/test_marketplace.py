"""What every marketplace promises: the fake, and AWS's adapter over its emulator."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Protocol

import pytest

from motions.deals import Quote
from motions.errors import OutcomeUnknown, Rejected, Unavailable
from motions.offers import Selling, Whose
from tests.connectors.aws.aws_world import TODAY, running_emulator
from tests.connectors.aws.market_world import QUOTE, Market
from tests.contracts.portal_worlds import FakeClock
from tests.fakes.marketplace import PRODUCT, UNLISTED, FakeMarketplace
from tests.fakes.portal import FakePortal


class World(Protocol):
    """What a test may do to a marketplace besides using it."""

    market: Any
    quote: Quote
    unlisted: str  # a product that is there, and not for sale
    referral: str

    def lose_answer(self, what: str) -> None:
        """The next 'start' or 'link' is done, and nobody is told."""

    def be_unavailable(self, what: str) -> None:
        """The next 'start' or 'link' finds nobody in."""

    def take_time(self) -> None:
        """Drafts are not made at once."""

    def fail_draft(self) -> None:
        """The next draft is taken, and then not made."""

    def offers(self) -> list[str]:
        """Every offer there is."""


class FakeWorld:
    """The marketplace in memory."""

    def __init__(self) -> None:
        self.market = FakeMarketplace()
        self.quote, self.unlisted, self.referral = replace(QUOTE, product=PRODUCT), UNLISTED, "O1"

    def lose_answer(self, what: str) -> None:
        self.market.lose_answer(what)

    def be_unavailable(self, what: str) -> None:
        self.market.be_unavailable(what)

    def take_time(self) -> None:
        self.market.take_time(1)

    def fail_draft(self) -> None:
        self.market.fail_draft("no")

    def offers(self) -> list[str]:
        return list(self.market.offers)


class AwsWorld:
    """AWS's adapter, over real HTTP."""

    def __init__(self, market: Market) -> None:
        market.start_afresh()
        self._market = market
        self.market = market.adapter()
        self.quote, self.unlisted, self.referral = QUOTE, "prod-gtxbasicdraft01", market.filed()

    def lose_answer(self, what: str) -> None:
        self._fault(what, "drop_after_commit")

    def be_unavailable(self, what: str) -> None:
        self._fault(what, "throttle")

    def take_time(self) -> None:
        self._market.control("/knobs", delay_seconds=30)

    def fail_draft(self) -> None:
        self._market.control("/knobs", break_next="The service is unavailable.")

    def offers(self) -> list[str]:
        return [one["Id"] for one in self._market.offers]

    def _fault(self, what: str, kind: str) -> None:
        if what == "link":
            self._market.emulator.fault("AssociateOpportunity", kind)
        else:
            self._market.control("/faults", operation="StartChangeSet", kind=kind)


@pytest.fixture(scope="module")
def market() -> Iterator[Market]:
    with running_emulator() as running:
        yield Market(running)


@pytest.fixture(params=["fake", "aws"])
def world(request: pytest.FixtureRequest) -> World:
    return FakeWorld() if request.param == "fake" else AwsWorld(request.getfixturevalue("market"))


def made(world: World, key: str = "k") -> str:
    started = world.market.start(world.market.request(world.quote), key)
    offer: str = world.market.outcome(started)
    return offer


def test_a_whole_quote_lacks_nothing_and_what_is_missing_says_what_to_do(world: World) -> None:
    whole = world.market.judge(world.quote, TODAY)
    torn = world.market.judge(replace(world.quote, buyer_account=None, months=None), TODAY)

    assert {check.whose for check in whole} == {Whose.OURS}
    assert all(check.is_met for check in whole)
    assert sum(not check.is_met for check in torn) == 2
    assert [check.what for check in torn] == [check.what for check in whole]


def test_a_quote_that_is_over_cannot_be_accepted_any_more(world: World) -> None:
    over = world.market.judge(replace(world.quote, valid_until=TODAY), TODAY)

    assert [check.found for check in over if not check.is_met] == ["until 2026-11-20"]


def test_products_are_looked_up_and_one_nobody_knows_is_none(world: World) -> None:
    listed, unlisted = world.market.listing(world.quote.product), world.market.listing(world.unlisted)

    assert (listed.is_for_sale, bool(listed.title)) == (True, True)
    assert (unlisted.is_for_sale, unlisted.standing) == (False, "Draft")
    assert world.market.listing("prod-nobody-knows") is None


def test_a_quote_becomes_one_draft_that_is_not_published(world: World) -> None:
    offer = made(world)

    assert world.market.standing(offer) == "Draft"
    assert world.offers() == [offer]


def test_the_same_key_makes_one_and_another_key_another(world: World) -> None:
    first, again, other = made(world), made(world), made(world, "another")

    assert first == again
    assert sorted(world.offers()) == sorted([first, other])


def test_a_lost_answer_can_be_found(world: World) -> None:
    request = world.market.request(world.quote)
    before = world.market.find(request, "k")
    world.lose_answer("start")

    with pytest.raises(OutcomeUnknown):
        world.market.start(request, "k")

    found = world.market.find(request, "k")
    assert (before, world.market.find(request, "another")) == (None, None)
    assert world.market.outcome(found) in world.offers()


def test_what_is_asked_for_while_nobody_is_in_is_not_there(world: World) -> None:
    request = world.market.request(world.quote)
    world.be_unavailable("start")

    with pytest.raises(Unavailable):
        world.market.start(request, "k")

    assert world.market.find(request, "k") is None


def test_a_draft_that_is_being_made_is_none_yet(world: World) -> None:
    world.take_time()

    assert made(world) is None


def test_a_draft_that_is_not_made_says_so(world: World) -> None:
    world.fail_draft()

    with pytest.raises(Rejected):
        made(world)

    assert world.offers() == []


def test_an_offer_nobody_knows_is_refused(world: World) -> None:
    with pytest.raises(Rejected):
        world.market.standing("offer-nobody-knows")


def test_an_offer_hangs_on_a_referral_once(world: World) -> None:
    offer = made(world)
    before = world.market.is_linked(world.referral, offer)

    world.market.link(world.referral, offer)
    world.market.link(world.referral, offer)

    assert (before, world.market.is_linked(world.referral, offer)) == (False, True)


def test_a_link_whose_answer_was_lost_can_be_found(world: World) -> None:
    offer = made(world)
    world.lose_answer("link")

    with pytest.raises(OutcomeUnknown):
        world.market.link(world.referral, offer)

    assert world.market.is_linked(world.referral, offer)


def test_a_portal_that_has_one_is_known_by_it() -> None:
    assert isinstance(FakePortal(FakeClock()), Selling)
