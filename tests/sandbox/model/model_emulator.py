"""The running emulator as tests hold it, and the requests they send it."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import httpx
from anthropic import Anthropic
from anthropic.types import TextBlock

from sandbox.clock import WorldClock

HELLO: Any = {
    "model": "claude-haiku-5-5",
    "max_tokens": 1024,
    "messages": [{"role": "user", "content": "Hello"}],
}
BRIEF_SCHEMA: dict[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["title", "band", "claims"],
    "properties": {
        "title": {"type": "string"},
        "band": {"enum": ["high", "low"]},
        "claims": {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/claim"}},
        "note": {"anyOf": [{"type": "string"}, {"type": "null"}]},
    },
    "$defs": {
        "claim": {
            "type": "object",
            "additionalProperties": False,
            "required": ["fact_id", "text"],
            "properties": {"fact_id": {"type": "integer"}, "text": {"type": "string"}},
        }
    },
}
BRIEF: Any = {"output_config": {"format": {"type": "json_schema", "schema": BRIEF_SCHEMA}}}


class StillClock(WorldClock):
    """A clock that stands where a test puts it."""

    moment = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)

    def now(self) -> datetime:
        return self.moment


@dataclass(frozen=True)
class Emulator:
    """The running emulator: its clock, its address, its control API and clients for it."""

    url: str
    clock: StillClock
    sdk: Anthropic
    http: httpx.Client

    def control(self, path: str, **asked: Any) -> dict[str, Any]:
        """Post to the control API and return what it says."""
        answer = self.http.post(f"{self.url}/_control/{path}", json=asked)
        answer.raise_for_status()
        told: dict[str, Any] = answer.json()
        return told

    def mode(self, mode: str, **asked: Any) -> dict[str, Any]:
        """Choose a mode."""
        return self.control("mode", mode=mode, **asked)

    def calls(self) -> list[dict[str, Any]]:
        """The calls the emulator remembers."""
        told: list[dict[str, Any]] = self.http.get(f"{self.url}/_control/calls").json()["calls"]
        return told


def text_of(content: list[Any]) -> str:
    """The text of a message's text blocks."""
    return "".join(block.text for block in content if isinstance(block, TextBlock))
