"""Everything a person can do, by name, from one JSON body: shared by the browser page's API and the control API."""

import base64
import binascii
import uuid
from collections.abc import Awaitable, Callable, Mapping
from typing import TypeAlias

from sandbox import cast
from sandbox.slack import agents, entities, files, hooks, interactions, payloads, people, posting, unfurls, workflows
from sandbox.slack.conversations import Message
from sandbox.slack.delivery import UnansweredError
from sandbox.slack.interactions import Actor, channel_name
from sandbox.slack.state import Hook, StoredFile
from sandbox.slack.wire import Json, SlackError

Gesture: TypeAlias = Callable[[Actor, Json], Awaitable[Json]]
_ONLY_MERIDIAN = "is only available to people of " + cast.MERIDIAN.name


async def say(actor: Actor, body: Json) -> Json:
    """Type a message."""
    conversation = actor.room(str(body.get("channel")))
    if conversation.is_dm and (refused := agents.locked_out(actor)):
        return refused
    text = str(body.get("text") or "")
    if not text.strip():
        raise SlackError("no_text")
    thread_ts = str(body.get("thread_ts") or "")
    if thread_ts and thread_ts not in conversation.messages:
        raise SlackError("thread_not_found")
    mint = actor.slack.mint
    blocks = payloads.typed_blocks(text, mint.id("b"))
    message = Message(mint.ts(), conversation.id, actor.person.id, text, blocks, thread_ts=thread_ts)
    message.client_msg_id = str(uuid.uuid4())
    conversation.last_read[actor.person.id] = message.ts
    posting.post(actor.slack, conversation, message)
    unfurls.tell(actor.slack, conversation, message)
    return {"ok": True, "ts": message.ts}


async def share_file(actor: Actor, body: Json) -> Json:
    """Upload a file: {name, content (base64), external, thread_ts}; without a content it is a short text."""
    conversation = actor.room(str(body.get("channel")))
    thread_ts = str(body.get("thread_ts") or "")
    if thread_ts and thread_ts not in conversation.messages:
        raise SlackError("thread_not_found")
    mint = actor.slack.mint
    file = StoredFile(
        id=mint.id("F"),
        name=str(body.get("name") or "notes.txt"),
        user=actor.person.id,
        channel=conversation.id,
        data=_content(body),
        created=mint.epoch(),
        base=actor.base,
        is_external=bool(body.get("external")),
    )
    actor.slack.state.files[file.id] = file
    message = Message(mint.ts(), conversation.id, actor.person.id, str(body.get("text") or ""), subtype="file_share")
    message.thread_ts = thread_ts
    message.files = [files.file_part(file, conversation)]
    posting.post(actor.slack, conversation, message)
    return {"ok": True, "ts": message.ts, "file": file.id}


async def command(actor: Actor, body: Json) -> Json:
    """Use a slash command; only people of the installing organisation can."""
    conversation = actor.room(str(body.get("channel")))
    name, _, text = f"{body.get('command') or ''} {body.get('text') or ''}".strip().partition(" ")
    if name not in actor.slack.settings.commands:
        return actor.refused("unknown_command", f"{name} is not a valid command.")
    if actor.person.is_external:
        return actor.refused("command_not_available", f"{name} {_ONLY_MERIDIAN}.")
    response_url = actor.slack.new_hook(actor.person, conversation.id, actor.base)
    payload: Json = {
        "token": payloads.VERIFICATION_TOKEN,
        "team_id": cast.MERIDIAN.id,
        "team_domain": people.subdomain(cast.MERIDIAN.id),
        "channel_id": conversation.id,
        "channel_name": channel_name(conversation),
        "user_id": actor.person.id,
        "user_name": actor.person.username,
        "command": name,
        "text": text.strip(),
        "api_app_id": cast.APP_ID,
        "is_enterprise_install": "false",
        "response_url": response_url,
        "trigger_id": actor.slack.new_trigger(actor.person),
    }
    try:
        answer = await actor.slack.delivery.ask("slash_commands", payload)
    except UnansweredError as silence:
        return actor.refused(silence.error, f"{name} failed with the error “{silence.error}”")
    return _reply_to_command(actor, name, answer, actor.slack.state.hooks[response_url.rpartition("/")[2]])


async def press(actor: Actor, body: Json) -> Json:
    """Use an interactive element of a message or view."""
    if refused := agents.locked_out(actor):
        return refused
    choice = dict(body)
    container = choice.pop("container", None)
    if container is None and "view_id" in choice:
        container = {"type": "view", "view_id": choice.pop("view_id")}
    elif container is None:
        names = ("channel", "message_ts")
        container = {"type": "message"} | {name: choice.pop(name, None) for name in names}
    return await interactions.press(actor, container, choice)


async def submit(actor: Actor, body: Json) -> Json:
    """Submit a modal."""
    return await interactions.submit(actor, str(body.get("view_id")), body.get("values") or {})


async def close(actor: Actor, body: Json) -> Json:
    """Close a modal."""
    return await interactions.close(actor, str(body.get("view_id")))


