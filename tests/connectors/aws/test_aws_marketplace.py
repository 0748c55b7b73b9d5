"""The AWS Marketplace through boto3: what exactly is drafted, what is never sent, and its errors in our own words."""

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from connectors.aws.catalog import refuse_publishing
from connectors.aws.marketplace import AwsMarketplace
from connectors.aws.offers import changes_for, details_of, offer_made
from connectors.aws.portal import open_portal
from motions.deals import Money
from motions.errors import AuthExpired, NotVisible, OutcomeUnknown, Rejected, Unavailable
from motions.offers import Selling
from tests.connectors.aws.aws_world import TODAY, running_emulator
from tests.connectors.aws.market_world import QUOTE, Market
from tests.contracts.portal_worlds import FakeClock

NO_ACCOUNT = "000000000000"


@pytest.fixture(scope="module")
def running() -> Iterator[Market]:
    with running_emulator() as emulator:
        yield Market(emulator)


@pytest.fixture
def market(running: Market) -> Market:
    running.start_afresh()
    return running


def drafted(market: Market, **changes: Any) -> str | None:
    adapter = market.adapter()
    return adapter.outcome(adapter.start(adapter.request(replace(QUOTE, **changes)), "k"))


def test_the_draft_says_what_the_quote_says_and_nothing_is_released(market: Market) -> None:
    offer_id = drafted(market)

    (offer,) = market.offers
    assert (offer["Id"], offer["State"], offer["Name"]) == (offer_id, "Draft", "Private offer Q-17")
    terms = {term["Type"]: term for term in offer["Terms"]}
    assert terms["ValidityTerm"]["AgreementDuration"] == "P12M"
    payments = terms["PaymentScheduleTerm"]
    assert payments["CurrencyCode"] == "USD"
    assert payments["Schedule"] == [{"ChargeDate": "2027-01-31", "ChargeAmount": "48000.00"}]
    rules = {rule["Type"]: rule for rule in offer["Rules"]}
    assert rules["TargetingRule"]["PositiveTargeting"] == {"BuyerAccounts": ["111122223333"]}
    assert rules["AvailabilityRule"]["AvailabilityEndDate"] == "2027-01-31"
    (call,) = market.calls("StartChangeSet")
    assert call["request"]["Intent"] == "APPLY"
    assert "ReleaseOffer" not in [change["ChangeType"] for change in call["request"]["ChangeSet"]]


@pytest.mark.parametrize(("price", "sent"), [("JPY 7200000", "7200000"), ("USD 48000.5", "48000.50")])
def test_a_price_has_the_decimals_of_its_currency(price: str, sent: str) -> None:
    currency, amount = price.split()
    changes: Any = changes_for(replace(QUOTE, amount=Money(Decimal(amount), currency)))

    [term] = changes[4]["DetailsDocument"]["Terms"]
    assert (term["CurrencyCode"], term["Schedule"][0]["ChargeAmount"]) == (currency, sent)


def release(changes: list[dict[str, Any]]) -> None:
    entity = deepcopy(changes[1]["Entity"])
    changes.append({"ChangeType": "ReleaseOffer", "Entity": entity, "DetailsDocument": {}})


def release_another(changes: list[dict[str, Any]]) -> None:
    changes[:] = [{"ChangeType": "ReleaseOffer", "Entity": {"Type": "Offer@1.0", "Identifier": "offer-1"}}]


def reprice_another(changes: list[dict[str, Any]]) -> None:
    changes[-1]["Entity"]["Identifier"] = "offer-published"


def create_two(changes: list[dict[str, Any]]) -> None:
    changes.append(deepcopy(changes[0]))


def replace_agreement(changes: list[dict[str, Any]]) -> None:
    changes[0]["ChangeType"] = "CreateReplacementOffer"


def rename(changes: list[dict[str, Any]]) -> None:
    changes[0]["ChangeName"] = "Another"


def unpublish_product(changes: list[dict[str, Any]]) -> None:
    changes.append({"ChangeType": "RestrictProduct", "Entity": {"Type": "SaaSProduct@1.0", "Identifier": "prod-1"}})


def empty(changes: list[dict[str, Any]]) -> None:
    changes.clear()


@pytest.mark.parametrize(
    "more",
    [release, release_another, reprice_another, create_two, replace_agreement, rename, unpublish_product, empty],
)
def test_nothing_is_ever_published_and_no_other_offer_touched_whatever_was_stored(market: Market, more: Any) -> None:
    adapter = market.adapter()
    request = deepcopy(dict(adapter.request(QUOTE)))
    changes: Any = request["ChangeSet"]
    more(changes)

    with pytest.raises(Rejected, match="nothing was sent"):
        adapter.start(request, "k")

    assert market.calls("StartChangeSet") == []
    assert market.offers == []


def test_what_we_draft_is_let_out() -> None:
    refuse_publishing(changes_for(QUOTE))


