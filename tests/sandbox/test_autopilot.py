"""The sandbox's partner on its own: it agrees to what it is asked, once, as one of its people, unless turned off."""

import asyncio
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette

from sandbox import cast
from sandbox.autopilot import Autopilot
from sandbox.clock import WorldClock
from sandbox.slack.conversations import Message
from sandbox.slack.interactions import Actor
from sandbox.slack.wire import Json, SlackError
from sandbox.slack.workspace import Workspace

SHARED, OURS = "C0SHAREDAWS", "C0AWSCENT"


class Pressed:
    """Stands where the app would answer, and remembers who pressed what."""

    def __init__(self, *answers: str) -> None:
        self.who: list[tuple[str, str]] = []
        self._answers = list(answers)

    async def press(self, actor: Actor, body: Json) -> Json:
        assert (body["action_id"], actor.base) == ("grant.agree", "http://world/slack/")
        self.who.append((actor.person.id, str(body["message_ts"])))
        if self._answers and self._answers.pop(0) == "lost":
            raise SlackError("app_unreachable")
        return {"ok": True}


@pytest.fixture
def slack() -> Workspace:
    return Workspace(WorldClock(), with_sellers=False)


def asked(slack: Workspace, channel: str, action_id: str = "grant.agree") -> str:
    """The app posts a message with a button."""
    room = slack.state.conversations[channel]
    button = {"type": "actions", "elements": [{"type": "button", "action_id": action_id}]}
    message = Message(slack.mint.ts(), channel, cast.BOT_USER_ID, "", [{"type": "divider"}, button])
    room.messages[message.ts] = message
    return message.ts


def look(pilot: Autopilot, pressed: Pressed, monkeypatch: pytest.MonkeyPatch, times: int = 2) -> None:
    monkeypatch.setattr("sandbox.slack.gestures.press", pressed.press)
    for _ in range(times):
        asyncio.run(pilot.look())


def test_somebody_of_the_partner_agrees_once(slack: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    pilot, pressed = Autopilot(slack, "http://world/slack/"), Pressed()
    first = asked(slack, SHARED)
    look(pilot, pressed, monkeypatch)
    second = asked(slack, SHARED)

    look(pilot, pressed, monkeypatch)

    assert pressed.who == [(cast.ALEX.id, first), (cast.ALEX.id, second)]


def test_what_was_not_answered_is_pressed_again(slack: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    pilot, pressed = Autopilot(slack, "http://world/slack/"), Pressed("lost", "heard")
    ts = asked(slack, SHARED)

    look(pilot, pressed, monkeypatch, times=3)

    assert pressed.who == [(cast.ALEX.id, ts)] * 2


def test_other_buttons_and_our_own_channels_are_left_alone(slack: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    pilot, pressed = Autopilot(slack, "http://world/slack/"), Pressed()
    asked(slack, SHARED, "handoff.take")
    asked(slack, OURS)

    look(pilot, pressed, monkeypatch)

    assert pressed.who == []


def test_it_is_turned_off_and_on_again(slack: Workspace) -> None:
    pilot = Autopilot(slack, "http://world/slack/")
    transport = httpx.ASGITransport(Starlette(routes=pilot.routes()))

    async def switch() -> list[Any]:
        async with httpx.AsyncClient(transport=transport, base_url="http://world") as http:
            path = "/world/_control/autopilot"
            answers = [await http.get(path), await http.post(path, json={"on": False}), await http.get(path)]
            return [answer.json() for answer in answers]

    assert asyncio.run(switch()) == [{"on": True}, {"on": False}, {"on": False}]
    assert not pilot.is_on
