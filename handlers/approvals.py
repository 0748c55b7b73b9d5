"""The card's buttons and the modals behind them; every click ends in words for the clicker."""

from collections.abc import Callable, Mapping
from typing import Any

from slack_bolt import Ack, BoltContext
from slack_sdk import WebClient

from handlers.desk import UseCases
from handlers.envelopes import word
from handlers.forms import open_form, readable
from handlers.replies import whisper
from handlers.views.deny import deny_modal, reason_given
from handlers.views.edit import complaints, typed
from handlers.views.problem import told
from motions.model import Person, Token
from motions.referrals import Field, Problem
from motions.surfaces import ClickReply


def click(
    decide: Callable[[Token, Person], ClickReply],
    ack: Ack,
    action: dict[str, Any],
    body: dict[str, Any],
    context: BoltContext,
) -> None:
    """A button that decides something at once."""
    reply = decide(Token(word(action, "value")), context["person"])
    ack()
    whisper(body, reply.text)


def open_deny(ack: Ack, action: dict[str, Any], body: dict[str, Any], client: WebClient) -> None:
    """Ask for the reason; nothing is decided yet."""
    ack()
    open_form(client, body, deny_modal(Token(word(action, "value"))))


def deny(cases: UseCases, ack: Ack, view: dict[str, Any], context: BoltContext) -> None:
    """Deny with the reason given."""
    with readable():
        reason = reason_given(view)
    reply = cases.deny(Token(word(view, "private_metadata")), context["person"], reason)
    ack(response_action="update", view=told("Deny this referral", reply.text))


def edit(cases: UseCases, ack: Ack, view: dict[str, Any], context: BoltContext) -> None:
    """Save what was typed, or say beside the fields what would bounce."""
    _save(cases.edit, "Edit the referral", ack, view, context)


def correct(cases: UseCases, ack: Ack, view: dict[str, Any], context: BoltContext) -> None:
    """Approve and send what was typed, or say beside the fields what would bounce."""
    _save(cases.correct, "Correct the referral", ack, view, context)


def _save(
    save: Callable[[Token, Person, Mapping[Field, str]], ClickReply | tuple[Problem, ...]],
    title: str,
    ack: Ack,
    view: dict[str, Any],
    context: BoltContext,
) -> None:
    with readable():
        given = typed(view)
    outcome = save(Token(word(view, "private_metadata")), context["person"], given)
    if isinstance(outcome, ClickReply):
        ack(response_action="update", view=told(title, outcome.text))
        return
    with readable():
        ack(response_action="errors", errors=complaints(outcome, view))
