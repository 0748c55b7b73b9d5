"""Somebody on the other side of an effect, who may do as asked, refuse, be away, or do it and say nothing."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from motions.effects import Effect, Recovery, Undo
from motions.errors import ConnectorError, OutcomeUnknown
from motions.model import EffectKey
from motions.performing import Plan, perform
from tests.fakes.world import World

KEY = EffectKey("m1:thing")


class ProcessDied(BaseException):
    """The process stops in the middle of a call; nobody catches this."""


@dataclass
class OtherSide:
    """What was done here, in order, and how the next calls go; without orders they go well."""

    done: list[Mapping[str, object]] = field(default_factory=list)
    looks: int = 0
    before: list[BaseException] = field(default_factory=list)  # the next sends do nothing and fail so
    after: list[BaseException] = field(default_factory=list)  # the next sends are done, and fail so
    looking: list[ConnectorError] = field(default_factory=list)  # the next look-ups fail so
    while_sending: list[Callable[[], object]] = field(default_factory=list)  # happens before the next sends arrive
    while_looking: list[Callable[[], object]] = field(default_factory=list)  # before the next look-ups are answered

    def send(self, payload: Mapping[str, object]) -> str:
        """Do it."""
        if self.while_sending:
            self.while_sending.pop()()
        if self.before:
            raise self.before.pop(0)
        self.done.append(payload)
        if self.after:
            raise self.after.pop(0)
        return f"id-{len(self.done)}"

    def find(self, payload: Mapping[str, object], since: datetime) -> str | None:
        """The first thing done with this payload."""
        self.looks += 1
        if self.looking:
            raise self.looking.pop(0)
        found = f"id-{self.done.index(payload) + 1}" if payload in self.done else None
        if self.while_looking:
            self.while_looking.pop()()
        return found


def lost() -> OutcomeUnknown:
    """No answer came."""
    return OutcomeUnknown("there", "did not answer")


def plan(recovery: Recovery = Recovery.LOOK_UP, undo: Undo = Undo.COMPENSABLE, **changes: Any) -> Plan:
    """One effect, always under the same key."""
    given: dict[str, Any] = {"payload": {"say": "hello"}, **changes}
    return Plan(
        key=KEY,
        subject="m1",
        kind="test.thing",
        destination="there",
        audience="internal",
        recovery=recovery,
        undo=undo,
        **given,
    )


def attempt(there: OtherSide, made: World, the_plan: Plan | None = None) -> str:
    """One try."""
    return perform(the_plan or plan(), made.ports, send=there.send, find=there.find, guard=lambda _uow: None)


def effect_of(made: World) -> Effect:
    """The ledger's row."""
    found: Effect | None = made.read(lambda uow: uow.effects.get(KEY))
    assert found is not None
    return found


def failure_of(work: Callable[[], object]) -> BaseException:
    """What a try ends with; AssertionError when it goes well."""
    try:
        work()
    except (ConnectorError, ProcessDied) as error:
        return error
    raise AssertionError("it went well")
