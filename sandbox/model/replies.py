"""What the pretended model says: schema instances, echoes and scripted turns; pure, knows no HTTP and no faults."""

import json
from collections.abc import Iterable
from typing import Any

from sandbox.model.instances import PHRASE, instance_of
from sandbox.model.wire import JsonObject, Reply, tokens_in

PLAIN_TEXT = f"{PHRASE}: no language model is connected; the sandbox wrote this text."


def schema_reply(body: JsonObject) -> Reply:
    """A valid instance of what the request asks for, or one plain sentence; raises `Unsatisfiable`."""
    forced = _forced_tool(body)
    if forced is not None:
        return tool_reply([{"name": forced["name"], "input": instance_of(forced.get("input_schema") or {})}])
    schema = output_schema(body)
    text = PLAIN_TEXT if schema is None else as_text(instance_of(schema))
    return _within(Reply(({"type": "text", "text": text},)), body["max_tokens"])


def echo_reply(body: JsonObject) -> Reply:
    """Everything the request said, as text or inside the schema's first free string; raises `Unsatisfiable`.

    It is never cut to `max_tokens`: a leak has to be seen whole.
    """
    said, schema = _everything_said(body), output_schema(body)
    text = said if schema is None else as_text(with_first_string(instance_of(schema), said))
    return Reply(({"type": "text", "text": text},))


def scripted_reply(turn: JsonObject) -> Reply:
    """The reply a script's turn describes: any of thinking, text, json, tool_use, or raw content blocks."""
    calls = turn.get("tool_use", [])
    blocks: list[JsonObject] = list(turn.get("content", []))
    if "thinking" in turn:
        blocks.append({"type": "thinking", "thinking": turn["thinking"], "signature": "sandbox"})
    if "text" in turn:
        blocks.append({"type": "text", "text": turn["text"]})
    if "json" in turn:
        blocks.append({"type": "text", "text": as_text(turn["json"])})
    blocks.extend(_tool_blocks(calls if isinstance(calls, list) else [calls]))
    usual = "tool_use" if any(block["type"] == "tool_use" for block in blocks) else "end_turn"
    return Reply(tuple(blocks), turn.get("stop_reason", usual), turn.get("stop_details"))


def tool_reply(calls: Iterable[JsonObject]) -> Reply:
    """A reply that calls tools: each call has a name, an input and perhaps an id."""
    return Reply(tuple(_tool_blocks(calls)), "tool_use")


def output_schema(body: JsonObject) -> JsonObject | None:
    """The schema the reply must follow, if the request names one."""
    output_format: JsonObject = (body.get("output_config") or {}).get("format") or {}
    schema: JsonObject | None = output_format.get("schema")
    return schema


def with_first_string(instance: Any, text: str) -> Any:
    """The instance with `text` in place of its first free string, depth first."""
    replaced, _ = _replace(instance, text)
    return replaced


def as_text(value: object) -> str:
    """JSON as a model writes it: characters as they are, in the order given."""
    return json.dumps(value, ensure_ascii=False)


def _replace(value: Any, text: str) -> tuple[Any, bool]:
    if isinstance(value, str):
        return (text, True) if value.startswith(PHRASE) else (value, False)
    if not isinstance(value, dict | list):
        return value, False
    keys = list(value) if isinstance(value, dict) else range(len(value))
    for key in keys:
        replaced, done = _replace(value[key], text)
        if done:
            copied = value.copy()
            copied[key] = replaced
            return copied, True
    return value, False


def _forced_tool(body: JsonObject) -> JsonObject | None:
    choice, tools = body.get("tool_choice") or {}, body.get("tools") or []
    if choice.get("type") not in ("any", "tool"):
        return None
    wanted = choice.get("name", tools[0]["name"])
    chosen: JsonObject = next(tool for tool in tools if tool["name"] == wanted)
    return chosen


def _tool_blocks(calls: Iterable[JsonObject]) -> list[JsonObject]:
    return [{"type": "tool_use", **call, "input": call.get("input", {})} for call in calls]


def _within(reply: Reply, max_tokens: int) -> Reply:
    if tokens_in(reply.content[0]["text"]) <= max_tokens:
        return reply
    return cut(reply, keep=max_tokens * 4)


def cut(reply: Reply, *, keep: int) -> Reply:
    """The reply stopped by its token limit after `keep` characters of text."""
    kept = tuple({**block, "text": block["text"][:keep]} for block in reply.content if block["type"] == "text" and keep)
    return Reply(kept, "max_tokens")


def _everything_said(body: JsonObject) -> str:
    lines = [f"[system] {_flat(body['system'])}"] if body.get("system") else []
    lines += [f"[{message['role']}] {_flat(message['content'])}" for message in body["messages"]]
    lines += [f"[tool] {as_text(tool)}" for tool in body.get("tools") or []]
    return "\n".join(lines)


def _flat(content: Any) -> str:
    if isinstance(content, str):
        return content
    return "\n".join(_flat_block(block) for block in content)


def _flat_block(block: JsonObject) -> str:
    match block["type"]:
        case "text":
            return str(block["text"])
        case "tool_result":
            return _flat(block.get("content") or "")
        case _:
            return as_text(block)
