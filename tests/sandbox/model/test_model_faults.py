"""Each fault, observed through the SDK."""

import json
from typing import Any

import pytest
from anthropic import APIStatusError, APITimeoutError, InternalServerError, OverloadedError, RateLimitError
from anthropic.types import ToolUseBlock

from tests.sandbox.model.model_emulator import BRIEF, HELLO, Emulator, text_of

TOOLS: Any = [{"name": "read", "input_schema": {"type": "object"}}]


def test_a_truncated_stream_ends_silently_without_a_stop_reason(model: Emulator) -> None:
    model.mode("faults", fault="truncate")

    with model.sdk.messages.stream(**HELLO, **BRIEF) as stream:
        kinds = [event.type for event in stream]
        cut = stream.get_final_message()

    assert "message_stop" not in kinds
    assert cut.stop_reason is None
    with pytest.raises(json.JSONDecodeError):
        json.loads(text_of(cut.content))


def test_a_truncated_body_is_not_json(model: Emulator) -> None:
    model.mode("faults", fault="truncate")

    with pytest.raises(json.JSONDecodeError):
        model.sdk.messages.create(**HELLO)


def test_an_error_in_mid_stream_arrives_under_status_200(model: Emulator) -> None:
    model.mode("faults", fault="mid_stream_error")

    with model.sdk.messages.stream(**HELLO) as stream, pytest.raises(APIStatusError) as failed:
        list(stream)

    assert (failed.value.status_code, failed.value.type) == (200, "overloaded_error")


def test_a_mid_stream_error_without_a_stream_is_an_overload(model: Emulator) -> None:
    model.mode("faults", fault="mid_stream_error")

    with pytest.raises(OverloadedError):
        model.sdk.messages.create(**HELLO)


def test_429_tells_when_to_come_back(model: Emulator) -> None:
    model.mode("faults", fault="429", retry_after=7)

    with pytest.raises(RateLimitError) as limited:
        model.sdk.messages.create(**HELLO)

    assert limited.value.response.headers["retry-after"] == "7"
    assert limited.value.type == "rate_limit_error"


def test_a_fault_laid_over_one_request_is_survived_by_one_retry(model: Emulator) -> None:
    model.mode("faults", fault="429", retry_after=0.01, times=1)

    message = model.sdk.with_options(max_retries=1).messages.create(**HELLO)

    assert message.stop_reason == "end_turn"
    assert [call["status"] for call in model.calls()] == [429, 200]


def test_529_is_an_overload(model: Emulator) -> None:
    model.mode("faults", fault="529")

    with pytest.raises(OverloadedError) as overloaded:
        model.sdk.messages.create(**HELLO)

    assert overloaded.value.type == "overloaded_error"


@pytest.mark.parametrize("streaming", [False, True])
def test_a_slow_drip_loses_nothing(model: Emulator, *, streaming: bool) -> None:
    plain = model.sdk.messages.create(**HELLO, **BRIEF)
    model.mode("faults", fault="slow_drip", delay_ms=1)

    if streaming:
        with model.sdk.messages.stream(**HELLO, **BRIEF) as stream:
            dripped = stream.get_final_message()
    else:
        dripped = model.sdk.messages.create(**HELLO, **BRIEF)

    assert text_of(dripped.content) == text_of(plain.content)


def test_a_drip_slower_than_the_clients_patience_times_out(model: Emulator) -> None:
    model.mode("faults", fault="slow_drip", delay_ms=60_000)

    with pytest.raises(APITimeoutError):
        model.sdk.with_options(timeout=0.2).messages.create(**HELLO)


@pytest.mark.parametrize("streaming", [False, True])
def test_a_refusal_has_no_content_and_says_why(model: Emulator, *, streaming: bool) -> None:
    model.mode("faults", fault="refusal", category="cyber")

    if streaming:
        with model.sdk.messages.stream(**HELLO, **BRIEF) as stream:
            refused = stream.get_final_message()
    else:
        refused = model.sdk.messages.create(**HELLO, **BRIEF)

    assert (refused.content, refused.stop_reason) == ([], "refusal")
    assert refused.stop_details is not None
    assert refused.stop_details.category == "cyber"


def test_max_tokens_leaves_half_an_answer(model: Emulator) -> None:
    model.mode("faults", fault="max_tokens")

    message = model.sdk.messages.create(**HELLO, **BRIEF)

    assert message.stop_reason == "max_tokens"
    with pytest.raises(json.JSONDecodeError):
        json.loads(text_of(message.content))


