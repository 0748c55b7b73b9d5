"""The API of the browser page: one person's view of the workspace, and what they do in it; nothing they may not see."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.websockets import WebSocket

from sandbox import cast
from sandbox.slack import files, payloads, workflows
from sandbox.slack.conversations import Conversation, Message
from sandbox.slack.gestures import GESTURES
from sandbox.slack.interactions import Actor
from sandbox.slack.people import TEAMS, Person
from sandbox.slack.wire import Json, SlackError, base_of, read_json
from sandbox.slack.workspace import Workspace

_NOT_FOUND = 404
_OUTSIDERS = {member.id for member in cast.OUTSIDERS}
_MOST_MESSAGES = 500
_PICTURES = {"image/png", "image/jpeg", "image/gif"}  # what may be shown as it is: an SVG can run


class Viewer:
    """The endpoints below /_view."""

    def __init__(self, slack: Workspace) -> None:
        self._slack = slack

    def routes(self) -> list[BaseRoute]:
        """Everything the page asks for."""
        return [
            Route("/_view/people", self.people),
            Route("/_view/{user}/workspace", self.workspace),
            Route("/_view/{user}/channel/{channel}", self.channel),
            Route("/_view/{user}/picture/{file}", self.picture),
            Route("/_view/{user}/home", self.home),
            Route("/_view/{user}/modals", self.modals),
            Route("/_view/{user}/details", self.details),
            Route("/_view/{user}/{gesture}", self.gesture, methods=["POST"]),
            WebSocketRoute("/_view/{user}/live", self.live),
        ]

    async def people(self, _request: Request) -> JSONResponse:
        """Everybody one can be, named people first."""
        known = [p for p in self._slack.state.people.values() if not p.is_bot and self._is_about(p)]
        at_work = {person.team for person in known}
        teams = [{"id": team.id, "name": team.name} for team in TEAMS.values() if team.id in at_work]
        return JSONResponse({"teams": teams, "people": [describe(person) for person in known]})

    async def workspace(self, request: Request) -> JSONResponse:
        """The side bar of a person."""
        person = self._person(request)
        if person is None:
            return _missing("user_not_found")
        self._slack.state.dm(person)
        rooms = self._slack.state.of_member(person.id)
        team = {"id": person.team, "name": person.team_name}
        settings = self._slack.settings
        steps = [{"callback_id": name, **step} for name, step in workflows.STEPS.items()]
        of_app = {"commands": settings.commands, "shortcuts": settings.shortcuts, "workflows": steps}
        of_app["prompts"] = settings.prompts if settings.is_agent else ()
        usable = of_app if not person.is_external else dict.fromkeys(of_app, ())
        channels = [_side_bar(room, person) for room in rooms]
        return JSONResponse({"user": describe(person), "team": team, "channels": channels, **usable})

    async def channel(self, request: Request) -> JSONResponse:
        """A channel's messages as a person may see them, oldest first; looking marks them as read."""
        person = self._person(request)
        if person is None:
            return _missing("user_not_found")
        try:
            room = Actor(self._slack, person, base_of(request)).room(request.path_params["channel"])
        except SlackError as refusal:
            return _missing(refusal.error)
        if room.roots:
            room.last_read[person.id] = room.roots[-1]
        members = [self._slack.state.people[member] for member in room.members]
        shown = _side_bar(room, person) | {"members": [_member(each) for each in members]}
        limit = int(request.query_params.get("limit", _MOST_MESSAGES))
        messages = self._messages(room, person, limit)
        return JSONResponse({"channel": shown, "messages": messages, "has_more": len(room.roots) > limit})

    async def picture(self, request: Request) -> Response:
        """A picture somebody shared, for whoever reads where it was shared; other files are no part of the page."""
        person, file = self._person(request), self._slack.state.files.get(request.path_params["file"])
        if person is None or file is None:
            return _missing("file_not_found")
        try:
            Actor(self._slack, person, base_of(request)).room(file.channel)
        except SlackError as refusal:
            return _missing(refusal.error)
        kind = str(files.file_object(file)["mimetype"])
        return Response(file.data, media_type=kind) if kind in _PICTURES else _missing("no_picture")

    async def home(self, request: Request) -> JSONResponse:
        """A person's Home tab."""
        view = self._slack.state.homes.get(request.path_params["user"])
        return JSONResponse({"view": payloads.view_object(view) if view else None})

    async def modals(self, request: Request) -> JSONResponse:
        """A person's open modals, the top one last."""
        stack = self._slack.state.modals.get(request.path_params["user"], [])
        return JSONResponse({"stack": [payloads.view_object(view) for view in stack]})

    async def details(self, request: Request) -> JSONResponse:
        """What a person looks at beside the conversation, if anything."""
        details = self._slack.state.details.get(request.path_params["user"])
        return JSONResponse({"details": details.shown() if details else None})

    async def gesture(self, request: Request) -> JSONResponse:
        """Something a person does."""
        person = self._person(request)
        act = GESTURES.get(request.path_params["gesture"])
        if person is None or act is None:
            return _missing("user_not_found" if person is None else "unknown_gesture")
        try:
            actor = Actor(self._slack, person, base_of(request))
            return JSONResponse(await act(actor, await read_json(request)))
        except SlackError as refusal:
            return JSONResponse(refusal.body())

    async def live(self, websocket: WebSocket) -> None:
        """Push what changes for a person."""
        await self._slack.live.serve(websocket, websocket.path_params["user"])

    def _is_about(self, person: Person) -> bool:
        """Whether somebody belongs here; guests and strangers do once they are in a channel."""
        return person.id not in _OUTSIDERS or bool(self._slack.state.of_member(person.id))

    def _person(self, request: Request) -> Person | None:
        person = self._slack.state.people.get(request.path_params["user"])
        return None if person is None or person.is_bot else person

    def _messages(self, room: Conversation, person: Person, limit: int) -> list[Json]:
        whispers = room.whispers.get(person.id, [])
        roots = [room.messages[ts] for ts in room.roots[-limit:]]
        mine = [w for w in whispers if not w.thread_ts]
        return [
            self._shown(room, message) | {"replies": self._replies(room, message, whispers)}
            for message in sorted([*roots, *mine], key=lambda m: m.ts)
        ]

    def _replies(self, room: Conversation, root: Message, whispers: list[Message]) -> list[Json]:
        replies = [*room.replies(root.ts), *(w for w in whispers if w.thread_ts == root.ts)]
        return [self._shown(room, reply) | {"replies": []} for reply in sorted(replies, key=lambda m: m.ts)]

    def _shown(self, room: Conversation, message: Message) -> Json:
        author = self._slack.state.people[message.user]
        shown: Json = {
            "ts": message.ts,
            "channel": room.id,
            "user": message.user,
            "user_name": author.name,
            "is_bot": author.is_bot,
            "team_name": author.team_name,
            "text": message.text,
            "blocks": message.blocks,
            "reply_count": len(room.threads.get(message.ts, ())),
            "ephemeral": bool(message.viewer),
            "files": message.files,
            "previews": [each for each in message.attachments if each.get("is_app_unfurl")],
            "reactions": [{"name": n, "count": len(users)} for n, users in message.reactions.items()],
        }
        if message.thread_ts:
            shown["thread_ts"] = message.thread_ts
        if message.edited:
            shown["edited"] = message.edited
        session = self._slack.state.sessions.get(f"{room.id}:{message.ts}")
        if session:
            shown["session"] = session
        return shown


def describe(person: Person) -> Json:
    """A person as the page lists them."""
    return {
        "id": person.id,
        "team_id": person.team,
        "team_name": person.team_name,
        "name": person.name,
        "role": person.role,
        "title": person.title,
        "tz": person.tz,
        "is_external": person.is_external,
    }


def _member(person: Person) -> Json:
    return describe(person) | {"is_bot": person.is_bot}


def _side_bar(room: Conversation, person: Person) -> Json:
    unread = room.unread_since(room.last_read.get(person.id, "0"))
    kind = "dm" if room.is_dm else "shared" if room.is_shared else "channel"
    return {
        "id": room.id,
        "name": room.name,
        "kind": kind,
        "with": [TEAMS[team].name for team in room.teams if team != person.team],
        "topic": room.topic,
        "unread": sum(message.user != person.id for message in unread),
        "last_ts": room.roots[-1] if room.roots else None,
    }


def _missing(error: str) -> JSONResponse:
    return JSONResponse({"ok": False, "error": error}, _NOT_FOUND)
