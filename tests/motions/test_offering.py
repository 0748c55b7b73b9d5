"""Private offers from approved quotes: proposed once, with both companies' checks, and kept true until decided."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from motions.errors import NotVisible, Rejected
from motions.labels import Catalogue
from motions.model import MotionState
from motions.offering import look, look_at_offer
from motions.offers import OfferId, OfferState, Whose
from motions.proposals import Verdict
from motions.referrals import Review
from motions.surfaces import ClickOutcome
from motions.triggers import read_changes
from tests.fakes.marketplace import PRODUCT, UNLISTED
from tests.fakes.store_offers import FakeOffers
from tests.fakes.world import CHANNEL, DEAL, MINUTE, MOTION, PRIYA, World
from tests.motions.quoted import (
    OFFER,
    QUOTE,
    card_text,
    drafted,
    market,
    offer,
    quoted,
    requote,
    say_draft,
    the_offer,
    token_of,
)
from tests.motions.stages import PAM, POLL, handed_off, in_review

PROPOSED, WITHDRAWN = OfferState.PROPOSED, OfferState.WITHDRAWN
HOUR = timedelta(hours=1)


def looked(made: World, later: timedelta = timedelta()) -> int:
    """Time passes, the sweep comes by, and what it starts is done; how many it told of."""
    made.advance(later)
    told = look(made.ports)
    made.durable.settle()
    return told


def open_checks(made: World) -> dict[str, str]:
    return {check.what: check.fix for check in offer(made).checks if not check.is_met}


def test_an_approved_quote_of_an_accepted_deal_is_proposed_once_with_both_companies_checks() -> None:
    made = quoted()

    looked(made)

    assert [each.key for each in made.messenger.in_channel(CHANNEL)][-1] == f"{OFFER}:card"
    shown = card_text(made)
    for words in ("Q-17", "USD 48,000", "12 months", "2027-01-31", "111122223333", "O1", PRIYA.user_id):
        assert words in shown
    assert {check.whose for check in offer(made).checks} == {Whose.OURS, Whose.THEIRS}
    assert open_checks(made) == {}
    assert "offer.draft" in shown
    assert made.events(OFFER)[:2] == ["offer.proposed", "proposal.made"]
    assert market(made).offers == []


def test_a_quote_that_was_approved_before_the_acceptance_is_proposed_with_it() -> None:
    made = in_review()
    requote(made)
    before = the_offer(made)

    made.portal.review("O1", Review.ACCEPTED, **PAM)
    made.advance(POLL)

    assert before is None
    assert offer(made).state is PROPOSED


def test_a_quote_nobody_approved_is_not_proposed() -> None:
    made = quoted(is_approved=False)

    assert the_offer(made) is None


def test_a_quote_nobody_approved_is_not_proposed_when_it_is_looked_at() -> None:
    made = quoted(is_approved=False)

    look_at_offer(MOTION, "by hand", made.ports)

    assert the_offer(made) is None


@pytest.mark.parametrize(
    ("changes", "check", "fix"),
    [
        ({"buyer_account": None}, "The buyer's account is known", "Enter it"),
        ({"months": None}, "The quote is whole", "Enter it"),
        ({"product": UNLISTED}, "The product is on AWS's marketplace", "made public"),
        ({"product": "prod-none"}, "The product is on AWS's marketplace", "knows none like it"),
        ({"amount_from": "Opportunity.Unknown__c"}, "Both companies agreed to share it", "by hand"),
    ],
)
def test_a_check_that_is_not_met_says_what_to_do_and_there_is_no_button(
    changes: dict[str, Any], check: str, fix: str
) -> None:
    made = quoted(**changes)

    assert fix in open_checks(made)[check]
    assert "offer.draft" not in card_text(made)
    reply = say_draft(made)
    assert (reply.outcome, check in reply.text) == (ClickOutcome.CHANGED_NOTHING, True)


def test_without_a_product_the_marketplace_is_not_asked_for_one() -> None:
    made = quoted(product=None)

    assert "The product is on AWS's marketplace" in open_checks(made)
    assert market(made).calls == []


def test_a_referral_that_is_not_there_any_more_is_a_check() -> None:
    made = handed_off()
    made.portal.fail(NotVisible("FakePortal", "no referral O1"), at="status")

    requote(made)

    assert open_checks(made) == {"AWS approved the referral": "Look what became of it in AWS's portal."}
    looked(made)
    assert open_checks(made) == {}


def test_a_referral_that_is_not_approved_any_more_is_a_check() -> None:
    made = handed_off()
    made.portal.review("O1", Review.ACTION_REQUIRED)

    requote(made)

    assert "Wait for AWS's review" in open_checks(made)["AWS approved the referral"]


def test_a_quote_that_is_approved_no_more_loses_its_button() -> None:
    made = quoted()

    requote(made, is_approved=False)
    looked(made)

    assert "Have it approved in the CRM." in card_text(made)
    assert "offer.draft" not in card_text(made)


def test_a_competitor_on_the_deal_is_a_check() -> None:
    made = quoted()

    made.change(competitors=("Amazon",))
    read_changes(made.ports)
    looked(made)

    assert "The partner does not compete on the deal" in open_checks(made)


def test_a_field_nobody_labelled_crosses_to_nobody() -> None:
    made = handed_off()
    made.use(made.ports.config.model_copy(update={"fields": Catalogue()}))

    requote(made)

    assert "Both companies agreed to share it" in open_checks(made)


def test_a_check_the_partner_has_met_meanwhile_shows_and_the_old_button_is_out_of_date() -> None:
    made = quoted(product=UNLISTED)
    before = token_of(made)
    market(made).listings[UNLISTED] = replace(market(made).listings[UNLISTED], is_for_sale=True)

    assert looked(made) == 1

    assert "offer.draft" in card_text(made)
    assert "out of date" in say_draft(made, token=before).text
    assert made.read(lambda uow: uow.decisions.get(before))[0].verdict is Verdict.REPLACED


def test_what_did_not_change_is_not_asked_anew_nor_the_partner_again() -> None:
    made = quoted()
    before, calls = token_of(made), list(market(made).calls)

    assert looked(made, HOUR) == 0

    assert token_of(made) == before
    assert market(made).calls == calls


def test_another_product_is_looked_for_again() -> None:
    made = quoted()

    requote(made, product=UNLISTED)

    assert "The product is on AWS's marketplace" in open_checks(made)


def test_a_quote_that_changes_is_asked_for_anew_at_its_new_price() -> None:
    made = quoted()
    before = token_of(made)

    requote(made, number="Q-18")

    assert "Q-18" in card_text(made)
    assert "out of date" in say_draft(made, token=before).text
    assert offer(made).state is PROPOSED


def test_a_quote_that_changes_within_a_second_is_noticed() -> None:
    made = quoted()
    stamp = made.org.get(DEAL).modified_at

    made.org.put([replace(made.org.get(DEAL), quote=replace(QUOTE, number="Q-18"), modified_at=stamp)])
    made.poll()

    assert offer(made).quote.number == "Q-18"


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"quote": None}, "its quote is gone from the CRM"),
        ({"is_closed": True}, "the deal was lost"),
    ],
)
def test_an_offer_whose_deal_or_quote_is_gone_is_withdrawn_and_may_come_back(change: dict[str, Any], why: str) -> None:
    made = quoted()

    made.change(**change)
    made.poll()
    looked(made)

    assert (offer(made).state, offer(made).next_act) == (WITHDRAWN, f"nothing: {why}")
    assert "Withdrawn. Nothing was drafted." in card_text(made)
    assert "was withdrawn already" in say_draft(made).text
    made.change(is_closed=False, quote=QUOTE)
    made.poll()
    assert offer(made).state is PROPOSED


def test_a_deal_that_was_lost_before_its_quote_was_seen_is_left_alone() -> None:
    made = handed_off()

    made.change(is_closed=True, quote=QUOTE)
    made.poll()

    assert the_offer(made) is None


def test_a_partner_without_a_marketplace_is_offered_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    made = handed_off()
    monkeypatch.setattr(made.portal, "marketplace", None)

    requote(made)
    look_at_offer(MOTION, "by hand", made.ports)

    assert the_offer(made) is None


def test_a_portal_that_sells_nothing_is_offered_nothing() -> None:
    made = handed_off()
    made.ports = replace(made.ports, portals={})

    made.change(quote=QUOTE)
    read_changes(made.ports)

    assert made.durable.waiting("look_at_offer") == []


def test_a_motion_that_is_not_accepted_any_more_is_left_alone() -> None:
    made = handed_off()
    made.change(quote=QUOTE)
    read_changes(made.ports)
    made.durable.lose_waiting()
    with made.store.transaction() as uow:
        uow.motions.note(MOTION, {"state": MotionState.NEEDS_PERSON})

    look_at_offer(MOTION, "by hand", made.ports)

    assert the_offer(made) is None


def test_an_offer_is_left_alone_once_it_is_drafted() -> None:
    made = drafted(quoted())

    requote(made, number="Q-18")

    assert (looked(made), offer(made).state) == (0, OfferState.DRAFTED)
    assert offer(made).quote.number == "Q-17"


def test_an_offer_that_was_decided_while_it_was_looked_at_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    made = quoted(product=UNLISTED)
    listing = market(made).listings[PRODUCT]

    def listed(_product: str) -> object:
        with made.store.transaction() as uow:
            uow.offers.change(OFFER, epoch=1, changes={"state": OfferState.DRAFTED, "epoch": 2})
        return listing

    monkeypatch.setattr(market(made), "listing", listed)

    assert looked(made) == 0

    assert offer(made).epoch == 2


def test_an_offer_that_was_decided_while_its_deal_was_lost_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    made = quoted()
    made.change(quote=None)
    made.poll()
    transaction = made.store.transaction
    taken: list[int] = []

    def late() -> Any:
        if not taken:
            taken.append(1)
            with transaction() as uow:
                uow.offers.change(OFFER, epoch=1, changes={"state": OfferState.DRAFTED, "epoch": 2})
        return transaction()

    monkeypatch.setattr(made.store, "transaction", late)

    assert looked(made) == 0

    assert offer(made).state is OfferState.DRAFTED


def test_two_processes_that_look_in_the_same_moment_propose_it_once(monkeypatch: pytest.MonkeyPatch) -> None:
    made = quoted()
    before = made.events(OFFER)
    monkeypatch.setattr(FakeOffers, "locked", lambda *_: None)

    look_at_offer(MOTION, "by the other", made.ports)

    assert made.events(OFFER) == before


def test_a_card_the_engine_lost_is_posted_by_the_sweep() -> None:
    made = handed_off()
    made.change(quote=QUOTE)
    read_changes(made.ports)
    made.durable.run_named("look_at_offer")
    made.durable.lose_waiting()

    looked(made, 2 * MINUTE)

    assert "Q-17" in card_text(made)


def test_a_card_whose_posting_is_under_way_is_not_started_again() -> None:
    made = handed_off()
    made.change(quote=QUOTE)
    read_changes(made.ports)
    made.durable.run_named("look_at_offer")
    made.clock.advance(2 * MINUTE)

    look(made.ports)

    assert len(made.durable.waiting("post_offer")) == 1


def test_a_draft_the_engine_lost_is_begun_again_by_the_sweep() -> None:
    made = quoted()
    say_draft(made)
    made.durable.lose_waiting()

    looked(made, 2 * MINUTE)

    assert len(market(made).offers) == 1
    assert offer(made).state is OfferState.DRAFTED


def test_one_that_the_partner_refuses_to_speak_of_keeps_no_other_waiting() -> None:
    made = quoted(product=UNLISTED)
    other = replace(offer(made), id=OfferId("offer:other"), state=OfferState.DRAFTING, seen_at=made.clock.now())
    with made.store.transaction() as uow:
        assert uow.offers.add(other)
    made.portal.fail(Rejected("FakePortal", "not this referral"), at="status")
    made.clock.advance(2 * MINUTE)

    with pytest.raises(Rejected, match="not this referral"):
        look(made.ports)

    assert [each.args[0] for each in made.durable.waiting("draft_offer")] == [other.id]


def test_a_deal_without_an_account_is_offered_all_the_same() -> None:
    made = handed_off()

    made.change(quote=QUOTE, account=None)
    made.poll()

    assert offer(made).customer == ""


def test_a_quote_without_a_last_day_is_asked_for_as_long_as_any_approval() -> None:
    made = quoted(valid_until=None)

    token = token_of(made)
    approval = made.read(lambda uow: uow.decisions.get(token))[0]

    assert approval.expires_at == made.clock.now() + made.ports.config.policy.approval_expires_after
