"""The ways the pretended model goes wrong: what each fault does to a reply, to its frames and to their pace.

Pure but for the generator it returns; the endpoint sends and waits. Knows nothing of scripts or schemas.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from sandbox.model.replies import cut, tool_reply
from sandbox.model.wire import ApiError, JsonObject, Reply, error_json

UNKNOWN_TOOL = "no_such_tool"


class Fault(StrEnum):
    """Every fault the control API can ask for."""

    TRUNCATE = "truncate"
    MID_STREAM_ERROR = "mid_stream_error"
    RATE_LIMITED = "429"
    OVERLOADED = "529"
    SLOW_DRIP = "slow_drip"
    REFUSAL = "refusal"
    MAX_TOKENS = "max_tokens"
    BAD_JSON = "bad_json"
    BAD_SURROGATE = "bad_surrogate"
    UNKNOWN_TOOL = "unknown_tool"
    DUPLICATE_TOOL_IDS = "duplicate_tool_ids"
    MANY_TOOL_CALLS = "many_tool_calls"
    HUGE_TEXT = "huge_text"
    NO_USAGE = "no_usage"
    TIMEOUT = "timeout"


@dataclass(frozen=True)
class Knobs:
    """How strong a fault is."""

    retry_after: float = 1  # seconds told to the client with 429
    delay_ms: int = 50  # between chunks of a slow drip
    seconds: float = 30  # the longest a time-out holds a connection
    calls: int = 5_000  # of many_tool_calls
    chars: int = 10_000_000  # of huge_text
    category: str = "general_harms"  # of a refusal


def refuse_outright(fault: Fault | None, knobs: Knobs) -> None:
    """Raise the error of a fault that answers before any model does."""
    if fault is Fault.RATE_LIMITED:
        told = {"retry-after": f"{knobs.retry_after:g}"}
        raise ApiError(429, "This request would exceed your rate limit.", headers=told)
    if fault is Fault.OVERLOADED:
        raise ApiError(529, "Overloaded")


def spoil_reply(reply: Reply, fault: Fault | None, *, body: JsonObject, knobs: Knobs) -> Reply:
    """The reply after a fault of content, or as it was."""
    spoil = _SPOILED.get(fault) if fault else None
    return spoil(reply, body, knobs) if spoil else reply


def spoil_message(message: JsonObject, fault: Fault | None) -> JsonObject:
    """The message without its usage when the fault is to forget it."""
    if fault is Fault.NO_USAGE:
        return {key: part for key, part in message.items() if key != "usage"}
    return message


def spoil_events(events: Iterable[JsonObject], fault: Fault | None, request_id: str) -> Iterator[JsonObject]:
    """The stream's events, ended half-way by a fault of the stream."""
    sent = list(events)
    if fault not in (Fault.TRUNCATE, Fault.MID_STREAM_ERROR):
        yield from sent
        return
    yield from sent[: _half_way(sent)]
    if fault is Fault.MID_STREAM_ERROR:
        yield error_json("overloaded_error", "Overloaded", request_id)


def _half_way(sent: list[JsonObject]) -> int:
    deltas = [index for index, event in enumerate(sent) if event["type"] == "content_block_delta"]
    return deltas[len(deltas) // 2] + 1 if deltas else 1


def _refused(_reply: Reply, _body: JsonObject, knobs: Knobs) -> Reply:
    why = {"type": "refusal", "category": knobs.category, "explanation": "The sandbox was told to refuse."}
    return Reply((), "refusal", why)


def _cut(reply: Reply, _body: JsonObject, _knobs: Knobs) -> Reply:
    return cut(reply, keep=sum(len(block.get("text", "")) for block in reply.content) // 2)


def _bad_json(_reply: Reply, _body: JsonObject, _knobs: Knobs) -> Reply:
    return _text_reply('{"title": "half of an answer", "items": [1, 2')


def _bad_surrogate(reply: Reply, _body: JsonObject, _knobs: Knobs) -> Reply:
    """Half of a surrogate pair inside the first string, where JSON still parses and UTF-8 cannot be written."""
    text = "".join(block.get("text", "") for block in reply.content) or "text"
    at = text.rfind('"') if text.startswith("{") and '"' in text else len(text)
    return _text_reply(text[:at] + "\ud83d" + text[at:])


def _unknown_tool(_reply: Reply, _body: JsonObject, _knobs: Knobs) -> Reply:
    return tool_reply([{"name": UNKNOWN_TOOL, "input": {"anything": "at all"}}])


def _duplicate_ids(_reply: Reply, body: JsonObject, _knobs: Knobs) -> Reply:
    return tool_reply({"id": "toolu_sandbox_twice", "name": _some_tool(body), "input": {}} for _ in range(2))


def _many_calls(_reply: Reply, body: JsonObject, knobs: Knobs) -> Reply:
    return tool_reply({"name": _some_tool(body), "input": {"number": n}} for n in range(knobs.calls))


def _huge(reply: Reply, _body: JsonObject, knobs: Knobs) -> Reply:
    sentence = "The scripted model does not stop. "
    text = (sentence * (knobs.chars // len(sentence) + 1))[: knobs.chars]
    return replace(reply, content=({"type": "text", "text": text},))


def _text_reply(text: str) -> Reply:
    return Reply(({"type": "text", "text": text},))


def _some_tool(body: JsonObject) -> Any:
    tools = body.get("tools") or [{"name": UNKNOWN_TOOL}]
    return tools[0]["name"]


_SPOILED: dict[Fault, Callable[[Reply, JsonObject, Knobs], Reply]] = {
    Fault.REFUSAL: _refused,
    Fault.MAX_TOKENS: _cut,
    Fault.BAD_JSON: _bad_json,
    Fault.BAD_SURROGATE: _bad_surrogate,
    Fault.UNKNOWN_TOOL: _unknown_tool,
    Fault.DUPLICATE_TOOL_IDS: _duplicate_ids,
    Fault.MANY_TOOL_CALLS: _many_calls,
    Fault.HUGE_TEXT: _huge,
}
