"""Slack delivers twice, late and out of order, and people click all at once: each gesture has its one effect."""

import copy
import json
import time
import uuid
from pathlib import Path
from typing import Any

import pytest

from motions.model import Motion, MotionState
from sandbox.cast import BOT_USER_ID, DANA, MERIDIAN, PRIYA
from tests.scenarios.company import CENTRAL, Json
from tests.scenarios.scene import Scene, said
from tests.waiting import wait_until

FIXTURES = Path(__file__).parents[1] / "handlers" / "fixtures"
RECORDED: dict[str, Json] = json.loads((FIXTURES / "slack_payloads.json").read_text())
QUIET = "C0COSELLOPS"  # no card is posted there


@pytest.fixture(scope="module")
def asked(running: Scene) -> Motion:
    """A motion whose card asks."""
    return running.asked(running.company.new_deal())


def deliver(scene: Scene, kind: str, payload: Json, times: int = 1) -> list[Json]:
    """Slack delivers this payload, so often at once; how each was acknowledged."""
    wish = json.dumps({"kind": kind, "payload": payload, "times": times})  # half characters travel escaped
    answer = scene.company.http.post("/slack/_control/envelopes", content=wish).raise_for_status()
    found: list[Json] = answer.json()["acknowledged"]
    return found


def recorded_event(name: str, **fields: Any) -> Json:
    """A recorded event, moved into the sandbox's company."""
    body = copy.deepcopy(RECORDED[name])
    body |= {"team_id": MERIDIAN.id, "event_id": f"Ev{uuid.uuid4().hex}"}
    ts = f"{time.time():.6f}"
    said_by = {"user": PRIYA.id, "team": MERIDIAN.id, "channel": QUIET, "client_msg_id": str(uuid.uuid4())}
    body["event"] |= {**said_by, "ts": ts, "event_ts": ts, **fields}
    return body


def whispers(scene: Scene, channel: str = QUIET) -> list[Json]:
    return [m for m in scene.company.messages(channel) if m["ephemeral_to"]]


def hook(scene: Scene, channel: str = QUIET) -> str:
    url: str = scene.company.do("/slack/_control/hook", user=PRIYA.id, channel=channel)["url"]
    return url


def trigger(scene: Scene) -> str:
    found: str = scene.company.do("/slack/_control/trigger", user=PRIYA.id)["trigger_id"]
    return found


def handled(scene: Scene) -> None:
    """Everything delivered so far is handled."""
    pending = lambda uow: uow.inbox.pending(older_than=scene.bot.ports.clock.now())  # noqa: E731 - a question to the store
    wait_until(lambda: not scene.bot.ports.durable.read(pending), what="an empty inbox")


def repeated(scene: Scene, kind: str, payload: Json) -> None:
    """Three times at once, and once more when it is handled."""
    first = deliver(scene, kind, payload, times=3)
    handled(scene)
    last = deliver(scene, kind, payload)
    handled(scene)
    assert [each["ok"] for each in [*first, *last]] == [True] * 4


def test_a_mention_is_answered_once(scene: Scene) -> None:
    before = len(whispers(scene))

    repeated(scene, "events_api", recorded_event("mention", text=f"<@{BOT_USER_ID}> status"))

    assert len(whispers(scene)) == before + 1


@pytest.mark.parametrize("order", [("channel_message", "mention"), ("mention", "channel_message")])
def test_a_message_and_the_mention_it_is_are_answered_once_in_any_order(scene: Scene, order: tuple[str, str]) -> None:
    before = len(whispers(scene))
    same = {"ts": f"{time.time():.6f}", "text": f"<@{BOT_USER_ID}> status", "client_msg_id": str(uuid.uuid4())}

    for name in order:
        repeated(scene, "events_api", recorded_event(name, **same))

    assert len(whispers(scene)) == before + 1


