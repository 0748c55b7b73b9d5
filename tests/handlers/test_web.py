"""The signed HTTP door: refuses what is too long, unreadable or forged before anybody looks into it."""

import asyncio
import hashlib
import hmac
import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
from slack_bolt import App
from slack_sdk.signature import Clock
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.testclient import TestClient
from starlette.types import Message

from handlers.web import LARGEST, body_within, bounded, slack_route
from tests.handlers.emulated_slack import SECRET
from tests.handlers.fakes import Recorder, RefusingStore
from tests.handlers.test_ingress import click, event

FORM = {"content-type": "application/x-www-form-urlencoded"}
JSON = {"content-type": "application/json"}


@pytest.fixture
def client(bolt: App) -> Iterator[TestClient]:
    with TestClient(Starlette(routes=[slack_route(bolt)])) as client:
        yield client


def send(client: TestClient, body: bytes | str, headers: dict[str, str], secret: str = SECRET) -> Any:
    stamp = str(int(Clock().now()))
    content = body.encode() if isinstance(body, str) else body
    digest = hmac.new(secret.encode(), f"v0:{stamp}:".encode() + content, hashlib.sha256).hexdigest()
    given = {**headers, "x-slack-request-timestamp": stamp, "x-slack-signature": f"v0={digest}"}
    return client.post("/slack/events", content=content, headers=given)


def test_a_megabyte_is_kept(client: TestClient, store: RefusingStore, recorder: Recorder) -> None:
    body = json.dumps(event(text="x" * 1_000_000))

    answer = send(client, body, JSON)

    assert answer.status_code == 200
    assert len(recorder.calls) == 1


def test_a_megabyte_of_quotes_fits_percent_encoded(client: TestClient, recorder: Recorder) -> None:
    payload = click("motion.approve", message={"text": '"' * 600_000})

    answer = send(client, urlencode({"payload": json.dumps(payload)}), FORM)

    assert answer.status_code == 200
    assert [call[0] for call in recorder.calls] == ["approve"]


def test_a_body_beyond_all_measure_is_refused_unread(
    client: TestClient, store: RefusingStore, recorder: Recorder
) -> None:
    answer = send(client, "x" * (LARGEST + 1), FORM)

    assert answer.status_code == 413
    assert (store.waiting(), recorder.calls) == ([], [])


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (b"\xff\xfe", JSON),
        (b"{", JSON),
        (b"[1]", JSON),
        (b"null", JSON),
        (b'{"team": 5}', JSON),
        (b"payload=%7B", FORM),
        (b"payload=%5B1%5D", FORM),
        (b"[" * 100_000, JSON),
        (b'{"n": ' + b"9" * 5000 + b"}", JSON),
    ],
    ids=["no text", "half", "list", "null", "wrong type", "half form", "list form", "too deep", "too big a number"],
)
def test_what_is_no_delivery_is_refused_in_one_line(
    client: TestClient, store: RefusingStore, recorder: Recorder, body: bytes, headers: dict[str, str]
) -> None:
    answer = send(client, body, headers)

    assert answer.status_code == 400
    assert answer.text == "this is no delivery of Slack's"
    assert (store.waiting(), recorder.calls) == ([], [])


def test_a_forged_signature_is_refused(client: TestClient, store: RefusingStore, recorder: Recorder) -> None:
    answer = send(client, json.dumps(event()), JSON, secret="another secret")

    assert answer.status_code == 401
    assert (store.waiting(), recorder.calls) == ([], [])


def test_more_requests_than_there_are_places_are_asked_to_come_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("handlers.web._READ_WITHIN", 0.2)

    async def nothing_comes() -> Message:
        await asyncio.Event().wait()
        raise AssertionError("nobody ends this wait")

    async def slow(asked: Request) -> Response:
        await body_within(asked, 1)
        raise AssertionError("it never came")

    async def knock() -> list[Response]:
        door, request = bounded(slow, 2), Request({"type": "http"}, nothing_comes)
        return [*await asyncio.gather(*(door(request) for _ in range(3))), await door(request)]

    answers = asyncio.run(knock())

    assert {(answer.status_code, answer.headers["Retry-After"]) for answer in answers} == {(503, "5")}
    assert ["too many at once" in bytes(answer.body).decode() for answer in answers] == [False, False, True, False]
