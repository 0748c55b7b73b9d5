"""The Home tab: drawn when somebody opens it or acts on it, and published only when it says something else."""

import logging
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

from slack_bolt import Ack, BoltContext
from slack_sdk import WebClient

from handlers.desk import UseCases, is_ours
from handlers.envelopes import Body, part, word
from handlers.forms import readable, show_form
from handlers.slack_errors import name_of, translated
from handlers.views import desk, partner
from handlers.views import home as views
from handlers.views.problem import WHO_ARE_YOU, told
from motions.desk_surfaces import Look
from motions.errors import ConnectorError, Rejected
from motions.model import Person, Role
from motions.surfaces import ClickReply

logger = logging.getLogger(__name__)

Change = Callable[[Look, dict[str, Any]], Look]


def open_home(cases: UseCases, event: dict[str, Any], context: BoltContext, client: WebClient) -> None:
    """Publish the opener's own desk as they last looked at it, or what is shared with them; greet a newcomer."""
    if event.get("tab", "home") == "home":
        publish(cases, client, context["person"], word(event, "user"), part(event, "view"))
    elif is_ours(context["person"]):
        cases.greet(context["person"])


def turn(
    cases: UseCases,
    change: Change,
    ack: Ack,
    action: dict[str, Any],
    body: dict[str, Any],
    context: BoltContext,
    client: WebClient,
) -> None:
    """A filter, a list or a page was chosen: publish the desk as it is looked at now."""
    ack()
    shown = part(body, "view")
    with readable():
        look = change(views.seen(word(shown, "private_metadata")).look, action)
    publish(cases, client, context["person"], word(part(body, "user"), "id"), shown, look=look)


def open_item(
    cases: UseCases, ack: Ack, action: dict[str, Any], body: dict[str, Any], context: BoltContext, client: WebClient
) -> None:
    """One thing of the desk in full, or why it is not there any more."""
    item = cases.desk_item(word(action, "value"), context["person"])
    ack()
    show_form(client, body, item, partial(desk.item_modal, behind=word(part(body, "view"), "private_metadata")))


def open_batch(cases: UseCases, ack: Ack, body: dict[str, Any], context: BoltContext, client: WebClient) -> None:
    """Several proposals alike, each whole."""
    metadata = word(part(body, "view"), "private_metadata")
    batch = cases.desk_batch(context["person"], views.seen(metadata).look)
    ack()
    show_form(client, body, batch, partial(desk.batch_modal, behind=metadata))


def handle(
    cases: UseCases, ack: Ack, view: dict[str, Any], body: dict[str, Any], context: BoltContext, client: WebClient
) -> None:
    """Do what the form of one thing says."""
    with readable():
        about, what = desk.handed(view), desk.handling(view)
    reply = cases.desk_handle(about.ref, about.token, context["person"], what)
    _answer(cases, ack, reply, about.behind, body, context, client)


def approve_ticked(
    cases: UseCases, ack: Ack, view: dict[str, Any], body: dict[str, Any], context: BoltContext, client: WebClient
) -> None:
    """Approve what was ticked, each on its own."""
    with readable():
        about, tokens = desk.handed(view), desk.ticked(view)
    reply = cases.desk_approve(tokens, context["person"])
    _answer(cases, ack, reply, about.behind, body, context, client)


def show_pile(look: Look, action: dict[str, Any]) -> Look:
    """One list alone, or all of them."""
    return replace(look, pile=views.pile_named(word(action, "value")), page=0)


def show_page(look: Look, action: dict[str, Any]) -> Look:
    """Another page of the list."""
    return replace(look, page=max(int(word(action, "value")), 0))


def narrow(name: str, look: Look, action: dict[str, Any]) -> Look:
    """One filter set, or lifted."""
    return replace(look, page=0, **{name: views.picked(action)})  # type: ignore[arg-type] # the name of a filter


def clear(look: Look, _action: dict[str, Any]) -> Look:
    """All filters lifted."""
    return Look(pile=look.pile)


def publish(
    cases: UseCases,
    client: WebClient,
    person: Person,
    user_id: str,
    shown: Body,
    *,
    look: Look | None = None,
) -> None:
    """Show a person their Home tab; nothing is sent when Slack shows these very bytes already."""
    before = views.seen(word(shown, "private_metadata"))
    wanted = look or before.look
    view, drawn = _view(cases, person, wanted)
    if drawn and drawn == before.drawn:
        return
    try:
        if not _sent(client, user_id, view, word(shown, "hash")):
            # Somebody published in between: what was read here may be older than what is shown. Read and draw again.
            _sent(client, user_id, _view(cases, person, wanted)[0], "")
    except Rejected:
        if is_ours(person):
            raise
        logger.info("home.unpublished role=%s", person.role)  # Slack shows no Home to somebody we share no channel with


def _view(cases: UseCases, person: Person, look: Look) -> tuple[dict[str, object], str]:
    if is_ours(person):
        home = cases.home_for(person, look)
        return views.stamped(views.home(home), home.look)
    # Nothing made of tokens goes to others but the tokens: not even a fingerprint of what holds them.
    view = partner.home(cases.shared_with(person)) if person.role is Role.PARTNER else views.closed(WHO_ARE_YOU)
    return view, ""


def _sent(client: WebClient, user_id: str, view: dict[str, object], expected: str) -> bool:
    """Whether Slack took it; False when it shows another view by now than the expected one."""
    given = {"hash": expected} if expected else {}
    try:
        with translated("views.publish"):
            client.views_publish(user_id=user_id, view=view, **given)
    except Rejected as error:
        if name_of(error.__cause__) == "hash_conflict":
            return False
        raise
    return True


def _answer(
    cases: UseCases,
    ack: Ack,
    reply: ClickReply,
    metadata: str,
    body: dict[str, Any],
    context: BoltContext,
    client: WebClient,
) -> None:
    """Say what became of a form, and draw the desk behind it anew: what was done stays done if that fails."""
    ack(response_action="update", view=told("Your desk", reply.text))
    shown = {"private_metadata": metadata}
    try:
        publish(cases, client, context["person"], word(part(body, "user"), "id"), shown)
    except ConnectorError as error:
        logger.warning("home.unpublished reason=%s", name_of(error.__cause__) or type(error).__name__)
