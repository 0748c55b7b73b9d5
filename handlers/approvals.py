"""The card's buttons and the modals behind them; every click ends in words for the clicker."""

from typing import Any

from slack_bolt import Ack, BoltContext
from slack_sdk import WebClient

from handlers.desk import UseCases
from handlers.replies import whisper
from handlers.slack_errors import translated
from handlers.views.deny import deny_modal, reason_given
from handlers.views.edit import complaints, edit_modal, typed
from handlers.views.problem import told
from motions.model import Token
from motions.surfaces import ClickReply


def approve(cases: UseCases, ack: Ack, action: dict[str, Any], body: dict[str, Any], context: BoltContext) -> None:
    """Approve and file."""
    reply = cases.approve(Token(action["value"]), context["person"])
    ack()
    whisper(body, reply.text)


def open_deny(ack: Ack, action: dict[str, Any], body: dict[str, Any], client: WebClient) -> None:
    """Ask for the reason; nothing is decided yet."""
    with translated("views.open"):
        client.views_open(trigger_id=body["trigger_id"], view=deny_modal(Token(action["value"])))
    ack()


def deny(cases: UseCases, ack: Ack, view: dict[str, Any], context: BoltContext) -> None:
    """Deny with the reason given."""
    reply = cases.deny(Token(view["private_metadata"]), context["person"], reason_given(view))
    ack(response_action="update", view=told("Deny this referral", reply.text))


def open_edit(
    cases: UseCases, ack: Ack, action: dict[str, Any], body: dict[str, Any], context: BoltContext, client: WebClient
) -> None:
    """Show the form, or say why there is none."""
    form = cases.edit_form(Token(action["value"]), context["person"])
    ack()
    if isinstance(form, ClickReply):
        whisper(body, form.text)
        return
    with translated("views.open"):
        client.views_open(trigger_id=body["trigger_id"], view=edit_modal(form))


def edit(cases: UseCases, ack: Ack, view: dict[str, Any], context: BoltContext) -> None:
    """Save what was typed, or say beside the fields what would bounce."""
    outcome = cases.edit(Token(view["private_metadata"]), context["person"], typed(view))
    if isinstance(outcome, ClickReply):
        ack(response_action="update", view=told("Edit the referral", outcome.text))
        return
    ack(response_action="errors", errors=complaints(outcome, view))
