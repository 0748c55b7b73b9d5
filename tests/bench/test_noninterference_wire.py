"""HTTP without a network: real clients on both ends, and an address nobody serves is out of reach."""

import urllib.request
from collections.abc import Iterator
from urllib.error import URLError

import pytest
import requests
from starlette.applications import Starlette
from starlette.requests import Request as WebRequest
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from bench.noninterference.wire import BASE, Request, Wire


class Cut(Response):
    """An answer that breaks off."""

    async def __call__(self, _scope: Scope, _receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"{", "more_body": True})


async def _told(request: WebRequest) -> Response:
    body = (await request.body()).decode()
    return JSONResponse({"path": request.url.path, "asked": dict(request.query_params), "body": body})


async def _cut(_request: WebRequest) -> Response:
    return Cut()


@pytest.fixture
def wire() -> Iterator[Wire]:
    seen: list[Request] = []
    made = Wire({"/here": Starlette(routes=[Route("/told", _told, methods=["GET", "POST"]), Route("/cut", _cut)])})
    made.looked_at_by = seen.append
    with made.connected():
        yield made
    made.close()


def test_clients_speak_to_applications_in_real_http(wire: Wire) -> None:
    by_requests = requests.post(f"{BASE}/here/told?a=1", data="words", timeout=1).json()
    with urllib.request.urlopen(f"{BASE}/here/told?b=2") as answer:
        by_urllib = answer.read().decode()

    assert by_requests == {"path": "/here/told", "asked": {"a": "1"}, "body": "words"}
    assert '"asked":{"b":"2"}' in by_urllib
    assert wire.calls == 2


def test_a_body_in_chunks_arrives_whole(wire: Wire) -> None:
    said = requests.post(f"{BASE}/here/told", data=iter([b"one ", b"two"]), timeout=1).json()

    assert wire.calls == 1
    assert said["body"] == "one two"


def test_an_answer_that_breaks_off_is_an_error_to_the_client(wire: Wire) -> None:
    with pytest.raises(requests.RequestException):
        requests.get(f"{BASE}/here/cut", timeout=1)

    assert wire.calls == 1


def test_nothing_else_can_be_reached(wire: Wire) -> None:
    with pytest.raises(URLError):
        urllib.request.urlopen("http://127.0.0.1:10/here/told")

    assert wire.calls == 0
