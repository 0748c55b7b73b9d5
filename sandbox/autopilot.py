"""The partner's people on their own: somebody of theirs agrees to whatever the app asks to share; presses nothing else.

Without it no motion of the sandbox world would go on before a person presses that button. Turned off over
`/world/_control/autopilot`, it leaves the button to whoever turned it off.
"""

import asyncio
from collections.abc import Iterator
from itertools import takewhile

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import BaseRoute, Route

from sandbox import cast
from sandbox.slack import gestures
from sandbox.slack.conversations import Conversation, Message
from sandbox.slack.interactions import Actor
from sandbox.slack.people import Person
from sandbox.slack.wire import Json, SlackError
from sandbox.slack.workspace import Workspace

AGREE = "grant.agree"
LOOKS_EVERY = 0.25


class Autopilot:
    """Looks at what is new in every shared channel; `base` is where the emulated Slack is reached."""

    def __init__(self, slack: Workspace, base: str) -> None:
        self.is_on = True
        self._slack = slack
        self._base = base
        self._seen: dict[str, str] = {}  # the newest message looked at, by channel
        self._asked: list[tuple[str, str]] = []  # where the button still waits

    def routes(self) -> list[BaseRoute]:
        """The switch."""
        return [Route("/world/_control/autopilot", self._switch, methods=["GET", "POST"])]

    async def fly(self) -> None:
        """Look and press, for ever."""
        while True:
            await asyncio.sleep(LOOKS_EVERY)
            if self.is_on:
                await self.look()

    async def look(self) -> None:
        """Press what waits; what the app did not acknowledge is pressed again at the next look."""
        for room in list(self._slack.state.conversations.values()):
            if len(room.teams) > 1:
                self._asked += [(room.id, message.ts) for message in self._fresh(room)]
        self._asked = [place for place in self._asked if not await self._press(*place)]

    def _fresh(self, room: Conversation) -> Iterator[Message]:
        before = self._seen.get(room.id, "")
        self._seen[room.id] = max(before, next(reversed(room.messages), ""))
        newest_first = (message for _, message in reversed(room.messages.items()))
        fresh = takewhile(lambda message: message.ts > before, newest_first)
        return (message for message in fresh if _asks(message))

    async def _press(self, channel: str, ts: str) -> bool:
        """Whether nothing is left to press there."""
        room = self._slack.state.conversations.get(channel)
        message = room.messages.get(ts) if room is not None else None
        rep = self._rep_of(room) if room is not None else None
        if message is None or rep is None or not _asks(message):
            return True
        body: Json = {"channel": channel, "message_ts": ts, "action_id": AGREE}
        try:
            outcome = await gestures.press(Actor(self._slack, rep, self._base), body)
        except SlackError:
            return False
        return bool(outcome.get("ok"))

    def _rep_of(self, room: Conversation) -> Person | None:
        """The first of the partner's sellers in a channel."""
        reps = (member.id for member in cast.NAMED if member.role is cast.Role.PARTNER_REP)
        return next((self._slack.state.people[rep] for rep in reps if rep in room.members), None)

    async def _switch(self, request: Request) -> JSONResponse:
        if request.method == "POST":
            self.is_on = bool((await request.json())["on"])
        return JSONResponse({"on": self.is_on})


def _asks(message: Message) -> bool:
    blocks = message.blocks or []
    elements = (each for block in blocks for each in block.get("elements") or [] if isinstance(each, dict))
    return any(each.get("action_id") == AGREE for each in elements)
