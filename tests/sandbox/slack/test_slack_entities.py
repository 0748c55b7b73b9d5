"""Work Objects in the emulator: strict about what is shown, and about whom a click's details may reach."""

from copy import deepcopy
from typing import Any

import pytest
from slack_bolt import App
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from sandbox import cast
from tests.sandbox.slack.slack_emulator import World, eventually

ROOM = "C0AWSEAST"
LINK = "https://meridian.lightning.force.com/lightning/r/Opportunity/006/view"
FIELD = {"key": "stage", "label": "Stage", "type": "string", "value": "Proposal"}
ENTITY: dict[str, Any] = {
    "entity_type": "slack#/entities/item",
    "url": LINK,
    "app_unfurl_url": LINK,
    "external_ref": {"id": "006"},
    "entity_payload": {
        "attributes": {"title": {"text": "A deal"}, "metadata_last_modified": 5},
        "custom_fields": [FIELD],
        "actions": {"primary_actions": [{"text": "Show me", "action_id": "show", "value": "006"}]},
    },
}


def changed(**at: Any) -> dict[str, Any]:
    """The entity with one part, by its path ('entity_payload__actions'), as given; None: without it."""
    entity = deepcopy(ENTITY)
    for path, value in at.items():
        *way, last = path.split("__")
        part = entity
        for name in way:
            part = part[name]
        part[last] = value
    return entity


def beside(**at: Any) -> dict[str, Any]:
    """The same as details."""
    return {name: value for name, value in changed(**at).items() if name != "app_unfurl_url"}


def shown(world: World, client: WebClient) -> str:
    """A message with the entity under it, by its ts."""
    ts = str(world.act("message", cast.PRIYA, channel=ROOM, text=LINK)["ts"])
    client.chat_unfurl(channel=ROOM, ts=ts, metadata={"entities": [ENTITY]})
    return ts


def under(world: World, ts: str) -> list[dict[str, Any]]:
    """What stands under it."""
    [message] = [each for each in world.messages(ROOM) if each["ts"] == ts]
    found: list[dict[str, Any]] = message.get("attachments", [])
    return found


def clicked(world: World, bolt: App, ts: str) -> dict[str, Any]:
    """What the app hears of a click on it."""
    heard: list[dict[str, Any]] = []

    @bolt.event("entity_details_requested")
    def hear(event: dict[str, Any]) -> None:
        heard.append(event)

    bolt.event("link_shared")(lambda: None)
    bolt.event("message")(lambda: None)
    assert world.act("details", cast.PRIYA, channel=ROOM, message_ts=ts, attachment_id=1)["ok"]
    eventually(lambda: heard)
    return heard[-1]


def refusal_of(call: Any, **given: Any) -> str:
    """The word a call is refused with."""
    with pytest.raises(SlackApiError) as refused:
        call(**given)
    return str(refused.value.response["error"])


@pytest.mark.parametrize(
    "entity",
    [
        changed(entity_type="slack#/entities/task"),
        changed(external_ref={}),
        changed(url=None),
        changed(app_unfurl_url=None),
        changed(more="x"),
        changed(entity_payload__attributes={}),
        changed(entity_payload__attributes__title={"text": ""}),
        changed(entity_payload__custom_fields=[FIELD | {"value": 7}]),
        changed(entity_payload__custom_fields=[FIELD | {"type": "money"}]),
        changed(entity_payload__custom_fields=[{"key": "stage", "type": "string", "value": "x"}]),
        changed(entity_payload__actions={"primary_actions": [{"text": "x", "action_id": str(n)} for n in range(3)]}),
        changed(entity_payload__actions={"primary_actions": [{"text": "x"}]}),
        None,
    ],
)
def test_an_entity_slack_would_not_show_is_refused(world: World, client: WebClient, entity: Any) -> None:
    ts = str(world.act("message", cast.PRIYA, channel=ROOM, text=LINK)["ts"])

    metadata = {"entities": [entity] if entity else []}

    assert refusal_of(client.chat_unfurl, channel=ROOM, ts=ts, metadata=metadata) == "invalid_metadata"
    assert under(world, ts) == []


def test_without_the_switch_there_are_none(world: World, client: WebClient) -> None:
    world.post("/_control/settings", {"work_objects": False})
    ts = str(world.act("message", cast.PRIYA, channel=ROOM, text=LINK)["ts"])

    assert refusal_of(client.chat_unfurl, channel=ROOM, ts=ts, metadata={"entities": [ENTITY]}) == "feature_not_enabled"


def test_a_click_names_the_thing_and_its_details_reach_one_person(world: World, bolt: App, client: WebClient) -> None:
    ts = shown(world, client)

    event = clicked(world, bolt, ts)
    client.entity_presentDetails(
        trigger_id=event["trigger_id"], metadata=beside(entity_payload__custom_fields=[FIELD | {"value": "Closed"}])
    )

    assert (event["user"], event["external_ref"], event["entity_url"]) == (cast.PRIYA.id, {"id": "006"}, LINK)
    assert (event["channel"], event["message_ts"], event["app_unfurl_url"]) == (ROOM, ts, LINK)
    assert "Closed" in str(world.get(f"/_control/seen/{cast.PRIYA.id}"))
    assert "Closed" not in str(world.get(f"/_control/seen/{cast.DANA.id}"))
    assert "Closed" not in str(under(world, ts))


@pytest.mark.parametrize("moment", [6, None])
def test_details_that_may_be_newer_take_the_place_of_what_everybody_reads(
    world: World, bolt: App, client: WebClient, moment: int | None
) -> None:
    ts = shown(world, client)
    event = clicked(world, bolt, ts)
    attributes = {"title": {"text": "Acme"}} | ({"metadata_last_modified": moment} if moment else {})

    client.entity_presentDetails(trigger_id=event["trigger_id"], metadata=beside(entity_payload__attributes=attributes))

    assert "Acme" in str(under(world, ts))


def test_a_trigger_brings_details_once_and_of_its_own_thing(world: World, bolt: App, client: WebClient) -> None:
    trigger_id = clicked(world, bolt, shown(world, client))["trigger_id"]
    present = client.entity_presentDetails

    assert refusal_of(present, trigger_id="1.1.1", metadata=beside()) == "invalid_trigger_id"
    assert refusal_of(present, trigger_id=trigger_id) == "invalid_arguments"
    assert refusal_of(present, trigger_id=trigger_id, error={"status": "sad"}) == "invalid_arguments"
    assert (
        refusal_of(present, trigger_id=trigger_id, metadata=beside(external_ref={"id": "007"}))
        == "entity_metadata_does_not_match_trigger"
    )
    present(trigger_id=trigger_id, error={"status": "restricted"})
    assert refusal_of(present, trigger_id=trigger_id, metadata=beside()) == "exchanged_trigger_id"


def test_details_that_come_late_are_refused(world: World, bolt: App, client: WebClient) -> None:
    trigger_id = clicked(world, bolt, shown(world, client))["trigger_id"]

    world.advance(4)

    assert refusal_of(client.entity_presentDetails, trigger_id=trigger_id, metadata=beside()) == "expired_trigger_id"
