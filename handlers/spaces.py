"""The joint forecast's two buttons and the forms behind them; who may use them is asked at every click and submit."""

from typing import Any

from slack_bolt import Ack, BoltContext
from slack_sdk import WebClient

from handlers.desk import UseCases
from handlers.envelopes import word
from handlers.forms import open_form, readable
from handlers.replies import whisper
from handlers.views.forecast_forms import agree_modal, chosen, complaints_of, figures_modal, typed_figures
from handlers.views.problem import told
from motions.model import Token
from motions.surfaces import ClickReply


def open_figures(
    cases: UseCases, ack: Ack, action: dict[str, Any], body: dict[str, Any], context: BoltContext, client: WebClient
) -> None:
    """'Update your figures'."""
    form = cases.figures_form(Token(word(action, "value")), context["person"])
    ack()
    if isinstance(form, ClickReply):
        whisper(body, form.text)
        return
    open_form(client, body, figures_modal(form))


def save_figures(cases: UseCases, ack: Ack, view: dict[str, Any], context: BoltContext) -> None:
    """The partner's figures, or what is wrong with them beside each input."""
    with readable():
        typed = typed_figures(view)
    outcome = cases.report_figures(Token(word(view, "private_metadata")), context["person"], typed)
    if isinstance(outcome, ClickReply):
        ack(response_action="update", view=told("Your figures", outcome.text))
        return
    ack(response_action="errors", errors=complaints_of(outcome))


def open_agree(
    cases: UseCases, ack: Ack, action: dict[str, Any], body: dict[str, Any], context: BoltContext, client: WebClient
) -> None:
    """'Agree on figures'."""
    form = cases.agree_form(Token(word(action, "value")), context["person"])
    ack()
    if isinstance(form, ClickReply):
        whisper(body, form.text)
        return
    open_form(client, body, agree_modal(form))


def agree(cases: UseCases, ack: Ack, view: dict[str, Any], context: BoltContext) -> None:
    """One side's word."""
    with readable():
        choices = chosen(view)
    reply = cases.agree(Token(word(view, "private_metadata")), context["person"], choices)
    ack(response_action="update", view=told("Agree on figures", reply.text))
