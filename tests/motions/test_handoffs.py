"""The handoff: the approved words in the shared channel, and who may say 'I am on it'."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from motions.errors import Unavailable
from motions.handoffs import UNKNOWN_BUTTON, post_handoff, record_engaged, redraw_handoff, replied, take
from motions.model import MotionId, MotionState, Person, Token
from motions.nudging import nudge, sweep_cold
from motions.surfaces import ClickOutcome
from tests.fakes.world import (
    ALEX,
    CHANNEL,
    DANA,
    DAY,
    DEAL,
    JORDAN,
    KIM,
    MOTION,
    PRIYA,
    SELLER,
    SHARED,
    STRANGER,
    World,
)
from tests.motions.stages import approved, awaiting, handed_off
from tests.motions.unsteady import SlowMoveStore

OTHERS = [KIM, PRIYA, DANA, SELLER, STRANGER]


def token_of(made: World) -> Token:
    token = made.motion.handoff_token
    assert token is not None
    return token


def thread_of(made: World) -> str:
    [handoff] = made.messenger.in_channel(SHARED)
    return handoff.ref.ts


def test_a_reply_that_overtakes_the_noting_of_the_handoff_is_heard_later() -> None:
    made = handed_off()
    place = made.motion.handoff
    made.note(handoff=None)

    with pytest.raises(Unavailable):
        replied(SHARED, thread_of(made), ALEX, made.ports)
    made.note(handoff=place)

    assert replied(SHARED, thread_of(made), ALEX, made.ports)
    assert made.state is MotionState.ENGAGED


def test_a_reply_nobody_waits_for_is_no_reply_to_a_handoff() -> None:
    made = handed_off()
    made.note(handoff=None)

    assert not replied(CHANNEL, thread_of(made), ALEX, made.ports)
    assert not replied(SHARED, thread_of(made), PRIYA, made.ports)


def test_the_handoff_says_what_was_approved_and_nothing_else() -> None:
    made = handed_off()

    [handoff] = made.messenger.in_channel(SHARED)
    said = str(handoff.message)
    part = made.decision()[1].payload["handoff"]
    assert isinstance(part, dict)
    assert all(word in said for word in ("<@U0ALEX>", "technology", "2026-11-26", str(part["next_step"])))
    assert "54,000" not in said
    assert "loses orders" not in said
    assert made.motion.handoff == handoff.ref


def test_without_a_known_seller_the_partners_team_is_addressed() -> None:
    made = handed_off()
    partners = tuple(
        p.model_copy(update={"handoff_slack_id": None, "handoff_name": None}) for p in made.ports.config.partners
    )
    made.use(made.ports.config.model_copy(update={"partners": partners}))
    take(token_of(made), ALEX, made.ports)
    made.durable.settle()

    assert "AWS team" in str(made.messenger.in_channel(SHARED)[0].message)


@pytest.mark.parametrize("by", [ALEX, JORDAN], ids=lambda person: person.name)
def test_anybody_of_the_partner_may_take_it_and_everybody_hears_of_it(by: Person) -> None:
    made = handed_off()

    reply = take(token_of(made), by, made.ports)
    made.durable.settle()

    assert reply.outcome is ClickOutcome.DONE
    assert made.state is MotionState.ENGAGED
    assert by.name in str(made.messenger.in_channel(SHARED)[0].message)
    assert f"Taken on by {by.name}" in str(made.messenger.in_channel(CHANNEL)[0].message)
    assert "AWS has picked up" in str(made.messenger.in_channel("D0DARCEL")[-1].message)
    assert made.org.get(DEAL).cosell.status == "Engaged"
    assert f"{by.name} picked up the handoff." in made.org.tasks[-1].body


@pytest.mark.parametrize("by", OTHERS, ids=lambda person: person.name)
def test_nobody_else_may_take_it(by: Person) -> None:
    made = handed_off()
    before = made.motion

    reply = take(token_of(made), by, made.ports)

    assert (reply.outcome, made.motion) == (ClickOutcome.CHANGED_NOTHING, before)
    assert reply.text == UNKNOWN_BUTTON if by is KIM else "Only the partner" in reply.text


def test_an_unknown_button_takes_nothing() -> None:
    made = handed_off()

    assert take(Token("made up"), ALEX, made.ports).outcome is ClickOutcome.CHANGED_NOTHING


def test_a_second_click_changes_nothing_and_says_so() -> None:
    made = handed_off()
    token = token_of(made)
    take(token, ALEX, made.ports)
    before = made.motion

    reply = take(token, JORDAN, made.ports)

    assert "already taken on" in reply.text
    assert made.motion == before


def test_an_answer_in_the_thread_by_the_partner_is_their_first_act() -> None:
    made = handed_off()

    assert replied(SHARED, thread_of(made), ALEX, made.ports)
    assert made.state is MotionState.ENGAGED
    [taken] = [e for e in made.read(lambda uow: uow.log.of(MOTION)) if e.event == "handoff.taken"]
    under = {"company": "aws", "agent": "cosell", "grant": "aws.1"}
    assert taken.detail == {"by": ALEX.key, "how": "replied", **under}


@pytest.mark.parametrize("by", OTHERS, ids=lambda person: person.name)
def test_an_answer_by_anybody_else_is_talk(by: Person) -> None:
    made = handed_off()

    assert replied(SHARED, thread_of(made), by, made.ports)
    assert made.state is MotionState.HANDED_OFF


def test_a_second_answer_in_the_thread_changes_nothing() -> None:
    made = handed_off()
    replied(SHARED, thread_of(made), ALEX, made.ports)
    before = made.motion

    assert replied(SHARED, thread_of(made), JORDAN, made.ports)
    assert made.motion == before


@pytest.mark.parametrize(("channel", "ts"), [(SHARED, "1.0"), (CHANNEL, None)])
def test_a_thread_that_is_no_handoff_is_none_of_our_business(channel: str, ts: str | None) -> None:
    made = handed_off()

    assert not replied(channel, ts or thread_of(made), ALEX, made.ports)
    assert made.state is MotionState.HANDED_OFF


def test_a_click_before_the_bot_knows_its_handoff_counts_and_the_button_goes_all_the_same() -> None:
    made = handed_off()
    place = made.motion.handoff
    made.note(handoff=None)
    take(token_of(made), ALEX, made.ports)
    made.durable.settle()
    redrawn = len(made.messenger.updates)

    redraw_handoff(MOTION, made.motion.epoch, made.ports)
    made.note(handoff=place)
    redraw_handoff(MOTION, made.motion.epoch, made.ports)

    assert made.state is MotionState.ENGAGED
    assert len(made.messenger.updates) == redrawn + 1


def test_a_handoff_taken_before_the_bot_knows_its_place_is_known_in_the_end_and_loses_its_button() -> None:
    made = handed_off()
    epoch, place = made.motion.epoch, made.motion.handoff
    made.note(handoff=None)
    take(token_of(made), ALEX, made.ports)
    made.durable.settle()

    post_handoff(MOTION, epoch, made.ports)
    made.durable.settle()

    [handoff] = made.messenger.in_channel(SHARED)
    assert made.state is MotionState.ENGAGED
    assert made.motion.handoff == place == handoff.ref
    assert "Alex Moreno" in str(handoff.message)


def test_taking_it_on_clears_what_was_open_about_it() -> None:
    made = handed_off(nudges_at_most=0)
    made.advance(3 * DAY)
    go_cold(made)
    cold = made.problems(MOTION)

    take(token_of(made), ALEX, made.ports)

    assert cold == ["handoff-cold"]
    assert made.problems(MOTION) == []


def go_cold(made: World) -> None:
    sweep_cold(made.ports)
    made.durable.settle()


def test_what_came_too_late_does_nothing() -> None:
    made = handed_off()
    epoch = made.motion.epoch
    take(token_of(made), ALEX, made.ports)
    made.durable.settle()
    before = (made.motion, made.messenger.posted[:], made.org.tasks[:])

    post_handoff(MOTION, epoch, made.ports)
    nudge(MOTION, epoch, 1, made.ports)
    record_engaged(MOTION, epoch, made.ports)
    redraw_handoff(MotionId("nobody's"), 1, made.ports)

    assert (made.motion, made.messenger.posted, made.org.tasks) == before


def test_the_handoff_is_posted_once_however_often_its_segment_runs() -> None:
    made = handed_off()

    post_handoff(MOTION, made.motion.epoch, made.ports)
    made.note(handoff=None)
    post_handoff(MOTION, made.motion.epoch, made.ports)

    assert len(made.messenger.in_channel(SHARED)) == 1
    assert made.motion.handoff == made.messenger.in_channel(SHARED)[0].ref


def test_who_took_it_is_the_partner_when_the_log_does_not_say() -> None:
    made = handed_off()
    made.note(state=MotionState.ENGAGED)

    record_engaged(MOTION, made.motion.epoch, made.ports)

    assert "The partner picked up the handoff." in made.org.tasks[-1].body


def test_two_partners_people_at_once_are_one_first_act() -> None:
    made = handed_off()

    reply = take(token_of(made), ALEX, replace(made.ports, store=SlowMoveStore(made.store)))

    assert "already taken on" in reply.text
    assert made.state is MotionState.HANDED_OFF


@pytest.mark.parametrize("stage", [awaiting, approved])
def test_before_it_is_handed_over_there_is_nothing_to_take(stage: Callable[[], World]) -> None:
    assert stage().motion.handoff_token is None
