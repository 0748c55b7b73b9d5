"""A stand-in for the Slack emulator's viewer API: canned people, channels and views, on a real socket."""

import asyncio
import copy
import threading
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from sandbox import cast
from sandbox.page import build_app

Json = dict[str, Any]
CLOCK = "2026-11-20T15:30:00+00:00"
_TEAMS = {team.id: team.name for team in cast.TEAMS}
_SELLERS = ("Darcel Schlecht", "Anna Snelling", "Violet Mclelland", "Mei-Mei Johns")


@dataclass(frozen=True)
class Posted:
    """One gesture the page sent."""

    user: str
    verb: str
    body: Json


@dataclass
class FakeViewer:
    """The canned world; tests change its fields, then `push` the event that says so."""

    messages: dict[str, list[Json]] = field(default_factory=lambda: defaultdict(list))
    homes: dict[str, Json] = field(default_factory=dict)
    stacks: dict[str, list[Json]] = field(default_factory=lambda: defaultdict(list))
    answers: dict[str, Json] = field(default_factory=dict)  # by verb; {"ok": true} otherwise
    unread: dict[str, int] = field(default_factory=dict)  # by channel
    extra_people: list[Json] = field(default_factory=list)
    summary: Json | None = field(default_factory=lambda: {"clock": CLOCK})
    posted: list[Posted] = field(default_factory=list)
    sockets: dict[str, set[WebSocket]] = field(default_factory=lambda: defaultdict(set))
    loop: asyncio.AbstractEventLoop | None = None
    _news: threading.Condition = field(default_factory=threading.Condition)

    def app(self) -> Starlette:
        """The page with this world behind it."""
        return Starlette(
            routes=[
                Mount(
                    "/slack/_view",
                    routes=[
                        Route("/people", self._people),
                        Route("/{user}/workspace", self._workspace),
                        Route("/{user}/channel/{channel}", self._channel),
                        Route("/{user}/home", self._home),
                        Route("/{user}/modals", self._modals),
                        Route("/{user}/{verb}", self._gesture, methods=["POST"]),
                        WebSocketRoute("/{user}/live", self._live),
                    ],
                ),
                Route("/world/summary", self._summary),
                Mount("/", build_app()),
            ]
        )

    def push(self, user: str, event: Json) -> None:
        """Send an event to every open page of a person."""
        self._on_loop(lambda socket: socket.send_json(event), user)

    def hang_up(self, user: str) -> None:
        """Break a person's live connections."""
        self._on_loop(lambda socket: socket.close(), user)

    def said(self, channel: str, **message: Any) -> Json:
        """Put a message into a channel, with sensible defaults, and return it."""
        said = message_of(channel, **message)
        self.messages[channel].append(said)
        return said

    def bodies(self, verb: str) -> list[Json]:
        """What was posted with this verb."""
        return [posted.body for posted in self.posted if posted.verb == verb]

    def told(self, verb: str, count: int = 1) -> list[Json]:
        """What was posted with this verb, once there are that many."""
        with self._news:
            assert self._news.wait_for(lambda: len(self.bodies(verb)) >= count, timeout=10), self.posted
        return self.bodies(verb)

    def _on_loop(self, act: Any, user: str) -> None:
        async def to_all() -> None:
            for socket in list(self.sockets[user]):
                await act(socket)

        assert self.loop is not None, "no page is open"
        asyncio.run_coroutine_threadsafe(to_all(), self.loop).result(timeout=10)

    async def _people(self, request: Request) -> Response:
        teams = [{"id": team.id, "name": team.name} for team in cast.TEAMS]
        return JSONResponse({"teams": teams, "people": self._everybody()})

    async def _workspace(self, request: Request) -> Response:
        user = self._person(request)
        channels = [self._described(channel, user) for channel in cast.CHANNELS if user["id"] in channel.members]
        return JSONResponse(
            {
                "user": user,
                "team": {"id": user["team_id"], "name": user["team_name"]},
                "channels": channels,
                "commands": [] if user["is_external"] else ["/cosell"],
            }
        )

    async def _channel(self, request: Request) -> Response:
        user = self._person(request)
        channel = next(one for one in cast.CHANNELS if one.id == request.path_params["channel"])
        self.unread.pop(channel.id, None)
        described = {**self._described(channel, user), "members": list(channel.members)}
        return JSONResponse({"channel": described, "messages": self.messages[channel.id]})

    async def _home(self, request: Request) -> Response:
        return JSONResponse({"view": self.homes.get(request.path_params["user"])})

    async def _modals(self, request: Request) -> Response:
        return JSONResponse({"stack": self.stacks[request.path_params["user"]]})

    async def _gesture(self, request: Request) -> Response:
        user, verb = request.path_params["user"], request.path_params["verb"]
        body = await request.json()
        with self._news:
            self.posted.append(Posted(user, verb, body))
            self._news.notify_all()
        answer = self.answers.get(verb, {"ok": True})
        if answer["ok"] and verb in {"close", "submit"}:
            self.stacks[user].pop()
        return JSONResponse(answer)

    async def _live(self, socket: WebSocket) -> None:
        user = socket.path_params["user"]
        await socket.accept()
        self.loop = asyncio.get_running_loop()
        self.sockets[user].add(socket)
        try:
            while True:
                await socket.receive_text()
        except (WebSocketDisconnect, RuntimeError):
            self.sockets[user].discard(socket)

    async def _summary(self, request: Request) -> Response:
        return JSONResponse(self.summary) if self.summary else Response(status_code=404)

    def _everybody(self) -> list[Json]:
        named = [_person(m.id, m.team, m.name, m.role.value, m.title, m.tz) for m in cast.NAMED]
        sellers = [
            _person(
                cast.seller_slack_id(name), cast.MERIDIAN.id, name, "seller", "Account executive", "America/Chicago"
            )
            for name in _SELLERS
        ]
        return copy.deepcopy([*named, *sellers, *self.extra_people])

    def _person(self, request: Request) -> Json:
        return next(person for person in self._everybody() if person["id"] == request.path_params["user"])

    def _described(self, channel: cast.Channel, user: Json) -> Json:
        others = [_TEAMS[team] for team in channel.teams if team != user["team_id"]]
        return {
            "id": channel.id,
            "name": channel.name,
            "kind": "shared" if len(channel.teams) > 1 else "channel",
            "with": others,
            "topic": "Co-sell, deal by deal" if channel.id == "C0AWSEAST" else "",
            "unread": self.unread.get(channel.id, 0),
            "last_ts": "",
        }


def message_of(channel: str, *, ts: str = "1795186800.000100", text: str = "", **rest: Any) -> Json:
    """A message from the app unless `rest` says otherwise; 1795186800 is 20 November 2026, 15:00 UTC."""
    app = {"user": cast.BOT_USER_ID, "user_name": "cosell", "is_bot": True, "team_name": cast.MERIDIAN.name}
    more: Json = {"blocks": None, "reply_count": 0, "ephemeral": False, "replies": []}
    return {"ts": ts, "channel": channel, "text": text, **app, **more, **rest}


def person_said(member: cast.Member) -> Json:
    """The author's part of a message of this person, for `said(**person_said(...))`."""
    return {"user": member.id, "user_name": member.name, "is_bot": False, "team_name": _TEAMS[member.team]}


def _person(id_: str, team: str, name: str, role: str, title: str, tz: str) -> Json:
    external = team != cast.MERIDIAN.id
    return {
        "id": id_, "team_id": team, "team_name": _TEAMS[team], "name": name, "role": role, "title": title, "tz": tz,
        "is_external": external,
    }  # fmt: skip
