"""views.*, agents.sessions.* and assistant.threads.*: what people see besides messages; knows no HTTP."""

from typing import Any

from sandbox.slack import modals, rooms
from sandbox.slack.limits import check_view
from sandbox.slack.state import View
from sandbox.slack.wire import Call, Json, SlackError
from sandbox.slack.workspace import Workspace

_SESSION_STATUSES = ("processing", "active", "suspended", "closed")
_TITLE = 200
_PROMPTS = 4


def open_view(slack: Workspace, call: Call) -> Json:
    """views.open."""
    view = check_view(_view(call), "modal")
    person = modals.exchange(slack, call.required("trigger_id"))
    return _answer(modals.open_modal(slack, person, view))


def push_view(slack: Workspace, call: Call) -> Json:
    """views.push."""
    view = check_view(_view(call), "modal")
    person = modals.exchange(slack, call.required("trigger_id"))
    return _answer(modals.push_modal(slack, person, view))


def update_view(slack: Workspace, call: Call) -> Json:
    """views.update."""
    view = modals.find(slack, call.text("view_id"), call.text("external_id"))
    return _answer(modals.replace(slack, view, _view(call), call.text("hash")))


def publish_view(slack: Workspace, call: Call) -> Json:
    """views.publish: one person's Home."""
    person = rooms.known_person(slack, call.required("user_id"))
    if person.is_bot or slack.state.is_stranger(person):
        raise SlackError("user_not_found")
    return _answer(modals.publish(slack, person, check_view(_view(call), "home"), call.text("hash")))


def set_session_status(slack: Workspace, call: Call) -> Json:
    """agents.sessions.setStatus."""
    if not slack.settings.is_agent:
        raise SlackError("no_permission")
    if call.text("status") not in _SESSION_STATUSES:
        raise SlackError("invalid_arguments", ["[ERROR] invalid status"])
    changes = {"status": call.text("status")}
    if call.text("title"):
        changes["title"] = _title(call)
    return _change_session(slack, call, changes)


def rename_session(slack: Workspace, call: Call) -> Json:
    """agents.sessions.rename."""
    if not slack.settings.is_agent:
        raise SlackError("no_permission")
    return _change_session(slack, call, {"title": _title(call)})


def set_thread_status(slack: Workspace, call: Call) -> Json:
    """assistant.threads.setStatus: the older spelling of the same slot."""
    return _change_session(slack, call, {"status": "processing" if call.text("status") else "active"})


def set_suggested_prompts(slack: Workspace, call: Call) -> Json:
    """assistant.threads.setSuggestedPrompts."""
    prompts = call.structure("prompts")
    if not isinstance(prompts, list) or not 1 <= len(prompts) <= _PROMPTS:
        raise SlackError("invalid_arguments", [f"[ERROR] between 1 and {_PROMPTS} prompts allowed"])
    return _change_session(slack, call, {"prompts": prompts})


def _view(call: Call) -> Any:
    view = call.structure("view")
    if view is None:
        raise SlackError("invalid_arguments", ["[ERROR] missing required field: view"])
    return view


def _answer(view: View) -> Json:
    return {"ok": True, "view": modals.shown(view)}


def _title(call: Call) -> str:
    title = call.required("title")
    if len(title) > _TITLE:
        raise SlackError("invalid_arguments", [f"[ERROR] must be less than {_TITLE + 1} characters: title"])
    return title


def _change_session(slack: Workspace, call: Call, changes: Json) -> Json:
    conversation = rooms.readable(slack, call.required("channel_id"))
    thread_ts = call.text("thread_ts")
    if thread_ts and thread_ts not in conversation.messages:
        raise SlackError("thread_not_found")
    key = f"{conversation.id}:{thread_ts}"
    session = slack.state.sessions.setdefault(key, {"channel": conversation.id, "thread_ts": thread_ts})
    session |= changes
    for member in conversation.members:
        slack.show(member, "session", changes, channel=conversation.id, ts=thread_ts)
        slack.live.tell(member, {"type": "channel", "channel": conversation.id})
    return {"ok": True}


METHODS = {
    "views.open": open_view,
    "views.push": push_view,
    "views.update": update_view,
    "views.publish": publish_view,
    "agents.sessions.setStatus": set_session_status,
    "agents.sessions.rename": rename_session,
    "assistant.threads.setStatus": set_thread_status,
    "assistant.threads.setTitle": rename_session,
    "assistant.threads.setSuggestedPrompts": set_suggested_prompts,
}
