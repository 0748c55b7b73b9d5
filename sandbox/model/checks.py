"""What the Messages API refuses before a model reads anything; pure, knows no mode.

Fields it does not know are ignored, as a gateway would; the wording follows the real API where it is known.
"""

from collections.abc import Iterator
from typing import Any

from sandbox.model.catalogue import Model
from sandbox.model.schema_rules import objections
from sandbox.model.wire import JsonObject

_SAMPLING = ("temperature", "top_p", "top_k")
_EFFORTS = ("low", "medium", "high", "xhigh", "max")
_SHAPES: dict[str, tuple[type, ...]] = {
    "system": (str, list),
    "tools": (list,),
    "tool_choice": (dict,),
    "thinking": (dict,),
    "output_config": (dict,),
}
_ROLES = ("user", "assistant", "system")


def complaint_about(body: JsonObject, model: Model, *, lenient_schemas: bool) -> str | None:
    """The first thing wrong with a request to create a message, or nothing."""
    return next(_complaints(body, model, lenient_schemas=lenient_schemas), None)


def complaint_about_messages(body: JsonObject) -> str | None:
    """The first thing wrong with the conversation alone, or nothing."""
    return next(_message_complaints(body.get("messages")), None)


def _complaints(body: JsonObject, model: Model, *, lenient_schemas: bool) -> Iterator[str]:
    yield from _shape_complaints(body)
    yield from _max_tokens_complaints(body, model)
    yield from _message_complaints(body.get("messages"))
    yield from _prefill_complaints(body, model)
    yield from (f"{name}: this parameter is no longer supported" for name in _SAMPLING if name in body)
    if "thread" in body:
        yield "thread: the sandbox keeps no threads; send the whole conversation"
    yield from _tool_complaints(body, model)
    yield from _effort_complaints(body, model)
    if not lenient_schemas:
        yield from _schema_complaints(body)


def _shape_complaints(body: JsonObject) -> Iterator[str]:
    for name, kinds in _SHAPES.items():
        if body.get(name) is not None and not isinstance(body[name], kinds):
            yield f"{name}: Input has the wrong type"
    if any(not isinstance(tool, dict) or not tool.get("name") for tool in body.get("tools") or []):
        yield "tools: every tool needs a name"


def _max_tokens_complaints(body: JsonObject, model: Model) -> Iterator[str]:
    asked = body.get("max_tokens")
    if asked is None:
        yield "max_tokens: Field required"
    elif not isinstance(asked, int) or isinstance(asked, bool) or asked < 0:
        yield "max_tokens: Input should be a valid non-negative integer"
    elif asked > model.max_tokens:
        yield f"max_tokens: {asked} > {model.max_tokens}, the maximum number of output tokens for {model.id}"


def _message_complaints(messages: Any) -> Iterator[str]:
    if messages is None:
        yield "messages: Field required"
        return
    if not isinstance(messages, list) or not messages:
        yield "messages: at least one message is required"
        return
    for index, message in enumerate(messages):
        yield from _turn_complaints(message, f"messages.{index}")
    yield from _pairing_complaints(messages)


def _turn_complaints(message: Any, where: str) -> Iterator[str]:
    if not isinstance(message, dict) or message.get("role") not in _ROLES:
        yield f"{where}.role: Input should be 'user', 'assistant' or 'system'"
    elif not isinstance(message.get("content"), str | list):
        yield f"{where}.content: Input should be a valid string or list"
    elif not message["content"]:
        yield f"{where}: all messages must have non-empty content"
    elif any(not isinstance(block, dict) or "type" not in block for block in _blocks(message)):
        yield f"{where}.content: every block needs a type"


def _pairing_complaints(messages: list[Any]) -> Iterator[str]:
    awaited: set[str] = set()
    for index, message in enumerate(messages):
        if message["role"] == "system":
            continue
        answered = _ids(message, "tool_result", "tool_use_id")
        if awaited - answered:
            missing = ", ".join(sorted(awaited - answered))
            yield (
                f"messages.{index}: `tool_use` ids were found without `tool_result` blocks immediately after: {missing}"
            )
        if answered - awaited:
            extra = ", ".join(sorted(answered - awaited))
            yield f"messages.{index}: unexpected `tool_use_id` found in `tool_result` blocks: {extra}"
        awaited = _ids(message, "tool_use", "id")
        if len(awaited) < sum(block["type"] == "tool_use" for block in _blocks(message)):
            yield f"messages.{index}: `tool_use` ids must be unique"
    if awaited:
        missing = ", ".join(sorted(awaited))
        yield f"messages: `tool_use` ids were found without `tool_result` blocks immediately after: {missing}"


def _prefill_complaints(body: JsonObject, model: Model) -> Iterator[str]:
    if body["messages"][-1]["role"] == "assistant" and not model.prefill:
        yield ("This model does not support assistant message prefill. The conversation must end with a user message.")


def _tool_complaints(body: JsonObject, model: Model) -> Iterator[str]:
    names = [tool.get("name") for tool in body.get("tools") or []]
    if len(names) != len(set(names)):
        yield "tools: Tool names must be unique."
    choice = body.get("tool_choice") or {}
    kind = choice.get("type", "auto")
    if kind not in ("auto", "any", "tool", "none"):
        yield "tool_choice.type: Input should be 'auto', 'any', 'tool' or 'none'"
    if kind not in ("any", "tool"):
        return
    if not model.forced_tools:
        yield f"tool_choice: type '{kind}' is not supported for this model"
    if not names:
        yield "tool_choice may only be specified while providing tools."
    if kind == "tool" and choice.get("name") not in names:
        yield f"tool_choice: tool '{choice.get('name')}' not found in provided tools"


def _effort_complaints(body: JsonObject, model: Model) -> Iterator[str]:
    effort = (body.get("output_config") or {}).get("effort")
    if effort is not None and effort not in _EFFORTS:
        yield f"output_config.effort: Input should be one of {', '.join(_EFFORTS)}"
    kind = (body.get("thinking") or {}).get("type")
    if kind is not None and kind not in model.thinking:
        yield f'"thinking.type.{kind}" is not supported for this model'
    if kind == "between_tools" and effort in ("xhigh", "max"):
        yield f"output_config.effort: '{effort}' is not supported with thinking.type.between_tools"


def _schema_complaints(body: JsonObject) -> Iterator[str]:
    output_format = (body.get("output_config") or {}).get("format")
    if output_format is not None:
        if output_format.get("type") != "json_schema" or not isinstance(output_format.get("schema"), dict):
            yield "output_config.format: Input should be a json_schema format with a schema"
            return
        yield from (f"output_config.format.schema: {why}" for why in objections(output_format["schema"]))
    for index, tool in enumerate(body.get("tools") or []):
        if tool.get("strict"):
            reasons = objections(tool.get("input_schema") or {})
            yield from (f"tools.{index}.custom.input_schema: {why}" for why in reasons)


def _blocks(message: JsonObject) -> list[Any]:
    content = message["content"]
    return content if isinstance(content, list) else []


def _ids(message: JsonObject, kind: str, key: str) -> set[str]:
    return {str(block.get(key)) for block in _blocks(message) if block["type"] == kind}
