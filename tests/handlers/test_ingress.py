"""The way in: kept before anything happens, handled once, refused in words, delivered again when not kept."""

import copy
import json
import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from typing import Any

import pytest
from slack_bolt import App, BoltRequest, BoltResponse

from handlers.workers import LEASE, Workers
from motions.errors import NotPermitted, Unavailable
from motions.model import Role, Token
from sandbox import cast
from tests.fakes.people import FakePeople
from tests.handlers import values
from tests.handlers.emulated_slack import World
from tests.handlers.fakes import Recorder, RefusingStore, StillClock


def deliver(bolt: App, body: dict[str, Any]) -> BoltResponse:
    return bolt.dispatch(BoltRequest(body=body, mode="socket_mode"))


def event(event_id: str = "Ev1", **fields: Any) -> dict[str, Any]:
    said = {"type": "message", "user": cast.ALEX.id, "user_team": cast.AWS.id, "channel": "C0SHAREDAWS", "ts": "2.1"}
    return {
        "type": "event_callback",
        "team_id": cast.MERIDIAN.id,
        "event_id": event_id,
        "event": {**said, "thread_ts": "1.1", "text": "On it", **fields},
        "authorizations": [{"team_id": cast.MERIDIAN.id, "user_id": cast.BOT_USER_ID, "is_bot": True}],
        "token": "legacy",
    }


def command(trigger_id: str = "1.1.a", response_url: str = "http://127.0.0.1:9/gone") -> dict[str, Any]:
    return {
        "command": "/cosell",
        "text": "acme",
        "team_id": cast.MERIDIAN.id,
        "user_id": cast.PRIYA.id,
        "trigger_id": trigger_id,
        "response_url": response_url,
    }


def interaction(kind: str, **fields: Any) -> dict[str, Any]:
    user = {"id": cast.PRIYA.id, "team_id": cast.MERIDIAN.id}
    return {"type": kind, "user": user, "team": {"id": cast.MERIDIAN.id}, "trigger_id": "1.2.b", **fields}


def click(action_id: str = "motion.approve", **fields: Any) -> dict[str, Any]:
    action = {"type": "button", "action_id": action_id, "block_id": "b", "value": values.TOKEN, "action_ts": "3.1"}
    return interaction("block_actions", actions=[action], response_url="http://127.0.0.1:9/gone", **fields)


def form(**values_: Any) -> dict[str, Any]:
    view = {
        "id": "V1",
        "hash": "h",
        "type": "modal",
        "callback_id": "motion.edit",
        "private_metadata": values.TOKEN,
        "blocks": [],
        "state": {"values": values_},
    }
    return interaction("view_submission", view=view)


def test_an_event_is_handled_once_however_often_it_comes(bolt: App, recorder: Recorder) -> None:
    statuses = [deliver(bolt, event()).status for _ in range(3)]

    assert statuses == [200, 200, 200]
    assert len(recorder.calls) == 1


def test_an_envelope_is_kept_before_its_listener_runs(bolt: App, recorder: Recorder, store: RefusingStore) -> None:
    recorder.error = Unavailable("the CRM", "down")

    deliver(bolt, event())

    ((key, kind, payload),) = store.waiting()
    assert (key, kind) == ("event:Ev1", "event")
    assert json.loads(payload)["event"]["text"] == "On it"
    assert "token" not in json.loads(payload)


def test_a_handled_envelope_does_not_wait_any_more(bolt: App, store: RefusingStore) -> None:
    deliver(bolt, event())

    assert store.waiting() == []


def test_an_event_that_failed_is_acknowledged_and_tried_again(
    bolt: App, recorder: Recorder, workers: Workers, clock: StillClock, store: RefusingStore
) -> None:
    recorder.error = Unavailable("the CRM", "down")
    status = deliver(bolt, event()).status
    recorder.error = None
    clock.advance(LEASE)

    replayed = workers.replay()

    assert (status, replayed) == (200, 1)
    assert [call[0] for call in recorder.calls] == ["replied", "replied"]
    assert store.waiting() == []


