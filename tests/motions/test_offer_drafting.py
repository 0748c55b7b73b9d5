"""Drafting a private offer: what was shown is made once, linked, in the CRM and on the card, and never published."""

from dataclasses import replace
from datetime import timedelta

import pytest

from handlers.views import VERSION, render
from motions.auditing import verify
from motions.deals import CosellFields
from motions.effects import EffectStatus
from motions.errors import NotVisible, Rejected
from motions.model import EffectKey
from motions.offering import look
from motions.offers import OfferState
from motions.replaying import replay
from motions.surfaces import ClickOutcome
from tests.fakes.marketplace import SYSTEM
from tests.fakes.world import DAY, DEAL, MINUTE, MOTION, SECOND
from tests.motions.outside import ProcessDied
from tests.motions.quoted import (
    DRAFTED,
    DRAFTING,
    LOST,
    OFFER,
    PROPOSED,
    before_it_leaves,
    card_text,
    changed_nothing,
    drafted,
    market,
    offer,
    quoted,
    requote,
    say_draft,
    token_of,
)

HOUR = timedelta(hours=1)


def test_drafted_it_hangs_on_the_referral_is_in_the_crm_and_on_the_card_and_is_not_published() -> None:
    made = quoted()

    reply = say_draft(made)
    made.durable.settle()

    assert (reply.outcome, "Nothing is published" in reply.text) == (ClickOutcome.DONE, True)
    assert market(made).offers == ["offer-1"]
    assert market(made).links == [("O1", "offer-1")]
    assert made.org.get(DEAL).cosell.offer_id == "offer-1"
    assert (offer(made).state, offer(made).offer_id, offer(made).standing) == (DRAFTED, "offer-1", "Draft")
    shown = card_text(made)
    assert "offer-1 (Draft): draft, not published. Approved by Priya Raman." in shown
    assert "cosell publishes nothing" in shown
    assert "offer.draft" not in shown
    assert made.problems(OFFER) == []


def test_what_is_sent_is_what_was_sealed() -> None:
    made = drafted(quoted())
    token = token_of(made)

    effect = made.read(lambda uow: uow.effects.get(EffectKey(f"{OFFER}:draft")))
    approval, proposal = made.read(lambda uow: uow.decisions.get(token))

    (asked,) = market(made).asked.values()
    assert asked.request == proposal.payload["request"] == effect.payload["request"]
    assert effect.payload["seal"] == approval.seal == proposal.seal
    assert (effect.audience, effect.kind) == ("aws", "aws.offer")


def test_the_log_names_the_grant_and_gives_every_row_and_message_again() -> None:
    made = drafted(quoted())

    intended = [e.detail for e in made.read(lambda uow: uow.log.of(OFFER)) if e.event == "effect.intended"]
    assert [each.get("grant") for each in intended if each["kind"].startswith("aws.")] == ["aws.1", "aws.1"]
    assert made.read(verify).differences == []
    assert made.read(lambda uow: replay(uow, render, VERSION)).differences == []


@pytest.mark.parametrize("call", ["start", "link"])
def test_a_lost_answer_drafts_once_and_links_once(call: str) -> None:
    made = quoted()
    market(made).lose_answer(call)

    say_draft(made)
    made.advance(LOST)

    assert (market(made).offers, market(made).links) == (["offer-1"], [("O1", "offer-1")])
    assert market(made).calls.count(call) == 1
    assert offer(made).state is DRAFTED


def test_a_quote_that_changes_after_a_lost_answer_makes_nobody_say_that_nothing_was_drafted() -> None:
    made = quoted()
    market(made).lose_answer("start")
    say_draft(made)
    made.durable.settle()

    requote(made, number="Q-18")
    made.advance(LOST)

    assert made.problems(OFFER) != ["offer-refused"]
    assert (offer(made).offer_id, market(made).offers, offer(made).refusals) == ("offer-1", ["offer-1"], 0)


