"""Who may press what: everything is for our own people unless it is named here. Decides nothing a use case decides.

A channel of ours may become shared after a card was posted there: its buttons are then in sight of the partner.
"""

from slack_bolt import BoltResponse
from slack_sdk import WebClient

from handlers.desk import is_ours
from handlers.envelopes import Body, kind_of, part, word
from handlers.forms import SUBMISSION
from handlers.replies import say
from handlers.views import forecast, forecast_forms, grant, handoff, nudge
from handlers.views.problem import NOT_YOURS, WHO_ARE_YOU, told
from motions.model import Person, Role

# Buttons and forms a partner's people may use; what they are told there is made of what is shared with them.
PARTNERS_MAY = frozenset(
    {
        handoff.TAKE,
        handoff.DETAILS,
        nudge.LESS,
        handoff.DECLINE,
        handoff.ASK,
        handoff.NEXT_STEP,
        grant.AGREE,
        grant.REVOKE,
        forecast.UPDATE,
        forecast.AGREE,
        forecast_forms.UPDATE_CALLBACK,
        forecast_forms.AGREE_CALLBACK,
    }
)
_PRESSED = {"block_actions", "shortcut", "message_action"}
_LISTENED = {"event", "command"}  # each viewer is answered in their own words there


def is_let_in(person: Person, body: Body) -> bool:
    """Whether what this person did is looked at at all."""
    kind = kind_of(body)
    if is_ours(person) or kind in _LISTENED:
        return True
    return person.role is Role.PARTNER and bool(names := _names(body)) and names <= PARTNERS_MAY


def turn_away(person: Person, body: Body, client: WebClient) -> BoltResponse:
    """One fixed sentence, whatever they pressed."""
    words = NOT_YOURS if person.role is Role.PARTNER else WHO_ARE_YOU
    kind = kind_of(body)
    if kind == SUBMISSION:
        return BoltResponse(status=200, body={"response_action": "update", "view": told("cosell", words)})
    if kind in _PRESSED:
        say(client, body, words)
    return BoltResponse(status=200, body="")


def _names(body: Body) -> set[str]:
    """The buttons that were pressed, or the form that was sent."""
    actions = body.get("actions")
    if isinstance(actions, list):
        return {word(each, "action_id") if isinstance(each, dict) else "" for each in actions}
    view = part(body, "view")
    return {word(view, "callback_id")} if view else set()
