"""Saying something to one person only, and explaining failures; never shows an exception's text from outside."""

import logging
from collections.abc import Mapping
from http.client import HTTPException
from typing import Any

from slack_bolt import BoltResponse
from slack_sdk.errors import SlackClientError
from slack_sdk.webhook import WebhookClient

from handlers.envelopes import Body, kind_of, reference_of, word
from handlers.views import blocks, text
from handlers.views.problem import excuse, problem, told
from motions.errors import NotPermitted, UserMistake

logger = logging.getLogger(__name__)

_TIMEOUT = 3  # a click's answer must not outlast Slack's patience
_LONGEST = 2900


def whisper(body: Body, words: str) -> None:
    """Tell the clicker, under the message they clicked; what they did is committed, so a failure is only logged."""
    said = text.escaped_lines(words, _LONGEST) or "Done."
    _send(word(body, "response_url"), blocks.message(said, [blocks.section(said)]))


def reply(body: Body, said: Mapping[str, Any]) -> None:
    """Tell whoever asked what the acknowledgement would have said; nothing when that is nothing."""
    if said:
        _send(word(body, "response_url"), said)


def explain(error: Exception, body: Body) -> BoltResponse:
    """The answer to Slack for something that failed: events come again later, people are told in plain words."""
    kind, reference = kind_of(body), reference_of(body)
    expected = isinstance(error, UserMistake | NotPermitted)
    level = logging.INFO if expected else logging.ERROR
    logger.log(level, "listener.failed kind=%s reference=%s", kind, reference, exc_info=None if expected else error)
    answer = excuse(error, reference)
    if kind == "event":
        return BoltResponse(status=200 if expected else 503, body="")
    if kind == "command":
        return BoltResponse(status=200, body={"response_type": "ephemeral", **problem(answer)})
    if kind == "view_submission":
        words = "\n".join(part for part in (answer.what, answer.written, answer.do) if part)
        return BoltResponse(status=200, body={"response_action": "update", "view": told("That did not work", words)})
    _send(word(body, "response_url"), problem(answer))
    return BoltResponse(status=200, body="")


def _send(response_url: str, message: Mapping[str, Any]) -> None:
    if not response_url:
        logger.warning("reply.lost reason=no_response_url")
        return
    client = WebhookClient(response_url, timeout=_TIMEOUT, retry_handlers=[])
    try:
        answer = client.send_dict({"response_type": "ephemeral", "replace_original": False, **message})
    except (OSError, HTTPException, SlackClientError) as error:
        logger.warning("reply.lost reason=%s", type(error).__name__)
        return
    if answer.status_code != 200:  # noqa: PLR2004 - HTTP's own number
        logger.warning("reply.lost status=%s", answer.status_code)
