"""A database put back from a copy: what it has forgotten happens again here, and not a second time out there."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from motions.approvals import approve
from motions.doubting import AWAY, LASTS, go_on, in_doubt, look_back
from motions.effects import EffectStatus, Recovery
from motions.errors import Unavailable
from motions.handoffs import take
from motions.model import MotionState, Token
from motions.performing import MARGIN
from motions.surfaces import ClickOutcome
from motions.sweeping import IDLE, restart_lost
from tests.fakes.durable import InlineDurable
from tests.fakes.store_rows import Rows
from tests.fakes.world import ALEX, CHANNEL, DAY, DEAL, MINUTE, PRIYA, SECOND, SHARED, World, world
from tests.motions.outside import KEY, OtherSide, attempt, effect_of, failure_of, plan
from tests.motions.stages import awaiting, button_tokens, handed_off, in_review, play_on


def copied(made: World) -> Rows:
    """A copy of the database, made while the bot works."""
    go_on(made.ports)
    return made.store._rows.copied()


def put_back(made: World, rows: Rows, *, is_noticed: bool = True) -> None:
    """The bot is started on a copy, a day later."""
    made.clock.advance(DAY)
    made.store._rows = rows.copied()
    made.durable = InlineDurable(made.store, made.clock, made.durable.run)
    made.durable._taken = len(rows.enqueued)
    made.ports = replace(made.ports, durable=made.durable)
    go_on(made.ports, look_back(made.ports) if is_noticed else None)


def opened() -> World:
    """A motion before its card was posted."""
    made = world()
    made.messenger.rooms.pop(CHANNEL)
    made.change(stage_name="Proposal")
    made.poll()
    made.messenger.rooms[CHANNEL] = ()
    return made


def untouched() -> World:
    """A bot that has seen no change yet."""
    return world()


STAGES: dict[str, Callable[[], World]] = {
    "untouched": untouched,
    "opened": opened,
    "awaiting": awaiting,
    "in review": in_review,
    "handed off": handed_off,
}


@pytest.mark.parametrize("stage", STAGES)
def test_a_motion_that_is_forgotten_and_played_again_leaves_one_of_everything(stage: str) -> None:
    made = STAGES[stage]()
    copy = copied(made)
    if stage == "untouched":
        made.change(stage_name="Proposal")
    play_on(made)

    put_back(made, copy)
    play_on(made)

    assert len(made.messenger.in_channel(CHANNEL)) == 1
    assert len([p for p in made.messenger.in_channel(SHARED) if p.thread_ts is None]) == 1
    assert len(made.portal.referrals) == 1
    assert len([p for p in made.messenger.posted if ":tell.accepted" in p.key]) == 1
    assert sorted(task.subject for task in made.org.tasks) == [
        "Co-sell with AWS: accepted",
        "Co-sell with AWS: engaged",
    ]
    assert made.org.get(DEAL).cosell.status == "Engaged"
    assert made.problems() == []


def test_without_doubt_the_same_would_be_doubled() -> None:
    """The control: a copy that is not noticed to be one posts a second card."""
    made = opened()
    copy = copied(made)
    play_on(made)

    put_back(made, copy, is_noticed=False)
    made.clock.advance(IDLE)
    restart_lost(made.ports)
    made.durable.settle()

    assert len(made.messenger.in_channel(CHANNEL)) == 2


def test_a_deal_that_changed_is_prepared_again_although_its_referral_is_there() -> None:
    made = awaiting()
    copy = copied(made)
    play_on(made)
    put_back(made, copy)
    made.change(stage_name="Negotiation")
    made.poll()

    _, proposal = made.decision()

    assert proposal.is_ready
    assert "approving follows it there" in made.motion.next_act
    assert "O1" in made.motion.next_act


def test_an_unknown_button_says_what_to_do() -> None:
    made = handed_off()

    card = approve(Token("forgotten"), PRIYA, made.ports)
    handoff = take(Token("forgotten"), ALEX, made.ports)

    assert card.outcome is handoff.outcome is ClickOutcome.CHANGED_NOTHING
    assert "/cosell" in card.text
    assert "in a minute" in handoff.text


def doubting(since: timedelta = DAY) -> World:
    """A bot that was away for so long."""
    made = world()
    go_on(made.ports)
    made.clock.advance(since)
    assert look_back(made.ports) is not None
    return made


def test_what_is_sent_for_the_first_time_is_looked_up_first() -> None:
    made, there = doubting(), OtherSide()
    there.done.append({"say": "hello"})

    external_id = attempt(there, made)

    assert (external_id, len(there.done), there.looks) == ("id-1", 1, 1)


def test_the_look_reaches_back_to_the_last_work_and_a_day_more() -> None:
    made = doubting()
    asked: list[datetime] = []
    stamp = made.clock.now() - DAY

    class There(OtherSide):
        def find(self, payload: Mapping[str, object], since: datetime) -> str | None:
            asked.append(since)
            return super().find(payload, since)

    attempt(There(), made)

    assert asked == [stamp - MARGIN]


def test_what_may_be_repeated_needs_no_look() -> None:
    made, there = doubting(), OtherSide()

    attempt(there, made, plan(Recovery.REPEAT))

    assert (len(there.done), there.looks) == (1, 0)


def test_what_was_held_back_before_is_looked_up_too() -> None:
    made, there = world(), OtherSide()
    there.before.append(Unavailable("there", "away"))
    failure_of(lambda: attempt(there, made))
    go_on(made.ports)
    made.clock.advance(DAY)
    look_back(made.ports)
    there.done.append({"say": "hello"})

    attempt(there, made)

    assert (len(there.done), there.looks) == (1, 1)


def test_a_look_that_fails_sends_nothing_and_is_repeated() -> None:
    made, there = doubting(), OtherSide()
    there.looking.append(Unavailable("there", "away"))
    failure_of(lambda: attempt(there, made))
    made.clock.advance(MINUTE)

    attempt(there, made)

    assert (len(there.done), there.looks) == (1, 2)
    assert effect_of(made).status is EffectStatus.DONE


def test_doubt_ends_after_a_fortnight() -> None:
    made, there = doubting(), OtherSide()
    made.clock.advance(LASTS)

    attempt(there, made)

    assert there.looks == 0
    assert made.read(lambda uow: uow.effects.get(KEY)) is not None


@pytest.mark.parametrize("away", [timedelta(), AWAY, -SECOND * 60], ids=str)
def test_a_restart_of_minutes_and_a_clock_a_little_behind_are_no_doubt(away: timedelta) -> None:
    made = world()
    go_on(made.ports)
    made.clock.advance(away)

    assert look_back(made.ports) is None
    assert made.events("database") == []


def test_a_database_that_was_never_stamped_is_not_doubted() -> None:
    assert look_back(world().ports) is None


def test_a_stamp_from_the_future_is_doubted_from_now_on() -> None:
    made = doubting(-DAY)

    assert made.read(lambda uow: in_doubt(uow, made.clock.now())) == made.clock.now()
    assert made.events("database") == ["database.doubted"]


def test_a_second_doubt_reaches_as_far_back_as_the_first() -> None:
    made = doubting()
    first = made.clock.now() - DAY
    go_on(made.ports)
    made.clock.advance(DAY)

    look_back(made.ports)

    assert made.read(lambda uow: in_doubt(uow, made.clock.now())) == first


def test_a_start_that_dies_before_it_says_so_leaves_the_doubt_to_the_next() -> None:
    made = doubting()

    assert look_back(made.ports) is not None


def test_what_people_can_press_is_drawn_anew_and_nothing_else() -> None:
    made = awaiting()
    copy = copied(made)
    approve(made.token, PRIYA, made.ports)
    made.durable.settle()
    drawn = len(made.messenger.updates)
    put_back(made, copy)
    made.durable.settle()

    assert len(made.messenger.updates) == drawn + 1
    assert made.token in button_tokens(made)


def test_a_card_and_a_handoff_that_never_were_are_not_drawn() -> None:
    made = handed_off()
    made.note(handoff=None)

    assert go_on(made.ports, made.clock.now()) == 0
    made.note(state=MotionState.AWAITING, card=None)
    assert go_on(made.ports, made.clock.now()) == 0
