"""Links to deals: a button under each that our people post where only they read, and an answer to whoever presses."""

import json
from typing import Any

import pytest

from handlers.links import PER_MINUTE
from handlers.views import preview
from motions.answer_surfaces import ProblemAnswer
from motions.deals import OpportunityId
from sandbox import cast
from tests.handlers import values
from tests.handlers.emulated_slack import World
from tests.handlers.fakes import Recorder
from tests.handlers.validators import check_message

OURS, SHARED = "C0AWSCENT", "C0SHAREDAWS"
DEAL = OpportunityId("006xx0000000001AAA")
LINK = f"https://meridian.lightning.force.com/lightning/r/Opportunity/{DEAL}/view"


@pytest.fixture
def recorder() -> Recorder:
    return Recorder(named=DEAL)


def said(world: World, text: str, who: cast.Member = cast.PRIYA, channel: str = OURS) -> dict[str, Any]:
    """What is under a message that somebody posts."""
    place = {"channel": channel, "message_ts": world.act("message", who, channel=channel, text=text)["ts"]}
    world.settle()
    [message] = [
        each for each in world.look("messages", channel=channel)["messages"] if each["ts"] == place["message_ts"]
    ]
    return place | {"attachments": message.get("attachments", [])}


def press(world: World, under: dict[str, Any], who: cast.Member) -> str:
    """Press the button under a link, and what is shown."""
    [attached] = under["attachments"]
    container = {"type": "message_attachment", **under, "attachment_id": attached["id"]}
    assert world.act("action", who, container=container, action_id=preview.STANDS, value=DEAL)["ok"]
    world.settle()
    return json.dumps(world.look("views")["modals"].get(who.id, []), ensure_ascii=False)


def test_a_link_of_ours_gets_one_button_and_no_word_of_the_deal(world: World, recorder: Recorder) -> None:
    under = said(world, f"Anybody? {LINK} and again {LINK}")

    [attached] = under["attachments"]
    assert attached["app_unfurl_url"] == LINK
    assert "Acme" not in json.dumps(attached)
    assert "Show me" in json.dumps(attached)
    assert recorder.calls == [("deal_named", LINK, values.person())]


def test_whoever_presses_is_shown_what_they_may_see_themselves(world: World, recorder: Recorder) -> None:
    under = said(world, LINK)
    recorder.said = ProblemAnswer("No open deal matches.", "", "")

    shown = press(world, under, cast.PRIYA)

    assert recorder.calls[-1][:2] == ("about_deal", DEAL)
    assert recorder.calls[-1][2] == values.person()
    assert "No open deal matches." in shown


@pytest.mark.usefixtures("recorder")
def test_a_guest_who_came_later_is_told_one_sentence(world: World) -> None:
    under = said(world, LINK)
    world.control("channels", {"id": OURS, "members": [cast.GINA.id]})
    world.settle()

    assert "does not know you" in press(world, under, cast.GINA)


@pytest.mark.usefixtures("recorder")
@pytest.mark.parametrize("who", [cast.PRIYA, cast.ALEX])
def test_where_others_read_a_link_is_left_alone(world: World, who: cast.Member) -> None:
    assert said(world, LINK, who, SHARED)["attachments"] == []


def test_a_link_to_no_deal_of_theirs_is_left_alone(world: World, recorder: Recorder) -> None:
    recorder.named = None

    assert said(world, LINK)["attachments"] == []
    assert len(recorder.calls) == 1


def test_links_to_elsewhere_are_nobodys_business(world: World, recorder: Recorder) -> None:
    assert (
        said(world, f"https://elsewhere.example/{DEAL} https://evil-lightning.force.com.example/{DEAL}")["attachments"]
        == []
    )
    assert recorder.calls == []


@pytest.mark.usefixtures("recorder")
def test_a_flood_of_links_leaves_slacks_pace_to_cards(world: World) -> None:
    flood = [said(world, LINK) for _ in range(PER_MINUTE + 2)]

    assert [len(under["attachments"]) for under in flood] == [1] * PER_MINUTE + [0, 0]


def test_a_link_that_is_still_being_written_is_left_alone(world: World, recorder: Recorder) -> None:
    event = {
        "type": "link_shared",
        "user": cast.PRIYA.id,
        "channel": "COMPOSER",
        "message_ts": "Uxx-909b5454",
        "source": "composer",
    }
    links = {"links": [{"domain": "lightning.force.com", "url": LINK}]}

    payload = {"type": "event_callback", "event_id": "EvC", "team_id": cast.MERIDIAN.id, "event": event | links}
    world.control("envelopes", {"kind": "events_api", "payload": payload})
    world.settle()

    assert recorder.calls == []


def test_what_stands_there_fits() -> None:
    drawn: Any = preview.draw(DEAL)["blocks"]

    check_message({"text": "a link", "blocks": drawn})
