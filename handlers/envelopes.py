"""Reading what Slack delivered: which envelope it is, who acted and for which company; decides nothing.

Nothing here trusts a payload's types: whatever stands where a name or a part belongs, reading it gives a value.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

from handlers.desk import Identity
from motions.records import Envelope

Body: TypeAlias = Mapping[str, Any]

# Of all subtypes only these are a person saying something new.
_SAID = {None, "file_share", "thread_broadcast"}
_SPOKEN = {"message", "app_mention"}
_LONGEST_KEY = 200  # an index entry holds 2,700 bytes at most on PostgreSQL
# A NUL as JSON writes it; the backslashes before it must not be an escaped one.
_NUL = re.compile(r"(?<!\\)((?:\\\\)*)\\u0000")


@dataclass(frozen=True)
class Actor:
    """Ids as the payload gives them; an empty team means the payload does not say."""

    team_id: str
    user_id: str


def is_noise(body: Body, us: Identity) -> bool:
    """True for what bots and apps say, ours and others', and for edits, deletions and other after-effects."""
    event = part(body, "event")
    if not event:
        return False
    if event.get("bot_id") or event.get("bot_profile") or event.get("app_id") == us.app_id:
        return True
    if event.get("user") == us.bot_user_id and event.get("type") != "member_joined_channel":
        return True
    subtype = event.get("subtype")
    is_new = subtype is None or (isinstance(subtype, str) and subtype in _SAID)
    return event.get("type") == "message" and (not is_new or bool(event.get("hidden")))


def envelope_of(body: Body, at: datetime, due_at: datetime) -> Envelope:
    """The delivery as it is stored: without its tokens, and in characters every database takes."""
    payload = _storable(_without_token(body))
    clean: Body = json.loads(payload)
    event = part(clean, "event")
    return Envelope(
        key=key_of(clean),
        kind=kind_of(clean),
        payload=payload,
        received_at=at,
        moment=_moment(event),
        message=_message(event),
        due_at=due_at,
    )


def kind_of(body: Body) -> str:
    """'event', 'command', or Slack's own name of the interaction."""
    if "event" in body:
        return "event"
    return "command" if "command" in body else word(body, "type")[:_LONGEST_KEY] or "unknown"


def key_of(body: Body) -> str:
    """What is the same when Slack delivers the same thing again, and different otherwise."""
    if word(body, "event_id"):
        return _bounded(f"event:{word(body, 'event_id')}")
    if word(body, "trigger_id"):
        return _bounded(f"trigger:{word(body, 'trigger_id')}")
    actions = body.get("actions")
    if isinstance(actions, list) and actions and isinstance(actions[0], dict):
        place = part(body, "container") or part(body, "message")
        clicker = word(part(body, "user"), "id")
        return _bounded(f"action:{word(actions[0], 'action_ts')}:{word(place, 'message_ts')}:{clicker}")
    if part(body, "view"):
        # A form sent again after inline errors keeps its id and hash: only what was typed tells the two apart.
        view = part(body, "view")
        return _bounded(f"view:{word(view, 'id')}:{word(view, 'hash')}:{_digest(view.get('state'))}")
    return f"body:{_digest(_without_token(body))}"


def actor_of(body: Body) -> Actor | None:
    """Who did it, by their own company's team id; never the installing side's in their stead."""
    event = part(body, "event")
    if event:
        return _actor_of_event(event)
    if "command" in body:
        return Actor(word(body, "team_id"), word(body, "user_id"))
    user = part(body, "user")
    return Actor(word(user, "team_id"), word(user, "id")) if word(user, "id") else None


def part(body: Body, name: str) -> Body:
    """A part of a payload, empty when something else stands there."""
    found = body.get(name)
    return found if isinstance(found, dict) else {}


def word(body: Body, name: str) -> str:
    """A name or id of a payload, empty when something else stands there."""
    found = body.get(name)
    return found if isinstance(found, str) else ""


def reference_of(body: Body) -> str:
    """What people are given to name a failure by, and the log finds it with."""
    return hashlib.sha256(key_of(body).encode("utf-8", "replace")).hexdigest()[:8]


def _actor_of_event(event: Body) -> Actor | None:
    user_id = word(event, "user") or word(part(event, "user"), "id")
    if not user_id:
        return None
    # user_team is the author's own (an enterprise id on Grid); team alone is the author's where only ours are.
    team_id = word(event, "user_team") or word(event, "team") or word(part(event, "user_profile"), "team")
    return Actor(team_id, user_id)


def _moment(event: Body) -> str | None:
    """What was said where and when: Slack may deliver it under a second event id."""
    kind, channel, ts = word(event, "type"), word(event, "channel"), word(event, "ts")
    return _bounded(f"{kind}:{channel}:{ts}") if kind in _SPOKEN and channel and ts else None


def _message(event: Body) -> str | None:
    """The client's own id of a message: one that was sent twice has two times of arrival."""
    kind, message = word(event, "type"), word(event, "client_msg_id")
    return _bounded(f"{kind}:{message}") if kind in _SPOKEN and message else None


def _without_token(body: Body) -> Body:
    """Without Slack's legacy token, and without one made for this step of a workflow: our own does as well."""
    clean = {name: value for name, value in body.items() if name != "token"}
    if "bot_access_token" in (event := part(body, "event")):
        clean["event"] = {name: value for name, value in event.items() if name != "bot_access_token"}
    return clean


def _storable(body: Body) -> str:
    """JSON without half characters, which UTF-8 cannot write, and without NULs, which PostgreSQL does not take."""
    text = json.dumps(body, ensure_ascii=False)
    if not text.isascii():
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return _NUL.sub(r"\1�", text) if "\\u0000" in text else text


def _bounded(key: str) -> str:
    return key if len(key) <= _LONGEST_KEY else f"{key[:40]}:{_digest(key)}"


def _digest(value: object) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:32]
