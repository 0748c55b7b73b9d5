"""What happens when a person clicks, submits or closes: the payload, the acknowledgement, its effect; no HTTP here."""

from contextlib import suppress
from dataclasses import dataclass

from sandbox.slack import forms, modals, payloads
from sandbox.slack.blocks import elements_of
from sandbox.slack.conversations import Conversation
from sandbox.slack.delivery import UnansweredError
from sandbox.slack.people import Person
from sandbox.slack.posting import as_shown
from sandbox.slack.state import View
from sandbox.slack.wire import Blocks, Json, SlackError
from sandbox.slack.workspace import Workspace

TROUBLE = "We had some trouble connecting. Try again?"


@dataclass(frozen=True)
class Actor:
    """A person acting in a workspace, and where their client reaches it."""

    slack: Workspace
    person: Person
    base: str

    def room(self, channel: str) -> Conversation:
        """A conversation this person is in."""
        dm = self.slack.state.dm(self.person)
        conversation = dm if channel == dm.id else self.slack.state.conversation(channel)
        if conversation is None or self.person.id not in conversation.members:
            raise SlackError("channel_not_found")
        return conversation

    def view(self, view_id: str) -> View:
        """A view this person has open."""
        view = self.slack.state.views.get(view_id)
        if view is None or view.user != self.person.id:
            raise SlackError("view_not_found")
        return view

    def refused(self, error: str, detail: str) -> Json:
        """What the person sees when the app did not answer."""
        self.slack.notice(self.person.id, detail)
        return {"ok": False, "error": error, "detail": detail}

    def payload(self, kind: str) -> Json:
        """The common part of an interactive payload, with a fresh trigger."""
        return payloads.interaction(kind, self.person, self.slack.new_trigger(self.person))


async def press(actor: Actor, container: Json, choice: Json) -> Json:
    """Use a button, menu or picker of a message or view the person can see."""
    payload = actor.payload("block_actions")
    if container.get("type") == "view":
        blocks = _view_part(actor, payload, str(container.get("view_id")), choice)
    elif container.get("type") == "message_attachment":
        blocks = _preview_part(actor, payload, container)
    else:
        blocks = _message_part(actor, payload, container, choice)
    element, block_id = _find_element(blocks, choice, actor.person.id)
    payload["actions"] = [forms.action(element, block_id, choice, actor.slack.mint.ts())]
    try:
        await actor.slack.delivery.ask("interactive", payload)
    except UnansweredError as silence:
        return actor.refused(silence.error, f"This action failed with the error “{silence.error}”")
    return {"ok": True}


async def submit(actor: Actor, view_id: str, given: Json) -> Json:
    """Submit a modal and do what the acknowledgement says."""
    view = actor.view(view_id)
    values = forms.state_values(view.content["blocks"], given)
    missing = forms.missing_answers(view.content["blocks"], values)
    if missing:
        return {"ok": False, "errors": missing}
    payload = actor.payload("view_submission") | {
        "team": payloads.team_part(actor.person.team),
        "view": payloads.view_object(view, values),
        "response_urls": [],
    }
    try:
        answer = await actor.slack.delivery.ask("interactive", payload)
    except UnansweredError as silence:
        return actor.refused(silence.error, TROUBLE)
    try:
        return _obey(actor, view, answer)
    except SlackError as refusal:
        # Slack's client says no more than this; the reason is for whoever builds the app.
        return actor.refused("invalid_response_action", TROUBLE) | {"reason": refusal.body()}


async def close(actor: Actor, view_id: str) -> Json:
    """Close a modal; the app hears of it when it asked to."""
    view = actor.view(view_id)
    modals.pop(actor.slack, view)
    if view.content.get("notify_on_close"):
        payload = actor.payload("view_closed") | {
            "team": payloads.team_part(actor.person.team),
            "view": payloads.view_object(view),
            "is_cleared": False,
        }
        del payload["trigger_id"]
        with suppress(UnansweredError):  # nobody is left to tell
            await actor.slack.delivery.ask("interactive", payload)
    return {"ok": True}


