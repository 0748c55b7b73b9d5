"""Requests the real API refuses, and the models it describes."""

from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from anthropic import APIStatusError, AuthenticationError, BadRequestError, NotFoundError
from anthropic._types import Omit

from sandbox.model.catalogue import MODELS
from tests.sandbox.model.model_emulator import HELLO, Emulator

ANY_TOOL: Any = {"tools": [{"name": "read", "input_schema": {"type": "object"}}], "tool_choice": {"type": "any"}}


def schema_request(schema: dict[str, Any]) -> dict[str, Any]:
    """Fields that ask for an answer under `schema`."""
    return {"output_config": {"format": {"type": "json_schema", "schema": schema}}}


def turns(*messages: tuple[str, Any]) -> dict[str, Any]:
    """Fields that send these turns."""
    return {"messages": [{"role": role, "content": content} for role, content in messages]}


CALL = [{"type": "tool_use", "id": "t1", "name": "read", "input": {}}]
RESULT = [{"type": "tool_result", "tool_use_id": "t1", "content": "AWS"}]

BAD_REQUESTS: dict[str, dict[str, Any]] = {
    "max_tokens: Field required": {"max_tokens": None},
    "max_tokens: 200000 > 128000": {"max_tokens": 200_000},
    "max_tokens: Input should be a valid": {"max_tokens": "many"},
    "messages: Field required": {"messages": None},
    "at least one message": {"messages": []},
    "messages.0.role": turns(("narrator", "Hello")),
    "messages.0.content": turns(("user", 7)),
    "non-empty content": turns(("user", "")),
    "every block needs a type": turns(("user", [{"text": "Hello"}])),
    "must end with a user message": turns(("user", "Hello"), ("assistant", "Well,")),
    "without `tool_result` blocks": turns(("user", "Hello"), ("assistant", CALL), ("user", "and?")),
    "after: t1": turns(("user", "Hello"), ("assistant", CALL), ("system", "waiting")),
    "unexpected `tool_use_id`": turns(("user", RESULT)),
    "ids must be unique": turns(("user", "Hello"), ("assistant", CALL + CALL), ("user", RESULT)),
    "system: Input has the wrong type": {"system": 7},
    "output_config: Input has the wrong type": {"output_config": "json"},
    "every tool needs a name": {"tools": [{"input_schema": {"type": "object"}}]},
    "temperature": {"temperature": 1.0},
    "top_p": {"top_p": 0.9},
    "top_k": {"top_k": 5},
    "the sandbox keeps no threads": {"thread": {"type": "create"}},
    "Tool names must be unique": {"tools": ANY_TOOL["tools"] * 2},
    "tool_choice.type": {"tool_choice": {"type": "perhaps"}},
    "while providing tools": {"tool_choice": {"type": "any"}},
    "tool 'write' not found": {**ANY_TOOL, "tool_choice": {"type": "tool", "name": "write"}},
    "output_config.effort": {"output_config": {"effort": "heroic"}},
    '"thinking.type.enabled" is not supported': {"thinking": {"type": "enabled", "budget_tokens": 1024}},
    "effort: 'max' is not supported": {
        "thinking": {"type": "between_tools"},
        "output_config": {"effort": "max"},
    },
    "should be a json_schema format": {"output_config": {"format": {"type": "yaml"}}},
    "must be explicitly set to false": schema_request({"type": "object", "properties": {}}),
    "properties maximum, minimum are not supported": schema_request({"type": "integer", "minimum": 1, "maximum": 3}),
    "properties maxItems are not supported": schema_request(
        {"anyOf": [{"type": "array", "items": {"type": "null"}, "maxItems": 2}]}
    ),
    "'minItems' values other than 0 or 1": schema_request({"type": "array", "minItems": 2}),
    "'oneOf' is not supported": schema_request({"oneOf": [{"type": "null"}]}),
    "String format 'phone'": schema_request({"type": "string", "format": "phone"}),
    "Recursive schemas are not supported": schema_request(
        {"$ref": "#/$defs/a", "$defs": {"a": {"type": "array", "items": {"$ref": "#/$defs/a"}}}}
    ),
    "names nothing": schema_request({"$ref": "#/$defs/missing"}),
    "points outside": schema_request({"$ref": "https://model.example/schema"}),
    "tools.0.custom.input_schema": {"tools": [{"name": "read", "strict": True, "input_schema": {"type": "object"}}]},
}


