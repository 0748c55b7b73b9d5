"""The card of a private offer: what was quoted, both companies' checks, and that nothing is published."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from handlers.views import render
from motions.deals import OpportunityId
from motions.model import ExceptionItem, MotionId, PartnerKey, Token
from motions.offer_surfaces import OfferCard
from motions.offers import Check, OfferState, PrivateOffer, Whose, offer_id_of
from tests.handlers import values
from tests.handlers.validators import check_message
from tests.motions.quoted import QUOTE

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
MET = Check(Whose.OURS, "The quote is approved", "Q-17, approved")
OPEN = Check(Whose.THEIRS, "AWS approved the referral", "O1, pending", "Wait for AWS's review.")


def an_offer(**changes: Any) -> PrivateOffer:
    whole = PrivateOffer(
        id=offer_id_of(MotionId("m1")),
        motion_id=MotionId("m1"),
        opportunity_id=OpportunityId("006"),
        partner=PartnerKey("aws"),
        portal="aws",
        state=OfferState.PROPOSED,
        epoch=1,
        deal_name="Acmeco GTX rollout",
        customer="Acmeco",
        referral_id="O1",
        quote=QUOTE,
        checks=(MET, OPEN),
        channel="C0AWSCENT",
        manager_email="priya.raman@meridian.example",
        next_act="meet what is open below",
        seen_at=NOW,
        updated_at=NOW,
    )
    return replace(whole, **changes)


def drawn(token: str | None = None, problems: tuple[ExceptionItem, ...] = (), **changes: Any) -> str:
    card = OfferCard(
        offer=an_offer(**changes),
        partner_name="AWS",
        deal_url="https://crm.example/006",
        token=Token(token) if token else None,
        manager_slack_id="U0PRIYA",
        problems=problems,
    )
    message = render(card)
    check_message(message)
    return str(message["blocks"])


def test_open_checks_are_counted_and_say_what_to_do_and_nobody_is_asked() -> None:
    shown = drawn()

    assert "1 of 2 checks are open." in shown
    assert "O1, pending. Wait for AWS's review." in shown
    assert ":white_check_mark: The quote is approved" in shown
    assert "<@U0PRIYA>" in shown
    assert "offer.draft" not in shown


def test_a_ready_one_asks_and_says_that_nothing_is_published() -> None:
    shown = drawn("t1", checks=(MET,))

    assert "Ready to be drafted." in shown
    assert "'value': 't1'" in shown
    assert "cosell publishes no offer" in shown
    assert "AWS sees to" not in shown


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"state": OfferState.DRAFTING, "approved_by": "Priya Raman"}, "Priya Raman had it drafted."),
        ({"state": OfferState.DRAFTING, "offer_id": "offer-1"}, "It is offer-1 there."),
        (
            {"state": OfferState.DRAFTED, "offer_id": "offer-1", "standing": "Draft"},
            "offer-1 (Draft): draft, not published",
        ),
        ({"state": OfferState.WITHDRAWN}, "Withdrawn. Nothing was drafted."),
    ],
)
def test_the_card_says_where_it_stands(changes: dict[str, Any], words: str) -> None:
    assert words in drawn(**changes)


def test_what_went_wrong_is_on_the_card() -> None:
    item = ExceptionItem("x", "offer:m1", None, "offer-refused", "It was not drafted.", "Mend it.", "p@x.example", NOW)

    assert "It was not drafted. Mend it." in drawn(problems=(item,))


def test_a_bare_quote_is_drawn_too() -> None:
    empty = replace(QUOTE, number=None, amount=None, months=None, valid_until=None, product=None, buyer_account=None)

    shown = drawn(quote=empty, next_act="", customer="", deal_name="")

    assert "not known" in shown
    assert "A deal: private offer through AWS" in shown


@pytest.mark.parametrize("name", values.EXTREMES.values(), ids=values.EXTREMES.keys())
def test_somebody_elses_words_fit_and_format_nothing(name: str) -> None:
    check = Check(Whose.OURS, name, name, name)

    assert drawn("t", deal_name=name, customer=name, referral_id=name, checks=(check,), approved_by=name)
