"""The buttons of a deal a partner brings and the forms behind them; who may use them is asked at every click."""

from typing import Any

from slack_bolt import Ack, BoltContext

from handlers.desk import UseCases
from handlers.envelopes import word
from handlers.forms import readable
from handlers.views.invitation_forms import deal_chosen, reason_chosen
from handlers.views.problem import told
from motions.model import Token


def accept(cases: UseCases, ack: Ack, view: dict[str, Any], context: BoltContext) -> None:
    """Accept it as the deal that was chosen or named, or as a new one."""
    with readable():
        deal, other, is_new = deal_chosen(view)
    if not (deal or other or is_new):
        ack(
            response_action="errors",
            errors={"invitation.other": "Pick a deal above, name one here, or pick a new one."},
        )
        return
    reply = cases.accept(Token(word(view, "private_metadata")), context["person"], deal, other)
    ack(response_action="update", view=told("Accept the invitation", reply.text))


def reject(cases: UseCases, ack: Ack, view: dict[str, Any], context: BoltContext) -> None:
    """Reject it for the reason that was picked."""
    with readable():
        reason = reason_chosen(view)
    reply = cases.reject(Token(word(view, "private_metadata")), context["person"], reason)
    ack(response_action="update", view=told("Reject the invitation", reply.text))


def link(cases: UseCases, ack: Ack, view: dict[str, Any], context: BoltContext) -> None:
    """Name the deal of one that was accepted."""
    with readable():
        deal, other, _ = deal_chosen(view)
    reply = cases.link(Token(word(view, "private_metadata")), context["person"], deal, other)
    ack(response_action="update", view=told("Link a deal", reply.text))
