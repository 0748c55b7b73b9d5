"""Talking to the bot by mention or direct message: the same questions as /cosell, answered to the asker alone."""

import hashlib
import logging
import re
from typing import Any

from slack_bolt import BoltContext
from slack_sdk import WebClient

from handlers.commands import answer_to
from handlers.desk import UseCases
from handlers.shared import is_handoff_reply
from handlers.slack_errors import translated
from handlers.views import answers
from handlers.views.problem import excuse, problem
from motions.errors import CosellError
from motions.ports import Messenger
from motions.records import Envelope

logger = logging.getLogger(__name__)

_MENTION = re.compile(r"<@[UW][A-Z0-9]+(?:\|[^>]*)?>")


def mentioned(cases: UseCases, event: dict[str, Any], context: BoltContext, client: WebClient) -> None:
    """A mention in a channel; others read there, partners too, so only the asker sees the answer."""
    if is_handoff_reply(cases, event, context["person"]):
        return
    thread = {"thread_ts": event["thread_ts"]} if event.get("thread_ts") else {}
    drawn = _answer(cases, event, context)
    with translated("chat.postEphemeral"):
        client.chat_postEphemeral(channel=event["channel"], user=event["user"], **thread, **drawn)


def told_directly(cases: UseCases, messenger: Messenger, event: dict[str, Any], context: BoltContext) -> None:
    """A direct message; its answer is a real post, so one that an earlier try may have left is looked for first."""
    channel, thread_ts = str(event["channel"]), event.get("thread_ts")
    key = f"answer:{channel}:{event['ts']}"
    envelope: Envelope = context["envelope"]
    if envelope.tries > 1 and messenger.find_post(channel, key, envelope.received_at, thread_ts):
        return
    messenger.post(channel, _answer(cases, event, context), key, thread_ts)


def is_direct(event: dict[str, Any]) -> bool:
    """Whether a message was said to the bot alone."""
    return event.get("channel_type") == "im"


def _answer(cases: UseCases, event: dict[str, Any], context: BoltContext) -> dict[str, Any]:
    words = _MENTION.sub(" ", str(event.get("text") or ""), count=1).strip().removeprefix("/cosell")
    try:
        return answers.draw(answer_to(_unescaped(words), context, cases))
    except CosellError as error:
        reference = hashlib.sha256(str(event.get("ts")).encode()).hexdigest()[:8]
        logger.warning("question.failed reference=%s error=%s", reference, type(error).__name__)
        return problem(excuse(error, reference))


def _unescaped(words: str) -> str:
    return words.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
