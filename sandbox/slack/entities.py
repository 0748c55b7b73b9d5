"""Work Objects: a link shown as a thing with fields, and the details of it that the app shows one person alone.

Slack's words: docs.slack.dev/messaging/work-objects-implementation and /reference/methods/entity.presentDetails. Where
they leave open whether one person's details change what everybody reads under the link, here they do.
"""

from collections.abc import Iterator
from typing import Any

from sandbox.slack import modals, posting
from sandbox.slack.conversations import Conversation, Message
from sandbox.slack.elements import URL
from sandbox.slack.interactions import Actor
from sandbox.slack.schema import Rule, anything, array, boolean, choice, complaint, every, integer, record, string
from sandbox.slack.state import Details
from sandbox.slack.wire import Call, Json, SlackError
from sandbox.slack.workspace import Workspace

_STRING, _NUMBER = "string", "integer"
_KINDS = (_STRING, _NUMBER, "slack#/types/date", "slack#/types/timestamp", "slack#/types/link", "slack#/types/email")
_TITLE = {"text": string(3000)}
_ACTION = record(
    {"text": string(75), "action_id": string(255)},
    {
        "value": string(2000),
        "style": choice("primary", "danger"),
        "url": URL,
        "accessibility_label": string(75),
    },
)
_ACTIONS = record({}, {"primary_actions": array(_ACTION, 2), "overflow_actions": array(_ACTION, 5)})
_FIELD = record(
    {"key": string(255), "label": string(255), "type": choice(*_KINDS), "value": anything},
    {"link": URL, "long": boolean, "format": choice("markdown"), "tag_color": string(10)},
)


def _of_its_kind(field: Any, at: str) -> Iterator[str]:
    if isinstance(field, dict) and isinstance(field.get("value"), str) is (field.get("type") == _NUMBER):
        yield complaint("must provide a value of its type", f"{at}/value")


_PAYLOAD = record(
    {
        "attributes": record(
            {"title": record(_TITLE)},
            {
                "display_id": string(255),
                "display_type": string(255),
                "product_name": string(255),
                "metadata_last_modified": integer(0, 2**40),
            },
        )
    },
    {
        "fields": record({}),
        "custom_fields": array(every(_FIELD, _of_its_kind), 50, least=0),
        "display_order": array(string(255), 50, least=0),
        "actions": _ACTIONS,
    },
)
_ENTITY = {
    "entity_type": choice("slack#/entities/item"),  # the only kind this app is switched on for
    "entity_payload": _PAYLOAD,
    "external_ref": record({"id": string(255)}, {"type": string(255)}),
    "url": URL,
}
_PROBLEM = record(
    {"status": choice("restricted", "internal_error", "not_found", "custom", "custom_partial_view", "timeout")},
    {"custom_title": string(3000), "custom_message": string(3000), "message_format": choice("markdown")},
)
UNDER_A_LINK: Rule = record({**_ENTITY, "app_unfurl_url": URL})
_BESIDE: Rule = record({name: rule for name, rule in _ENTITY.items() if name != "url"}, {"url": URL})


def check(slack: Workspace, given: Any, rule: Rule) -> Json:
    """An entity this app may show, or invalid_metadata with a pointer to each fault."""
    if not slack.settings.work_objects:
        raise SlackError("feature_not_enabled")
    if problems := list(rule(given, "/metadata")):
        raise SlackError("invalid_metadata", problems)
    checked: Json = given
    return checked


def attached(slack: Workspace, entity: Json) -> Json:
    """What stands under its link: the entity, and its buttons as a click finds them."""
    actions = entity["entity_payload"].get("actions", {}).get("primary_actions", [])
    buttons = [{"type": "button", **each, "text": {"type": "plain_text", "text": each["text"]}} for each in actions]
    row = posting.with_ids([{"type": "actions", "elements": buttons}], slack.mint) if buttons else []
    return {
        "fallback": entity["entity_payload"]["attributes"]["title"]["text"],
        "entity_url": entity["url"],
        "external_ref": entity["external_ref"],
        "entity": entity,
        "blocks": row,
    }


