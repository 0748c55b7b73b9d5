"""The form of one step of setting up."""

from typing import Any

from slack_bolt import Ack, BoltContext

from handlers.desk import UseCases
from handlers.envelopes import word
from handlers.forms import readable
from handlers.views import setup as views
from handlers.views.form import complaints_of
from handlers.views.problem import told
from motions.model import Token
from motions.surfaces import ClickReply


def save(cases: UseCases, ack: Ack, view: dict[str, Any], context: BoltContext) -> None:
    """Put it in force, or say beside each input what is wrong."""
    with readable():
        typed = views.typed_setup(view)
    outcome = cases.setup.save(Token(word(view, "private_metadata")), context["person"], typed)
    if isinstance(outcome, ClickReply):
        ack(response_action="update", view=told("Set up", outcome.text))
    else:
        ack(response_action="errors", errors=complaints_of(outcome))
