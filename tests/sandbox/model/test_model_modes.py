"""Scripted turns and echoes, as the SDK sees them."""

import json
from typing import Any

import pytest
from anthropic import APIStatusError, InternalServerError
from anthropic.types import ThinkingBlock, ToolUseBlock

from tests.sandbox.model.model_emulator import BRIEF, BRIEF_SCHEMA, HELLO, Emulator, text_of

CANARY = 'canary-7f "quoted", zażółć\nsecond line'


def asking(text: str) -> Any:
    """A request whose user turn is `text`."""
    return {**HELLO, "messages": [{"role": "user", "content": text}]}


def test_a_script_is_played_turn_by_turn(model: Emulator) -> None:
    model.control("script", turns=[{"text": "one"}, {"json": {"title": "two"}}])

    first, second = model.sdk.messages.create(**HELLO), model.sdk.messages.create(**HELLO)

    assert text_of(first.content) == "one"
    assert json.loads(text_of(second.content)) == {"title": "two"}


def test_a_scripted_tool_loop_runs_to_its_end(model: Emulator) -> None:
    model.control(
        "script",
        turns=[
            {"text": "Looking.", "tool_use": {"name": "read", "input": {"handle": "opp-1"}}},
            {"text": "Done."},
        ],
    )

    asked = model.sdk.messages.create(**HELLO)
    call = next(block for block in asked.content if isinstance(block, ToolUseBlock))
    turns: Any = [
        *HELLO["messages"],
        {"role": "assistant", "content": asked.content},
        {"role": "user", "content": [{"type": "tool_result", "tool_use_id": call.id, "content": "AWS"}]},
    ]
    done = model.sdk.messages.create(**{**HELLO, "messages": turns})

    assert (asked.stop_reason, call.name, call.input) == ("tool_use", "read", {"handle": "opp-1"})
    assert (done.stop_reason, text_of(done.content)) == ("end_turn", "Done.")


def test_scripted_thinking_and_several_tools_survive_the_stream(model: Emulator) -> None:
    calls = [{"name": "read", "input": {"n": n, "text": "x" * 90}} for n in range(3)]
    model.control("script", turns=[{"thinking": "weighing it", "tool_use": calls}])

    with model.sdk.messages.stream(**HELLO) as stream:
        message = stream.get_final_message()

    thinking, *tools = message.content
    assert isinstance(thinking, ThinkingBlock)
    assert (thinking.thinking, thinking.signature) == ("weighing it", "sandbox")
    assert [tool.input for tool in tools if isinstance(tool, ToolUseBlock)] == [call["input"] for call in calls]
    assert len({tool.id for tool in tools if isinstance(tool, ToolUseBlock)}) == 3


def test_turns_can_wait_for_the_request_they_match(model: Emulator) -> None:
    model.control(
        "script",
        turns=[{"match": "Northwind", "text": "for Northwind"}, {"text": "for anybody", "repeat": True}],
    )

    other = model.sdk.messages.create(**asking("Tell me about Contoso"))
    matched = model.sdk.messages.create(**asking("Tell me about Northwind"))
    again = model.sdk.messages.create(**asking("Tell me about Northwind"))

    said = [text_of(message.content) for message in (other, matched, again)]
    assert said == ["for anybody", "for Northwind", "for anybody"]


def test_an_exhausted_script_fails_loudly_and_only_once(model: Emulator) -> None:
    model.mode("scripted")

    with pytest.raises(InternalServerError, match="no turn"):
        model.sdk.with_options(max_retries=2).messages.create(**HELLO)

    assert [call["status"] for call in model.calls()] == [500]


def test_a_turn_may_name_its_stop_reason_or_be_an_error(model: Emulator) -> None:
    model.control(
        "script",
        turns=[
            {"text": "half", "stop_reason": "pause_turn"},
            {"error": {"status": 403, "message": "not for you"}},
        ],
    )

    paused = model.sdk.messages.create(**HELLO)
    with pytest.raises(APIStatusError, match="not for you") as refused:
        model.sdk.messages.create(**HELLO)

    assert paused.stop_reason == "pause_turn"
    assert refused.value.type == "permission_error"


def test_echo_returns_everything_it_was_sent(model: Emulator) -> None:
    model.mode("echo")
    tool: Any = {"name": "read", "description": "tool canary", "input_schema": {"type": "object"}}

    message = model.sdk.messages.create(**asking(CANARY), system="system canary", tools=[tool])

    said = text_of(message.content)
    assert CANARY in said
    assert "system canary" in said
    assert "tool canary" in said


def test_echo_reads_blocks_and_tool_results(model: Emulator) -> None:
    model.mode("echo")
    turns: Any = [
        {"role": "user", "content": [{"type": "text", "text": "block canary"}]},
        {
            "role": "assistant",
            "content": [{"type": "tool_use", "id": "t1", "name": "read", "input": {"q": "input canary"}}],
        },
        {
            "role": "user",
            "content": [{"type": "tool_result", "tool_use_id": "t1", "content": [{"type": "text", "text": CANARY}]}],
        },
    ]

    said = text_of(model.sdk.messages.create(**{**HELLO, "messages": turns}).content)

    assert "block canary" in said
    assert "input canary" in said
    assert CANARY in said


def test_echo_under_a_schema_fills_the_first_free_string(model: Emulator) -> None:
    model.mode("echo")

    answer = json.loads(text_of(model.sdk.messages.create(**asking(CANARY), **BRIEF).content))

    assert CANARY in answer["title"]
    assert CANARY not in json.dumps(answer["claims"], ensure_ascii=False)
    assert set(answer) == set(BRIEF_SCHEMA["properties"])


def test_echo_is_not_cut_to_max_tokens(model: Emulator) -> None:
    model.mode("echo")

    message = model.sdk.messages.create(**{**asking("long " * 500), "max_tokens": 16})

    assert "long " * 500 in text_of(message.content)
