"""Closing the loop: the acceptance in the CRM, one activity, the seller told the way the partner wants it."""

from collections.abc import Callable

import pytest

from motions.closing import close_loop, log_activity, tell_seller
from motions.errors import OutcomeUnknown, Unavailable
from motions.explaining import clocks_of
from motions.model import MotionId, MotionState
from motions.performing import SETTLING
from motions.policy import ActionKind, Tell
from motions.referrals import Review
from tests.fakes.messenger import Trouble
from tests.fakes.world import AWS, CHANNEL, DEAL, MINUTE, MOTION, SECOND, SHARED, World
from tests.motions.stages import PAM, POLL, awaiting, handed_off, in_review

SELLERS_ROOM = "D0DARCEL"


def partner_with(made: World, **changes: object) -> None:
    config = made.ports.config
    partners = tuple(p.model_copy(update=changes) if p.key == AWS else p for p in config.partners)
    made.use(config.model_copy(update={"partners": partners}))


def accepted(prepare: Callable[[World], None]) -> World:
    """Accepted in a world that was prepared for it."""
    made = in_review()
    prepare(made)
    made.portal.review("O1", Review.ACCEPTED, **PAM)
    made.advance(POLL)
    return made


def test_the_acceptance_is_one_activity_on_the_deal() -> None:
    made = handed_off()

    [task] = made.org.tasks
    assert (task.opportunity_id, task.subject) == (DEAL, "Co-sell with AWS: accepted")
    assert "AWS accepted referral O1." in task.body
    assert "Jordan Blake" in task.body
    assert made.events().count("outcome.logged") == 1


def test_what_the_portal_did_not_say_is_said_not_to_be_known() -> None:
    made = accepted(lambda made: made.note(next_step=None))
    bare = in_review()
    bare.note(next_step=None)
    bare.portal.review("O1", Review.ACCEPTED)
    bare.advance(POLL)

    assert "Next step: not set yet." in made.org.tasks[0].body
    assert "AWS's contact: not named yet." in bare.org.tasks[0].body
    assert "AWS's stage: not set yet." in bare.org.tasks[0].body


def test_a_lost_answer_files_no_second_activity() -> None:
    made = accepted(lambda made: made.org.lose_answers(5))
    made.advance(5 * MINUTE)

    assert made.state is MotionState.HANDED_OFF
    assert [task.subject for task in made.org.tasks] == ["Co-sell with AWS: accepted"]


def test_an_activity_whose_answer_was_lost_is_found_again() -> None:
    made = handed_off()
    made.org.lose_answers()
    with pytest.raises(Unavailable):
        log_activity(made.motion, "met", ("They met.",), made.ports)
    made.clock.advance(SETTLING)

    log_activity(made.motion, "met", ("They met.",), made.ports)

    assert [task.subject for task in made.org.tasks] == ["Co-sell with AWS: accepted", "Co-sell with AWS: met"]


def test_when_policy_forbids_it_the_partner_hears_nothing() -> None:
    table = in_review().ports.config.policy.autonomy
    made = handed_off(autonomy={**table, ActionKind.PARTNER_VISIBLE: {}})

    assert made.messenger.in_channel(SHARED) == []
    assert len(made.messenger.in_channel(SELLERS_ROOM)) == 1


def test_the_outcome_in_the_crm_stops_the_last_clock_once() -> None:
    made = handed_off()
    logged = made.motion.logged_at
    made.clock.advance(MINUTE)

    log_activity(made.motion, "engaged", ("x",), made.ports)

    assert logged is not None
    assert made.motion.logged_at == logged
    assert clocks_of(made.motion).e2e == logged - made.motion.triggered_at


def test_an_activity_of_a_motion_that_is_gone_notes_nothing() -> None:
    made = handed_off()
    gone = made.motion
    made.store._rows.motions.clear()

    log_activity(gone, "engaged", ("x",), made.ports)

    assert made.motions == []


def test_the_seller_is_told_directly() -> None:
    made = handed_off()

    [note] = made.messenger.in_channel(SELLERS_ROOM)
    assert "AWS accepted the co-sell on Acmeco GTX rollout" in str(note.message)
    assert "https://crm.example/" in str(note.message)


def in_the_channel(made: World) -> None:
    partner_with(made, tell_seller=Tell.CHANNEL)


def without_a_seller(made: World) -> None:
    made.note(seller_email=None)


def with_an_unknown_seller(made: World) -> None:
    made.note(seller_email="gone@meridian.example")


@pytest.mark.parametrize("prepare", [in_the_channel, without_a_seller, with_an_unknown_seller])
def test_otherwise_the_word_goes_into_the_cards_thread(prepare: Callable[[World], None]) -> None:
    made = accepted(prepare)

    card, note = made.messenger.in_channel(CHANNEL)
    assert made.messenger.in_channel(SELLERS_ROOM) == []
    assert note.thread_ts == card.ref.ts


def test_without_a_card_the_word_goes_into_the_channel() -> None:
    made = handed_off()
    made.note(card=None, seller_email=None)

    tell_seller(MOTION, made.motion.epoch, "engaged", made.ports)

    assert made.messenger.in_channel(CHANNEL)[-1].thread_ts is None


def test_the_seller_is_told_once_although_the_answer_was_lost() -> None:
    made = in_review()
    made.portal.review("O1", Review.ACCEPTED, **PAM)
    made.messenger.troubles += [Trouble(OutcomeUnknown("Slack", "no answer"), after=True)] * 3
    made.advance(5 * MINUTE)

    assert len(made.messenger.in_channel(SELLERS_ROOM)) == 1
    assert len(made.messenger.in_channel(SHARED)) == 1


def test_a_pick_up_without_a_next_step_asks_for_one() -> None:
    made = handed_off()
    made.note(next_step=None)

    tell_seller(MOTION, made.motion.epoch, "engaged", made.ports)

    note = made.messenger.in_channel(SELLERS_ROOM)[-1]
    assert "AWS has picked up Acmeco GTX rollout" in str(note.message)
    assert "agree one with them" in str(note.message)


def test_nobody_is_told_of_a_motion_the_store_does_not_know() -> None:
    made = awaiting()

    tell_seller(MotionId("nobody's"), 1, "accepted", made.ports)

    assert made.messenger.in_channel(SELLERS_ROOM) == []


def test_a_partner_without_a_shared_channel_gets_no_handoff_there() -> None:
    made = accepted(lambda made: partner_with(made, shared_channel=None))

    assert made.state is MotionState.HANDED_OFF
    assert made.messenger.in_channel(SHARED) == []


def test_closing_twice_hands_over_once() -> None:
    made = handed_off()
    before = (made.motion, made.org.tasks, made.messenger.posted[:])

    close_loop(MOTION, made.motion.epoch - 1, made.ports)
    made.durable.settle()

    assert (made.motion, made.org.tasks, made.messenger.posted) == before


def test_a_hand_over_that_comes_too_late_moves_nothing() -> None:
    made = in_review()
    made.portal.review("O1", Review.ACCEPTED, **PAM)
    org_write = made.org.begin

    def stop() -> None:
        if made.state is MotionState.ACCEPTED:
            made.note(epoch=made.motion.epoch + 10)
            made.org.begin = org_write  # type: ignore[method-assign]  # only once
        org_write()

    made.org.begin = stop  # type: ignore[method-assign]  # a person acts while the acceptance is being written
    made.advance(SECOND * 10)

    assert made.state is MotionState.ACCEPTED
    assert made.messenger.in_channel(SHARED) == []
