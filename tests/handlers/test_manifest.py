"""The manifest is what Slack accepts, and asks for no more than the code uses."""

import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import yaml

from handlers import steps
from handlers.channels import web_client
from handlers.listeners import build_bolt
from handlers.views import preview, which
from motions.deals import OpportunityId
from sandbox.slack.settings import BOT_EVENTS, PROMPTS, SHORTCUTS
from sandbox.slack.workflows import STEPS
from tests.handlers.emulated_slack import US

ROOT = Path(__file__).parents[2]
MANIFEST: Any = yaml.safe_load((ROOT / "manifest.yml").read_text())
# Web API method, or event -> the scopes it needs (Slack's method and event reference pages).
NEEDS = {
    "chat.postMessage": {"chat:write"},
    "chat.postEphemeral": {"chat:write"},
    "chat.update": {"chat:write"},
    "chat.unfurl": {"links:write"},
    "link_shared": {"links:read"},
    "entity_details_requested": set(),
    "conversations.info": {"channels:read", "groups:read", "im:read"},
    "conversations.members": {"channels:read", "groups:read", "im:read"},
    "conversations.history": {"channels:history", "groups:history", "im:history"},
    "conversations.replies": {"channels:history", "groups:history", "im:history"},
    "include_all_metadata": {"metadata.message:read"},
    "conversations.open": {"im:write"},
    "files.info": {"files:read"},
    "files.getUploadURLExternal": {"files:write"},
    "files.completeUploadExternal": {"files:write"},
    "users.info": {"users:read"},
    "users.lookupByEmail": {"users:read.email"},
    "bots.info": {"users:read"},
    "/cosell": {"commands"},
    "app_mention": {"app_mentions:read"},
    "message.channels": {"channels:history"},
    "message.groups": {"groups:history"},
    "message.im": {"im:history"},
    "member_joined_channel": {"channels:read", "groups:read"},
    "member_left_channel": {"channels:read", "groups:read"},
    "channel_shared": {"channels:read", "groups:read"},
    "channel_unshared": {"channels:read", "groups:read"},
    "channel_id_changed": {"channels:read", "groups:read"},
}


def test_the_manifest_fits_slacks_schema() -> None:
    schema = json.loads((Path(__file__).parent / "fixtures" / "manifest.schema.2.0.0.json").read_text())

    jsonschema.validate(MANIFEST, schema)


def test_the_scopes_asked_are_the_scopes_used() -> None:
    assert set(MANIFEST["oauth_config"]["scopes"]["bot"]) == set().union(*NEEDS.values())


SCOPELESS = {
    "agents.sessions.setStatus",  # it needs chat:write, and assistant:write comes with an agent
    "auth.test",
    "apps.connections.open",
    "entity.presentDetails",
    "functions.completeError",
    "functions.completeSuccess",
    "views.open",
    "views.publish",
    "views.update",
}


def test_every_web_api_method_the_code_calls_is_in_the_table() -> None:
    source = "\n".join(path.read_text() for path in (ROOT / "handlers").rglob("*.py"))
    called = {method for _, method in re.findall(r'(translated|calling)\("([^"]+)"', source)}

    assert called <= set(NEEDS) | SCOPELESS


def test_it_is_a_socket_mode_app_with_a_home_and_one_command() -> None:
    assert MANIFEST["settings"]["socket_mode_enabled"] is True
    assert MANIFEST["features"]["app_home"]["home_tab_enabled"] is True
    assert [command["command"] for command in MANIFEST["features"]["slash_commands"]] == ["/cosell"]
    assert "agent_view" not in MANIFEST["features"]


def test_its_shortcuts_are_those_the_listeners_know_and_the_sandbox_offers() -> None:
    shortcuts = [
        {name: each[name] for name in ("name", "type", "callback_id")} for each in MANIFEST["features"]["shortcuts"]
    ]

    assert {each["callback_id"]: each["type"] for each in shortcuts} == {
        which.MESSAGE: "message",
        which.GLOBAL: "global",
    }
    assert shortcuts == list(SHORTCUTS)


def in_the_page(heading: str) -> Any:
    """What a section of docs/slack.md says to add to the manifest."""
    section = (ROOT / "docs" / "slack.md").read_text().split(f"{heading}\n")[1]
    return yaml.safe_load(section.split("```yaml")[1].split("```")[0])


def test_the_kind_of_work_object_the_page_switches_on_is_the_one_that_is_shown() -> None:
    added = in_the_page("## A link as a Work Object")

    shown = preview.work_object(OpportunityId("006"), "https://crm.example/006")
    assert added == {"rich_previews": {"is_active": True, "entity_types": [shown["entity_type"]]}}


def test_what_the_page_adds_for_an_agent_fits_slacks_schema_and_is_what_the_sandbox_has() -> None:
    added = in_the_page("## As an agent")
    schema = json.loads((Path(__file__).parent / "fixtures" / "manifest.schema.2.0.0.json").read_text())
    features = MANIFEST["features"] | added["features"]
    scopes = {"bot": [*MANIFEST["oauth_config"]["scopes"]["bot"], *added["oauth_config"]["scopes"]["bot"]]}

    jsonschema.validate(MANIFEST | {"features": features, "oauth_config": {"scopes": scopes}}, schema)
    assert added["features"]["agent_view"]["suggested_prompts"] == list(PROMPTS)
    assert set(added["settings"]["event_subscriptions"]["bot_events"]) <= set(BOT_EVENTS)


def test_the_step_the_page_adds_is_the_one_the_listeners_and_the_sandbox_know() -> None:
    added = in_the_page("## A step in Workflow Builder")
    [(callback_id, step)] = added["functions"].items()
    sides = {"inputs": step["input_parameters"], "outputs": step["output_parameters"]}

    for side, parameters in sides.items():
        known = [
            {name: each[name] for name in ("name", "type", "title", "is_required")} for each in parameters.values()
        ]
        assert known == STEPS[callback_id][side]
        assert list(parameters) == [each["name"] for each in known]
    assert (callback_id, step["title"]) == (steps.START, STEPS[callback_id]["title"])
    assert set(added["settings"]) - {"function_runtime"} <= set(MANIFEST["settings"])


def test_starting_asks_slack_nothing() -> None:
    """No token check, no call: Slack may be away when the program starts."""
    bolt = build_bolt(web_client("xoxb-1", "http://127.0.0.1:9/api/"), US)

    assert bolt.process_before_response is True
