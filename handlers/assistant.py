"""Talking to the bot by mention or direct message: answered to the asker alone, each in their own words."""

import hashlib
import logging
import re
from typing import Any

from slack_bolt import BoltContext
from slack_sdk import WebClient

from handlers.commands import answer_to
from handlers.desk import UseCases, is_ours
from handlers.sessions import Sessions
from handlers.shared import is_handoff_reply
from handlers.slack_errors import translated
from handlers.views import answers, partner
from handlers.views.problem import excuse, excuse_outside, problem
from motions.answer_surfaces import ProblemAnswer
from motions.audiences import INTERNAL
from motions.errors import CosellError
from motions.model import Person, Role
from motions.ports import Messenger
from motions.posting import check_readers
from motions.records import Envelope

logger = logging.getLogger(__name__)

_STOPPED = ProblemAnswer(
    "Stopped.", "This question is not answered; what it had set going goes on.", "Its card says what can be undone."
)
_MENTION = re.compile(r"<@[UW][A-Z0-9]+(?:\|[^>]*)?>")


def mentioned(cases: UseCases, event: dict[str, Any], context: BoltContext, client: WebClient) -> None:
    """A mention in a channel; others read there, partners too, so only the asker sees the answer."""
    if is_handoff_reply(cases, event, context["person"]):
        return
    thread = {"thread_ts": event["thread_ts"]} if event.get("thread_ts") else {}
    drawn, _ = _answer(cases, event, context)
    with translated("chat.postEphemeral"):
        client.chat_postEphemeral(channel=event["channel"], user=event["user"], **thread, **drawn)


def told_directly(
    cases: UseCases,
    messenger: Messenger,
    sessions: Sessions,
    event: dict[str, Any],
    context: BoltContext,
    client: WebClient,
) -> None:
    """A direct message: answered where it was said, and its session, if it is one, says that it is worked on."""
    with sessions.working(event, client):
        _answer_directly(cases, messenger, sessions, event, context)


def _answer_directly(
    cases: UseCases, messenger: Messenger, sessions: Sessions, event: dict[str, Any], context: BoltContext
) -> None:
    """The answer is a real post, so one that an earlier try may have left is looked for first."""
    channel, thread_ts = str(event["channel"]), sessions.thread_of(event)
    key = f"answer:{channel}:{event['ts']}"
    envelope: Envelope = context["envelope"]
    if envelope.tries > 1 and messenger.find_post(channel, key, envelope.received_at, thread_ts):
        return
    drawn, meant_for = _answer(cases, event, context)
    if sessions.is_stopped(event):
        drawn, meant_for = problem(_STOPPED), None
    if meant_for is not None:
        check_readers(channel, meant_for, messenger)
    messenger.post(channel, drawn, key, thread_ts)


def is_direct(event: dict[str, Any]) -> bool:
    """Whether a message was said to the bot alone."""
    return event.get("channel_type") == "im"


def _answer(cases: UseCases, event: dict[str, Any], context: BoltContext) -> tuple[dict[str, Any], str | None]:
    """The message, and whom it is meant for; None: it tells nothing, so anybody may read it."""
    person: Person = context["person"]
    words = _unescaped(_MENTION.sub(" ", str(event.get("text") or ""), count=1).strip().removeprefix("/cosell"))
    try:
        if person.role is Role.PARTNER:
            return partner.draw(cases.partner_answer(words, person)), person.partner
        return answers.draw(answer_to(words, context, cases)), INTERNAL if is_ours(person) else None
    except CosellError as error:
        reference = hashlib.sha256(str(event.get("ts")).encode()).hexdigest()[:8]
        logger.warning("question.failed reference=%s error=%s", reference, type(error).__name__)
        excused = excuse(error, reference) if is_ours(person) else excuse_outside()
        return problem(excused), INTERNAL if is_ours(person) else None


def _unescaped(words: str) -> str:
    return words.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
