"""Servers that misbehave in ways the emulator does not: in-process answers, byte by byte, behind the real SDK."""

import json
from collections.abc import Callable, Iterator

import httpx2
import pytest
from anthropic import Anthropic

from agents.claude import ClaudeWriter
from motions.writing import Text
from tests.agents.samples import BRIEF, CUSTOMER, HAIKU, STANDING
from tests.fakes.emulated_model import Seconds

USAGE = {"input_tokens": 10, "cache_read_input_tokens": 5, "output_tokens": 1}
START = {"type": "message_start", "message": {"model": HAIKU, "usage": USAGE}}
GOOD = {"sentences": [{"text": text, "fact_ids": ids} for text, ids in (CUSTOMER, STANDING)]}
SAID = {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": json.dumps(GOOD)}}
ENDED = {"type": "message_delta", "delta": {"stop_reason": "end_turn"}, "usage": {"output_tokens": 50}}
STOP = {"type": "message_stop"}


def frames(*events: object) -> bytes:
    return b"".join(f"event: x\ndata: {json.dumps(event)}\n\n".encode() for event in events)


class Broken(httpx2.SyncByteStream):
    def __init__(self, error: Exception) -> None:
        self._error = error

    def __iter__(self) -> Iterator[bytes]:
        yield frames(START)
        raise self._error


def brief_from(answer: Callable[[httpx2.Request], httpx2.Response]) -> Text:
    http = httpx2.Client(transport=httpx2.MockTransport(answer))
    with Anthropic(api_key="k", base_url="http://127.0.0.1", http_client=http, max_retries=1) as client:
        return ClaudeWriter(client, HAIKU, monotonic=Seconds()).brief(BRIEF)


def streamed(content: bytes) -> Callable[[httpx2.Request], httpx2.Response]:
    return lambda _: httpx2.Response(200, headers={"request-id": "req_1"}, content=content)


def test_frames_of_kinds_yet_to_be_invented_are_passed_over() -> None:
    odd = frames(START, {"type": "weather"}, SAID, {"type": "content_block_delta", "delta": {"type": "new"}}, ENDED)

    text = brief_from(streamed(b": a comment\n\nevent: ping\n\n" + odd + frames(STOP)))

    assert text.written_by == HAIKU


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "was cut off"),
        (b'{"type": "message", "content": []}', "was cut off"),
        (frames(START, SAID, ENDED), "was cut off"),
        (frames(START, SAID, STOP), "stopped early"),
        (frames(SAID, ENDED, STOP), "did not say what it used"),
        (b"event: x\ndata: {not json\n\n", "sent something unreadable"),
        (frames(["a list"]), "sent something unreadable"),
        (frames({"type": "message_start", "message": 7}), "sent something unreadable"),
        (b"event: x\ndata: \xff\xfe\n\n", "sent something unreadable"),
        (frames(START, {"type": "error", "error": {"type": "api_error"}}), "broke off"),
        (frames(START, {"type": "error"}), "broke off"),
    ],
)
def test_a_strange_stream_ends_in_the_playbook(content: bytes, reason: str) -> None:
    assert brief_from(streamed(content)).note == f"{HAIKU} {reason}"


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (httpx2.ReadError("reset"), "was cut off"),
        (httpx2.RemoteProtocolError("half a chunk"), "was cut off"),
        (httpx2.ReadTimeout("silence"), "timed out"),
    ],
)
def test_a_connection_that_breaks_mid_stream(error: Exception, reason: str) -> None:
    assert brief_from(lambda _: httpx2.Response(200, stream=Broken(error))).note == f"{HAIKU} {reason}"


@pytest.mark.parametrize(
    "headers", [{"retry-after": "Wed, 21 Oct 2099 07:28:00 GMT"}, {"retry-after-ms": "3600000"}, {"retry-after": "inf"}]
)
def test_no_wait_past_the_deadline_is_begun(headers: dict[str, str]) -> None:
    asked: list[httpx2.Request] = []

    def busy(request: httpx2.Request) -> httpx2.Response:
        asked.append(request)
        return httpx2.Response(503, headers=headers)

    assert brief_from(busy).note == f"{HAIKU} answered with error 503"
    assert len(asked) == 1


def test_a_redirect_is_not_followed() -> None:
    asked: list[str] = []

    def elsewhere(request: httpx2.Request) -> httpx2.Response:
        asked.append(request.url.host)
        return httpx2.Response(307, headers={"location": "https://evil.example/v1/messages"})

    assert brief_from(elsewhere).note == f"{HAIKU} answered with error 307"
    assert asked == ["127.0.0.1"]


class Endless(httpx2.SyncByteStream):
    """One event that goes on and on, without a line's end."""

    def __iter__(self) -> Iterator[bytes]:
        yield frames(START) + b"event: x\ndata: "
        while True:
            yield b"and on "


def test_one_event_that_never_ends_ends_with_the_deadline() -> None:
    """Each piece is small, so it is not the size that ends it."""
    http = httpx2.Client(transport=httpx2.MockTransport(lambda _: httpx2.Response(200, stream=Endless())))
    with Anthropic(api_key="k", base_url="http://127.0.0.1", http_client=http, max_retries=0) as client:
        text = ClaudeWriter(client, HAIKU, monotonic=Seconds(step=0.1)).brief(BRIEF)

    assert text.note == f"{HAIKU} timed out"
