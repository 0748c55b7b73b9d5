"""Creating messages through the SDK: JSON, streams, token counts and the record of calls."""

import json
from typing import Any

import httpx
import jsonschema
import pytest
from anthropic.types import ToolUseBlock

from tests.sandbox.model.model_emulator import BRIEF, BRIEF_SCHEMA, HELLO, Emulator, text_of


def test_a_message_without_a_schema_says_that_no_model_is_connected(model: Emulator) -> None:
    message = model.sdk.messages.create(**HELLO)

    assert "no language model is connected" in text_of(message.content)
    assert (message.role, message.stop_reason, message.model) == ("assistant", "end_turn", "claude-haiku-5-5")
    assert message.usage.input_tokens > 0
    assert message.usage.output_tokens > 0
    assert message._request_id == "req_sandbox000001"


def test_a_schema_is_answered_with_one_text_block_that_follows_it(model: Emulator) -> None:
    message = model.sdk.messages.create(**HELLO, **BRIEF)

    assert [block.type for block in message.content] == ["text"]
    jsonschema.validate(json.loads(text_of(message.content)), BRIEF_SCHEMA)


def test_the_same_request_gets_the_same_answer(model: Emulator) -> None:
    first = model.sdk.messages.create(**HELLO, **BRIEF)
    second = model.sdk.messages.create(**HELLO, **BRIEF)

    assert first.content == second.content
    assert first.id != second.id


def test_a_stream_gathers_into_the_message_that_a_plain_call_returns(model: Emulator) -> None:
    plain = model.sdk.messages.create(**HELLO, **BRIEF)

    with model.sdk.messages.stream(**HELLO, **BRIEF) as stream:
        pieces = list(stream.text_stream)
        gathered = stream.get_final_message()

    assert len(pieces) > 1
    assert "".join(pieces) == text_of(plain.content)
    assert gathered.stop_reason == "end_turn"
    assert gathered.usage.output_tokens == plain.usage.output_tokens


def test_a_stream_sends_named_events_in_the_order_of_the_api(model: Emulator) -> None:
    with model.sdk.messages.stream(**HELLO) as stream:
        kinds = [event.type for event in stream if event.type != "text"]
    raw = model.http.post(f"{model.url}/v1/messages", json={**HELLO, "stream": True}, headers={"x-api-key": "sandbox"})

    order = list(dict.fromkeys(kinds))
    assert order == [
        "message_start",
        "content_block_start",
        "content_block_delta",
        "content_block_stop",
        "message_delta",
        "message_stop",
    ]
    frames = raw.text.strip().split("\n\n")
    assert all(frame.startswith("event: ") for frame in frames)
    assert "event: ping" in raw.text
    assert raw.headers["content-type"].startswith("text/event-stream")
    assert raw.headers["request-id"].startswith("req_")


def test_raw_streaming_creates_pass_through_the_same_events(model: Emulator) -> None:
    events = list(model.sdk.messages.create(**HELLO, stream=True))

    assert events[0].type == "message_start"
    assert events[0].message.content == []
    assert events[0].message.stop_reason is None
    assert events[-1].type == "message_stop"


def test_a_forced_tool_is_called_with_an_instance_of_its_input(model: Emulator) -> None:
    tool: Any = {"name": "propose", "input_schema": BRIEF_SCHEMA}

    message = model.sdk.messages.create(**HELLO, tools=[tool], tool_choice={"type": "tool", "name": "propose"})

    call = message.content[0]
    assert isinstance(call, ToolUseBlock)
    assert (call.name, message.stop_reason) == ("propose", "tool_use")
    jsonschema.validate(call.input, BRIEF_SCHEMA)


def test_a_reply_longer_than_max_tokens_is_cut(model: Emulator) -> None:
    message = model.sdk.messages.create(**{**HELLO, "max_tokens": 2})

    assert message.stop_reason == "max_tokens"
    assert len(text_of(message.content)) == 8


def test_a_request_that_only_warms_the_cache_gets_no_content(model: Emulator) -> None:
    message = model.sdk.messages.create(**{**HELLO, "max_tokens": 0})

    assert (message.content, message.stop_reason) == ([], "max_tokens")


def test_operator_turns_in_mid_conversation_are_accepted(model: Emulator) -> None:
    turns: Any = [
        {"role": "user", "content": [{"type": "text", "text": "Which partner?"}]},
        {"role": "assistant", "content": [{"type": "tool_use", "id": "toolu_1", "name": "read", "input": {}}]},
        {
            "role": "user",
            "content": [
                {"type": "tool_result", "tool_use_id": "toolu_1", "content": [{"type": "text", "text": "AWS"}]}
            ],
        },
        {"role": "system", "content": "approval pending"},
    ]

    message = model.sdk.messages.create(**{**HELLO, "messages": turns}, system=[{"type": "text", "text": "Be brief."}])

    assert message.stop_reason == "end_turn"


def test_count_tokens_grows_with_what_is_sent(model: Emulator) -> None:
    short = model.sdk.messages.count_tokens(model=HELLO["model"], messages=HELLO["messages"])
    longer = model.sdk.messages.count_tokens(model=HELLO["model"], messages=HELLO["messages"], system="word " * 400)

    assert 0 < short.input_tokens < longer.input_tokens
    assert longer.input_tokens >= 500


def test_calls_are_remembered_without_their_key(model: Emulator) -> None:
    model.sdk.messages.create(**HELLO, extra_headers={"x-api-key": "sandbox"})

    (call,) = model.calls()
    assert call["body"] == HELLO
    assert call["status"] == 200
    assert call["at"] == "2026-11-21T09:00:00+00:00"
    assert call["headers"]["anthropic-version"] == "2026-10-21"
    assert not {"authorization", "x-api-key"} & set(call["headers"])


def test_reset_forgets_calls_script_and_mode(model: Emulator) -> None:
    model.mode("echo")
    model.control("script", turns=[{"text": "never said"}])
    model.sdk.messages.create(**HELLO)

    model.control("reset")

    health = model.http.get(f"{model.url}/_control/health").json()
    assert health == {"ok": True, "answers": "schema", "calls": 0}
    assert "no language model" in text_of(model.sdk.messages.create(**HELLO).content)


@pytest.mark.parametrize(
    "asked",
    [
        {"mode": "oracle"},
        {"mode": "faults", "fault": "sharks"},
        {"mode": "faults"},
        {"mode": "echo", "volume": 11},
    ],
)
def test_control_explains_what_it_cannot_follow(model: Emulator, asked: dict[str, Any]) -> None:
    answer = model.http.post(f"{model.url}/_control/mode", json=asked)

    assert answer.status_code == 400
    assert answer.json()["error"]


@pytest.mark.parametrize("content", [b"[]", b"not json", b'{"turns": "none"}'])
def test_control_refuses_scripts_it_cannot_read(model: Emulator, content: bytes) -> None:
    answer = model.http.post(f"{model.url}/_control/script", content=content)

    assert answer.status_code == 400


def test_unknown_paths_get_the_envelope_too(model: Emulator) -> None:
    answer = httpx.get(f"{model.url}/v1/nothing")

    assert answer.status_code == 404
    assert answer.json()["error"]["type"] == "not_found_error"