async def open_details(actor: Actor, body: Json) -> Json:
    """Click what stands under a link: {channel, message_ts, attachment_id}; the app is asked for the details."""
    conversation, slack = actor.room(str(body.get("channel"))), actor.slack
    message = conversation.find(str(body.get("message_ts")), actor.person.id)
    wanted = str(body.get("attachment_id"))
    under = next((each for each in message.attachments if str(each.get("id")) == wanted), None) if message else None
    if message is None or under is None or "entity" not in under:
        raise SlackError("message_not_found")
    trigger_id = slack.new_trigger(actor.person)
    slack.state.details[actor.person.id] = Details(trigger_id, conversation.id, message.ts, under["app_unfurl_url"])
    slack.live.tell(actor.person.id, {"type": "details"})
    event: Json = {
        "type": "entity_details_requested",
        "user": actor.person.id,
        "external_ref": under["external_ref"],
        "entity_url": under["entity_url"],
        "link": {"url": under["entity_url"], "domain": under["entity_url"].split("/")[2]},
        "app_unfurl_url": under["app_unfurl_url"],
        "event_ts": slack.mint.ts(),
        "trigger_id": trigger_id,
        "user_locale": "en-US",
        "channel": conversation.id,
        "message_ts": message.ts,
    }
    slack.emit(event | ({"thread_ts": message.thread_ts} if message.thread_ts else {}), None)
    return {"ok": True}


async def close_details(actor: Actor, _body: Json) -> Json:
    """Put the details away."""
    actor.slack.state.details.pop(actor.person.id, None)
    actor.slack.live.tell(actor.person.id, {"type": "details"})
    return {"ok": True}


def present_details(slack: Workspace, call: Call) -> Json:
    """entity.presentDetails: what one person is shown, or why not."""
    trigger_id = call.required("trigger_id")
    asked = next((each for each in slack.state.details.items() if each[1].trigger_id == trigger_id), None)
    if asked is None:
        raise SlackError("invalid_trigger_id")
    person_id, details = asked
    metadata, problem = call.structure("metadata"), call.structure("error")
    if (metadata is None) is (problem is None):
        raise SlackError("invalid_arguments", ["[ERROR] must provide one of metadata, error"])
    if metadata is not None:
        entity = check(slack, metadata, _BESIDE)
        conversation, message, under = _place(slack, details)
        if entity["external_ref"] != under["external_ref"]:
            raise SlackError("entity_metadata_does_not_match_trigger")
        modals.exchange(slack, trigger_id)
        details.entity = entity
        _refresh(slack, conversation, message, under, entity)
    else:
        if problems := list(_PROBLEM(problem, "/error")):
            raise SlackError("invalid_arguments", problems)
        modals.exchange(slack, trigger_id)
        details.problem = problem
    slack.show(person_id, "details", details.shown(), channel=details.channel, ts=details.message_ts)
    slack.live.tell(person_id, {"type": "details"})
    return {"ok": True}


def _place(slack: Workspace, details: Details) -> tuple[Conversation, Message, Json]:
    conversation = slack.state.conversation(details.channel)
    message = conversation.messages.get(details.message_ts) if conversation else None
    here = [each for each in message.attachments if each.get("app_unfurl_url") == details.url] if message else []
    if conversation is None or message is None or not here:
        raise SlackError("invalid_trigger_id")
    return conversation, message, here[0]


def _refresh(slack: Workspace, conversation: Conversation, message: Message, under: Json, entity: Json) -> None:
    """Details that are newer than what stands under the link take its place, for everybody who reads there."""
    if _moment(entity) is not None and (_moment(under["entity"]) or 0) >= (_moment(entity) or 0):
        return
    before = posting.as_shown(slack, conversation, message)
    newer = under | attached(slack, {"url": under["entity_url"], **entity})
    message.attachments = [newer if each is under else each for each in message.attachments]
    posting.changed(slack, conversation, message, before)


def _moment(entity: Json) -> int | None:
    found: int | None = entity["entity_payload"]["attributes"].get("metadata_last_modified")
    return found


METHODS = {"entity.presentDetails": present_details}
