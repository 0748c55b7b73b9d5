"""Saying something to one person only, and explaining failures; never shows an exception's text from outside."""

import logging
import threading
from collections.abc import Mapping
from http.client import HTTPException
from typing import Any

from slack_bolt import BoltContext, BoltResponse
from slack_sdk import WebClient
from slack_sdk.errors import SlackClientError
from slack_sdk.webhook import WebhookClient

from handlers.desk import is_ours
from handlers.envelopes import Body, kind_of, reference_of, word
from handlers.slack_errors import name_of, translated
from handlers.views import blocks, text
from handlers.views.problem import excuse, excuse_outside, problem, told
from motions.errors import ConnectorError, NotPermitted, UserMistake

logger = logging.getLogger(__name__)

_TIMEOUT, _TRIES, _TRY_AGAIN_AFTER = 5, 3, 0.5  # seconds, but for the tries
_OK, _LATER = 200, {429, 500, 502, 503, 504}
_LONGEST = 2900


def whisper(body: Body, words: str) -> None:
    """Tell the clicker, under the message they clicked; what they did is committed, so a failure is only logged."""
    said = text.escaped_lines(words, _LONGEST) or "Done."
    _send(word(body, "response_url"), blocks.message(said, [blocks.section(said)]))


def say(client: WebClient, body: Body, words: str) -> None:
    """Tell the clicker: under the message, or, on a Home tab or in a form, in a form of its own."""
    if word(body, "response_url"):
        whisper(body, words)
        return
    try:
        with translated("views.open"):
            client.views_open(trigger_id=word(body, "trigger_id"), view=told("cosell", words))
    except ConnectorError as error:
        logger.warning("reply.lost reason=%s", name_of(error.__cause__) or type(error).__name__)


def reply(body: Body, said: Mapping[str, Any]) -> None:
    """Tell whoever asked what the acknowledgement would have said; nothing when that is nothing."""
    if said:
        _send(word(body, "response_url"), said)


def explain(error: Exception, body: Body, context: BoltContext | None = None) -> BoltResponse:
    """The answer to Slack for something that failed: events come again later, people are told in plain words.

    Whoever is not ours gets the same words whatever failed; before anybody knows who it is, no use case ran.
    """
    kind, reference = kind_of(body), reference_of(body)
    expected = isinstance(error, UserMistake | NotPermitted)
    level = logging.INFO if expected else logging.ERROR
    logger.log(level, "listener.failed kind=%s reference=%s", kind, reference, exc_info=None if expected else error)
    person = context.get("person") if context else None
    answer = excuse(error, reference) if person is None or is_ours(person) else excuse_outside()
    if kind == "event":
        return BoltResponse(status=200 if expected else 503, body="")
    if kind == "command":
        return BoltResponse(status=200, body={"response_type": "ephemeral", **problem(answer)})
    words = "\n".join(part for part in (answer.what, answer.written, answer.do) if part)
    if kind == "view_submission":
        return BoltResponse(status=200, body={"response_action": "update", "view": told("That did not work", words)})
    if word(body, "response_url") or context is None or context.client is None:
        _send(word(body, "response_url"), problem(answer))
    else:
        say(context.client, body, words)
    return BoltResponse(status=200, body="")


def _send(response_url: str, message: Mapping[str, Any]) -> None:
    if not response_url:
        logger.warning("reply.lost reason=no_response_url")
        return
    client = WebhookClient(response_url, timeout=_TIMEOUT, retry_handlers=[])
    content = {"response_type": "ephemeral", "replace_original": False, **message}
    reason = ""
    for left in reversed(range(_TRIES)):
        reason, may_pass = _sent(client, content)
        if not reason:
            return
        if not (left and may_pass):
            break
        _wait()
    logger.warning("reply.lost reason=%s", reason)


def _sent(client: WebhookClient, content: dict[str, Any]) -> tuple[str, bool]:
    """Why a reply did not arrive, and whether it may on another try; one that did and is repeated harms nobody."""
    try:
        status = client.send_dict(content).status_code
    except (OSError, HTTPException, SlackClientError) as error:
        return type(error).__name__, True
    return "" if status == _OK else f"status_{status}", status in _LATER


def _wait() -> None:
    threading.Event().wait(_TRY_AGAIN_AFTER)
