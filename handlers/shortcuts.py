"""The shortcuts, "Co-sell this" on a message and "Co-sell a deal" anywhere: `/cosell <deal>`, answered in a form."""

import json
from typing import Any

from slack_bolt import Ack, BoltContext
from slack_sdk import WebClient

from handlers.desk import UseCases
from handlers.envelopes import part
from handlers.forms import open_form, readable
from handlers.views import which
from motions.answer_surfaces import Answer, ChoiceAnswer, ProblemAnswer

_READ_AT_MOST = 40_000  # characters of a message, its cards and all


def start(ack: Ack, body: dict[str, Any], client: WebClient) -> None:
    """Ask which deal."""
    ack()
    open_form(client, body, which.which_modal(of_message=False))


def on_message(cases: UseCases, ack: Ack, body: dict[str, Any], context: BoltContext, client: WebClient) -> None:
    """Answer about the deal whose link or id the message has, in its text or on its cards; else ask which."""
    ack()
    message = json.dumps(part(body, "message"), ensure_ascii=False)[:_READ_AT_MOST]
    answer = cases.about_message(message, context["person"])
    open_form(client, body, _shown(answer) if answer else which.which_modal(of_message=True))


def named(cases: UseCases, ack: Ack, view: dict[str, Any], context: BoltContext) -> None:
    """Answer about the deal that was typed or picked; what was typed stays while nothing is found."""
    with readable():
        words = which.asked(view)
    answer = cases.about_deal(words, context["person"])
    if isinstance(answer, ProblemAnswer):
        ack(response_action="errors", errors=which.complaint(answer, view))
    else:
        ack(response_action="update", view=_shown(answer))


def _shown(answer: Answer) -> dict[str, object]:
    return which.choice_modal(answer) if isinstance(answer, ChoiceAnswer) else which.answer_modal(answer)