def test_a_quote_that_changes_after_an_attempt_nobody_heard_of_is_asked_for_anew(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made = quoted()
    say_draft(made)
    real = market(made).start

    def dying(*_given: object) -> str:
        monkeypatch.setattr(market(made), "start", real)
        raise ProcessDied

    monkeypatch.setattr(market(made), "start", dying)
    with pytest.raises(ProcessDied):
        made.durable.settle()
    requote(made, number="Q-18")
    made.durable.run_again()
    made.advance(2 * LOST)
    look(made.ports)

    assert (offer(made).state, offer(made).quote.number, market(made).asked) == (PROPOSED, "Q-18", {})
    drafted(made)
    assert list(market(made).asked) == [f"{OFFER}:draft.1"]
    assert (offer(made).state, made.problems(OFFER)) == (DRAFTED, [])


@pytest.mark.parametrize("call", ["start", "outcome", "standing", "link"])
def test_an_outage_delays_it(call: str) -> None:
    made = quoted()
    market(made).be_unavailable(call, times=3)

    say_draft(made)
    made.advance(LOST)

    assert market(made).offers == ["offer-1"]
    assert offer(made).state is DRAFTED
    assert made.problems(OFFER) == []


def test_a_marketplace_that_takes_its_time_is_nobodys_business() -> None:
    made = quoted()
    market(made).take_time(30)

    say_draft(made)
    made.advance(MINUTE)
    waiting = (offer(made).state, made.problems(OFFER), "is being asked" in card_text(made))
    made.advance(5 * MINUTE)

    assert waiting == (DRAFTING, [], True)
    assert offer(made).state is DRAFTED


def test_a_draft_that_is_never_made_is_asked_for_ever_more_rarely_and_told_once() -> None:
    made = quoted()
    market(made).take_time(10_000)
    say_draft(made)

    made.advance(50 * MINUTE)
    early = (made.problems(OFFER), market(made).calls.count("outcome") < 60)
    made.advance(DAY)
    look(made.ports)
    asked = market(made).calls.count("outcome")
    made.advance(DAY)

    assert early == ([], True)
    assert made.problems(OFFER) == ["draft-offer-failing"]
    assert "has not made the draft yet" in made.read(lambda uow: uow.exceptions.of(OFFER))[0].reason
    assert market(made).calls.count("outcome") - asked < 24 * 7


def test_a_link_that_is_refused_for_good_is_asked_for_ever_more_rarely_and_told_once() -> None:
    made = quoted()
    for _ in range(400):
        market(made).fail("link", Rejected(SYSTEM, "the offer is of another catalog"))
    say_draft(made)

    made.advance(2 * DAY)
    asked = market(made).calls.count("link")
    for _ in range(24):
        look(made.ports)
        made.advance(HOUR)

    assert market(made).calls.count("link") - asked <= 25
    assert made.problems(OFFER) == ["draft-offer-failing"]
    assert "the offer is of another catalog" in card_text(made)


def test_the_offers_id_is_kept_before_it_is_linked() -> None:
    made = quoted()
    market(made).fail("link", Rejected(SYSTEM, "the referral is being reviewed"))

    say_draft(made)
    made.advance(SECOND)

    assert (offer(made).state, offer(made).offer_id) == (DRAFTING, "offer-1")
    assert made.problems(OFFER) == ["draft-offer-failing"]
    made.advance(15 * MINUTE)
    assert (offer(made).state, market(made).offers, made.problems(OFFER)) == (DRAFTED, ["offer-1"], [])


def test_a_draft_that_was_not_made_is_asked_for_anew_under_a_key_of_its_own() -> None:
    made = quoted()
    market(made).fail_draft("Provide valid buyer accounts.")
    before = token_of(made)

    drafted(made)

    assert (offer(made).state, offer(made).refusals, offer(made).approved_by) == (PROPOSED, 1, None)
    assert made.problems(OFFER) == ["offer-refused"]
    assert "Provide valid buyer accounts" in card_text(made)
    assert changed_nothing(say_draft(made, token=before), "out of date")
    drafted(made)
    assert list(market(made).asked) == [f"{OFFER}:draft", f"{OFFER}:draft.1"]
    assert (offer(made).state, made.problems(OFFER)) == (DRAFTED, [])


def test_a_draft_that_does_not_show_yet_is_not_taken_for_one_that_was_not_made() -> None:
    made = quoted()
    market(made).fail("outcome", NotVisible(SYSTEM, "no such change set"))

    say_draft(made)
    made.advance(MINUTE)

    assert (offer(made).state, offer(made).refusals, market(made).offers) == (DRAFTED, 0, ["offer-1"])
    assert made.problems(OFFER) == []


def test_one_that_is_refused_twice_says_why_it_was_the_second_time() -> None:
    made = quoted()
    market(made).fail_draft("one reason")
    market(made).fail_draft("another reason")

    drafted(drafted(made))

    assert "another reason" in card_text(made)
    assert "one reason" not in card_text(made)


def test_a_refusal_is_nobodys_business_once_the_deal_is_lost() -> None:
    made = quoted()
    market(made).fail_draft("Provide valid buyer accounts.")
    drafted(made)

    made.change(is_closed=True, is_won=False)
    made.poll()

    assert (offer(made).state, made.problems(OFFER)) == (OfferState.WITHDRAWN, [])
    assert "Provide valid buyer accounts" not in card_text(made)


def test_everything_stopped_it_waits() -> None:
    made = quoted()
    say_draft(made)
    made.configure(kill_switch=True)

    made.advance(MINUTE)
    stopped = (market(made).asked == {}, offer(made).state)
    made.configure()
    made.advance(MINUTE)

    assert stopped == (True, DRAFTING)
    assert offer(made).state is DRAFTED


def test_run_again_from_the_beginning_it_drafts_and_links_once() -> None:
    made = drafted(quoted())

    made.durable.run_again()

    assert (market(made).offers, market(made).links) == (["offer-1"], [("O1", "offer-1")])
    made.durable.lose_everything()
    look(made.ports)
    made.durable.settle()
    assert market(made).calls.count("start") == 1


@pytest.mark.parametrize("call", ["start", "outcome", "standing", "link"])
@pytest.mark.parametrize("is_done", [False, True], ids=["before", "after"])
def test_killed_at_any_call_it_drafts_and_links_once(
    monkeypatch: pytest.MonkeyPatch, call: str, *, is_done: bool
) -> None:
    made = quoted()
    say_draft(made)
    real = getattr(market(made), call)

    def dying(*given: object) -> None:
        if is_done:
            real(*given)
        monkeypatch.setattr(market(made), call, real)
        raise ProcessDied

    monkeypatch.setattr(market(made), call, dying)

    with pytest.raises(ProcessDied):
        made.durable.settle()
    made.durable.run_again()
    made.advance(2 * LOST)

    assert (market(made).offers, market(made).links) == (["offer-1"], [("O1", "offer-1")])
    assert (offer(made).state, made.org.get(DEAL).cosell.offer_id) == (DRAFTED, "offer-1")


def test_what_the_partner_said_while_it_was_being_made_stays_in_the_crm(monkeypatch: pytest.MonkeyPatch) -> None:
    made = quoted()
    before_it_leaves(made, monkeypatch, lambda: made.note(next_step="Legal review"), "link")

    drafted(made)

    assert made.org.get(DEAL).cosell.next_step == "Legal review"


def test_a_person_s_own_offer_id_in_the_crm_is_kept() -> None:
    made = quoted()
    made.org.edit_cosell(DEAL, offer_id="offer-by-hand")

    drafted(made)

    assert made.org.get(DEAL).cosell == replace(made.org.get(DEAL).cosell, offer_id="offer-by-hand")
    assert CosellFields().offer_id is None


def test_the_effects_are_done_and_final_ones_say_so() -> None:
    made = drafted(quoted())

    found = made.read(lambda uow: {e.kind: (e.status, e.undo) for e in uow.effects.of(OFFER)})

    assert {kind: status for kind, (status, _) in found.items()} == dict.fromkeys(found, EffectStatus.DONE)
    assert found["aws.offer"][1].value == "final"
    requote(made)
    assert MOTION in OFFER
