"""Which of our deals a partner may mean: by web address, then by name; it proposes, a person chooses."""

from dataclasses import replace
from typing import Any

import pytest

from motions.deals import Account
from motions.likening import likely_deals
from tests.fakes.portal_invitations import FACTS
from tests.fakes.world import AWS, DEAL, a_deal, world


def likened(account: Account | None, **facts: Any) -> list[tuple[str, str]]:
    """Which deals are proposed for these facts, and why."""
    made = world(a_deal(account=account))
    found = made.read(lambda uow: likely_deals(replace(FACTS, **facts), AWS, uow))
    return [(each.opportunity_id, each.why) for each in found]


@pytest.mark.parametrize(
    ("customer", "website", "why"),
    [
        ("Acmeco", None, "same customer name"),
        ("ACMECO, Inc.", None, "same customer name"),
        ("The Acmeco Company", None, "same customer name"),
        ("Acmeco Freight", None, "similar customer name"),
        ("Others", "http://www.acmeco.example/about", "same web address"),
        ("Acmeco", "https://acmeco.example", "same web address"),
        ("Acmeco", "https://elsewhere.example", "same customer name"),
    ],
)
def test_a_deal_is_alike_by_web_address_or_name(customer: str, website: str | None, why: str) -> None:
    account = Account("001A", "Acmeco", "https://acmeco.example")

    assert likened(account, customer=customer, website=website) == [(DEAL, why)]


@pytest.mark.parametrize("ours", ["Nordvik", "Nordvik AB", "Nordvik Oy"])
def test_a_legal_form_that_only_one_of_both_names_makes_no_other_customer(ours: str) -> None:
    found = likened(Account("001A", ours), customer="Nordvik AB", website=None)

    assert found == [(DEAL, "same customer name")]


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("Acmeco", "Northwind"),
        ("Acmecology", "Acmeco"),  # begins alike, and is another word
        ("Inc", "Acmeco"),
        ("Co", "Acme Co"),
        ("AB Freight", "AB"),  # two letters tell nobody apart
    ],
)
def test_names_that_only_look_alike_are_not(ours: str, theirs: str) -> None:
    assert likened(Account("001A", ours), customer=theirs, website=None) == []


def test_a_deal_without_an_account_is_nobodys() -> None:
    made = world(a_deal(account=None, name="Acmeco again"))

    assert made.read(lambda uow: likely_deals(FACTS, AWS, uow)) == ()


def test_an_unnamed_customer_is_like_nobody() -> None:
    assert likened(Account("001A", "Acmeco"), customer="", website=None) == []


def test_the_likeliest_come_first_then_the_newest_and_four_at_most() -> None:
    named = Account("001B", "Acmeco")
    made = world(*(a_deal(n, account=named) for n in range(2, 8)), a_deal())

    found = made.read(lambda uow: likely_deals(FACTS, AWS, uow))

    assert [each.opportunity_id for each in found] == [DEAL, *(a_deal(n).id for n in (7, 6, 5))]
