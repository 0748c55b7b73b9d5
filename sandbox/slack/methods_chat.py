"""chat.* and reactions.*: what the app says and changes; knows no HTTP."""

from typing import Any

from sandbox import cast
from sandbox.slack import limits, posting, rooms
from sandbox.slack.conversations import Conversation, Message
from sandbox.slack.limits import POST_TEXT, UPDATE_TEXT
from sandbox.slack.people import subdomain
from sandbox.slack.wire import Blocks, Call, Json, SlackError
from sandbox.slack.workspace import Workspace


def post_message(slack: Workspace, call: Call) -> Json:
    """chat.postMessage."""
    conversation = rooms.writable(slack, call.required("channel"))
    message = _draft(slack, call, conversation)
    earlier = _duplicate(slack, conversation, message)
    if earlier is None:
        posting.post(slack, conversation, message)
    stored = earlier or message
    shown = posting.as_shown(slack, conversation, stored)
    return {"ok": True, "channel": conversation.id, "ts": stored.ts, "message": shown}


def update(slack: Workspace, call: Call) -> Json:
    """chat.update: what is left out stays as it was."""
    conversation = rooms.writable(slack, call.required("channel"))
    message = rooms.own_message(conversation, call.required("ts"), "cant_update_message")
    text, blocks, attachments = _content(call, UPDATE_TEXT)
    metadata = _metadata(call)
    before = posting.as_shown(slack, conversation, message)
    message.text = text or message.text
    if blocks is not None:
        _refuse_rich_text_loss(message, blocks)
        message.blocks = posting.with_ids(blocks, slack.mint)
    if attachments is not None:
        message.attachments = attachments
    message.metadata = metadata or message.metadata
    message.edited = {"user": cast.BOT_USER_ID, "ts": slack.mint.ts()}
    posting.changed(slack, conversation, message, before)
    shown = posting.as_shown(slack, conversation, message)
    return {"ok": True, "channel": conversation.id, "ts": message.ts, "text": message.text, "message": shown}


def delete(slack: Workspace, call: Call) -> Json:
    """chat.delete."""
    conversation = rooms.writable(slack, call.required("channel"))
    message = rooms.own_message(conversation, call.required("ts"), "cant_delete_message")
    posting.remove(slack, conversation, message)
    return {"ok": True, "channel": conversation.id, "ts": message.ts}


def post_ephemeral(slack: Workspace, call: Call) -> Json:
    """chat.postEphemeral: one person in the channel sees it, and no history keeps it."""
    conversation = rooms.writable(slack, call.required("channel"))
    viewer = call.required("user")
    if viewer not in conversation.members:
        raise SlackError("user_not_in_channel")
    message = _draft(slack, call, conversation)
    message.viewer = viewer
    posting.post(slack, conversation, message)
    return {"ok": True, "message_ts": message.ts}


def get_permalink(slack: Workspace, call: Call) -> Json:
    """chat.getPermalink."""
    conversation = rooms.visible(slack, call.required("channel"))
    message = conversation.messages.get(call.required("message_ts"))
    if message is None:
        raise SlackError("message_not_found")
    team = subdomain(cast.MERIDIAN.id)
    link = f"https://{team}.slack.com/archives/{conversation.id}/p{message.ts.replace('.', '')}"
    if message.thread_ts:
        link += f"?thread_ts={message.thread_ts}&cid={conversation.id}"
    return {"ok": True, "channel": conversation.id, "permalink": link}


def add_reaction(slack: Workspace, call: Call) -> Json:
    """reactions.add."""
    users, _ = _reactors(slack, call)
    if cast.BOT_USER_ID in users:
        raise SlackError("already_reacted")
    users.append(cast.BOT_USER_ID)
    return _told(slack, call)


def remove_reaction(slack: Workspace, call: Call) -> Json:
    """reactions.remove."""
    users, message = _reactors(slack, call)
    if cast.BOT_USER_ID not in users:
        raise SlackError("no_reaction")
    users.remove(cast.BOT_USER_ID)
    if not users:
        del message.reactions[call.required("name")]
    return _told(slack, call)