def send(model: Emulator, changed: dict[str, Any]) -> httpx.Response:
    """A raw request: the SDK's signatures would stop some of these before the wire."""
    body = {key: part for key, part in {**HELLO, **changed}.items() if part is not None}
    return model.http.post(f"{model.url}/v1/messages", json=body, headers={"authorization": "Bearer sandbox"})


@pytest.mark.parametrize("complaint", BAD_REQUESTS)
def test_a_bad_request_is_refused_with_the_envelope(model: Emulator, complaint: str) -> None:
    answer = send(model, BAD_REQUESTS[complaint])

    assert answer.status_code == 400, answer.text
    envelope = answer.json()
    assert (envelope["type"], envelope["error"]["type"]) == ("error", "invalid_request_error")
    assert complaint in envelope["error"]["message"]
    assert envelope["request_id"] == answer.headers["request-id"]


def test_the_sdk_raises_what_it_raises_for_the_real_api(model: Emulator) -> None:
    with pytest.raises(BadRequestError) as refused:
        model.sdk.messages.create(**HELLO, extra_body={"temperature": 0.2})

    assert refused.value.type == "invalid_request_error"
    assert refused.value.request_id == "req_sandbox000001"
    assert model.calls()[0]["status"] == 400


@pytest.mark.parametrize("name", ["claude-sonnet-5-5", "claude-opus-5-5"])
@pytest.mark.parametrize("choice", [{"type": "any"}, {"type": "tool", "name": "read"}])
def test_these_models_cannot_be_forced_to_call_a_tool(model: Emulator, name: str, choice: dict[str, str]) -> None:
    answer = send(model, {**ANY_TOOL, "model": name, "tool_choice": choice})

    assert answer.status_code == 400
    assert "is not supported for this model" in answer.json()["error"]["message"]


@pytest.mark.parametrize(
    ("name", "kind", "status"),
    [
        ("claude-sonnet-5-5", "disabled", 400),
        ("claude-sonnet-5-5", "between_tools", 200),
        ("claude-opus-5-5", "disabled", 400),
        ("claude-opus-5-5", "adaptive", 200),
        ("claude-haiku-5-5", "disabled", 200),
    ],
)
def test_thinking_can_be_turned_off_only_where_the_model_allows(
    model: Emulator, name: str, kind: str, status: int
) -> None:
    answer = send(model, {"model": name, "thinking": {"type": kind}})

    assert answer.status_code == status


def test_lenient_schemas_are_answered_though_the_real_api_would_refuse(model: Emulator) -> None:
    model.mode("schema", lenient_schemas=True)

    answer = send(model, schema_request({"type": "array", "items": {"type": "integer"}, "minItems": 3}))

    assert answer.json()["content"][0]["text"] == "[1, 2, 3]"


def test_a_schema_that_cannot_be_filled_is_refused(model: Emulator) -> None:
    model.mode("schema", lenient_schemas=True)

    answer = send(model, schema_request({"type": "string", "pattern": "^a+$"}))

    assert answer.status_code == 400
    assert "pattern" in answer.json()["error"]["message"]


@pytest.mark.parametrize("headers", [{}, {"authorization": "Bearer"}, {"x-api-key": ""}])
def test_a_request_without_a_key_is_refused(model: Emulator, headers: dict[str, str]) -> None:
    answer = httpx.post(f"{model.url}/v1/messages", json=HELLO, headers=headers)

    assert (answer.status_code, answer.json()["error"]["type"]) == (401, "authentication_error")


