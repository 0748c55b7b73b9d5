"""The events of one streamed reply, checked and folded into an answer; knows no client and no prompt.

A stream that is cut ends without any error, so an answer counts as finished only after `message_stop`. Events are read
raw: the SDK's own helper fails on a reply without usage and forgets what it had heard.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from anthropic import Stream
from httpx2 import Response, SyncByteStream
from pydantic import BaseModel

from motions.errors import ModelError

CHARACTERS_AT_MOST = 20_000
BYTES_AT_MOST = 2_000_000  # four times what the longest honest reply takes with all its frames
CHARACTERS_A_TOKEN = 4  # a rough guess, for what was heard of a reply that never said what it cost


@dataclass
class Answer:
    """What was heard of one reply so far."""

    text: str = ""
    stop_reason: str | None = None
    is_finished: bool = False
    input_tokens: int | None = None
    output_tokens: int | None = None
    model: str | None = None
    request_id: str | None = None

    def tokens(self, sent: int) -> int:
        """What it cost: as told, or guessed from the characters sent and heard."""
        heard = -(-len(self.text) // CHARACTERS_A_TOKEN)
        asked = self.input_tokens if self.input_tokens is not None else -(-sent // CHARACTERS_A_TOKEN)
        return asked + max(self.output_tokens or 0, heard)


class _Usage(BaseModel):
    input_tokens: int | None = None
    cache_creation_input_tokens: int | None = None
    cache_read_input_tokens: int | None = None
    output_tokens: int | None = None


class _Message(BaseModel):
    model: str | None = None
    usage: _Usage | None = None


class _Delta(BaseModel):
    type: str | None = None
    text: str = ""
    stop_reason: str | None = None


class _Error(BaseModel):
    type: str | None = None


class _Event(BaseModel):
    type: str
    message: _Message | None = None
    delta: _Delta | None = None
    usage: _Usage | None = None
    error: _Error | None = None


def listen(response: Response, answer: Answer, check: Callable[[], None]) -> None:
    """Fold event after event into the answer; raises ModelError, ValueError, httpx2.HTTPError, and what `check` raises.

    `check` is asked after every piece that arrives: a line that never ends holds no event to stop at.
    """
    pieces = _Watched(response.iter_bytes(), check)
    for frame in Stream.raw_events(Response(response.status_code, stream=pieces)):
        if frame.data:
            _fold(_Event.model_validate_json(frame.data), answer)
        if len(answer.text) > CHARACTERS_AT_MOST:
            raise ModelError("said too much")


class _Watched(SyncByteStream):
    """The pieces of a body as they arrive, as long as they are neither too many nor too late."""

    def __init__(self, pieces: Iterable[bytes], check: Callable[[], None]) -> None:
        self._pieces = pieces
        self._check = check

    def __iter__(self) -> Iterator[bytes]:
        room = BYTES_AT_MOST
        for piece in self._pieces:
            self._check()
            room -= len(piece)
            if room < 0:
                raise ModelError("said too much")
            yield piece


def _fold(event: _Event, answer: Answer) -> None:
    match event:
        case _Event(type="message_start", message=_Message() as message):
            answer.model = message.model
            _count(message.usage, answer)
        case _Event(type="content_block_delta", delta=_Delta(type="text_delta", text=text)):
            answer.text += text
        case _Event(type="message_delta", delta=_Delta(stop_reason=stop_reason)):
            answer.stop_reason = stop_reason
            _count(event.usage, answer)
        case _Event(type="message_stop"):
            answer.is_finished = True
        case _Event(type="error", error=error):
            raise ModelError("was overloaded" if error and error.type == "overloaded_error" else "broke off")
        case _:
            return  # pings, block starts and stops, thinking, and kinds yet to be invented


def _count(usage: _Usage | None, answer: Answer) -> None:
    if usage is None:
        return
    if usage.input_tokens is not None:
        cached = (usage.cache_creation_input_tokens or 0) + (usage.cache_read_input_tokens or 0)
        answer.input_tokens = usage.input_tokens + cached
    if usage.output_tokens is not None:
        answer.output_tokens = usage.output_tokens
