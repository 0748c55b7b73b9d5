"""Everything one partner can see, byte by byte and in order; knows no bot and decides nothing.

What Slack shows its people, with metadata and every edit; what their clients answer them; what our requests to its
portal hold. Two things are renamed by the order in which they are first seen: ids that are random in production, and
the fractions of message timestamps, which the sandbox counts over the whole workspace. Whole seconds stay: what comes
later in one world than in the other is a difference.
"""

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from difflib import unified_diff
from hashlib import sha256

from bench.noninterference.outside import Json, Outside
from bench.noninterference.wire import Request

# Of a request to a portal: who asked when, signed; and what says nothing the body does not.
_NOT_SAID = {
    "authorization",
    "x-amz-date",
    "amz-sdk-invocation-id",
    "amz-sdk-request",
    "host",
    "user-agent",
    "content-length",
}
_RENAMED = re.compile(r"~[A-Za-z]+-\d{6}~|\b\d{10}\.\d{6}\b")


@dataclass
class Watch:
    """What reached one partner so far."""

    people: frozenset[str]  # Slack ids
    portal: str  # the first segment of its path
    items: list[str] = field(default_factory=list)
    surfaces: set[str] = field(default_factory=set)
    _names: dict[str, str] = field(default_factory=dict)

    def over(self, outside: Outside) -> None:
        """From now on see what this world shows."""
        slack = outside.slack
        shown = slack.show

        def show(person_id: str, kind: str, content: Json, *, channel: str = "", ts: str = "") -> None:
            shown(person_id, kind, content, channel=channel, ts=ts)
            if person_id in self.people:
                self.note(f"slack {kind}", {"to": person_id, "in": channel, "ts": ts, "content": content})

        slack.show = show  # type: ignore[method-assign]  # the one place every eye and client is told by
        outside.wire.looked_at_by = self.request

    def request(self, request: Request) -> None:
        """A request of ours, if it goes to this partner's portal."""
        if request.path.split("/", 2)[1] != self.portal:
            return
        headers = [(name, value) for name, value in request.headers if name.lower() not in _NOT_SAID]
        operation = next((value for name, value in headers if name.lower() == "x-amz-target"), "").rpartition(".")[2]
        self.note(f"portal {operation}", {"headers": headers, "body": request.body.decode()})

    def note(self, surface: str, seen: object) -> None:
        """Something they see."""
        self.surfaces.add(surface)
        line = json.dumps([surface, seen], ensure_ascii=False, sort_keys=True)
        self.items.append(_RENAMED.sub(self._rename, line))

    def places(self, outside: Outside) -> None:
        """The rooms they are in, by name and member, at the end."""
        for person in sorted(self.people):
            rooms = [[r.id, r.name, r.topic, sorted(r.members)] for r in outside.slack.state.of_member(person)]
            self.note("slack rooms", [person, rooms])

    @property
    def size(self) -> int:
        """How many bytes."""
        return sum(len(item.encode()) for item in self.items)

    @property
    def digest(self) -> str:
        """SHA-256 over all of it, in order."""
        return sha256("\n".join(self.items).encode()).hexdigest()

    def _rename(self, found: "re.Match[str]") -> str:
        said = found[0]
        if said not in self._names:
            kind = said[1:].partition("-")[0] if said.startswith("~") else said.partition(".")[0]
            self._names[said] = f"<{kind}#{len(self._names)}>"
        return self._names[said]


def difference(one: Sequence[str], other: Sequence[str], names: Iterable[str]) -> str:
    """What is seen in one world and not in the other, for people."""
    first, second = names
    lines = list(unified_diff(_readable(one), _readable(other), first, second, lineterm="", n=1))
    return "\n".join(_told(line, lines) for line in lines)


_LONGEST, _AROUND = 400, 150


def _told(line: str, lines: Sequence[str]) -> str:
    """A line, or of a long one where it leaves the one it is most like."""
    if len(line) < _LONGEST:
        return line
    at = max((_alike(line, other) for other in lines if other[:1] != line[:1]), default=0)
    return f"{line[0]}…{line[max(1, at - _AROUND) : at + _AROUND]}…"


def _alike(line: str, other: str) -> int:
    """How far two lines are the same, but for what stands before them."""
    pairs = enumerate(zip(line[1:], other[1:], strict=False))
    return next((at for at, (one, two) in pairs if one != two), min(len(line), len(other)))


def _readable(items: Sequence[str]) -> list[str]:
    return [line for item in items for line in json.dumps(json.loads(item), indent=1, ensure_ascii=False).splitlines()]