@pytest.mark.parametrize(
    ("changes", "found", "fix"),
    [
        ({"buyer_account": "1234"}, "1234", "12 digits"),
        ({"product": "GTX Pro"}, "GTX Pro", "prod-"),
        ({"amount": None}, "no amount", "price for the whole term"),
        ({"amount": Money(Decimal(0), "USD")}, "USD 0.00", "price for the whole term"),
        ({"amount": Money(Decimal(10), "CHF")}, "CHF 10.00", "USD, AUD, EUR, GBP, JPY"),
        ({"amount": Money(Decimal("10.005"), "USD")}, "USD 10.00", "Round the price to 0.01"),
        ({"amount": Money(Decimal("10.50"), "JPY")}, "JPY 10.50", "Round the price to 1"),
        ({"months": None}, "no term", "1 to 60 months"),
        ({"months": 61}, "61 months", "1 to 60 months"),
        ({"valid_until": None}, "no last day", "a day to come"),
        ({"valid_until": TODAY}, "until 2026-11-20", "a day to come"),
    ],
)
def test_what_the_catalog_would_refuse_is_said_before(
    market: Market, changes: dict[str, Any], found: str, fix: str
) -> None:
    checks = market.adapter().judge(replace(QUOTE, **changes), TODAY)

    (lacking,) = [check for check in checks if not check.is_met]
    assert lacking.found.startswith(found)
    assert fix in lacking.fix


def test_every_problem_of_a_draft_that_was_not_made_is_named(market: Market) -> None:
    with pytest.raises(Rejected) as refused:
        drafted(market, buyer_account=NO_ACCOUNT, product="prod-gtxbasicdraft01")

    said = str(refused.value)
    assert "Use an active product in Limited or Public state. (INCOMPATIBLE_PRODUCT)" in said
    assert "INVALID_BUYER_ACCOUNTS" in said
    assert "CLIENT_ERROR" in said
    assert market.offers == []


def test_a_fault_on_aws_s_side_is_named(market: Market) -> None:
    market.control("/knobs", break_next="Something broke.")

    with pytest.raises(Rejected, match=r"SERVER_FAULT\): Something broke"):
        drafted(market)


def test_an_answer_without_an_offer_is_no_success() -> None:
    with pytest.raises(Rejected, match="no reason given"):
        offer_made({"Status": "SUCCEEDED", "ChangeSet": [{"ChangeType": "CreateOffer", "Entity": None}]})
    with pytest.raises(Rejected, match="CANCELLED"):
        offer_made({"Status": "CANCELLED"})


def test_an_entity_whose_document_is_a_text_is_read_too() -> None:
    assert details_of({"Details": '{"State": "Draft"}'}) == {"State": "Draft"}
    assert details_of({"Details": "[]"}) == details_of({}) == {}


@pytest.mark.parametrize(
    ("kind", "ours"),
    [
        ("throttle", Unavailable),
        ("quota", Unavailable),
        ("internal_error", OutcomeUnknown),
        ("error_after_commit", OutcomeUnknown),
        ("drop_after_commit", OutcomeUnknown),
        ("access_denied", AuthExpired),
        ("validation", Rejected),
    ],
)
def test_errors_are_told_apart_in_our_words(market: Market, kind: str, ours: type[Exception]) -> None:
    market.control("/faults", operation="StartChangeSet", kind=kind)

    with pytest.raises(ours, match="AWS Marketplace"):
        drafted(market)


@pytest.mark.parametrize(("kind", "ours"), [("internal_error", Unavailable), ("throttle", Unavailable)])
def test_a_read_that_fails_changed_nothing(market: Market, kind: str, ours: type[Exception]) -> None:
    market.control("/faults", operation="DescribeEntity", kind=kind)

    with pytest.raises(ours):
        market.adapter().listing("prod-1")


def test_an_offer_somebody_else_is_changing_is_waited_for(market: Market) -> None:
    offer_id = drafted(market)
    market.control("/knobs", delay_seconds=60)
    entity = {"Type": "Offer@1.0", "Identifier": offer_id}
    change = {"ChangeType": "UpdateInformation", "Entity": entity, "DetailsDocument": {"Name": "By hand"}}
    market.boto().start_change_set(Catalog="AWSMarketplace", ChangeSet=[change])

    with pytest.raises(Unavailable) as later:
        market.catalog()._call("start_change_set", {"ChangeSet": [change]}, is_write=True)

    assert later.value.retry_after == 5.0


def test_keys_that_are_not_accepted_are_an_admin_s_business(market: Market) -> None:
    with pytest.raises(AuthExpired):
        market.adapter("wrong").listing("prod-1")


def test_a_marketplace_that_is_away_is_unavailable() -> None:
    portal = open_portal(
        catalog="AWS",
        endpoint_url="http://127.0.0.1:1",
        access_key_id="sandbox",
        secret_access_key="sandbox",
        marketplace_url="http://127.0.0.1:1",
        clock=FakeClock(),
    )

    assert isinstance(portal, Selling)
    assert isinstance(portal.marketplace, AwsMarketplace)
    with pytest.raises(Unavailable, match="AWS Marketplace"):
        portal.marketplace.listing("prod-1")


def test_what_is_filed_in_the_sandbox_catalog_leads_to_no_offer() -> None:
    portal = open_portal(
        catalog="Sandbox",
        endpoint_url=None,
        access_key_id="sandbox",
        secret_access_key="sandbox",
        clock=FakeClock(),
    )

    assert portal.marketplace is None


def test_an_offer_without_a_name_cannot_be_linked(market: Market, monkeypatch: pytest.MonkeyPatch) -> None:
    adapter = market.adapter()
    monkeypatch.setattr(adapter._catalog, "read", lambda *_, **__: {})

    with pytest.raises(NotVisible):
        adapter.link("O1", "offer-1")
