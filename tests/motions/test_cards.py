"""The one card of a motion: always in the same place, always saying what is true now."""

from decimal import Decimal

import pytest

from motions.approvals import approve, deny
from motions.cards import gather_card, post_card, redraw, redraw_now
from motions.deals import Money
from motions.errors import OutcomeUnknown, Unavailable
from motions.model import MotionState
from motions.referrals import Review
from tests.fakes.messenger import Trouble
from tests.fakes.world import CHANNEL, MINUTE, MOTION, PRIYA, SECOND, World, world
from tests.motions.stages import POLL, awaiting, handed_off, in_review


def card_text(made: World) -> str:
    [card] = made.messenger.in_channel(CHANNEL)
    return str(card.message)


def test_the_card_mentions_its_manager_once() -> None:
    made = awaiting()
    posted = card_text(made)

    redrawn, _ = gather_card(MOTION, made.ports, mention=False)

    assert "<@U0PRIYA>" in posted
    assert redrawn.manager_slack_id is None


def test_a_manager_slack_does_not_know_is_not_mentioned() -> None:
    made = awaiting()
    made.note(manager_email="somebody@elsewhere.example")

    card, _ = gather_card(MOTION, made.ports, mention=True)

    assert card.manager_slack_id is None


def test_posting_stops_the_clock_of_the_request() -> None:
    made = awaiting()

    assert made.motion.asked_at is not None
    assert made.motion.card is not None
    assert made.motion.card.channel == CHANNEL


def test_the_card_tells_the_story_so_far_and_offers_nothing_that_is_decided() -> None:
    made = handed_off()

    card, _ = gather_card(MOTION, made.ports, mention=False)

    assert [milestone.text for milestone in card.milestones] == [
        "Approved by Priya Raman",
        "Filed with AWS as O1",
        "Accepted by AWS",
        "Handed to AWS's seller",
    ]
    assert (card.token, card.expires_at) == (None, None)
    assert dict(card.deal_facts)["Amount"] == "USD 54,000.00"
    assert all(text in card_text(made) for text in ("Filed with AWS as O1", "Accepted by AWS"))


def test_before_the_referral_is_noted_its_number_comes_from_the_ledger() -> None:
    made = in_review()
    made.note(referral_id=None)

    card, _ = gather_card(MOTION, made.ports, mention=False)

    assert card.milestones[-1].text == "Filed with AWS as O1"


def test_a_denial_without_words_says_that_there_were_none() -> None:
    made = awaiting()
    deny(made.token, PRIYA, "", made.ports)
    made.durable.settle()

    assert "Denied by Priya Raman" in card_text(made)


def test_a_card_is_posted_once_however_often_its_segment_runs() -> None:
    made = awaiting()

    for _ in range(3):
        post_card(MOTION, made.motion.epoch, made.ports)

    assert len(made.messenger.in_channel(CHANNEL)) == 1


def test_a_card_whose_answer_was_lost_is_adopted() -> None:
    made = world()
    made.messenger.troubles.append(Trouble(OutcomeUnknown("Slack", "no answer"), after=True))
    made.change(stage_name="Proposal")
    made.poll()
    made.advance(MINUTE)

    [card] = made.messenger.in_channel(CHANNEL)
    assert made.motion.card == card.ref


def test_a_card_that_was_held_back_while_the_deal_changed_shows_the_new_deal() -> None:
    made = world()
    made.messenger.troubles += [Trouble(Unavailable("Slack", "down", retry_after=30))] * 2
    made.change(stage_name="Proposal")
    made.poll()
    made.change(amount=Money(Decimal(60000), "USD"))
    made.poll()
    made.advance(MINUTE)

    assert "60,000.00" in card_text(made)
    assert made.token in card_text(made)


@pytest.mark.parametrize("arrived", [True, False])
def test_a_decision_made_before_the_bot_knew_its_card_is_on_it(arrived: bool) -> None:
    made = world()
    made.messenger.troubles.append(Trouble(OutcomeUnknown("Slack", "no answer"), after=arrived))
    made.change(stage_name="Proposal")
    made.poll()
    assert made.motion.card is None
    approve(made.token, PRIYA, made.ports)
    made.advance(MINUTE)

    assert "Approved by Priya Raman" in card_text(made)
    assert made.motion.card is not None


def test_an_older_redraw_leaves_it_to_the_newer_one() -> None:
    made = in_review()
    drawn = len(made.messenger.updates)

    redraw(MOTION, made.motion.epoch - 1, made.ports)

    assert len(made.messenger.updates) == drawn


def test_without_a_posted_card_there_is_nothing_to_redraw() -> None:
    made = awaiting()
    made.note(card=None)

    redraw_now(MOTION, made.motion.epoch, "x", made.ports)

    assert made.messenger.updates == []


def test_within_one_state_each_occasion_redraws_once() -> None:
    made = in_review()
    drawn = len(made.messenger.updates)
    epoch = made.motion.epoch

    for occasion in ("a", "b", "a"):
        redraw_now(MOTION, epoch, occasion, made.ports)

    assert len(made.messenger.updates) == drawn + 2


def test_an_open_exception_is_on_the_card() -> None:
    made = in_review()
    made.portal.review("O1", Review.ACTION_REQUIRED, comments="name the decision maker")
    made.advance(POLL + SECOND)

    assert made.state is MotionState.IN_REVIEW
    assert "name the decision maker" in card_text(made)


def test_a_redraw_that_had_to_wait_does_not_bring_back_what_was_so_before() -> None:
    made = in_review()
    made.messenger.troubles.append(Trouble(Unavailable("Slack", "busy", retry_after=30)))
    with pytest.raises(Unavailable):
        redraw_now(MOTION, made.motion.epoch, "early", made.ports)
    made.portal.ask_for_changes("O1", "Say what is lost")
    made.advance(MINUTE)
    asks = card_text(made)

    redraw_now(MOTION, made.motion.epoch, "early", made.ports)

    assert "motion.correct" in asks
    assert card_text(made) == asks
