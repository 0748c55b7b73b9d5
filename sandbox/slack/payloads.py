"""The shapes of what Slack sends to an app and answers about messages, channels and views; changes nothing."""

import re

from sandbox import cast
from sandbox.slack.conversations import Conversation, Message
from sandbox.slack.people import Person, subdomain, user_profile
from sandbox.slack.state import View
from sandbox.slack.wire import Blocks, Json

VERIFICATION_TOKEN = "sandbox-verification-token"  # noqa: S105 - deprecated by Slack, present in payloads
_MENTION = re.compile(r"<@(U[A-Z0-9]+)>")


def _bot_profile(bot: Person) -> Json:
    return {
        "id": bot.bot_id,
        "app_id": bot.app_id,
        "user_id": bot.id,
        "name": bot.name,
        "deleted": False,
        "updated": 1,
        "team_id": bot.team,
    }


def message_object(
    message: Message, author: Person, conversation: Conversation, *, with_metadata: bool = False
) -> Json:
    """A message as history, replies and payloads show it."""
    shown: Json = {"type": "message", "user": message.user, "ts": message.ts, "text": message.text}
    shown["team"] = author.team
    if author.is_bot:
        shown |= {"bot_id": author.bot_id, "app_id": author.app_id, "bot_profile": _bot_profile(author)}
    optional = {
        "subtype": message.subtype,
        "blocks": message.blocks,
        "attachments": message.attachments,
        "files": message.files,
        "client_msg_id": message.client_msg_id,
        "edited": message.edited,
        "metadata": message.metadata if with_metadata else None,
        "reactions": [{"name": name, "users": users, "count": len(users)} for name, users in message.reactions.items()],
    }
    shown |= {name: value for name, value in optional.items() if value}
    return shown | _thread_fields(message, conversation)


def _thread_fields(message: Message, conversation: Conversation) -> Json:
    if message.thread_ts:
        root = conversation.messages.get(message.thread_ts)
        return {"thread_ts": message.thread_ts, "parent_user_id": root.user if root else ""}
    replies = conversation.replies(message.ts)
    if not replies:
        return {}
    users = list(dict.fromkeys(reply.user for reply in replies))
    return {
        "thread_ts": message.ts,
        "reply_count": len(replies),
        "reply_users": users[:5],
        "reply_users_count": len(users),
        "latest_reply": replies[-1].ts,
        "is_locked": False,
        "subscribed": True,
    }


def typed_blocks(text: str, block_id: str) -> Blocks:
    """The rich text Slack makes of what a person types."""
    elements: Blocks = []
    for index, part in enumerate(_MENTION.split(text)):
        if index % 2:
            elements.append({"type": "user", "user_id": part})
        elif part:
            elements.append({"type": "text", "text": part})
    section = {"type": "rich_text_section", "elements": elements}
    return [{"type": "rich_text", "block_id": block_id, "elements": [section]}]


def mentions_bot(text: str) -> bool:
    """True when a text mentions the app."""
    return cast.BOT_USER_ID in _MENTION.findall(text)


def channel_object(conversation: Conversation, *, with_members: bool = False) -> Json:
    """What conversations.info says of a channel, from the installing team's side."""
    companies = [cast.ENTERPRISE_OF.get(team, team) for team in conversation.teams]
    others = [company for company in companies if company != cast.MERIDIAN.id]
    shown: Json = {
        "id": conversation.id,
        "created": conversation.created,
        "updated": conversation.created * 1000,
        "is_archived": conversation.archived,
        "is_org_shared": False,
        "is_shared": conversation.is_shared,
        "is_ext_shared": conversation.is_shared,
        "is_pending_ext_shared": bool(conversation.invited),
        "context_team_id": cast.MERIDIAN.id,
        "shared_team_ids": companies,
        "internal_team_ids": [cast.MERIDIAN.id],
        "connected_team_ids": others,
        "pending_shared": list(conversation.invited),
        "pending_connected_team_ids": list(conversation.invited),
        "is_im": conversation.is_dm,
        "is_mpim": False,
    }
    shown |= _dm_fields(conversation) if conversation.is_dm else _channel_fields(conversation)
    if with_members:
        shown["num_members"] = len(conversation.members)
    return shown


