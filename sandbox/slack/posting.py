"""Puts messages into conversations, changes and removes them, and lets everybody concerned know; checks no rights."""

from typing import Any

from sandbox import cast
from sandbox.slack import payloads
from sandbox.slack.conversations import Conversation, Message
from sandbox.slack.elements import INTERACTIVE
from sandbox.slack.mint import Mint
from sandbox.slack.wire import Blocks, Json
from sandbox.slack.workspace import Workspace


def post(slack: Workspace, conversation: Conversation, message: Message) -> Message:
    """Store a message, show it to who may see it and tell the app."""
    conversation.add(message)
    _show(slack, conversation, message, "ephemeral" if message.viewer else "message")
    if message.viewer:
        return message
    if message.broadcast:
        message.subtype = "thread_broadcast"
    author = slack.state.people[message.user]
    slack.emit(payloads.message_event(message, author, conversation), conversation)
    if not conversation.is_dm and not message.is_bot and payloads.mentions_bot(message.text):
        mention = payloads.message_event(message, author, conversation)
        del mention["channel_type"]
        slack.emit(mention | {"type": "app_mention"}, conversation)
    return message


def changed(slack: Workspace, conversation: Conversation, message: Message, before: Json) -> None:
    """Let everybody know that a message is not what it was."""
    _show(slack, conversation, message, "update")
    if message.viewer:
        return
    author = slack.state.people[message.user]
    event: Json = {
        "type": "message",
        "subtype": "message_changed",
        "hidden": True,
        "message": payloads.message_object(message, author, conversation),
        "previous_message": before,
    }
    slack.emit(event | _where(slack, conversation), conversation)


def remove(slack: Workspace, conversation: Conversation, message: Message) -> None:
    """Take a message away from everybody."""
    before = as_shown(slack, conversation, message)
    conversation.remove(message)
    for viewer in _viewers(conversation, message):
        slack.show(viewer, "delete", {}, channel=conversation.id, ts=message.ts)
        slack.live.tell(viewer, {"type": "channel", "channel": conversation.id})
    if message.viewer:
        return
    event: Json = {
        "type": "message",
        "subtype": "message_deleted",
        "hidden": True,
        "deleted_ts": message.ts,
        "previous_message": before,
    }
    slack.emit(event | _where(slack, conversation), conversation)


def as_shown(slack: Workspace, conversation: Conversation, message: Message) -> Json:
    """The message as the API shows it now."""
    return payloads.message_object(message, slack.state.people[message.user], conversation)


def join(slack: Workspace, conversation: Conversation, person_id: str) -> None:
    """Let somebody into a channel, where they can read what is already there."""
    conversation.members.append(person_id)
    for message in conversation.messages.values():
        slack.show(person_id, "message", _content(message), channel=conversation.id, ts=message.ts)
    _membership(slack, conversation, person_id, "member_joined_channel")


def leave(slack: Workspace, conversation: Conversation, person_id: str) -> None:
    """Let somebody out of a channel."""
    _membership(slack, conversation, person_id, "member_left_channel")
    conversation.members.remove(person_id)


def with_ids(blocks: Blocks, mint: Mint) -> Blocks:
    """The blocks as Slack stores them: every one has its ids, every text its defaults."""
    named = [block if block.get("block_id") else block | {"block_id": mint.id("b")} for block in blocks]
    return [_filled_object(block, mint) for block in named]


def _filled(value: Any, mint: Mint) -> Any:
    """A copy of any part of a block, with what Slack adds."""
    if isinstance(value, list):
        return [_filled(each, mint) for each in value]
    return _filled_object(value, mint) if isinstance(value, dict) else value


def _filled_object(value: Json, mint: Mint) -> Json:
    stored = {name: _filled(each, mint) for name, each in value.items()}
    match stored.get("type"):
        case "plain_text":
            stored.setdefault("emoji", True)
        case "mrkdwn":
            stored.setdefault("verbatim", False)
        case kind if kind in INTERACTIVE and not stored.get("action_id"):
            stored["action_id"] = mint.id("a")
    return stored


def _show(slack: Workspace, conversation: Conversation, message: Message, kind: str) -> None:
    content = _content(message)
    for viewer in _viewers(conversation, message):
        slack.show(viewer, kind, content, channel=conversation.id, ts=message.ts)
        slack.live.tell(viewer, {"type": "channel", "channel": conversation.id})


def _content(message: Message) -> Json:
    # Metadata counts as seen: any app in any of the channel's organisations can read it.
    return {
        "user": message.user,
        "text": message.text,
        "blocks": message.blocks,
        "attachments": message.attachments,
        "metadata": message.metadata,
    }


def _viewers(conversation: Conversation, message: Message) -> list[str]:
    return [message.viewer] if message.viewer else conversation.members


def _where(slack: Workspace, conversation: Conversation) -> Json:
    ts = slack.mint.ts()
    return {"channel": conversation.id, "channel_type": conversation.kind, "ts": ts, "event_ts": ts}


def _membership(slack: Workspace, conversation: Conversation, person_id: str, kind: str) -> None:
    person = slack.state.people[person_id]
    event = {
        "type": kind,
        "user": person_id,
        "channel": conversation.id,
        "channel_type": "G" if conversation.private else "C",
        "team": person.team,
        "inviter": cast.SAM.id,
        "event_ts": slack.mint.ts(),
    }
    slack.emit(event, conversation)
    for member in conversation.members:
        slack.live.tell(member, {"type": "workspace"})