async def open_home(actor: Actor, body: Json) -> Json:
    """Open the app's Home, or another of its tabs."""
    if refused := agents.locked_out(actor):
        return refused
    tab = str(body.get("tab") or "home")
    dm = actor.slack.state.dm(actor.person)
    event: Json = {
        "type": "app_home_opened",
        "user": actor.person.id,
        "channel": dm.id,
        "event_ts": actor.slack.mint.ts(),
        "tab": tab,
    }
    home = actor.slack.state.homes.get(actor.person.id)
    if tab == "home" and home is not None:
        event["view"] = payloads.view_object(home)
    actor.slack.emit(event, dm)
    return {"ok": True}


async def react(actor: Actor, body: Json) -> Json:
    """Add a reaction to a message."""
    conversation = actor.room(str(body.get("channel")))
    message = conversation.messages.get(str(body.get("message_ts")))
    if message is None:
        raise SlackError("message_not_found")
    name = str(body.get("name"))
    users = message.reactions.setdefault(name, [])
    if actor.person.id in users:
        raise SlackError("already_reacted")
    users.append(actor.person.id)
    item = {"type": "message", "channel": conversation.id, "ts": message.ts}
    event = {"type": "reaction_added", "user": actor.person.id, "reaction": name, "item": item}
    actor.slack.emit(event | {"item_user": message.user, "event_ts": actor.slack.mint.ts()}, conversation)
    for member in conversation.members:
        actor.slack.live.tell(member, {"type": "channel", "channel": conversation.id})
    return {"ok": True}


async def shortcut(actor: Actor, body: Json) -> Json:
    """Use a global shortcut, or a message's when one is named; refused to other organisations."""
    if actor.person.is_external:
        return actor.refused("shortcut_not_available", f"This shortcut {_ONLY_MERIDIAN}.")
    wanted = {"type": "message" if body.get("message_ts") else "global", "callback_id": str(body.get("callback_id"))}
    if not any(wanted.items() <= each.items() for each in actor.slack.settings.shortcuts):
        return actor.refused("unknown_shortcut", "The app has no such shortcut.")
    payload = actor.payload("message_action" if body.get("message_ts") else "shortcut")
    payload |= {"callback_id": str(body.get("callback_id")), "action_ts": actor.slack.mint.ts()}
    if body.get("message_ts"):
        payload |= _message_part(actor, body)
    try:
        await actor.slack.delivery.ask("interactive", payload)
    except UnansweredError as silence:
        return actor.refused(silence.error, f"This shortcut failed with the error “{silence.error}”")
    return {"ok": True}


async def join(actor: Actor, body: Json) -> Json:
    """Enter a channel of one's own organisation, or one shared with it."""
    conversation = actor.slack.state.conversation(str(body.get("channel")))
    if conversation is None or actor.person.team not in conversation.teams or conversation.is_dm:
        raise SlackError("channel_not_found")
    if actor.person.id not in conversation.members:
        posting.join(actor.slack, conversation, actor.person.id)
    return {"ok": True}


async def leave(actor: Actor, body: Json) -> Json:
    """Leave a channel."""
    conversation = actor.room(str(body.get("channel")))
    if conversation.is_dm:
        raise SlackError("method_not_supported_for_channel_type")
    posting.leave(actor.slack, conversation, actor.person.id)
    return {"ok": True}


def _content(body: Json) -> bytes:
    try:
        return base64.b64decode(str(body.get("content") or "bm90ZXM="), validate=True)
    except binascii.Error as wrong:
        raise SlackError("invalid_content") from wrong


def _reply_to_command(actor: Actor, name: str, answer: Json, hook: Hook) -> Json:
    if not answer.get("text") and not answer.get("blocks"):
        return {"ok": True}
    try:
        hooks.reply(actor.slack, hook, answer)
    except SlackError as refusal:
        detail = f"{name} failed with the error “invalid_command_response”"
        return actor.refused("invalid_command_response", detail) | {"reason": refusal.body()}
    return {"ok": True}


def _message_part(actor: Actor, body: Json) -> Json:
    conversation = actor.room(str(body.get("channel")))
    message = conversation.messages.get(str(body["message_ts"]))
    if message is None:
        raise SlackError("message_not_found")
    return {
        "channel": {"id": conversation.id, "name": channel_name(conversation)},
        "message_ts": message.ts,
        "message": posting.as_shown(actor.slack, conversation, message),
        "response_url": actor.slack.new_hook(actor.person, conversation.id, actor.base, message_ts=message.ts),
    }


GESTURES: Mapping[str, Gesture] = {
    "message": say,
    "file": share_file,
    "command": command,
    "action": press,
    "submit": submit,
    "close": close,
    "home_open": open_home,
    "home": open_home,
    "reaction": react,
    "shortcut": shortcut,
    "details": entities.open_details,
    "details_close": entities.close_details,
    "stop": agents.stop,
    "workflow": workflows.run_step,
    "join": join,
    "leave": leave,
}
