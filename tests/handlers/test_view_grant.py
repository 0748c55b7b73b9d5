"""What people see of grants: the terms in full, where they stand, and the buttons that are left."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from handlers.views import grant as views
from handlers.views.answers import draw
from motions.grant_surfaces import GrantCard, GrantLine, GrantList, GrantOffer, NothingShared
from motions.grant_terms import DealRule, Grant, Purpose, Side
from motions.model import Token
from motions.referrals import Field
from tests.fakes.clock import MONDAY
from tests.fakes.grants import granted
from tests.fakes.world import AWS
from tests.handlers.validators import check_message

OPEN = replace(granted(AWS), confirmed_at=None, confirmed_by=None, confirmed_name=None)
AGREED = granted(AWS)


def shown(grant: Grant, name: str = "AWS") -> str:
    """The card as it is drawn, valid for Slack."""
    message = views.draw(GrantCard(grant, name))
    check_message(message)
    return str(message)


def ended(side: Side, name: str | None = "Alex Moreno") -> Grant:
    """A grant that was agreed to and is over."""
    return replace(AGREED, revoked_at=MONDAY + timedelta(days=3), revoked_name=name, revoked_side=side)


def test_a_proposal_shows_its_terms_and_both_buttons() -> None:
    said = shown(replace(OPEN, terms=replace(OPEN.terms, fields=frozenset({Field.TITLE, Field.MONTHLY_SPEND}))))

    assert "Nothing is shared before somebody of AWS agrees" in said
    assert "Fields: monthly spend, title." in said
    assert "Deals: all that we work together." in said
    assert "referrals in AWS's portal, handoffs to AWS's seller in this channel, the joint forecast" in said
    assert "With: anybody of AWS." in said
    assert "Until the end of 2027-11-22" in said
    assert ("grant.agree" in said, "grant.revoke" in said) == (True, True)


def test_an_agreement_keeps_the_button_that_ends_it() -> None:
    said = shown(AGREED)

    assert "*Agreed* by Alex Moreno" in said
    assert ("grant.agree" in said, "grant.revoke" in said) == (False, True)


@pytest.mark.parametrize(
    ("grant", "words"),
    [
        (ended(Side.PARTNER), "*Ended* by Alex Moreno"),
        (ended(Side.OURS, "Priya Raman"), "*Ended* by Priya Raman"),
        (ended(Side.TIME, None), "*Over.* It ended with 2027-11-22."),
        (ended(Side.REPLACED), "*Replaced* by another"),
    ],
    ids=lambda each: str(getattr(each, "revoked_side", "")),
)
def test_what_is_over_says_how_and_has_no_button(grant: Grant, words: str) -> None:
    said = shown(grant)

    assert words in said
    assert "button" not in said


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ({"regions": ("West", "East")}, "regions West, East"),
        ({"products": ("GTX Pro",), "minimum_amount": Decimal(10000)}, "products GTX Pro; from 10,000 on"),
        ({"opportunities": ("006A", "006B")}, "2 named ones"),
    ],
)
def test_a_rule_is_told_in_words(rule: dict[str, Any], words: str) -> None:
    assert words in shown(replace(OPEN, terms=replace(OPEN.terms, deals=DealRule(**rule))))


def test_people_are_named_and_a_purpose_that_is_not_there_is_not() -> None:
    terms = replace(OPEN.terms, people=("U0ALEX",), purposes=frozenset({Purpose.FORECAST}))

    said = shown(replace(OPEN, terms=terms))

    assert "With: <@U0ALEX>." in said
    assert "For: the joint forecast in this channel." in said


def test_a_hostile_name_stays_words() -> None:
    said = shown(replace(AGREED, confirmed_name="<!channel> *x*"), "<!here>")

    assert "<!channel>" not in said
    assert "<!here>" not in said.replace("'text': 'What we share with <!here>'", "")


def test_the_longest_terms_fit_into_a_message() -> None:
    terms = replace(
        OPEN.terms,
        fields=frozenset(Field),
        people=tuple(f"U{n:010d}" for n in range(500)),
        deals=DealRule(
            regions=tuple("R" * 60 + str(n) for n in range(200)), products=tuple("P" * 90 for _ in range(50))
        ),
    )

    check_message(views.draw(GrantCard(replace(OPEN, terms=terms), "A" * 300)))


def test_an_offer_shows_the_terms_before_anybody_else_sees_them() -> None:
    message = draw(GrantOffer(Token("aws:1234"), "AWS", OPEN.terms))

    check_message(message)
    assert "Propose to AWS what we share?" in str(message)
    assert "'value': 'aws:1234'" in str(message)
    assert "Nothing crosses before somebody of theirs agrees" in str(message)


def test_the_list_names_each_grant_with_its_end() -> None:
    lines = (GrantLine(AGREED, "AWS", stands=True), GrantLine(OPEN, "Northstar", stands=False))

    message = draw(GrantList(lines))

    check_message(message)
    assert "Shared with partners (2)" in str(message)
    assert "agreed by Alex Moreno" in str(message)
    assert "not agreed" in str(message)


def test_an_empty_list_says_so_and_a_long_one_counts() -> None:
    assert "Nothing is shared with any partner" in str(draw(GrantList(())))

    many = draw(GrantList(tuple(GrantLine(AGREED, "AWS", stands=True) for _ in range(25))))
    check_message(many)
    assert "and 5 more" in str(many)


def test_in_the_place_of_a_handoff_nothing_of_it_is_left() -> None:
    message = views.draw(NothingShared("AWS"))

    check_message(message)
    assert message["text"] == "What this message said is no longer shared with AWS."
