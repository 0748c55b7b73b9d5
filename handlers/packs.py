"""The form behind a filing pack's button; who may say that it was filed is asked at every click and submit."""

from typing import Any

from slack_bolt import Ack, BoltContext

from handlers.desk import UseCases
from handlers.envelopes import word
from handlers.forms import readable
from handlers.views.filed import complaint, reference_given
from handlers.views.problem import told
from motions.model import Token
from motions.surfaces import ClickReply


def filed(cases: UseCases, ack: Ack, view: dict[str, Any], context: BoltContext) -> None:
    """The partner's reference, or why it cannot be one beside the input."""
    with readable():
        reference = reference_given(view)
    outcome = cases.filed(Token(word(view, "private_metadata")), context["person"], reference)
    if isinstance(outcome, ClickReply):
        ack(response_action="update", view=told("Filed by hand", outcome.text))
        return
    ack(response_action="errors", errors=complaint(outcome))
