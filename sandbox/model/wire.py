"""The bytes of the Messages API: messages, server-sent events, errors, token counts; knows no mode and no state."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

JsonObject = dict[str, Any]

_DELTA_CHARS = 40
_MOST_DELTAS = 200  # ten megabytes in forty-character events would only measure the client's patience
_CHARS_PER_TOKEN = 4
_ERROR_TYPES = {
    HTTPStatus.BAD_REQUEST: "invalid_request_error",
    HTTPStatus.UNAUTHORIZED: "authentication_error",
    HTTPStatus.FORBIDDEN: "permission_error",
    HTTPStatus.NOT_FOUND: "not_found_error",
    HTTPStatus.METHOD_NOT_ALLOWED: "not_found_error",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "request_too_large",
    HTTPStatus.TOO_MANY_REQUESTS: "rate_limit_error",
    HTTPStatus.GATEWAY_TIMEOUT: "timeout_error",
    529: "overloaded_error",
}


@dataclass(frozen=True)
class Reply:
    """What the model says: content blocks and why it stopped."""

    content: tuple[JsonObject, ...]
    stop_reason: str = "end_turn"
    stop_details: JsonObject | None = None


class ApiError(Exception):
    """A refusal with the status, type and headers the real API would give it."""

    def __init__(self, status: int, message: str, *, headers: dict[str, str] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.headers = headers or {}


def message_json(reply: Reply, *, body: JsonObject, model: str, number: int) -> JsonObject:
    """The message object that answers the request with this number."""
    return {
        "id": f"msg_sandbox{number:06d}",
        "type": "message",
        "role": "assistant",
        "model": model,
        "content": [_with_id(block, number, index) for index, block in enumerate(reply.content)],
        "stop_reason": reply.stop_reason,
        "stop_sequence": None,
        "stop_details": reply.stop_details,
        "usage": {
            "input_tokens": input_tokens(body),
            "cache_creation_input_tokens": 0,
            "cache_read_input_tokens": 0,
            "output_tokens": max(1, tokens_in(reply.content)) if reply.content else 1,
            "service_tier": "standard",
        },
    }


def events(message: JsonObject) -> Iterator[JsonObject]:
    """The stream's events for a finished message, in the order the API sends them."""
    yield {"type": "message_start", "message": _unspoken(message)}
    for index, block in enumerate(message["content"]):
        yield {"type": "content_block_start", "index": index, "content_block": _opened(block)}
        if index == 0:
            yield {"type": "ping"}
        for delta in _deltas(block):
            yield {"type": "content_block_delta", "index": index, "delta": delta}
        yield {"type": "content_block_stop", "index": index}
    ending = {key: message[key] for key in ("stop_reason", "stop_sequence", "stop_details")}
    last: JsonObject = {"type": "message_delta", "delta": ending}
    if "usage" in message:
        last["usage"] = {key: n for key, n in message["usage"].items() if key.endswith("tokens")}
    yield last
    yield {"type": "message_stop"}


def frame(event: JsonObject) -> str:
    """One server-sent event; named, because clients drop frames without a name."""
    return f"event: {event['type']}\ndata: {json.dumps(event)}\n\n"


def error_json(error_type: str, message: str, request_id: str) -> JsonObject:
    """The envelope of every error."""
    return {"type": "error", "error": {"type": error_type, "message": message}, "request_id": request_id}


def error_type_of(status: int) -> str:
    """The error type that goes with an HTTP status."""
    return _ERROR_TYPES.get(status, "api_error")


def tokens_in(part: object) -> int:
    """An estimate that depends on the text alone: four characters a token."""
    return -(-len(json.dumps(part)) // _CHARS_PER_TOKEN)


def input_tokens(body: JsonObject) -> int:
    """The estimate for everything a model would read of a request."""
    return sum(tokens_in(body[key]) for key in ("system", "messages", "tools") if body.get(key))


def _with_id(block: JsonObject, number: int, index: int) -> JsonObject:
    if block["type"] != "tool_use":
        return block
    return {"id": f"toolu_sandbox{number:06d}x{index}", **block}


def _unspoken(message: JsonObject) -> JsonObject:
    opening = {**message, "content": [], "stop_reason": None, "stop_details": None}
    if "usage" in message:
        opening["usage"] = {**message["usage"], "output_tokens": 1}
    return opening


def _opened(block: JsonObject) -> JsonObject:
    match block["type"]:
        case "text":
            return {**block, "text": ""}
        case "tool_use":
            return {**block, "input": {}}
        case "thinking":
            return {**block, "thinking": "", "signature": ""}
        case _:
            return block


def _deltas(block: JsonObject) -> Iterator[JsonObject]:
    match block["type"]:
        case "text":
            yield from ({"type": "text_delta", "text": piece} for piece in _pieces(block["text"]))
        case "tool_use":
            pieces = _pieces(json.dumps(block["input"]))
            yield from ({"type": "input_json_delta", "partial_json": piece} for piece in ("", *pieces))
        case "thinking":
            yield from ({"type": "thinking_delta", "thinking": piece} for piece in _pieces(block["thinking"]))
            yield {"type": "signature_delta", "signature": block.get("signature", "")}


def _pieces(text: str) -> Iterator[str]:
    size = max(_DELTA_CHARS, len(text) // _MOST_DELTAS)
    return (text[start : start + size] for start in range(0, len(text), size))