def test_a_direct_message_is_answered_once_under_two_event_ids_too(scene: Scene) -> None:
    direct = f"D{PRIYA.id[1:]}"
    scene.company.act("message", PRIYA, channel=direct, text="help")
    before = wait_until(lambda: scene.company.messages(direct)[1:], what="an answer, and with it the conversation")
    said_once = recorded_event("direct_message", channel=direct, text="status")
    another_id = {**said_once, "event_id": f"Ev{uuid.uuid4().hex}"}
    another_time = copy.deepcopy(another_id) | {"event_id": f"Ev{uuid.uuid4().hex}"}
    another_time["event"]["ts"] = f"{time.time() + 1:.6f}"

    for body in (said_once, another_id, another_time):
        repeated(scene, "events_api", body)

    assert len(scene.company.messages(direct)) == 1 + len(before) + 1


def test_an_edit_that_overtakes_its_message_is_nothing_and_the_message_is_heard(scene: Scene) -> None:
    before = len(whispers(scene))
    mention = recorded_event("mention", text=f"<@{BOT_USER_ID}> status")
    edit = recorded_event("channel_message", subtype="message_changed", hidden=True, message=mention["event"])

    repeated(scene, "events_api", edit)
    repeated(scene, "events_api", mention)

    assert len(whispers(scene)) == before + 1


@pytest.mark.parametrize("name", ["reaction", "member_joined"])
def test_what_nobody_listens_to_is_acknowledged_and_has_no_effect(scene: Scene, name: str) -> None:
    before = scene.company.messages(QUIET)

    repeated(scene, "events_api", recorded_event(name))

    assert scene.company.messages(QUIET) == before


def test_a_command_is_answered_once(scene: Scene) -> None:
    before = len(whispers(scene))
    body = RECORDED["slash_command"] | {"team_id": MERIDIAN.id, "user_id": PRIYA.id, "command": "/cosell"}

    repeated(
        scene,
        "slash_commands",
        body | {"text": "status", "response_url": hook(scene), "trigger_id": trigger(scene), "channel_id": QUIET},
    )

    assert len(whispers(scene)) == before + 1


def test_a_form_is_submitted_once(scene: Scene) -> None:
    deal = scene.company.new_deal()
    motion = scene.asked(deal)
    (modal,) = scene.click(PRIYA, motion, "motion.deny")["modals"]
    option = {"value": "other", "text": {"type": "plain_text", "text": "Something else"}}
    state = {"reason.code": {"value": {"selected_option": option}}, "reason.words": {"value": {"value": "No"}}}
    body = copy.deepcopy(RECORDED["view_submission"]) | {
        "user": {"id": PRIYA.id, "team_id": MERIDIAN.id},
        "trigger_id": trigger(scene),
        "view": {**modal, "state": {"values": state}},
    }

    answers = deliver(scene, "interactive", body, times=3)
    scene.reaches(deal, MotionState.DENIED)
    later = deliver(scene, "interactive", body)

    told = [answer["payload"] for answer in [*answers, *later] if answer["payload"]]
    assert len(told) == 1
    assert "Denied." in json.dumps(told)


def test_a_click_decides_once(scene: Scene, asked: Motion) -> None:
    assert asked.card is not None
    (card,) = [m for m in scene.company.messages(asked.card.channel) if m["ts"] == asked.card.ts]
    button = next(
        e for b in card["blocks"] if b["type"] == "actions" for e in b["elements"] if "approve" in e["action_id"]
    )
    body = copy.deepcopy(RECORDED["block_actions"]) | {
        "user": {"id": PRIYA.id, "team_id": MERIDIAN.id},
        "trigger_id": trigger(scene),
        "response_url": hook(scene, asked.card.channel),
        "container": {"type": "message", "message_ts": asked.card.ts, "channel_id": asked.card.channel},
    }
    body["actions"] = [{**body["actions"][0], "action_id": button["action_id"], "value": button["value"]}]
    before = len(whispers(scene, asked.card.channel))

    repeated(scene, "interactive", body)
    scene.reaches(asked.opportunity_id, MotionState.HANDED_OFF)

    assert len(whispers(scene, asked.card.channel)) == before + 1
    assert len(scene.company.filed(asked.opportunity_id)) == 1


