"""The reminder of an undecided card: once, in its thread, to its manager, and never after somebody decided."""

from datetime import timedelta

import pytest

from motions.approvals import approve, deny
from motions.editing import edit
from motions.errors import Rejected
from motions.model import MotionState
from motions.referrals import Field
from motions.reminding import remind, sweep_undecided
from tests.fakes.messenger import Posted
from tests.fakes.world import CHANNEL, DAY, MINUTE, MOTION, PRIYA, SECOND, World
from tests.motions.stages import asking, awaiting


def notes(made: World) -> list[Posted]:
    card = made.motion.card
    assert card is not None
    return [each for each in made.messenger.posted if each.thread_ts == card.ts]


def swept(made: World) -> int:
    count = sweep_undecided(made.ports)
    made.durable.settle()
    return count


def test_a_day_before_it_is_withdrawn_the_manager_is_reminded_under_the_card_once() -> None:
    made = awaiting()
    made.clock.advance(4 * DAY - SECOND)
    early = swept(made)
    made.clock.advance(SECOND)

    counts = [swept(made) for _ in range(3)]

    [note] = notes(made)
    assert (early, counts) == (0, [1, 0, 0])
    assert note.key == f"{MOTION}:remind.{made.motion.epoch}"
    said = str(note.message)
    assert "<@U0PRIYA> *Acmeco GTX rollout with AWS still waits for a decision*" in said
    assert "Next: approve, edit or deny the referral." in said
    assert "withdrawn Saturday, 2026-11-28 at 15:00 UTC. Nothing is filed then." in said


@pytest.mark.parametrize(
    ("before", "lives", "at"), [(DAY, 2 * DAY, DAY), (DAY, DAY, DAY / 2), (DAY, 10 * MINUTE, 5 * MINUTE)]
)
def test_policy_says_when_but_never_before_half_of_its_time(before: timedelta, lives: timedelta, at: timedelta) -> None:
    made = awaiting(remind_before=before, approval_expires_after=lives)
    made.clock.advance(at - 2 * SECOND)
    early = swept(made)
    made.clock.advance(2 * SECOND)

    assert (early, swept(made)) == (0, 1)


def test_a_manager_slack_does_not_know_is_not_mentioned() -> None:
    made = awaiting()
    made.note(manager_email="somebody@elsewhere.example")
    made.clock.advance(4 * DAY)

    swept(made)

    assert "<@" not in str(notes(made)[0].message)


def test_a_decided_card_reminds_nobody() -> None:
    made = awaiting()
    deny(made.token, PRIYA, "no", made.ports)
    made.clock.advance(4 * DAY)

    assert swept(made) == 0
    assert notes(made) == []


def test_a_reminder_that_waited_until_somebody_decided_is_not_sent() -> None:
    made = awaiting()
    made.clock.advance(4 * DAY)
    sweep_undecided(made.ports)
    deny(made.token, PRIYA, "no", made.ports)

    made.durable.settle()

    assert notes(made) == []


def test_a_decision_between_the_look_and_the_call_keeps_it_from_leaving() -> None:
    made = awaiting()
    made.clock.advance(4 * DAY)
    render = made.messenger.render

    def decide_meanwhile(surface: object) -> object:
        if made.state is MotionState.AWAITING:
            approve(made.token, PRIYA, made.ports)
        return render(surface)  # type: ignore[arg-type]  # passed through

    made.messenger.render = decide_meanwhile  # type: ignore[method-assign, assignment]  # what happens in between
    remind(MOTION, made.motion.epoch, made.ports)

    assert notes(made) == []
    assert made.problems() == []


def test_where_others_read_nothing_is_posted_and_a_person_is_told() -> None:
    made = awaiting()
    made.clock.advance(4 * DAY)
    made.messenger.rooms.clear()

    with pytest.raises(Rejected):
        remind(MOTION, made.motion.epoch, made.ports)


def test_a_card_that_is_not_out_yet_has_no_thread_to_remind_in() -> None:
    made = awaiting()
    made.note(card=None)
    made.clock.advance(4 * DAY)

    remind(MOTION, made.motion.epoch, made.ports)

    assert swept(made) == 0
    assert len(made.messenger.in_channel(CHANNEL)) == 1


def test_a_new_card_of_the_same_motion_has_a_reminder_of_its_own() -> None:
    made = asking(60000)
    made.clock.advance(4 * DAY)
    swept(made)
    edit(made.token, PRIYA, {Field.TITLE: "Another"}, made.ports)
    made.clock.advance(4 * DAY)

    swept(made)

    assert len({note.key for note in notes(made)}) == 2
