"""Reading what Slack delivered: which envelope it is, who acted and for which company; decides nothing."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from handlers.desk import Identity

Body: TypeAlias = Mapping[str, Any]

# Of all subtypes only these are a person saying something new.
_SAID = {None, "file_share", "thread_broadcast"}


@dataclass(frozen=True)
class Actor:
    """Ids as the payload gives them; an empty team means the payload does not say."""

    team_id: str
    user_id: str


def is_noise(body: Body, us: Identity) -> bool:
    """True for what bots and apps say, ours and others', and for edits, deletions and other after-effects."""
    event = body.get("event")
    if not isinstance(event, dict):
        return False
    if event.get("bot_id") or event.get("bot_profile") or event.get("app_id") == us.app_id:
        return True
    if event.get("user") == us.bot_user_id and event.get("type") != "member_joined_channel":
        return True
    return event.get("type") == "message" and (event.get("subtype") not in _SAID or bool(event.get("hidden")))


def kind_of(body: Body) -> str:
    """'event', 'command', or Slack's own name of the interaction."""
    if "event" in body:
        return "event"
    return "command" if "command" in body else str(body.get("type") or "unknown")


def key_of(body: Body) -> str:
    """What is the same when Slack delivers the same thing again, and different otherwise."""
    if body.get("event_id"):
        return f"event:{body['event_id']}"
    if body.get("trigger_id"):
        return f"trigger:{body['trigger_id']}"
    actions = body.get("actions")
    if isinstance(actions, list) and actions:
        message_ts = (body.get("container") or body.get("message") or {}).get("message_ts", "")
        return f"action:{actions[0].get('action_ts')}:{message_ts}:{(body.get('user') or {}).get('id')}"
    if isinstance(body.get("view"), dict):
        # A form sent again after inline errors keeps its id and hash: only what was typed tells the two apart.
        view = body["view"]
        return f"view:{view.get('id')}:{view.get('hash')}:{_digest(view.get('state'))}"
    return f"body:{_digest(body)}"


def actor_of(body: Body) -> Actor | None:
    """Who did it, by their own company's team id; never the installing side's in their stead."""
    event = body.get("event")
    if isinstance(event, dict):
        return _actor_of_event(event)
    if "command" in body:
        return Actor(str(body.get("team_id") or ""), str(body.get("user_id") or ""))
    user = body.get("user")
    if isinstance(user, dict) and user.get("id"):
        return Actor(str(user.get("team_id") or ""), str(user["id"]))
    return None


def _actor_of_event(event: Mapping[str, Any]) -> Actor | None:
    user = event.get("user")
    user_id = user.get("id") if isinstance(user, dict) else user
    if not user_id:
        return None
    profile = event.get("user_profile") or {}
    # user_team is the author's own (an enterprise id on Grid); team alone is the author's where only ours are.
    return Actor(str(event.get("user_team") or event.get("team") or profile.get("team") or ""), str(user_id))


def _digest(value: object) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:32]