def test_bad_json_claims_to_be_finished(model: Emulator) -> None:
    model.mode("faults", fault="bad_json")

    message = model.sdk.messages.create(**HELLO, **BRIEF)

    assert message.stop_reason == "end_turn"
    with pytest.raises(json.JSONDecodeError):
        json.loads(text_of(message.content))


@pytest.mark.parametrize("streaming", [False, True])
def test_a_bad_surrogate_parses_but_cannot_be_written(model: Emulator, *, streaming: bool) -> None:
    model.mode("faults", fault="bad_surrogate")

    if streaming:
        with model.sdk.messages.stream(**HELLO, **BRIEF) as stream:
            message = stream.get_final_message()
    else:
        message = model.sdk.messages.create(**HELLO, **BRIEF)

    parsed = json.loads(text_of(message.content))
    with pytest.raises(UnicodeEncodeError):
        json.dumps(parsed, ensure_ascii=False).encode()


def test_an_unknown_tool_is_called_whatever_was_offered(model: Emulator) -> None:
    model.mode("faults", fault="unknown_tool")

    message = model.sdk.messages.create(**HELLO, tools=TOOLS)

    (call,) = message.content
    assert isinstance(call, ToolUseBlock)
    assert (call.name, message.stop_reason) == ("no_such_tool", "tool_use")


def test_duplicate_tool_ids_name_two_calls(model: Emulator) -> None:
    model.mode("faults", fault="duplicate_tool_ids")

    message = model.sdk.messages.create(**HELLO, tools=TOOLS)

    calls = [block for block in message.content if isinstance(block, ToolUseBlock)]
    assert len(calls) == 2
    assert len({call.id for call in calls}) == 1


def test_many_tool_calls_come_in_one_reply(model: Emulator) -> None:
    model.mode("faults", fault="many_tool_calls")

    message = model.sdk.messages.create(**HELLO, tools=TOOLS)

    assert len(message.content) == 5_000
    assert {block.name for block in message.content if isinstance(block, ToolUseBlock)} == {"read"}


def test_huge_text_is_as_long_as_asked(model: Emulator) -> None:
    model.mode("faults", fault="huge_text", chars=1_000_000)

    with model.sdk.messages.stream(**HELLO) as stream:
        message = stream.get_final_message()

    assert len(text_of(message.content)) == 1_000_000


def test_a_reply_without_usage_breaks_the_stream_helper(model: Emulator) -> None:
    model.mode("faults", fault="no_usage")

    plain = model.sdk.messages.create(**HELLO)
    with model.sdk.messages.stream(**HELLO) as stream, pytest.raises(AttributeError):
        stream.get_final_message()

    assert getattr(plain, "usage", None) is None


def test_a_silent_server_is_given_up_on(model: Emulator) -> None:
    model.mode("faults", fault="timeout", seconds=60)

    with pytest.raises(APITimeoutError):
        model.sdk.with_options(timeout=0.2).messages.create(**HELLO)


def test_a_retry_after_silence_gets_the_turn_that_was_never_said(model: Emulator) -> None:
    model.control("script", turns=[{"text": "one"}])
    model.mode("faults", fault="timeout", over="scripted", times=1, seconds=60)

    message = model.sdk.with_options(timeout=0.5, max_retries=1).messages.create(**HELLO)

    assert text_of(message.content) == "one"


def test_silence_is_bounded(model: Emulator) -> None:
    model.mode("faults", fault="timeout", seconds=0.01)

    with pytest.raises(InternalServerError) as silent:
        model.sdk.messages.create(**HELLO)

    assert (silent.value.status_code, silent.value.type) == (504, "timeout_error")


def test_a_fault_may_lie_over_a_script_and_only_on_matching_requests(model: Emulator) -> None:
    model.control("script", turns=[{"text": "from the script", "repeat": True}])
    model.mode("faults", fault="529", over="scripted", match="Northwind")
    about_northwind: Any = {**HELLO, "messages": [{"role": "user", "content": "Northwind"}]}

    spared = model.sdk.messages.create(**HELLO)
    with pytest.raises(OverloadedError):
        model.sdk.messages.create(**about_northwind)

    assert text_of(spared.content) == "from the script"