def test_an_envelope_that_waits_is_not_done_twice_when_slack_sends_it_again(bolt: App, recorder: Recorder) -> None:
    recorder.error = Unavailable("the CRM", "down")
    deliver(bolt, event())

    status = deliver(bolt, event()).status

    assert status == 200
    assert len(recorder.calls) == 1


@pytest.mark.parametrize(
    "again",
    [
        {"event_id": "Ev2"},
        {"event_id": "Ev2", "ts": "2.2", "client_msg_id": "uuid"},
    ],
    ids=["the same moment", "the same message at another time"],
)
def test_one_gesture_under_two_event_ids_is_handled_once(bolt: App, recorder: Recorder, again: dict[str, Any]) -> None:
    deliver(bolt, event("Ev1", client_msg_id="uuid"))

    status = deliver(bolt, event(**again)).status

    assert status == 200
    assert len(recorder.calls) == 1


def test_a_redelivery_may_be_the_only_delivery(bolt: App, recorder: Recorder) -> None:
    headers: dict[str, str | Sequence[str]] = {"x-slack-retry-num": "2", "x-slack-retry-reason": "timeout"}

    bolt.dispatch(BoltRequest(body=event(), mode="socket_mode", headers=headers))

    assert len(recorder.calls) == 1


def test_an_event_that_cannot_be_kept_comes_again(bolt: App, recorder: Recorder, store: RefusingStore) -> None:
    store.is_down = True

    status = deliver(bolt, event()).status

    assert status == 503
    assert recorder.calls == []


def test_a_command_that_cannot_be_kept_is_explained(bolt: App, recorder: Recorder, store: RefusingStore) -> None:
    store.is_down = True

    answer = deliver(bolt, command())

    assert answer.status == 200
    assert "Something failed on our side." in answer.body
    assert "database" not in answer.body
    assert recorder.calls == []