def test_a_megabyte_is_heard_and_so_is_what_comes_after(scene: Scene) -> None:
    before = len(whispers(scene))
    big = recorded_event("mention", text=f"<@{BOT_USER_ID}> " + "x" * 1_000_000)

    repeated(scene, "events_api", big)
    repeated(scene, "events_api", recorded_event("mention", text=f"<@{BOT_USER_ID}> status"))

    assert len(whispers(scene)) == before + 2


def test_half_a_character_and_a_nul_are_no_reason_to_lose_what_was_asked(scene: Scene) -> None:
    before = len(whispers(scene))

    repeated(scene, "events_api", recorded_event("mention", text=f"<@{BOT_USER_ID}> st\x00atus \ud800"))

    assert len(whispers(scene)) == before + 1


def test_a_thousand_clicks_at_once_are_one_decision_and_everybody_is_told(scene: Scene) -> None:
    deal = scene.company.new_deal()
    motion = scene.asked(deal)
    assert motion.card is not None
    scene.company.do("/slack/_control/settings", ack_seconds=60.0)
    before = len(whispers(scene, CENTRAL))
    place = {"channel": motion.card.channel, "message_ts": motion.card.ts}
    clicks = [
        {"gesture": "action", "user": who.id, **place, "action_id": "motion.approve"} for who in (PRIYA, DANA)
    ] * 500

    ends = scene.company.http.post("/slack/_control/crowd", json={"gestures": clicks}, timeout=120).json()["ends"]
    told = wait_until(
        lambda: whispers(scene, CENTRAL)[before + 999 :] and whispers(scene, CENTRAL)[before:], within=120
    )
    scene.reaches(deal, MotionState.HANDED_OFF, within=60)
    scene.company.do("/slack/_control/settings", ack_seconds=3.0)

    words = [json.dumps(each["blocks"], ensure_ascii=False) for each in told]
    assert ends == {"ok": 1000}
    assert len(words) == 1000
    assert sum("Approved." in each for each in words) == 1
    assert sum("Nothing changed." in each for each in words) == 999
    assert len(scene.company.filed(deal)) == 1


def test_a_form_the_crm_is_slow_for_is_answered_in_its_place(scene: Scene) -> None:
    deal = scene.company.new_deal()
    motion = scene.asked(deal)
    (modal,) = scene.click(PRIYA, motion, "motion.edit")["modals"]
    scene.company.trouble("salesforce", "latency", seconds=3, times=3)  # the bot's own polls take their share

    at_first = scene.submit(PRIYA, modal, problem="Dispatchers lose two hours a day looking for freight on the road.")
    shown = _shown(scene, "still needs an approval")

    assert "takes longer than usual" in said(at_first)
    assert "takes longer than usual" not in shown


def test_a_slow_complaint_shows_the_form_again_with_what_was_typed(scene: Scene) -> None:
    deal = scene.company.new_deal()
    motion = scene.asked(deal)
    (modal,) = scene.click(PRIYA, motion, "motion.edit")["modals"]
    scene.company.trouble("salesforce", "latency", seconds=3, times=3)  # the bot's own polls take their share

    scene.submit(PRIYA, modal, problem="Too short", next_steps="Call on Friday")
    shown = _shown(scene, "Nothing was saved yet")
    scene.company.calm()
    (again,) = scene.company.look("/slack/_control/views")["modals"][PRIYA.id]
    answer = scene.submit(PRIYA, again, problem="Dispatchers lose two hours a day looking for freight on the road.")

    assert '"initial_value": "Too short"' in shown
    assert '"initial_value": "Call on Friday"' in shown
    assert "still needs an approval" in said(answer)


def _shown(scene: Scene, words: str) -> str:
    """What Priya has open, once it says so."""

    def look() -> str | None:
        modals = _modals(scene)
        return modals if words in modals else None

    return wait_until(look, what=words)


def _modals(scene: Scene) -> str:
    """What Priya has open."""
    return json.dumps(scene.company.look("/slack/_control/views")["modals"].get(PRIYA.id, []), ensure_ascii=False)
