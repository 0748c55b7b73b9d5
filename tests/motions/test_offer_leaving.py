"""What must still be true when a private offer leaves: the quote, the deal, the grant, the bytes that were shown."""

from dataclasses import replace

import pytest

from motions.grant_terms import Side
from motions.offering import look
from motions.offers import OfferState
from tests.fakes.world import AWS, DEAL, MOTION, PRIYA, World
from tests.motions.quoted import (
    DRAFTED,
    DRAFTING,
    OFFER,
    PROPOSED,
    QUOTE,
    before_it_leaves,
    card_text,
    drafted,
    lose,
    market,
    offer,
    quoted,
    say_draft,
    tamper,
)


def test_other_bytes_than_were_shown_do_not_leave() -> None:
    made = quoted()
    say_draft(made)
    tamper(made)

    made.durable.settle()

    assert market(made).asked == {}
    assert made.problems(OFFER) == ["offer-refused"]


def test_a_quote_that_changed_since_the_click_does_not_leave(monkeypatch: pytest.MonkeyPatch) -> None:
    made = quoted()
    before_it_leaves(made, monkeypatch, lambda: resaved(made))

    drafted(made)

    assert market(made).asked == {}
    assert (offer(made).state, "the quote changed" in card_text(made)) == (PROPOSED, True)
    look(made.ports)
    assert offer(made).quote.number == "Q-18"


def resaved(made: World) -> None:
    with made.store.transaction() as uow:
        deal = uow.deals.get(DEAL)
        assert deal is not None
        uow.deals.save([replace(deal, quote=replace(QUOTE, number="Q-18"))])


def test_a_deal_that_was_lost_since_the_click_is_drafted_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    made = quoted()
    before_it_leaves(made, monkeypatch, lambda: lose(made))

    drafted(made)
    look(made.ports)
    made.durable.settle()

    assert (market(made).asked, offer(made).state) == ({}, OfferState.WITHDRAWN)


def test_a_grant_that_was_revoked_since_the_click_lets_nothing_out(monkeypatch: pytest.MonkeyPatch) -> None:
    made = quoted()
    before_it_leaves(made, monkeypatch, lambda: revoked(made))

    drafted(made)

    assert market(made).asked == {}
    assert made.problems(OFFER) == ["offer-refused"]
    look(made.ports)
    made.durable.settle()
    assert "offer.draft" not in card_text(made)


def test_a_grant_that_was_revoked_since_the_draft_links_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    made = quoted()
    before_it_leaves(made, monkeypatch, lambda: revoked(made), "link")

    drafted(made)

    assert (market(made).offers, market(made).links) == (["offer-1"], [])
    assert made.problems(OFFER) == ["draft-offer-failing"]
    assert "It is offer-1 there." in card_text(made)


def test_a_quote_that_changed_since_the_draft_keeps_no_link_back(monkeypatch: pytest.MonkeyPatch) -> None:
    made = quoted()
    before_it_leaves(made, monkeypatch, lambda: resaved(made), "link")

    drafted(made)

    assert (offer(made).state, offer(made).quote.number, market(made).links) == (DRAFTED, "Q-17", [("O1", "offer-1")])
    assert made.org.get(DEAL).cosell.offer_id == "offer-1"
    assert made.problems(OFFER) == []


def revoked(made: World) -> None:
    with made.store.transaction() as uow:
        for grant in uow.grants.unrevoked(AWS):
            uow.grants.revoke(grant.id, by=PRIYA, at=made.clock.now(), side=Side.OURS)


def test_a_competitor_named_since_the_click_gets_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    made = quoted()

    def named() -> None:
        with made.store.transaction() as uow:
            deal = uow.deals.get(DEAL)
            assert deal is not None
            uow.deals.save([replace(deal, competitors=("Amazon",))])

    before_it_leaves(made, monkeypatch, named)

    drafted(made)

    assert market(made).asked == {}
    assert made.problems(OFFER) == ["offer-refused"]


def test_an_offer_that_is_overtaken_just_before_it_leaves_stays_here(monkeypatch: pytest.MonkeyPatch) -> None:
    made = quoted()

    def overtaken() -> None:
        with made.store.transaction() as uow:
            uow.offers.change(OFFER, epoch=2, changes={"epoch": 3})

    before_it_leaves(made, monkeypatch, overtaken)

    drafted(made)

    assert market(made).asked == {}
    assert (offer(made).epoch, offer(made).state) == (3, DRAFTING)


@pytest.mark.parametrize(("step", "links"), [("standing", 0), ("link", 0), (f"{MOTION}:crm.offer", 1)])
def test_one_that_is_overtaken_on_its_way_is_not_moved(monkeypatch: pytest.MonkeyPatch, step: str, links: int) -> None:
    made = quoted()

    def overtaken() -> None:
        with made.store.transaction() as uow:
            uow.offers.change(OFFER, epoch=2, changes={"epoch": 3})

    before_it_leaves(made, monkeypatch, overtaken, step)

    drafted(made)

    assert (offer(made).epoch, offer(made).state, len(market(made).links)) == (3, DRAFTING, links)
