"""What a partner's people do about a handoff: see it, decline it, ask, propose; every click ends in words for them."""

from collections.abc import Callable
from typing import Any

from slack_bolt import Ack, BoltContext
from slack_sdk import WebClient

from handlers.desk import UseCases
from handlers.envelopes import word
from handlers.forms import open_form, readable
from handlers.views import partner
from handlers.views.problem import NOT_SHARED, told
from motions.model import Token


def show_details(
    cases: UseCases, ack: Ack, action: dict[str, Any], body: dict[str, Any], context: BoltContext, client: WebClient
) -> None:
    """The handed deal as this viewer may see it."""
    deal = cases.details(Token(word(action, "value")), context["person"])
    ack()
    open_form(client, body, partner.details(deal) if deal else told("Details", NOT_SHARED))


def open_one(
    form: Callable[[Token], dict[str, object]],
    ack: Ack,
    action: dict[str, Any],
    body: dict[str, Any],
    client: WebClient,
) -> None:
    """A form, the same for everybody; who may send it is asked when it comes."""
    ack()
    open_form(client, body, form(Token(word(action, "value"))))


def decline(cases: UseCases, ack: Ack, view: dict[str, Any], context: BoltContext) -> None:
    """Not theirs to work on."""
    with readable():
        reason, words = partner.reason_given(view), partner.words_given(view)
    reply = cases.decline(_token(view), context["person"], reason, words)
    ack(response_action="update", view=told("Decline this handoff", reply.text))


def ask(cases: UseCases, ack: Ack, view: dict[str, Any], context: BoltContext) -> None:
    """A question to our side."""
    with readable():
        words = partner.words_given(view)
    reply = cases.ask_owner(_token(view), context["person"], words)
    ack(response_action="update", view=told("Ask our side", reply.text))


def propose(cases: UseCases, ack: Ack, view: dict[str, Any], context: BoltContext) -> None:
    """The next step as they see it."""
    with readable():
        words = partner.words_given(view)
    reply = cases.propose_next_step(_token(view), context["person"], words)
    ack(response_action="update", view=told("Propose a next step", reply.text))


def _token(view: dict[str, Any]) -> Token:
    return Token(word(view, "private_metadata"))
