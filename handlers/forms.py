"""Forms: opening one while Slack lets us, and answering a submitted one after its acknowledgement; decides nothing."""

import hashlib
import logging
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeVar

from slack_bolt import Ack, BoltContext
from slack_sdk import WebClient

from handlers.envelopes import Body, part, word
from handlers.replies import say
from handlers.slack_errors import name_of, translated
from handlers.views.problem import told
from handlers.views.waiting import again, one_moment
from motions.errors import ConnectorError, Rejected, Unavailable, UserMistake
from motions.model import Person, Token
from motions.surfaces import ClickReply

Form = TypeVar("Form")

logger = logging.getLogger(__name__)

SUBMISSION = "view_submission"
# A trigger opens one form, within three seconds of the click.
_TOO_LATE = {"expired_trigger_id", "invalid_trigger_id"}
_LOOKS, _LOOK_AGAIN_AFTER = 15, 0.2


def open_form(client: WebClient, body: Body, view: Mapping[str, object]) -> None:
    """Show a form to the clicker; UserMistake when the click is too old for one."""
    try:
        with translated("views.open"):
            client.views_open(trigger_id=word(body, "trigger_id"), view=dict(view))
    except Rejected as error:
        if name_of(error.__cause__) in _TOO_LATE:
            late = "Slack lets a form open only within three seconds of the click, and cosell was not quick enough."
            raise UserMistake(f"{late} Please click again.") from error
        raise


def open_asked(
    ask: Callable[[Token, Person], Form | ClickReply],
    modal: Callable[[Form], Mapping[str, object]],
    ack: Ack,
    action: dict[str, Any],
    body: dict[str, Any],
    context: BoltContext,
    client: WebClient,
) -> None:
    """A button that opens a form, or says why there is none; `ask` decides that for who clicked."""
    form = ask(Token(word(action, "value")), context["person"])
    ack()
    show_form(client, body, form, modal)


def show_form(
    client: WebClient, body: Body, form: Form | ClickReply, modal: Callable[[Form], Mapping[str, object]]
) -> None:
    """Show the clicker a form, or why there is none."""
    if isinstance(form, ClickReply):
        say(client, body, form.text)
    else:
        open_form(client, body, modal(form))


def checking(key: str) -> dict[str, object]:
    """The acknowledgement of a form whose answer follows."""
    return {"response_action": "update", "view": one_moment(_id_of(key))}


def put_in_place(client: WebClient, key: str, body: Body, said: Mapping[str, Any], *, is_late: bool) -> None:
    """Show what a form's listener said where the form was; `is_late`: after an acknowledgement that left without it."""
    view = _view_after(body, said)
    # By the id of the view the acknowledgement brings: until that has arrived, it must not be overtaken.
    place = {"external_id": _id_of(key)} if is_late else {"view_id": word(part(body, "view"), "id")}
    try:
        _update(client, view, place, is_awaited=is_late)
    except ConnectorError as error:
        logger.warning("reply.lost reason=%s", name_of(error.__cause__) or type(error).__name__)


@contextmanager
def readable() -> Iterator[None]:
    """Around the reading of a form: UserMistake when it does not have the shape it was sent in."""
    try:
        yield
    except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
        what = "This form did not arrive as cosell sent it. Open it again from the card."
        raise UserMistake(what) from error


def _view_after(body: Body, said: Mapping[str, Any]) -> dict[str, object]:
    if said.get("response_action") == "errors":
        return again(part(body, "view"), said["errors"])
    view = said.get("view")
    return view if isinstance(view, dict) else told("Done", "This is done.")


def _update(client: WebClient, view: dict[str, object], place: dict[str, str], *, is_awaited: bool) -> None:
    for left in reversed(range(_LOOKS)):
        try:
            with translated("views.update"):
                client.views_update(view=view, **place)
        except (Rejected, Unavailable) as error:
            is_yet_to_come = is_awaited and name_of(error.__cause__) == "not_found"
            if left == 0 or not (is_yet_to_come or isinstance(error, Unavailable)):
                raise
            _wait()
        else:
            return


def _wait() -> None:
    threading.Event().wait(_LOOK_AGAIN_AFTER)


def _id_of(key: str) -> str:
    return f"checking-{hashlib.sha256(key.encode()).hexdigest()[:32]}"
