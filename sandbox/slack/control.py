"""The API behind the scenes: look at everything, order faults, act as anybody; the app itself never calls it."""

import asyncio
import hashlib
import json
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import TypeAlias

import httpx
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import BaseRoute, Route

from sandbox import cast
from sandbox.clock import WorldClock
from sandbox.slack import answers, crowd, payloads, posting, sharing
from sandbox.slack.conversations import Conversation, Message
from sandbox.slack.delivery import UnansweredError
from sandbox.slack.gestures import GESTURES
from sandbox.slack.http_delivery import HttpRefusedError, deliver
from sandbox.slack.interactions import Actor
from sandbox.slack.wire import Json, SlackError, base_of, read_json
from sandbox.slack.workspace import Workspace

_Handler: TypeAlias = Callable[[Request], Awaitable[Json]]
_NOT_FOUND = 404


class Control:
    """The endpoints below /_control."""

    def __init__(self, slack: Workspace) -> None:
        self._slack = slack

    def routes(self) -> list[BaseRoute]:
        """Everything tests, benches and the world ask for."""
        looks: dict[str, _Handler] = {
            "health": self.health,
            "messages": self.messages,
            "calls": self.calls,
            "events": self.events,
            "sessions": self.sessions,
            "views": self.views,
            "settings": self.settings,
            "seen/{user}": self.seen,
        }
        acts: dict[str, _Handler] = {
            "faults": self.order_fault,
            "redeliver": self.redeliver,
            "disconnect": self.disconnect,
            "reset": self.reset,
            "settings": self.change_settings,
            "channels": self.add_channel,
            "people": self.change_person,
            "act/{gesture}": self.act,
            "crowd": self.crowd,
            "envelopes": self.deliver,
            "hook": self.add_hook,
            "trigger": self.add_trigger,
        }
        return [
            *(Route(f"/_control/{path}", _endpoint(look)) for path, look in looks.items()),
            *(Route(f"/_control/{path}", _endpoint(act), methods=["POST"]) for path, act in acts.items()),
        ]

    async def health(self, _request: Request) -> Json:
        """Whether the emulator is up and the app is connected."""
        return {"ok": True, "connections": self._slack.links.count()}

    async def messages(self, request: Request) -> Json:
        """Every message with its metadata, ephemeral ones too; of one channel when asked."""
        wanted = request.query_params.get("channel")
        rooms = [c for c in self._slack.state.conversations.values() if wanted in (None, c.id)]
        found = [self._dumped(room, message) for room in rooms for message in _all_messages(room)]
        return {"messages": sorted(found, key=lambda message: str(message["ts"]))}

    async def calls(self, request: Request) -> Json:
        """Every Web API call, oldest first; of one method when asked."""
        wanted = request.query_params.get("method")
        return {"calls": [c for c in self._slack.calls if wanted in (None, c["method"])]}

    async def events(self, _request: Request) -> Json:
        """Every event and how its delivery went."""
        return {"events": [event.shown() for event in self._slack.delivery.events]}

    async def sessions(self, _request: Request) -> Json:
        """The agent sessions: status, title, prompts."""
        return {"sessions": list(self._slack.state.sessions.values())}

    async def views(self, _request: Request) -> Json:
        """Everybody's Home and modals."""
        state = self._slack.state
        return {
            "homes": {user: payloads.view_object(view) for user, view in state.homes.items()},
            "modals": {user: [payloads.view_object(v) for v in stack] for user, stack in state.modals.items()},
        }

    async def seen(self, request: Request) -> Json:
        """Everything a person was ever shown, and a hash of its content: the leak oracle."""
        items = self._slack.state.seen.get(request.path_params["user"], [])
        content = json.dumps([[i["kind"], i["channel"], i["content"]] for i in items], sort_keys=True)
        raw = content.encode()
        return {"items": items, "bytes": len(raw), "sha256": hashlib.sha256(raw).hexdigest()}

    async def settings(self, _request: Request) -> Json:
        """The app's configuration and the emulator's patience."""
        return self._slack.settings.shown() | {"paced": self._slack.pacer.enabled}

    async def change_settings(self, request: Request) -> Json:
        """Change the configuration; a new request URL must answer Slack's challenge."""
        wish = await read_json(request)
        if "paced" in wish:
            self._slack.pacer.anew(enabled=bool(wish.pop("paced")))
        if wish.get("request_url"):
            await _verify_url(wish)
        self._slack.settings.change(wish)
        return {"ok": True}

    async def order_fault(self, request: Request) -> Json:
        """Order a fault for coming calls; {"clear": true} takes all orders back."""
        wish = await read_json(request)
        if wish.pop("clear", False):
            self._slack.faults.standing.clear()
        if wish:
            self._slack.faults.order(wish)
        return {"ok": True}

    async def redeliver(self, request: Request) -> Json:
        """Deliver the last events again under their old ids."""
        wish = await read_json(request)
        return {"ok": True, "event_ids": self._slack.delivery.redeliver(int(wish.get("count", 1)))}

    async def disconnect(self, request: Request) -> Json:
        """Tell the app to reconnect, or break its connections with {"drop": true}."""
        wish = await read_json(request)
        if wish.get("drop"):
            return {"ok": True, "connections": self._slack.links.drop()}
        reason = str(wish.get("reason") or "refresh_requested")
        return {"ok": True, "connections": self._slack.links.disconnect(reason)}

    async def reset(self, _request: Request) -> Json:
        """Begin again with a fresh world."""
        self._slack.reset()
        return {"ok": True}

    async def add_channel(self, request: Request) -> Json:
        """Add or change a channel: {id, name, teams, members, private, archived, topic, invited, new_id}."""
        wish = await read_json(request)
        channel_id = str(wish.get("id") or self._slack.mint.id("C"))
        room = self._slack.state.conversation(channel_id)
        if room is None:
            name = str(wish.get("name") or channel_id.lower())
            teams = tuple(wish.get("teams") or [cast.MERIDIAN.id])
            room = Conversation(channel_id, name, teams, [], self._slack.mint.epoch())
            self._slack.state.conversations[room.id] = room
        for name in ("private", "archived", "topic"):
            setattr(room, name, wish.get(name, getattr(room, name)))
        sharing.change(self._slack, room, wish)
        for person in wish.get("members") or []:
            if person not in room.members:
                posting.join(self._slack, room, person)
        return {"ok": True, "id": room.id}

    async def change_person(self, request: Request) -> Json:
        """Make somebody a guest, of one channel or more, or one of ours again, or rename, move or deactivate them.

        {id, guest_of, name, email, tz, gone}; with `like`, somebody's id, a new colleague of theirs has joined.
        """
        wish = await read_json(request)
        person = self._slack.state.people[str(wish.get("like") or wish["id"])]
        changed = replace(
            person,
            id=str(wish.get("id", person.id)),
            name=str(wish.get("name", person.name)),
            email=str(wish.get("email", person.email)),
            tz=str(wish.get("tz", person.tz)),
            guest_of=int(wish.get("guest_of", person.guest_of)),
            is_gone=bool(wish.get("gone", person.is_gone)),
        )
        self._slack.state.people[changed.id] = changed
        return {"ok": True}

    async def act(self, request: Request) -> Json:
        """Do something as somebody, and tell what they then saw.

        `patience`: for how many seconds at most to wait for an answer that follows the acknowledgement.
        """
        body = await read_json(request)
        patience = float(body.pop("patience", 0))
        person = self._slack.state.people.get(str(body.pop("user", "")))
        gesture = GESTURES.get(request.path_params["gesture"])
        if person is None or gesture is None:
            raise SlackError("user_not_found" if person is None else "unknown_gesture")
        before = len(self._slack.state.seen.get(person.id, ()))
        told = answers.so_far(self._slack, person)
        try:
            outcome = await gesture(Actor(self._slack, person, base_of(request)), body)
        except SlackError as refusal:
            outcome = refusal.body()
        if outcome.get("ok"):
            await answers.wait(self._slack, person, told, patience)
        stack = self._slack.state.modals.get(person.id, [])
        return outcome | {
            "shown": self._slack.state.seen.get(person.id, [])[before:],
            "modals": [payloads.view_object(view) for view in stack],
        }

    async def crowd(self, request: Request) -> Json:
        """Have many people act, at a rate or all at once: {"gestures": [{gesture, user, ...}], "rate": 50}."""
        wish = await read_json(request)
        return await crowd.act(self._slack, base_of(request), wish["gestures"], wish.get("rate"))

    async def deliver(self, request: Request) -> Json:
        """Deliver any payload as it is, `times` at once: {"kind": "events_api", "payload": {...}, "times": 1}."""
        wish = await read_json(request)
        asked = (self._acknowledged(wish) for _ in range(int(wish.get("times", 1))))
        return {"ok": True, "acknowledged": await asyncio.gather(*asked)}

    async def add_hook(self, request: Request) -> Json:
        """A response_url for somebody somewhere, as a gesture of theirs would carry."""
        wish = await read_json(request)
        person = self._slack.state.people[str(wish["user"])]
        return {"ok": True, "url": self._slack.new_hook(person, str(wish["channel"]), base_of(request))}

    async def add_trigger(self, request: Request) -> Json:
        """A trigger_id for somebody, as a gesture of theirs would carry."""
        wish = await read_json(request)
        return {"ok": True, "trigger_id": self._slack.new_trigger(self._slack.state.people[str(wish["user"])])}

    async def _acknowledged(self, wish: Json) -> Json:
        try:
            return {"ok": True, "payload": await self._slack.delivery.ask(wish["kind"], wish["payload"])}
        except UnansweredError as silence:
            return {"ok": False, "error": silence.error}

    def _dumped(self, room: Conversation, message: Message) -> Json:
        author = self._slack.state.people[message.user]
        shown = payloads.message_object(message, author, room, with_metadata=True)
        return shown | {"channel": room.id, "ephemeral_to": message.viewer or None}


def _all_messages(room: Conversation) -> list[Message]:
    return [*room.messages.values(), *(m for mine in room.whispers.values() for m in mine)]


def _endpoint(handler: _Handler) -> Callable[[Request], Awaitable[JSONResponse]]:
    async def endpoint(request: Request) -> JSONResponse:
        try:
            return JSONResponse(await handler(request))
        except SlackError as refusal:
            return JSONResponse(refusal.body(), _NOT_FOUND)

    return endpoint


async def _verify_url(wish: Json) -> None:
    challenge = {
        "token": payloads.VERIFICATION_TOKEN,
        "challenge": "sandbox-challenge",
        "type": "url_verification",
    }
    try:
        answer = await deliver(
            {"type": "events_api", "payload": challenge},
            url=str(wish["request_url"]),
            secret=str(wish.get("signing_secret") or ""),
            patience=3.0,
            real_time=WorldClock(),
        )
    except (TimeoutError, HttpRefusedError, httpx.InvalidURL) as failed:
        raise SlackError("request_url_did_not_answer") from failed
    if challenge["challenge"] not in str(answer):
        raise SlackError("challenge_failed")