def _view_part(actor: Actor, payload: Json, view_id: str, choice: Json) -> Blocks:
    view = actor.view(view_id)
    blocks: Blocks = view.content["blocks"]
    values = forms.state_values(blocks, choice.get("state") or {})
    payload["container"] = {"type": "view", "view_id": view.id}
    payload["view"] = payloads.view_object(view, values)
    return blocks


def _message_part(actor: Actor, payload: Json, container: Json, choice: Json) -> Blocks:
    conversation = actor.room(str(container.get("channel")))
    message = conversation.find(str(container.get("message_ts")), actor.person.id)
    if message is None:
        raise SlackError("message_not_found")
    place = {"type": "message", "message_ts": message.ts, "channel_id": conversation.id}
    payload["container"] = place | {"is_ephemeral": bool(message.viewer)}
    if message.thread_ts:
        payload["container"]["thread_ts"] = message.thread_ts
    payload["channel"] = {"id": conversation.id, "name": channel_name(conversation)}
    if not message.viewer:  # ephemeral payloads carry no message: Slack does not keep it
        payload["message"] = as_shown(actor.slack, conversation, message)
    payload["state"] = {"values": forms.state_values(message.blocks, choice.get("state") or {})}
    payload["response_url"] = actor.slack.new_hook(
        actor.person, conversation.id, actor.base, message_ts=message.ts, thread_ts=message.thread_ts
    )
    return message.blocks


def _preview_part(actor: Actor, payload: Json, container: Json) -> Blocks:
    """What the app attached to a link of somebody's message; there is no answer under it but by a trigger."""
    conversation = actor.room(str(container.get("channel")))
    message = conversation.find(str(container.get("message_ts")), actor.person.id)
    wanted = str(container.get("attachment_id"))
    preview = next((each for each in message.attachments if str(each.get("id")) == wanted), None) if message else None
    if message is None or preview is None:
        raise SlackError("message_not_found")
    payload["container"] = {
        "type": "message_attachment",
        "message_ts": message.ts,
        "attachment_id": preview["id"],
        "channel_id": conversation.id,
        "is_ephemeral": False,
        "is_app_unfurl": True,
        "app_unfurl_url": preview["app_unfurl_url"],
    }
    payload["container"] |= {name: preview[name] for name in ("entity_url", "external_ref") if name in preview}
    payload["channel"] = {"id": conversation.id, "name": channel_name(conversation)}
    payload["app_unfurl"] = preview
    blocks: Blocks = preview["blocks"]
    payload["state"] = {"values": forms.state_values(blocks, {})}
    return blocks


def channel_name(conversation: Conversation) -> str:
    """The channel's name as interactive payloads and commands give it."""
    if conversation.is_dm:
        return "directmessage"
    return "privategroup" if conversation.private else conversation.name


def _find_element(blocks: Blocks, choice: Json, person_id: str) -> tuple[Json, str]:
    for block in blocks:
        if choice.get("block_id") not in (None, "", block["block_id"]):
            continue
        for element in elements_of(block):
            if element["action_id"] == choice.get("action_id") and _meant(element, choice, person_id):
                return element, block["block_id"]
    raise SlackError("action_not_found")


def _meant(element: Json, choice: Json, person_id: str) -> bool:
    """A button says its own value: another one means another button, never a forged value."""
    if person_id not in element.get("visible_to_user_ids", [person_id]):
        return False
    if element["type"] != "button" or choice.get("value") is None:
        return True
    return bool(choice["value"] == element.get("value", ""))


def _obey(actor: Actor, view: View, answer: Json) -> Json:
    match answer.get("response_action"):
        case None:
            modals.pop(actor.slack, view)
        case "clear":
            modals.clear(actor.slack, actor.person.id)
        case "update":
            modals.replace(actor.slack, view, answer.get("view") or {})
        case "push":
            modals.push_modal(actor.slack, actor.person, answer.get("view") or {})
        case "errors":
            return {"ok": False, "errors": _errors(view, answer)}
        case other:
            raise SlackError(f"unknown_response_action: {other}")
    return {"ok": True}


def _errors(view: View, answer: Json) -> Json:
    errors = answer.get("errors")
    inputs = {block["block_id"] for block in view.content["blocks"] if block["type"] == "input"}
    if not isinstance(errors, dict) or not errors or not set(errors) <= inputs:
        raise SlackError("errors_name_no_input_block")
    return errors
