"""Channels both companies read: the handoff's button, and replies in its thread."""

from typing import Any

from slack_bolt import Ack, BoltContext

from handlers.desk import UseCases
from handlers.envelopes import word
from handlers.replies import whisper
from motions.model import Person, Role, Token


def take(cases: UseCases, ack: Ack, action: dict[str, Any], body: dict[str, Any], context: BoltContext) -> None:
    """'I am on it'."""
    reply = cases.take(Token(word(action, "value")), context["person"])
    ack()
    whisper(body, reply.text)


def remind_less(cases: UseCases, ack: Ack, action: dict[str, Any], body: dict[str, Any], context: BoltContext) -> None:
    """'Remind me less'."""
    reply = cases.remind_less(Token(word(action, "value")), context["person"])
    ack()
    whisper(body, reply.text)


def hear(cases: UseCases, event: dict[str, Any], context: BoltContext) -> None:
    """A message in a channel; Slack delivers one that mentions the bot a second time, as app_mention, which speaks."""
    if f"<@{context.bot_user_id}>" not in str(event.get("text") or ""):
        is_handoff_reply(cases, event, context["person"])


def is_handoff_reply(cases: UseCases, event: dict[str, Any], person: Person) -> bool:
    """True when a partner's person replied in a handoff's thread, which is now noted."""
    thread_ts = event.get("thread_ts")
    is_reply = person.role is Role.PARTNER and bool(thread_ts) and thread_ts != event.get("ts")
    return is_reply and cases.replied(str(event["channel"]), str(thread_ts), person)
