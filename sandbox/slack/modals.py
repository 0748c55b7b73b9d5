"""The views people have open: modal stacks and Home tabs, with hashes and triggers; sends nothing to the app."""

from datetime import timedelta

from sandbox.slack import payloads
from sandbox.slack.limits import check_view
from sandbox.slack.people import Person
from sandbox.slack.posting import with_ids
from sandbox.slack.state import Trigger, View
from sandbox.slack.wire import Json, SlackError
from sandbox.slack.workspace import Workspace

_DEEPEST = 3  # a root and two pushed on it


def exchange(slack: Workspace, trigger_id: str) -> Person:
    """Who made the gesture; each trigger works once and for a few seconds."""
    trigger = usable(slack, trigger_id)
    trigger.exchanged = True
    return slack.state.people[trigger.user]


def usable(slack: Workspace, trigger_id: str) -> Trigger:
    """A trigger that may still be exchanged."""
    trigger = slack.state.triggers.get(trigger_id)
    if trigger is None:
        raise SlackError("invalid_trigger_id")
    if slack.clock.now() - trigger.issued_at > timedelta(seconds=slack.settings.trigger_seconds):
        raise SlackError("expired_trigger_id")
    if trigger.exchanged:
        raise SlackError("exchanged_trigger_id")
    return trigger


def open_modal(slack: Workspace, person: Person, content: Json) -> View:
    """Show a modal as the only one."""
    _close_all(slack, person.id)
    return _stack_up(slack, person, content)


def push_modal(slack: Workspace, person: Person, content: Json) -> View:
    """Show a modal on top of the open one."""
    stack = slack.state.modals.get(person.id, [])
    if not stack:
        raise SlackError("not_found")
    if len(stack) >= _DEEPEST:
        raise SlackError("push_limit_reached")
    return _stack_up(slack, person, content)


def replace(slack: Workspace, view: View, content: Json, expected_hash: str = "") -> View:
    """Change a view in place."""
    _expect(view, expected_hash)
    check_view(content, "home" if view.is_home else "modal")
    _refuse_taken_external_id(slack, content, own=view)
    view.content = _stored(slack, content)
    view.hash = slack.mint.hash()
    _show(slack, view)
    return view


def publish(slack: Workspace, person: Person, content: Json, expected_hash: str = "") -> View:
    """Set a person's Home tab."""
    home = slack.state.homes.get(person.id)
    if home is not None:
        return replace(slack, home, content, expected_hash)
    if expected_hash:
        raise SlackError("hash_conflict")
    check_view(content, "home")
    home = _new_view(slack, person, content)
    slack.state.homes[person.id] = home
    _show(slack, home)
    return home


def find(slack: Workspace, view_id: str, external_id: str = "") -> View:
    """An open view by either id."""
    if view_id in slack.state.views:
        return slack.state.views[view_id]
    for view in slack.state.views.values():
        if external_id and view.content.get("external_id") == external_id:
            return view
    raise SlackError("not_found")


def pop(slack: Workspace, view: View) -> None:
    """Close the top modal, uncovering the one below."""
    stack = slack.state.modals.get(view.user, [])
    if view in stack:
        stack.remove(view)
        slack.state.views.pop(view.id, None)
    slack.live.tell(view.user, {"type": "modals"})


def clear(slack: Workspace, person_id: str) -> None:
    """Close every modal of a person."""
    _close_all(slack, person_id)
    slack.live.tell(person_id, {"type": "modals"})


def _stack_up(slack: Workspace, person: Person, content: Json) -> View:
    check_view(content, "modal")
    _refuse_taken_external_id(slack, content)
    stack = slack.state.modals.setdefault(person.id, [])
    view = _new_view(slack, person, content)
    if stack:
        view.root_id, view.previous_id = stack[0].id, stack[-1].id
    stack.append(view)
    _show(slack, view)
    return view


def _new_view(slack: Workspace, person: Person, content: Json) -> View:
    view_id = slack.mint.id("V")
    view = View(view_id, person.id, person.team, _stored(slack, content), slack.mint.hash(), view_id)
    slack.state.views[view_id] = view
    return view


def _stored(slack: Workspace, content: Json) -> Json:
    return content | {"blocks": with_ids(content["blocks"], slack.mint)}


def _expect(view: View, expected_hash: str) -> None:
    if expected_hash and expected_hash != view.hash:
        raise SlackError("hash_conflict")


def _refuse_taken_external_id(slack: Workspace, content: Json, own: View | None = None) -> None:
    wanted = content.get("external_id")
    for view in slack.state.views.values():
        if wanted and view is not own and view.content.get("external_id") == wanted:
            raise SlackError("duplicate_external_id")


def _close_all(slack: Workspace, person_id: str) -> None:
    for view in slack.state.modals.pop(person_id, []):
        slack.state.views.pop(view.id, None)


def _show(slack: Workspace, view: View) -> None:
    slack.show(view.user, view.content["type"], view.content, ts=view.id)
    slack.live.tell(view.user, {"type": "home" if view.is_home else "modals"})


def shown(view: View, values: Json | None = None) -> Json:
    """The view as the Web API answers it."""
    return payloads.view_object(view, values)
