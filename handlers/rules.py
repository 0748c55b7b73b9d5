"""The buttons and forms of match rules: typed, looked at, then put in force."""

from typing import Any

from slack_bolt import Ack, BoltContext

from handlers.desk import UseCases
from handlers.envelopes import word
from handlers.forms import readable
from handlers.views import rules as views
from handlers.views.form import complaints_of
from handlers.views.problem import told
from motions.model import Token
from motions.rule_surfaces import RulePreview
from motions.surfaces import ClickReply

_TITLE = "Match rules"
_TOO_LONG = "This is too long for a form. Put it into rules.yml: cosell config import."


def typed(cases: UseCases, ack: Ack, view: dict[str, Any], context: BoltContext) -> None:
    """Show what the rule as typed would change, or what is wrong with it beside each input."""
    with readable():
        rule = views.typed_rule(view)
    outcome = cases.rules.preview(Token(word(view, "private_metadata")), context["person"], rule)
    if isinstance(outcome, RulePreview):
        preview = views.preview_modal(outcome)
        if views.is_too_long(preview):
            ack(response_action="errors", errors={"when": _TOO_LONG})
        else:
            ack(response_action="update", view=preview)
    elif isinstance(outcome, ClickReply):
        ack(response_action="update", view=told(_TITLE, outcome.text))
    else:
        ack(response_action="errors", errors=complaints_of(outcome))


def put_in_force(cases: UseCases, ack: Ack, view: dict[str, Any], context: BoltContext) -> None:
    """What was looked at becomes so."""
    with readable():
        token, rule = views.previewed(view)
    outcome = cases.rules.change(token, context["person"], rule)
    said = outcome.text if isinstance(outcome, ClickReply) else " ".join(outcome.values())
    ack(response_action="update", view=told(_TITLE, said))
