"""An app declared an agent: a direct question is answered in its thread, in a session that whoever asked may stop."""

import json
from typing import Any

import pytest

from motions.answer_surfaces import Answer
from motions.model import Person
from sandbox import cast
from tests.handlers.emulated_slack import World
from tests.handlers.fakes import Recorder
from tests.sandbox.slack.slack_emulator import eventually

DM = f"D{cast.PRIYA.id[1:]}"


class Interrupted(Recorder):
    """Somebody presses Stop while their question is worked on."""

    world: World | None = None

    def answer(self, text: str, asker: Person) -> Answer:
        """What would have been said."""
        assert self.world is not None
        root = self.world.messages(DM)[-1]["ts"]
        assert self.world.act("stop", cast.PRIYA, channel=DM, thread_ts=root)["ok"]
        eventually(lambda: self.world and self.world.look("events")["events"][-1]["acknowledged"])
        return super().answer(text, asker)


class AskedAgain(Recorder):
    """While a question is worked on somebody asks another in its thread, reads the answer, and presses Stop."""

    world: World | None = None
    is_first = True

    def answer(self, text: str, asker: Person) -> Answer:
        """What would have been said."""
        assert self.world is not None
        world = self.world
        if self.is_first:
            self.is_first = False
            root = world.messages(DM)[-1]["ts"]
            assert world.act("message", cast.PRIYA, channel=DM, text="status", thread_ts=root)["ok"]
            eventually(lambda: len(answers(world)) == 1)
            assert world.act("stop", cast.PRIYA, channel=DM, thread_ts=root)["ok"]
            eventually(lambda: world.look("events")["events"][-1]["acknowledged"])
        return super().answer(text, asker)


@pytest.fixture
def is_agent() -> bool:
    return True


@pytest.fixture
def agent(world: World) -> World:
    """The same app, declared an agent at Slack."""
    world.control("settings", {"is_agent": True})
    return world


def ask(world: World, words: str = "help", **place: str) -> str:
    """Ask in the conversation with the app; where it was asked."""
    ts = world.act("message", cast.PRIYA, channel=DM, text=words, **place)["ts"]
    world.settle()
    return str(ts)


def statuses(world: World) -> list[tuple[str, str]]:
    """What was said of sessions, and of which."""
    calls = world.look("calls", method="agents.sessions.setStatus")["calls"]
    return [(call["args"]["status"], call["args"]["thread_ts"]) for call in calls]


def answers(world: World) -> list[dict[str, Any]]:
    """What the app said in the conversation."""
    return [each for each in world.messages(DM) if each["user"] == cast.BOT_USER_ID]


def test_a_question_is_answered_in_its_thread_and_its_session_says_so(agent: World) -> None:
    root = ask(agent, "help")
    again = ask(agent, "status", thread_ts=root)

    assert [each["thread_ts"] for each in answers(agent)] == [root, root]
    assert statuses(agent) == [("processing", root), ("active", root)] * 2
    [session] = agent.look("sessions")["sessions"]
    assert (session["status"], session["title"]) == ("active", "status")
    assert again != root


def test_slack_that_knows_of_no_agent_keeps_no_answer_back(world: World) -> None:
    world.control("settings", {"is_agent": False})

    ask(world)

    assert len(answers(world)) == 1


def test_a_guest_is_kept_out_by_slack(agent: World) -> None:
    said = agent.act("message", cast.GINA, channel=f"D{cast.GINA.id[1:]}", text="help")

    assert said["error"] == "agent_not_available"


def test_a_stop_after_the_answer_ends_nothing_and_says_that_nothing_is_worked_on(agent: World) -> None:
    root = ask(agent)
    event = {"type": "agent_session_stopped", "channel": DM, "thread_ts": root, "user": cast.PRIYA.id}
    payload = {"type": "event_callback", "event_id": "EvStop", "team_id": cast.MERIDIAN.id, "event": event}

    agent.control("envelopes", {"kind": "events_api", "payload": payload})
    agent.settle()

    assert statuses(agent)[-1] == ("active", root)
    assert len(answers(agent)) == 1


class TestInterrupted:
    """The question is stopped while it is worked on."""

    @pytest.fixture
    def recorder(self, quiet_world: World) -> Recorder:
        found = Interrupted()
        found.world = quiet_world
        return found

    def test_its_answer_does_not_come(self, agent: World) -> None:
        root = ask(agent, "status")

        [said] = answers(agent)
        assert said["thread_ts"] == root
        assert "Stopped." in json.dumps(said["blocks"])
        assert statuses(agent) == [("processing", root), ("active", root)]


class TestAskedAgain:
    """Two questions of one thread at once, of which one is answered and the other stopped."""

    @pytest.fixture
    def recorder(self, quiet_world: World) -> Recorder:
        found = AskedAgain()
        found.world = quiet_world
        return found

    def test_the_one_that_is_still_worked_on_is_stopped(self, agent: World) -> None:
        ask(agent, "status")

        answered, stopped = (json.dumps(each["blocks"]) for each in answers(agent))
        assert "Stopped." not in answered
        assert "Stopped." in stopped
        assert [status for status, _ in statuses(agent)] == ["processing", "processing", "active"]
