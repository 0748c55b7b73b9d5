"""How answers travel: headers, error envelopes, streams, slow drips and silences; knows no mode and no model."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterable, Iterator
from itertools import repeat

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse

from sandbox.model.adversary import Trick
from sandbox.model.faults import Fault, Knobs, spoil_events
from sandbox.model.wire import ApiError, JsonObject, error_json, error_type_of, events, frame

_DRIP_BYTES = 64


def name_request(request: Request, number: int) -> str:
    """Give the request the id its answer will carry, and return it."""
    request_id = f"req_sandbox{number:06d}"
    request.state.request_id = request_id
    return request_id


def answer(request: Request, part: JsonObject) -> Response:
    """A plain JSON answer, in ASCII: half a surrogate pair cannot be sent any other way."""
    return Response(json.dumps(part), media_type="application/json", headers=_headers(request))


def streamed(request: Request, message: JsonObject, *, fault: Fault | None, knobs: Knobs) -> Response:
    """The message as server-sent events, spoilt by a fault of the stream."""
    frames = (frame(event) for event in spoil_events(events(message), fault, request.state.request_id))
    delay = knobs.delay_ms if fault is Fault.SLOW_DRIP else 0
    headers = {**_headers(request), "cache-control": "no-cache"}
    return StreamingResponse(_paced(frames, delay), media_type="text/event-stream", headers=headers)


def whole(request: Request, message: JsonObject, *, fault: Fault | None, knobs: Knobs) -> Response:
    """The message as one JSON body, spoilt by a fault of the stream as far as one body can be."""
    full = answer(request, message)
    match fault:
        case Fault.TRUNCATE:
            half = bytes(full.body)[: len(full.body) // 2]
            return Response(half, media_type="application/json", headers=_headers(request))
        case Fault.MID_STREAM_ERROR:
            raise ApiError(529, "Overloaded")
        case Fault.SLOW_DRIP:
            body = bytes(full.body)
            drops = (body[start : start + _DRIP_BYTES] for start in range(0, len(body), _DRIP_BYTES))
            dripping = _paced(drops, knobs.delay_ms)
            return StreamingResponse(dripping, media_type="application/json", headers=_headers(request))
        case _:
            return full


async def keep_silent(request: Request, seconds: float) -> Response:
    """Send nothing until the client gives up; raises the gateway's error when it has not after `seconds`."""
    try:
        async with asyncio.timeout(seconds):
            while (await request.receive())["type"] != "http.disconnect":
                continue
    except TimeoutError as patience:
        raise ApiError(504, "The sandbox kept silent for as long as it was told to.") from patience
    return Response()


def go_on_for_ever(request: Request, trick: Trick, model: str, knobs: Knobs) -> Response:
    """A stream that has no end but the client's patience, or `seconds` of ours."""
    pieces = _without_end(trick, model)
    return StreamingResponse(
        _until(request, pieces, knobs.seconds), media_type="text/event-stream", headers=_headers(request)
    )


def api_error_response(request: Request, error: Exception) -> Response:
    """The envelope for a refusal of ours."""
    if not isinstance(error, ApiError):
        raise error
    return _error(request, error.status, error.message, error.headers)


def http_error_response(request: Request, error: Exception) -> Response:
    """The envelope for a path or method nobody serves."""
    if not isinstance(error, HTTPException):
        raise error
    return _error(request, error.status_code, error.detail, {})


def _error(request: Request, status: int, message: str, headers: dict[str, str]) -> Response:
    request_id = _headers(request)["request-id"]
    envelope = error_json(error_type_of(status), message, request_id)
    return JSONResponse(envelope, status_code=status, headers={**headers, "request-id": request_id})


def _headers(request: Request) -> dict[str, str]:
    return {"request-id": getattr(request.state, "request_id", "req_sandbox")}


async def _paced(pieces: Iterable[str] | Iterable[bytes], delay_ms: int) -> AsyncIterator[str | bytes]:
    for piece in pieces:
        if delay_ms:
            await asyncio.sleep(delay_ms / 1000)
        yield piece


def _without_end(trick: Trick, model: str) -> Iterator[str]:
    usage = {"input_tokens": 1, "output_tokens": 1}
    opening = {"id": "msg_sandbox", "type": "message", "role": "assistant", "model": model, "content": []}
    yield frame({"type": "message_start", "message": {**opening, "stop_reason": None, "usage": usage}})
    match trick:
        case Trick.ENDLESS_LINE:
            yield 'event: content_block_delta\ndata: {"type": "content_block_delta", "delta": {"text": "'
            yield from repeat("and on " * 500)
        case Trick.ENDLESS_THINKING:
            thought = {"type": "thinking_delta", "thinking": "and on "}
            yield from repeat(frame({"type": "content_block_delta", "index": 0, "delta": thought}) * 20)
        case _:
            said = {"type": "text_delta", "text": "and on "}
            yield from repeat(frame({"type": "content_block_delta", "index": 0, "delta": said}) * 20)


async def _until(request: Request, pieces: Iterator[str], seconds: float) -> AsyncIterator[str]:
    ends = asyncio.get_running_loop().time() + seconds
    for piece in pieces:
        if asyncio.get_running_loop().time() > ends or await request.is_disconnected():
            return
        yield piece
        await asyncio.sleep(0)  # others on this loop want to be served too