def _dm_fields(conversation: Conversation) -> Json:
    return {"user": conversation.dm_with, "is_user_deleted": False, "is_open": True, "priority": 0}


def _channel_fields(conversation: Conversation) -> Json:
    text = {"creator": cast.SAM.id, "last_set": conversation.created}
    return {
        "name": conversation.name,
        "name_normalized": conversation.name,
        "is_channel": not conversation.private,
        "is_group": conversation.private,
        "is_private": conversation.private,
        "is_general": False,
        "is_frozen": False,
        "is_member": cast.BOT_USER_ID in conversation.members,
        "unlinked": 0,
        "creator": cast.SAM.id,
        "conversation_host_id": cast.MERIDIAN.id,
        "parent_conversation": None,
        "previous_names": [],
        "topic": {"value": conversation.topic, **text},
        "purpose": {"value": "", **text},
    }


def event_callback(event: Json, conversation: Conversation | None, event_id: str, at: int) -> Json:
    """The Events API envelope around an event."""
    return {
        "token": VERIFICATION_TOKEN,
        "team_id": cast.MERIDIAN.id,
        "context_team_id": cast.MERIDIAN.id,
        "context_enterprise_id": None,
        "api_app_id": cast.APP_ID,
        "event": event,
        "type": "event_callback",
        "event_id": event_id,
        "event_time": at,
        "authorizations": [authorization()],
        "is_ext_shared_channel": conversation is not None and conversation.is_shared,
        "event_context": f"4-{event_id}",
    }


def authorization() -> Json:
    """The one install of the app."""
    return {
        "enterprise_id": None,
        "team_id": cast.MERIDIAN.id,
        "user_id": cast.BOT_USER_ID,
        "is_bot": True,
        "is_enterprise_install": False,
    }


def message_event(message: Message, author: Person, conversation: Conversation) -> Json:
    """The message event for a new message."""
    event = message_object(message, author, conversation)
    event |= {"channel": conversation.id, "event_ts": message.ts, "channel_type": conversation.kind}
    if conversation.is_shared:
        event |= {"user_team": author.company, "source_team": author.team, "user_profile": user_profile(author)}
    return event


def interaction(kind: str, person: Person, trigger_id: str) -> Json:
    """What every interactive payload has; `team` is the installing side."""
    return {
        "type": kind,
        "user": {
            "id": person.id,
            "username": person.username,
            "name": person.username,
            "team_id": person.team,
        },
        "api_app_id": cast.APP_ID,
        "token": VERIFICATION_TOKEN,
        "trigger_id": trigger_id,
        "team": team_part(cast.MERIDIAN.id),
        "enterprise": None,
        "is_enterprise_install": False,
    }


def team_part(team_id: str) -> Json:
    """A team as interactive payloads name it."""
    return {"id": team_id, "domain": subdomain(team_id)}


def view_object(view: View, values: Json | None = None) -> Json:
    """A view as the Web API and payloads show it; `values` is its input state."""
    content = view.content
    shown: Json = {
        "id": view.id,
        "team_id": view.team,
        "type": content["type"],
        "blocks": content["blocks"],
        "private_metadata": content.get("private_metadata") or "",
        "callback_id": content.get("callback_id") or "",
        "state": {"values": values or {}},
        "hash": view.hash,
        "title": content.get("title"),
        "clear_on_close": bool(content.get("clear_on_close")),
        "notify_on_close": bool(content.get("notify_on_close")),
        "close": content.get("close"),
        "submit": content.get("submit"),
        "previous_view_id": view.previous_id,
        "root_view_id": view.root_id,
        "app_id": cast.APP_ID,
        "external_id": content.get("external_id") or "",
        "app_installed_team_id": cast.MERIDIAN.id,
        "bot_id": cast.BOT_ID,
    }
    if view.is_home:
        shown["title"] = content.get("title") or {"type": "plain_text", "text": "View Title", "emoji": True}
    return shown
