"""Somebody else begins to read a channel between the decision and the posting: nothing is posted, a person is told."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from motions.model import MotionState
from motions.nudging import sweep_cold
from motions.records import Segment
from motions.segments import run_segment
from sandbox import cast
from tests.fakes.world import DAY, MINUTE, MOTION, PRIYA
from tests.handlers.emulated_slack import US
from tests.handlers.emulated_slack import World as Slack
from tests.scenarios.connected import CARD_ROOM, SHARED, Stage, wired

Change = Callable[[Stage], None]


@pytest.fixture
def stage(slack: Slack) -> Stage:
    return wired(slack)


def shared(stage: Stage) -> None:
    """The private channel becomes one that AWS reads."""
    stage.change(CARD_ROOM, teams=[US.team_id, cast.AWS.id])


def invited(stage: Stage) -> None:
    """AWS is invited, and has not accepted yet."""
    stage.change(CARD_ROOM, invited=[cast.AWS.id])


def guest(stage: Stage) -> None:
    """A contractor is let in."""
    stage.change(CARD_ROOM, members=[cast.GINA.id])


def moved(stage: Stage) -> None:
    """Slack gives the channel another id, as it does when one becomes shared."""
    stage.change(CARD_ROOM, new_id="C0NEWPLACE")


def second(stage: Stage) -> None:
    """Another partner comes into the channel we share with AWS."""
    stage.change(SHARED, teams=[US.team_id, cast.AWS.id, cast.NORTHSTAR.id])


def stranger(stage: Stage) -> None:
    """A company that is no partner comes into it."""
    stage.change(SHARED, teams=[US.team_id, cast.AWS.id, cast.ELSEWHERE.id])


def left(stage: Stage) -> None:
    """The partner leaves, and the copy that is ours alone stays."""
    stage.change(SHARED, teams=[US.team_id])


OURS, THEIRS = [shared, invited, guest, moved], [second, stranger, left]


@pytest.mark.parametrize("change", OURS)
def test_no_card_is_posted(stage: Stage, change: Change) -> None:
    change(stage)

    stage.card_asks()

    assert everywhere(stage) == []
    assert stage.made.motion.card is None
    assert "audience-changed" in stage.made.problems(MOTION)


@pytest.mark.parametrize("change", OURS)
def test_no_card_is_redrawn(stage: Stage, change: Change) -> None:
    stage.card_asks()
    before = everywhere(stage)
    change(stage)

    stage.approve_and_file()

    assert stage.made.state is MotionState.IN_REVIEW
    assert [each["blocks"] for each in everywhere(stage)] == [each["blocks"] for each in before]
    assert "audience-changed" in stage.made.problems(MOTION)


@pytest.mark.parametrize("change", THEIRS)
def test_no_handoff_is_posted(stage: Stage, change: Change) -> None:
    stage.card_asks()
    stage.approve_and_file()
    change(stage)

    stage.accept()

    assert stage.posted(SHARED) == []
    assert "audience-changed" in stage.made.problems(MOTION)


@pytest.mark.parametrize("change", THEIRS)
def test_nobody_is_reminded_of_a_handoff(stage: Stage, change: Change) -> None:
    handed(stage)
    before = stage.posted(SHARED)
    change(stage)

    stage.made.advance(3 * DAY)
    started = sweep_cold(stage.made.ports)
    stage.made.durable.settle()

    assert started == 1
    assert stage.posted(SHARED) == before
    assert "audience-changed" in stage.made.problems(MOTION)


@pytest.mark.parametrize("change", THEIRS)
def test_no_handoff_is_redrawn(stage: Stage, change: Change) -> None:
    handed(stage)
    place = stage.made.motion.handoff
    assert place is not None
    stage.change(SHARED, members=[cast.ALEX.id])
    change(stage)

    stage.act("action", cast.ALEX, channel=place.channel, message_ts=place.ts, action_id="handoff.take")
    stage.made.advance(MINUTE)

    assert "is on it" not in str([each["blocks"] for each in stage.posted(SHARED) if not each["ephemeral_to"]])


def test_no_digest_goes_to_somebody_who_is_a_guest_by_then(stage: Stage) -> None:
    """The room is the conversation with the manager, whom the directory still calls ours."""
    stage.card_asks()
    stage.slack.control("people", {"id": cast.PRIYA.id, "guest_of": 2})

    run_segment(Segment("send_digest", "digest:x", (str(PRIYA.email), "2026-11-23")), 0, stage.made.ports)

    assert stage.posted("D0PRIYA") == []
    assert stage.made.problems(str(PRIYA.email)) == ["audience-changed"]


@pytest.mark.parametrize("change", [shared, guest])
def test_everything_goes_on_when_they_are_gone(stage: Stage, change: Change) -> None:
    change(stage)
    stage.card_asks()

    stage.change(CARD_ROOM, teams=[US.team_id])
    if change is guest:
        stage.act("leave", cast.GINA, channel=CARD_ROOM)
    stage.made.advance(timedelta(minutes=11))

    assert len(stage.posted(CARD_ROOM)) == 1
    assert stage.problems() == []


def handed(stage: Stage) -> None:
    """Up to the handoff in the shared channel."""
    stage.card_asks()
    stage.approve_and_file()
    stage.accept()
    assert len(stage.posted(SHARED)) == 1


def everywhere(stage: Stage) -> list[dict[str, Any]]:
    """What the bot has in the channel, by whichever id it is known."""
    return [*stage.posted(CARD_ROOM), *stage.posted("C0NEWPLACE")]
