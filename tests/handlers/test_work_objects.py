"""Links to deals as Work Objects: everybody reads the same under them, and each is shown their own beside them."""

import json
from dataclasses import replace
from typing import Any

import pytest

from handlers.links import PER_MINUTE
from handlers.views import preview
from handlers.views.problem import WHO_ARE_YOU
from motions.answer_surfaces import DealAnswer, ProblemAnswer
from motions.deals import OpportunityId
from motions.model import Band
from sandbox import cast
from tests.handlers import values
from tests.handlers.emulated_slack import World
from tests.handlers.fakes import Recorder

OURS = "C0AWSCENT"
DEAL = OpportunityId("006xx0000000001AAA")
LINK = f"https://meridian.lightning.force.com/lightning/r/Opportunity/{DEAL}/view"


@pytest.fixture
def has_work_objects() -> bool:
    return True


@pytest.fixture
def recorder() -> Recorder:
    return Recorder(named=DEAL, said=answered())


def answered(**changes: Any) -> DealAnswer:
    """Where a deal stands."""
    given = DealAnswer(
        deal=values.deal(),
        deal_url="https://crm.example/1",
        band=Band.HIGH,
        score=72,
        reasons=(),
        partner_name="AWS",
        motion=None,
        started=False,
        note="Nothing yet.",
    )
    return replace(given, **changes)


def said(world: World) -> dict[str, Any]:
    """A link in a channel of ours, and where it stands."""
    ts = world.act("message", cast.PRIYA, channel=OURS, text=LINK)["ts"]
    world.settle()
    return {"channel": OURS, "message_ts": ts, "attachment_id": 1}


def under(world: World, place: dict[str, Any]) -> str:
    """What everybody reads under it."""
    [message] = [each for each in world.messages(OURS) if each["ts"] == place["message_ts"]]
    [attached] = message["attachments"]
    assert attached["entity"]["entity_type"] == "slack#/entities/item"
    return json.dumps(attached, ensure_ascii=False)


def look(world: World, who: cast.Member, place: dict[str, Any]) -> dict[str, Any]:
    """What somebody is shown who clicks it."""
    assert world.act("details", who, **place)["ok"]
    world.settle()
    items = [each for each in world.look(f"seen/{who.id}")["items"] if each["kind"] == "details"]
    found: dict[str, Any] = items[-1]["content"] if items else {}
    return found


def test_no_word_of_the_deal_stands_under_a_link(world: World) -> None:
    shown = under(world, said(world))

    assert "Acme" not in shown
    assert "Show me" in shown


def test_whoever_clicks_is_shown_what_they_may_see_and_nobody_else_is(world: World, recorder: Recorder) -> None:
    place = said(world)
    before = under(world, place)

    shown = look(world, cast.PRIYA, place)

    fields = {each["key"]: each["value"] for each in shown["entity"]["entity_payload"]["custom_fields"]}
    assert "Acme" in shown["entity"]["entity_payload"]["attributes"]["title"]["text"]
    assert fields["confidence"] == "high (72 of 100)"
    assert fields["next"] == "Nothing yet."
    assert "why" not in fields
    assert recorder.calls[-1][:2] == ("about_deal", DEAL)
    assert under(world, place) == before
    assert "high (72" not in json.dumps(world.look(f"seen/{cast.TOMAS.id}")["items"])


def test_names_of_any_kind_are_shown_as_they_are(world: World, recorder: Recorder) -> None:
    recorder.said = answered(
        deal=replace(values.deal(), name="<!channel> *x* \u202e " + "ל" * 255, stage_name="🚀" * 200)
    )

    shown = look(world, cast.PRIYA, said(world))

    title = shown["entity"]["entity_payload"]["attributes"]["title"]["text"]
    assert "<!channel> *x*" in title
    assert "\u202e" not in title


def test_whoever_may_not_see_it_is_told_so_in_the_same_place(world: World, recorder: Recorder) -> None:
    recorder.said = ProblemAnswer("No open deal matches.", "Nothing was changed.", "Check its name.")

    shown = look(world, cast.PRIYA, said(world))

    assert shown["entity"] is None
    assert shown["error"]["custom_title"] == "No open deal matches."
    assert "Check its name." in shown["error"]["custom_message"]


def test_once_a_guest_reads_there_nobody_is_shown_anything(world: World, recorder: Recorder) -> None:
    place = said(world)
    world.control("channels", {"id": OURS, "members": [cast.GINA.id]})
    world.settle()
    asked = len(recorder.calls)

    told = look(world, cast.GINA, place)
    ours = look(world, cast.PRIYA, place)

    assert told["error"]["custom_title"] == WHO_ARE_YOU
    assert "beside this conversation" in ours["error"]["custom_title"]
    assert len(recorder.calls) == asked


def test_a_flood_of_clicks_leaves_slacks_pace_to_cards(world: World) -> None:
    place = said(world)

    shown = [look(world, cast.PRIYA, place) for _ in range(PER_MINUTE + 1)]

    assert [bool(each["entity"]) for each in shown] == [True] * PER_MINUTE + [False]
    assert "Too many" in shown[-1]["error"]["custom_title"]


def test_a_click_that_is_too_old_by_the_time_it_is_heard_of_is_left_alone(world: World) -> None:
    event = {
        "type": "entity_details_requested",
        "user": cast.PRIYA.id,
        "channel": OURS,
        "external_ref": {"id": DEAL},
        "entity_url": LINK,
        "trigger_id": "1.1.old",
    }

    payload = {"type": "event_callback", "event_id": "EvOld", "team_id": cast.MERIDIAN.id, "event": event}
    world.control("envelopes", {"kind": "events_api", "payload": payload})
    world.settle()

    [call] = world.look("calls", method="entity.presentDetails")["calls"]
    assert call["error"] == "invalid_trigger_id"


def test_the_button_under_it_shows_the_same(world: World) -> None:
    place = said(world)
    container = {"type": "message_attachment", **place}

    assert world.act("action", cast.PRIYA, container=container, action_id=preview.STANDS, value=DEAL)["ok"]
    world.settle()

    assert "high" in json.dumps(world.look("views")["modals"][cast.PRIYA.id])
