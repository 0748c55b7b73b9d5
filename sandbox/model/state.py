"""What the emulator remembers between requests: mode, script, calls; knows no HTTP.

Only the event loop touches it, so it needs no lock.
"""

import json
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeVar

from sandbox.model.adversary import Hostility, Order, Trick
from sandbox.model.faults import Fault, Knobs
from sandbox.model.wire import JsonObject

_Kind = TypeVar("_Kind", bound=StrEnum)
_REMEMBERED_CALLS = 1_000
_SECRET_HEADERS = ("authorization", "x-api-key")
_MODE_FIELDS = {"mode", "fault", "over", "times", "match", "lenient_schemas", "seed", "trick", "orders"}


class Mode(StrEnum):
    """How the emulator makes its answers."""

    SCRIPTED = "scripted"
    SCHEMA = "schema"
    ECHO = "echo"
    ADVERSARY = "adversary"
    FAULTS = "faults"


class BadControl(ValueError):
    """A control request the emulator cannot follow."""


@dataclass
class Setting:
    """The mode chosen last: how answers are made, and which fault is laid over them for how many requests."""

    answers: Mode = Mode.SCHEMA
    fault: Fault | None = None
    knobs: Knobs = field(default_factory=Knobs)
    times: int | None = None  # None: until the mode changes
    match: str = ""
    lenient_schemas: bool = False
    hostility: Hostility = field(default_factory=Hostility)

    def take_fault(self, text: str) -> Fault | None:
        """The fault due for a request with this text; counts down."""
        if self.fault is None or self.match not in text or self.times == 0:
            return None
        if self.times is not None:
            self.times -= 1
        return self.fault


@dataclass
class Call:
    """One request as it arrived, without its key, and the status it got."""

    number: int
    at: datetime
    path: str
    headers: dict[str, str]
    body: JsonObject
    status: int = 200

    def as_json(self) -> JsonObject:
        """The call as the control API shows it."""
        return {**vars(self), "at": self.at.isoformat()}


class ModelState:
    """The emulator's whole memory."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Forget everything: schema mode, no script, no calls, numbers from one."""
        self.setting = Setting()
        self.script: list[JsonObject] = []
        self.calls: deque[Call] = deque(maxlen=_REMEMBERED_CALLS)
        self._requests = 0

    def next_number(self) -> int:
        """The number of the request that just arrived."""
        self._requests += 1
        return self._requests

    def remember(self, call: Call) -> None:
        """Keep a call for the control API."""
        self.calls.append(call)

    def add_turns(self, turns: Any) -> None:
        """Append turns to the script and answer from it; raises `BadControl`."""
        if not isinstance(turns, list) or not all(isinstance(turn, dict) for turn in turns):
            raise BadControl("turns: a list of objects")
        self.script.extend(turns)
        self.setting.answers = Mode.SCRIPTED

    def take_turn(self, text: str) -> JsonObject | None:
        """The first turn of the script that matches a request's text; used up unless it says `repeat`."""
        turn = next((turn for turn in self.script if turn.get("match", "") in text), None)
        if turn is not None and not turn.get("repeat"):
            self.script.remove(turn)
        return turn

    def choose(self, asked: Mapping[str, Any]) -> None:
        """Follow a request to change mode; raises `BadControl`."""
        knobs = {knob.name for knob in fields(Knobs)}
        if unknown := set(asked) - _MODE_FIELDS - knobs:
            raise BadControl(f"unknown fields: {', '.join(sorted(unknown))}")
        mode = _member(Mode, "mode", asked.get("mode"))
        self.setting = Setting(
            answers=_member(Mode, "over", asked.get("over", "schema")) if mode is Mode.FAULTS else mode,
            fault=_member(Fault, "fault", str(asked.get("fault"))) if mode is Mode.FAULTS else None,
            knobs=Knobs(**{name: asked[name] for name in knobs & set(asked)}),
            times=asked.get("times"),
            match=asked.get("match", ""),
            lenient_schemas=asked.get("lenient_schemas", False),
            hostility=_hostility(asked),
        )

    def as_json(self) -> JsonObject:
        """The mode and what is left of the script."""
        hostility = self.setting.hostility
        hostile = {"seed": hostility.seed, "trick": hostility.trick, "orders": len(hostility.orders)}
        shown = {**vars(self.setting), "knobs": vars(self.setting.knobs), "hostility": hostile}
        return {**shown, "turns_left": len(self.script)}


def without_secrets(headers: Mapping[str, str]) -> dict[str, str]:
    """Request headers that may be shown."""
    return {name: header for name, header in headers.items() if name.lower() not in _SECRET_HEADERS}


def text_of(body: JsonObject) -> str:
    """A request's system, messages and tools as one text, for matching substrings."""
    said = {key: body[key] for key in ("system", "messages", "tools") if key in body}
    return json.dumps(said, ensure_ascii=False)


def _hostility(asked: Mapping[str, Any]) -> Hostility:
    trick = _member(Trick, "trick", asked["trick"]) if asked.get("trick") else None
    try:
        orders = tuple(
            Order(str(order["heard"]), tuple(order.get("say", ())), tuple(order.get("call", ())))
            for order in asked.get("orders", ())
        )
        return Hostility(seed=int(asked.get("seed", 0)), trick=trick, orders=orders)
    except (KeyError, TypeError, ValueError) as wrong:
        raise BadControl("orders: a list of {heard, say, call}; seed: a number") from wrong


def _member(kinds: type[_Kind], name: str, asked: Any) -> _Kind:
    try:
        return kinds(asked)
    except ValueError as unknown:
        known = ", ".join(kind.value for kind in kinds)
        raise BadControl(f"{name}: one of {known}") from unknown
