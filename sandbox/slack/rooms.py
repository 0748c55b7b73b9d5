"""Finds the conversation or person a call names, or refuses as Slack does; shared by the Web API's methods."""

import base64
import binascii
from collections.abc import Sequence
from typing import TypeVar

from sandbox import cast
from sandbox.slack.conversations import Conversation, Message
from sandbox.slack.people import Person
from sandbox.slack.wire import Call, Json, SlackError
from sandbox.slack.workspace import Workspace

T = TypeVar("T")
_MOST = 1000


def writable(slack: Workspace, channel: str) -> Conversation:
    """The conversation the bot may post to; a person's id stands for their direct message."""
    conversation = _named(slack, channel)
    if conversation.archived:
        raise SlackError("is_archived")
    _require_member(conversation)
    return conversation


def readable(slack: Workspace, channel: str) -> Conversation:
    """The conversation whose messages the bot may read."""
    conversation = visible(slack, channel)
    _require_member(conversation)
    return conversation


def visible(slack: Workspace, channel: str) -> Conversation:
    """The conversation the bot may know about: private ones only from inside."""
    conversation = slack.state.conversation(channel)
    if conversation is None or not _bot_sees(conversation):
        raise SlackError("channel_not_found")
    return conversation


def _named(slack: Workspace, channel: str) -> Conversation:
    person = slack.state.people.get(channel)
    if person is None:
        return visible(slack, channel)
    if person.is_bot or slack.state.is_stranger(person):
        raise SlackError("channel_not_found")
    return slack.state.dm(person)


def _bot_sees(conversation: Conversation) -> bool:
    return cast.BOT_USER_ID in conversation.members or not conversation.private


def _require_member(conversation: Conversation) -> None:
    if cast.BOT_USER_ID not in conversation.members:
        raise SlackError("not_in_channel")


def known_person(slack: Workspace, user: str) -> Person:
    """A person by id."""
    person = slack.state.people.get(user)
    if person is None:
        raise SlackError("user_not_found")
    return person


def own_message(conversation: Conversation, ts: str, refusal: str) -> Message:
    """A message the bot posted; somebody else's gives the refusal."""
    message = conversation.messages.get(ts)
    if message is None or message.subtype == "tombstone":
        raise SlackError("message_not_found")
    if not message.is_bot:
        raise SlackError(refusal)
    return message


def page(call: Call, items: Sequence[T], default: int = 100) -> tuple[list[T], Json]:
    """One page of a list, and the response_metadata that leads to the next."""
    limit = max(1, min(call.number("limit", default), _MOST))
    start = _decode(call.text("cursor"))
    following = start + limit
    cursor = _encode(following) if following < len(items) else ""
    return list(items[start:following]), {"response_metadata": {"next_cursor": cursor}}


def _encode(offset: int) -> str:
    return base64.b64encode(f"next:{offset}".encode()).decode()


def _decode(cursor: str) -> int:
    if not cursor:
        return 0
    try:
        return int(base64.b64decode(cursor, validate=True).decode().removeprefix("next:"))
    except (binascii.Error, ValueError) as wrong:
        raise SlackError("invalid_cursor") from wrong
