"""Buttons that outlived what they are about: whoever presses one is told what it did, or why it did nothing."""

import json
from datetime import timedelta

import pytest

from handlers.views.problem import WHO_ARE_YOU
from motions.decision_records import ExceptionQuery
from motions.model import MotionState
from sandbox import cast
from tests.handlers.emulated_slack import World as Slack
from tests.scenarios.connected import CARD_ROOM, Stage, wired


@pytest.fixture
def stage(slack: Slack) -> Stage:
    found = wired(slack, cast.PRIYA, cast.ALEX)
    found.card_asks()
    return found


def press(stage: Stage, action_id: str, who: cast.Member = cast.PRIYA) -> str:
    """Press a button of the card; what the person is shown."""
    place = stage.made.motion.card
    assert place is not None
    before = len(stage.seen(who))
    outcome = stage.act("action", who, channel=place.channel, message_ts=place.ts, action_id=action_id)
    return json.dumps([outcome, stage.seen(who)[before:]], ensure_ascii=False)


def test_a_card_in_an_archived_channel_is_still_decided_and_says_what_became_of_the_channel(stage: Stage) -> None:
    stage.change(CARD_ROOM, archived=True)

    first, second = press(stage, "motion.approve"), press(stage, "motion.approve")
    [stale] = stage.made.read(lambda uow: uow.exceptions.listing(ExceptionQuery(code="redraw-failing")))

    assert "Approved. Filing Acmeco GTX rollout with AWS now" in first
    assert "already approved" in second
    assert stage.made.state is MotionState.IN_REVIEW
    assert "is_archived; unarchive the channel, or name another one in coverage.yml" in stale.reason


def test_once_the_channel_is_back_its_card_says_where_the_motion_stands(stage: Stage) -> None:
    stage.change(CARD_ROOM, archived=True)
    press(stage, "motion.approve")

    stage.change(CARD_ROOM, archived=False)
    stage.made.advance(timedelta(hours=2))
    stage.settle()

    place = stage.made.motion.card
    assert place is not None
    [card] = [each for each in stage.posted(CARD_ROOM) if each["ts"] == place.ts]
    assert "motion.approve" not in json.dumps(card["blocks"])
    assert stage.made.problems() == []


def test_the_card_of_a_manager_who_is_gone_is_decided_by_whoever_stands_in(stage: Stage) -> None:
    assert stage.slack.control("people", {"id": cast.PRIYA.id, "gone": True})["ok"]

    said = press(stage, "motion.approve", cast.TOMAS)
    stage.accept()

    assert "Approved. Filing Acmeco GTX rollout with AWS now" in said
    assert stage.made.state is MotionState.HANDED_OFF


def test_a_button_pressed_with_an_account_that_is_gone_changes_nothing_and_tells_one_sentence(slack: Slack) -> None:
    stage = wired(slack, cast.PRIYA, cast.ALEX)
    slack.control("people", {"id": cast.TOMAS.id, "gone": True})
    stage.card_asks()

    said = press(stage, "motion.approve", cast.TOMAS)

    assert WHO_ARE_YOU in said
    assert stage.made.state is MotionState.AWAITING
