"""The poller's acceptance tests: nothing is missed, nothing is half read, no clock but the server's is used."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.salesforce.feed import SalesforceFeed, partners_in, soql_moment, tally
from connectors.salesforce.fields import FieldMap
from motions.deals import OpportunityId
from motions.errors import AuthExpired, NotVisible, Rejected, Unavailable
from motions.model import PartnerKey
from tests.fakes.emulated_org import EmulatedOrg, Hands, running_org

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
DEALS = 410  # three pages, the last boundary among the deals touched last
PAGE = 200  # the smallest the server takes
SECOND_PAGE = "/query/01g"
AWS, NORTHSTAR = PartnerKey("aws"), PartnerKey("northstar")
PARTNERS = {"AWS": AWS, "Amazon Web Services, Inc.": AWS, "Northstar": NORTHSTAR}


@pytest.fixture(scope="module")
def running() -> Iterator[EmulatedOrg]:
    with running_org(deals=DEALS) as org:
        yield org


@pytest.fixture
def org(running: EmulatedOrg) -> Iterator[EmulatedOrg]:
    running.clear_faults()
    yield running
    running.clear_faults()


@pytest.fixture
def feed(org: EmulatedOrg) -> SalesforceFeed:
    return feed_of(org)


def feed_of(org: EmulatedOrg, hands: Hands | None = None) -> SalesforceFeed:
    return SalesforceFeed(org.gateway(page_size=PAGE, hands=hands), FieldMap(), lambda: PARTNERS)


def test_all_pages_are_read(feed: SalesforceFeed) -> None:
    deals = feed.changed_since(LONG_AGO).deals

    assert len(deals) == DEALS
    assert len({deal.id for deal in deals}) == DEALS


def test_deals_with_one_stamp_across_a_page_boundary_are_all_read_once_in_order(
    org: EmulatedOrg, feed: SalesforceFeed
) -> None:
    touched = org.touch(60)

    deals = feed.changed_since(LONG_AGO).deals

    tied = [position for position, deal in enumerate(deals) if deal.id in touched]
    boundaries = [at for at in range(PAGE, DEALS, PAGE) if tied[0] < at <= tied[-1]]
    assert boundaries
    assert [deal.id for deal in deals[tied[0] :]] == sorted(touched)


def test_the_bound_reads_every_tie_again(org: EmulatedOrg, feed: SalesforceFeed) -> None:
    touched = org.touch(60)
    newest = max(deal.modified_at for deal in feed.changed_since(LONG_AGO).deals)

    again = feed.changed_since(newest).deals

    assert {deal.id for deal in again} == set(touched)


def test_the_clock_is_the_servers_when_the_first_page_was_read(org: EmulatedOrg, feed: SalesforceFeed) -> None:
    org.arm("clock_skew", seconds=-5400)

    changes = feed.changed_since(LONG_AGO)

    assert changes.server_now == org.clock.now() - timedelta(minutes=90)


@pytest.mark.parametrize(
    ("kind", "how", "error"),
    [
        ("403_limit", {"times": 1}, Unavailable),
        ("503_html", {"times": 9}, Unavailable),
        ("401_always", {}, AuthExpired),
        ("locator_expiry", {"times": 2}, Unavailable),
    ],
)
def test_trouble_between_two_pages_is_an_error_and_never_half_an_answer(
    org: EmulatedOrg, feed: SalesforceFeed, kind: str, how: dict[str, object], error: type[Exception]
) -> None:
    org.arm(kind, path=SECOND_PAGE, **how)

    with pytest.raises(error):
        feed.changed_since(LONG_AGO)


@pytest.mark.parametrize(
    ("kind", "how"), [("401_once", {}), ("503_html", {"times": 2}), ("locator_expiry", {"times": 1})]
)
def test_a_hiccup_between_two_pages_costs_nothing(
    org: EmulatedOrg, feed: SalesforceFeed, kind: str, how: dict[str, object]
) -> None:
    org.arm(kind, path=SECOND_PAGE, **how)

    deals = feed.changed_since(LONG_AGO).deals

    assert len(deals) == len({deal.id for deal in deals}) == DEALS


def test_many_ids_are_asked_for_in_parts_that_fit_into_a_url(org: EmulatedOrg, feed: SalesforceFeed) -> None:
    ids = [deal.id for deal in feed.changed_since(LONG_AGO).deals]
    before = len(org.calls("Id IN"))

    deals = feed.deals(ids)

    asked = org.calls("Id IN")[before:]
    assert [deal.id for deal in deals] == ids
    assert len(asked) == 3
    assert max(len(each["path"]) for each in asked) < 8000


def test_a_hostile_id_is_a_deal_that_is_not_there(feed: SalesforceFeed) -> None:
    hostile = OpportunityId("x') OR Name LIKE '%")

    assert list(feed.deals([hostile])) == []


def test_a_short_id_finds_its_deal(org: EmulatedOrg, feed: SalesforceFeed) -> None:
    deal = org.deal_ids("IsClosed = false")[0]

    assert [each.id for each in feed.deals([OpportunityId(deal[:15])])] == [deal]


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(Rejected):
        soql_moment(datetime(2026, 11, 21))  # noqa: DTZ001 - the point of the test


@given(st.datetimes(min_value=datetime(2000, 1, 1), timezones=st.timezones()))  # noqa: DTZ001 - made aware
def test_a_bound_is_never_later_than_asked_and_less_than_a_second_earlier(moment: datetime) -> None:
    asked = datetime.fromisoformat(soql_moment(moment))

    assert timedelta() <= moment - asked < timedelta(seconds=1)


def test_a_hidden_amount_is_unknown_and_named(org: EmulatedOrg) -> None:
    org.arm("hide_field", object="Opportunity", field="Amount")
    feed = feed_of(org)

    deals = feed.open_deals().deals

    assert {deal.amount for deal in deals} == {None}
    assert feed.unreadable == ("the amount",)


def test_a_field_hidden_while_we_run_is_dropped_at_once(org: EmulatedOrg, feed: SalesforceFeed) -> None:
    feed.open_deals()
    org.arm("hide_field", object="Account", field="Industry")

    deals = feed.open_deals().deals

    assert deals
    assert feed.unreadable == ("the account's industry",)


def test_a_hidden_vital_field_stops_the_feed_with_the_fix_until_it_is_mended(
    org: EmulatedOrg, feed: SalesforceFeed
) -> None:
    org.arm("hide_field", object="Opportunity", field="StageName")
    with pytest.raises(NotVisible, match=r"Opportunity\.StageName .* Cosell_Bot"):
        feed.open_deals()
    org.clear_faults()

    assert feed.open_deals().deals


def test_the_record_counts_every_closed_deal_once(org: EmulatedOrg, feed: SalesforceFeed) -> None:
    record = feed.partner_record()

    won = len(org.deal_ids("IsWon = true"))
    closed = len(org.deal_ids("IsClosed = true"))
    assert record[None, None] == (won, closed)
    assert sum(count for (partner, segment), (_, count) in record.items() if partner is None and segment) <= closed
    assert record[AWS, None][1] == len(org.deal_ids("IsClosed = true AND Cosell_Partners__c = 'AWS'"))


def test_a_partner_that_is_named_later_has_a_record_at_once(org: EmulatedOrg) -> None:
    partners: dict[str, PartnerKey] = {}
    feed = SalesforceFeed(org.gateway(page_size=PAGE), FieldMap(), lambda: dict(partners))
    before = feed.partner_record()

    partners["AWS"] = AWS

    assert {partner for partner, _ in before} == {None}
    assert feed.partner_record()[AWS, None][1] > 0


@pytest.mark.parametrize(
    ("sobject", "field", "left"),
    [("Opportunity", "Cosell_Partners__c", {None}), ("Account", "Industry", {None, AWS, NORTHSTAR})],
)
def test_the_record_goes_by_what_may_be_read(
    org: EmulatedOrg, sobject: str, field: str, left: set[PartnerKey | None]
) -> None:
    org.arm("hide_field", object=sobject, field=field)

    record = feed_of(org).partner_record()

    assert {partner for partner, _ in record} == left
    assert (None, None) in record


def test_a_shared_win_counts_for_both_partners_and_once_in_total() -> None:
    rows = [{"Cosell_Partners__c": "AWS; northstar", "Industry": "Retail", "IsWon": True, "n": 2}]

    record = tally(rows, "Cosell_Partners__c", {"aws": AWS, "northstar": NORTHSTAR})

    assert record[AWS, "Retail"] == record[NORTHSTAR, None] == record[None, None] == (2, 2)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("AWS", {AWS}),
        (" aws ;Northstar", {AWS, NORTHSTAR}),
        ("Amazon Web Services, Inc.", {AWS}),
        ("Awsome Software", set()),
        ("", set()),
        (None, set()),
    ],
)
def test_partners_are_known_by_their_whole_names(text: str | None, found: set[PartnerKey]) -> None:
    assert partners_in(text, {name.casefold(): key for name, key in PARTNERS.items()}) == found
