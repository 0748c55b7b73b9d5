"""The joint forecast's two buttons and the forms behind them; who may use them is asked at every click and submit."""

from typing import Any

from slack_bolt import Ack, BoltContext

from handlers.desk import UseCases
from handlers.envelopes import word
from handlers.forms import readable
from handlers.views.forecast_forms import chosen, complaints_of, typed_figures
from handlers.views.problem import told
from motions.model import Token
from motions.surfaces import ClickReply


def save_figures(cases: UseCases, ack: Ack, view: dict[str, Any], context: BoltContext) -> None:
    """The partner's figures, or what is wrong with them beside each input."""
    with readable():
        typed = typed_figures(view)
    outcome = cases.report_figures(Token(word(view, "private_metadata")), context["person"], typed)
    if isinstance(outcome, ClickReply):
        ack(response_action="update", view=told("Your figures", outcome.text))
        return
    ack(response_action="errors", errors=complaints_of(outcome))


def agree(cases: UseCases, ack: Ack, view: dict[str, Any], context: BoltContext) -> None:
    """One side's word."""
    with readable():
        choices = chosen(view)
    reply = cases.agree(Token(word(view, "private_metadata")), context["person"], choices)
    ack(response_action="update", view=told("Agree on figures", reply.text))