def test_the_sdk_sees_a_missing_key_as_such(model: Emulator) -> None:
    with pytest.raises(AuthenticationError):
        model.sdk.messages.create(**HELLO, extra_headers={"authorization": Omit()})


def test_an_unknown_model_is_not_found(model: Emulator) -> None:
    with pytest.raises(NotFoundError) as missing:
        model.sdk.messages.create(**{**HELLO, "model": "claude-imaginary-9"})

    assert missing.value.type == "not_found_error"
    assert "claude-imaginary-9" in missing.value.message


@pytest.mark.parametrize("content", [b"{", b"[1]"])
def test_a_body_that_is_no_json_object_is_refused(model: Emulator, content: bytes) -> None:
    answer = model.http.post(f"{model.url}/v1/messages", content=content, headers={"x-api-key": "k"})

    assert answer.status_code == 400


def test_a_body_beyond_the_limit_is_too_large(model: Emulator) -> None:
    answer = send(model, {"system": "x" * (32 * 1024 * 1024)})

    assert (answer.status_code, answer.json()["error"]["type"]) == (413, "request_too_large")


def test_counting_tokens_refuses_bad_conversations_and_missing_models(model: Emulator) -> None:
    with pytest.raises(APIStatusError) as empty:
        model.sdk.messages.count_tokens(model="claude-haiku-5-5", messages=[])
    no_model = model.http.post(
        f"{model.url}/v1/messages/count_tokens", json={"messages": []}, headers={"x-api-key": "k"}
    )

    assert empty.value.status_code == 400
    assert no_model.status_code == 400
    assert [call["status"] for call in model.calls()] == [400, 400]


def test_the_catalogue_is_listed_page_by_page(model: Emulator) -> None:
    listed = list(model.sdk.models.list(limit=3))

    current = [entry.id for entry in MODELS if entry.id != "claude-mythos-preview"]
    assert [entry.id for entry in listed] == current
    assert list(model.sdk.models.list()) == listed


def test_pages_go_backwards_too(model: Emulator) -> None:
    page = model.sdk.models.list(before_id="claude-sonnet-5-5", limit=2)

    assert [entry.id for entry in page.data] == ["claude-mythos-5-2", "claude-haiku-5-5"]
    assert page.has_more


def test_a_limit_out_of_range_is_refused(model: Emulator) -> None:
    with pytest.raises(BadRequestError):
        model.sdk.models.list(limit=0)


def test_a_model_says_what_it_can_do(model: Emulator) -> None:
    sonnet = model.sdk.models.retrieve("claude-sonnet-5-5")

    assert (sonnet.lifecycle, sonnet.line, sonnet.max_tokens) == ("active", "sonnet", 128_000)
    assert sonnet.capabilities is not None
    assert sonnet.capabilities.structured_outputs.supported
    assert sonnet.capabilities.effort.medium.supported
    assert sonnet.capabilities.thinking.types.between_tools.supported
    assert not sonnet.capabilities.thinking.types.disabled.supported


def test_a_missing_model_has_no_description(model: Emulator) -> None:
    with pytest.raises(NotFoundError):
        model.sdk.models.retrieve("claude-imaginary-9")


def test_a_model_retires_when_the_worlds_clock_says_so(model: Emulator) -> None:
    before = model.sdk.models.retrieve("claude-sonnet-4-5")
    answered = send(model, {"model": "claude-sonnet-4-5"})

    model.clock.moment = datetime(2026, 12, 1, tzinfo=UTC)

    after = model.sdk.models.retrieve("claude-sonnet-4-5")
    assert (before.id, before.lifecycle, after.lifecycle) == (
        "claude-sonnet-4-5-20250929",
        "deprecated",
        "retired",
    )
    assert answered.status_code == 200
    assert send(model, {"model": "claude-sonnet-4-5"}).status_code == 404
    retired = model.sdk.models.list(lifecycle=["retired"])
    assert [entry.id for entry in retired] == ["claude-sonnet-4-5-20250929", "claude-mythos-preview"]