def _draft(slack: Workspace, call: Call, conversation: Conversation) -> Message:
    text, blocks, attachments = _content(call, POST_TEXT)
    thread_ts = _root(conversation, call.text("thread_ts"))
    return Message(
        slack.mint.ts(),
        conversation.id,
        cast.BOT_USER_ID,
        text,
        posting.with_ids(blocks or [], slack.mint),
        attachments or [],
        thread_ts,
        broadcast=bool(thread_ts) and call.flag("reply_broadcast"),
        metadata=_metadata(call),
        client_msg_id=call.text("client_msg_id"),
    )


def _content(call: Call, most_text: int) -> tuple[str, Blocks | None, list[Json] | None]:
    text = call.text("text")
    blocks = call.structure("blocks")
    attachments = call.structure("attachments")
    markdown = call.text("markdown_text")
    if markdown and (text or blocks):
        raise SlackError("markdown_text_conflict")
    if markdown:
        text, blocks = markdown, [{"type": "markdown", "text": markdown}]
    if not text and not blocks and not attachments:
        raise SlackError("no_text")
    limits.check_text(text, most_text if not markdown else limits.MARKDOWN_TOTAL)
    if blocks is not None:
        limits.check_message_blocks(blocks)
    return text, blocks, _attachments(attachments)


def _attachments(given: Any) -> list[Json] | None:
    if given is not None and (not isinstance(given, list) or not all(isinstance(a, dict) for a in given)):
        raise SlackError("invalid_attachments")
    if given and len(given) > limits.ATTACHMENTS:
        raise SlackError("too_many_attachments")
    return given


def _metadata(call: Call) -> Json | None:
    metadata = call.structure("metadata")
    if metadata is None:
        return None
    if not isinstance(metadata, dict) or not isinstance(metadata.get("event_type"), str):
        raise SlackError("invalid_metadata_format")
    if not isinstance(metadata.get("event_payload"), dict):
        raise SlackError("invalid_metadata_format")
    return {"event_type": metadata["event_type"], "event_payload": metadata["event_payload"]}


def _root(conversation: Conversation, thread_ts: str) -> str:
    """Replies to a reply go to the thread's root."""
    if not thread_ts:
        return ""
    if thread_ts not in conversation.messages:
        raise SlackError("thread_not_found")
    return conversation.messages[thread_ts].thread_ts or thread_ts


def _duplicate(slack: Workspace, conversation: Conversation, message: Message) -> Message | None:
    if not slack.settings.dedupe_client_msg_id or not message.client_msg_id:
        return None
    same = (m for m in conversation.messages.values() if m.client_msg_id == message.client_msg_id)
    return next(same, None)


def _refuse_rich_text_loss(message: Message, blocks: Blocks) -> None:
    had = any(block["type"] == "rich_text" for block in message.blocks)
    if had and not any(block["type"] == "rich_text" for block in blocks):
        raise SlackError("block_mismatch")


def _reactors(slack: Workspace, call: Call) -> tuple[list[str], Message]:
    conversation = rooms.readable(slack, call.required("channel"))
    message = conversation.messages.get(call.required("timestamp"))
    if message is None:
        raise SlackError("message_not_found")
    return message.reactions.setdefault(call.required("name"), []), message


def _told(slack: Workspace, call: Call) -> Json:
    conversation = rooms.readable(slack, call.required("channel"))
    for member in conversation.members:
        slack.live.tell(member, {"type": "channel", "channel": conversation.id})
    return {"ok": True}


METHODS = {
    "chat.postMessage": post_message,
    "chat.update": update,
    "chat.delete": delete,
    "chat.postEphemeral": post_ephemeral,
    "chat.getPermalink": get_permalink,
    "reactions.add": add_reaction,
    "reactions.remove": remove_reaction,
}