def test_losing_the_mark_after_the_work_does_not_spoil_the_answer(
    bolt: App,
    recorder: Recorder,
    store: RefusingStore,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(recorder, "_note", lambda *_: setattr(store, "is_down", True))

    assert deliver(bolt, command()).status == 200
    assert [each for each in caplog.messages if each.startswith("envelope.unmarked kind=command")]


@pytest.mark.parametrize("fields", [{"bot_id": "B1"}, {"subtype": "message_changed"}, {"app_id": cast.APP_ID}])
def test_what_no_person_said_is_dropped_and_not_kept(
    bolt: App, recorder: Recorder, store: RefusingStore, fields: dict[str, Any]
) -> None:
    assert deliver(bolt, event(**fields)).status == 200
    assert recorder.calls == []
    assert store.waiting() == []


def test_a_pair_of_message_and_mention_is_answered_once(bolt: App, recorder: Recorder) -> None:
    text = f"<@{cast.BOT_USER_ID}> we are on it"

    deliver(bolt, event("Ev1", text=text))
    deliver(bolt, event("Ev2", text=text, type="app_mention"))

    assert [call[0] for call in recorder.calls] == ["replied"]


def test_the_clicker_is_who_clicked_not_who_installed(bolt: App, recorder: Recorder) -> None:
    taking = click("handoff.take") | {"user": {"id": cast.ALEX.id, "team_id": cast.AWS.id}}

    deliver(bolt, taking)

    assert recorder.calls == [("take", Token(values.TOKEN), values.person(Role.PARTNER))]


def test_a_click_that_claims_another_company_is_a_strangers(bolt: App, recorder: Recorder) -> None:
    taking = click("handoff.take") | {"user": {"id": cast.ALEX.id, "team_id": cast.MERIDIAN.id}}

    status = deliver(bolt, taking).status

    assert (status, recorder.calls) == (200, [])


@pytest.mark.parametrize(
    "body",
    [
        event(type="channel_rename", user=None),
        event(type="reaction_added"),
        click("open.link"),
        interaction(
            "view_submission", view={"id": "V1", "type": "modal", "callback_id": "other", "state": {"values": {}}}
        ),
        interaction("shortcut", callback_id="other"),
    ],
    ids=["event without a person", "event", "click", "view", "shortcut"],
)
def test_what_nobody_listens_to_is_acknowledged(bolt: App, body: dict[str, Any]) -> None:
    assert deliver(bolt, body).status == 200


class TestAnswersToDirectMessages:
    """They are real posts: whatever is lost or repeated, there is one."""

    @pytest.fixture(autouse=True)
    def _as_slack_s_clock(self, clock: StillClock, quiet_world: World) -> None:
        clock.at = quiet_world.clock.now()

    def ask(self, bolt: App, world: World) -> None:
        channel = world.client().conversations_open(users=cast.PRIYA.id)["channel"]["id"]
        said = {"user": cast.PRIYA.id, "user_team": cast.MERIDIAN.id, "channel": channel, "channel_type": "im"}
        deliver(bolt, event(**said, thread_ts=None, text="help"))

    def answers(self, world: World) -> list[dict[str, Any]]:
        return [m for m in world.look("messages")["messages"] if m["channel"].startswith("D") and m.get("bot_id")]

    def test_an_answer_is_posted_with_a_key_of_ours(self, bolt: App, quiet_world: World) -> None:
        self.ask(bolt, quiet_world)

        (answer,) = self.answers(quiet_world)
        assert answer["metadata"]["event_payload"]["key"].startswith("answer:D")

    def test_an_answer_whose_receipt_was_lost_is_found_by_the_next_try(
        self, bolt: App, quiet_world: World, workers: Workers, clock: StillClock, store: RefusingStore
    ) -> None:
        quiet_world.control("faults", {"kind": "drop_after_accept", "method": "chat.postMessage"})
        self.ask(bolt, quiet_world)
        clock.advance(LEASE)

        replayed = workers.replay()

        assert (replayed, len(self.answers(quiet_world)), store.waiting()) == (1, 1, [])

    def test_an_answer_that_was_not_posted_is_posted_by_the_next_try(
        self, bolt: App, quiet_world: World, workers: Workers, clock: StillClock
    ) -> None:
        quiet_world.control("faults", {"kind": "error", "error": "service_unavailable", "method": "chat.postMessage"})
        self.ask(bolt, quiet_world)
        before = len(self.answers(quiet_world))
        clock.advance(LEASE)

        workers.replay()

        assert (before, len(self.answers(quiet_world))) == (0, 1)


class TestFailuresAreTold:
    """In words, to the person, without a word of the exception."""

    @pytest.fixture(autouse=True)
    def _fail(self, recorder: Recorder) -> None:
        recorder.error = RuntimeError("secret: Acmeco pays 9 million")

    def test_to_a_command(self, bolt: App, quiet_world: World) -> None:
        status = deliver(bolt, command(response_url=answering(quiet_world))).status

        assert status == 200
        assert "Something failed on our side." in whispered(quiet_world)
        assert "secret" not in whispered(quiet_world)

    def test_to_a_form(self, bolt: App) -> None:
        answer = deliver(bolt, form())

        assert json.loads(answer.body)["response_action"] == "update"
        assert "Something failed on our side." in answer.body
        assert "secret" not in answer.body

    def test_to_a_click(self, bolt: App) -> None:
        answer = deliver(bolt, click())

        assert (answer.status, answer.body) == (200, "")

    def test_and_logged_with_the_reference_people_are_given(
        self, bolt: App, quiet_world: World, caplog: pytest.LogCaptureFixture
    ) -> None:
        with caplog.at_level(logging.ERROR, logger="handlers.replies"):
            deliver(bolt, command(response_url=answering(quiet_world)))

        (record,) = [each for each in caplog.records if each.name == "handlers.replies"]
        reference = str(record.message).rpartition("reference=")[2]
        assert reference in whispered(quiet_world)
        assert record.exc_info is not None


def test_a_refusal_is_told_and_not_an_error(bolt: App, recorder: Recorder, caplog: pytest.LogCaptureFixture) -> None:
    recorder.error = NotPermitted("Only alliance managers may do this.")

    answer = deliver(bolt, form())

    assert "Only alliance managers may do this." in answer.body
    assert not [each for each in caplog.records if each.levelno >= logging.ERROR]


def test_while_the_directory_does_not_answer_events_wait_and_people_are_told(
    bolt: App,
    recorder: Recorder,
    people: FakePeople,
    store: RefusingStore,
    quiet_world: World,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def away(team_id: str, user_id: str) -> None:
        raise Unavailable("Slack", "users.info got no usable answer")

    monkeypatch.setattr(people, "person", away)

    deliver(bolt, event())
    deliver(bolt, command(response_url=answering(quiet_world)))

    assert [key for key, *_ in store.waiting()] == ["event:Ev1"]
    assert "Slack does not answer." in whispered(quiet_world)
    assert recorder.calls == []


def answering(world: World) -> str:
    """A response_url that works."""
    outcome: str = world.control("hook", {"user": cast.PRIYA.id, "channel": "C0AWSCENT"})["url"]
    return outcome


def whispered(world: World) -> str:
    """What Priya was told."""
    mine = (m for m in world.messages("C0AWSCENT") if m["ephemeral_to"] == cast.PRIYA.id)
    return json.dumps([message["blocks"] for message in mine], ensure_ascii=False)


class TestBadInput:
    """Refused in words, with nothing done and nothing shown of what went wrong inside."""

    @pytest.mark.parametrize("value", [None, "", "forged", 7, [], {"a": 1}, "x" * 100_000, "\ud800", "\x00"])
    def test_a_forged_token_is_passed_on_as_what_it_is_and_no_more(
        self, bolt: App, recorder: Recorder, store: RefusingStore, value: Any
    ) -> None:
        tampered = click()
        tampered["actions"][0]["value"] = value

        status = deliver(bolt, tampered).status

        assert status == 200
        ((_, token, _),) = recorder.calls
        assert isinstance(token, str)
        token.encode()
        assert store.waiting() == []

    @pytest.mark.parametrize(
        "state", [None, [], "text", {"values": []}, {"values": {"field:website": None}}, {"values": {"field:x": {}}}]
    )
    def test_a_form_of_another_shape_is_refused_in_words(
        self, bolt: App, recorder: Recorder, store: RefusingStore, state: Any
    ) -> None:
        tampered = form()
        tampered["view"]["state"] = state

        answer = deliver(bolt, tampered)

        assert recorder.calls == []
        assert "did not arrive as cosell sent it" in answer.body
        assert store.waiting() == []

    @pytest.mark.parametrize(
        "make", [lambda: event(ts=""), command, click, form], ids=["event", "command", "click", "form"]
    )
    def test_wrong_types_anywhere_leave_the_door_open_for_the_next(
        self, bolt: App, recorder: Recorder, make: Callable[[], dict[str, Any]]
    ) -> None:
        for place in list(places(make())):
            for wrong in (None, 5, "text", [], ["x"], {}, {"id": 3}):
                tampered = changed(make(), place, wrong)
                tampered |= {"trigger_id": f"t{place}{wrong}", "event_id": f"e{place}{wrong}", "response_url": ""}
                with suppress(
                    AttributeError, KeyError, TypeError
                ):  # what Bolt cannot even take up, the two doors refuse
                    response = bolt.dispatch(BoltRequest(body=tampered, mode="socket_mode"))
                    assert response.status in {200, 503}
                    assert "Error" not in response.body
        recorder.calls.clear()

        assert deliver(bolt, make()).status == 200
        assert len(recorder.calls) == 1


def places(value: Any, *path: str | int) -> Iterator[tuple[str | int, ...]]:
    """Where something else could stand."""
    if path:
        yield path
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, child in children:
        yield from places(child, *path, name)


def changed(body: Any, place: tuple[str | int, ...], wrong: Any) -> Any:
    """The payload with something else in one place."""
    result = copy.copy(body)
    result[place[0]] = changed(body[place[0]], place[1:], wrong) if place[1:] else wrong
    return result
