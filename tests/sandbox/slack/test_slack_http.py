"""Signed HTTP delivery to a request URL, verified by Slack's own SDK and served by Bolt."""

from collections.abc import Iterator
from typing import Any

import pytest
from slack_bolt import Ack, App
from slack_bolt.adapter.starlette import SlackRequestHandler
from slack_sdk.signature import SignatureVerifier
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from sandbox import cast
from tests.sandbox.slack.slack_emulator import World, bolt_app, eventually, serving

Json = dict[str, Any]
SECRET = "a-signing-secret"
OPS = "C0COSELLOPS"


class Receiver:
    """A request URL that verifies signatures, remembers requests and answers as told."""

    def __init__(self) -> None:
        self.verifier = SignatureVerifier(SECRET)
        self.requests: list[tuple[bool, dict[str, str], str]] = []
        self.statuses: list[int] = []

    async def endpoint(self, request: Request) -> Response:
        body = (await request.body()).decode()
        headers = dict(request.headers)
        if "url_verification" in body:
            return PlainTextResponse("sandbox-challenge")
        self.requests.append((self.verifier.is_valid_request(body, headers), headers, body))
        return PlainTextResponse("", self.statuses.pop(0) if self.statuses else 200)


@pytest.fixture
def receiver(world: World) -> Iterator[Receiver]:
    receiver = Receiver()
    with serving(Starlette(routes=[Route("/slack/events", receiver.endpoint, methods=["POST"])])) as url:
        settings = {"request_url": f"{url}/slack/events", "signing_secret": SECRET}
        assert world.post("/_control/settings", settings)["ok"]
        yield receiver
        world.post("/_control/settings", {"request_url": ""})


def test_events_are_signed(world: World, receiver: Receiver) -> None:
    world.act("message", cast.PRIYA, channel=OPS, text="hello")

    eventually(lambda: receiver.requests)
    valid, headers, body = receiver.requests[0]
    assert valid
    assert headers["content-type"] == "application/json"
    assert '"hello"' in body


def test_the_signature_stays_valid_when_the_world_is_pushed_forward(world: World, receiver: Receiver) -> None:
    world.advance(3 * 24 * 3600)

    world.act("message", cast.PRIYA, channel=OPS, text="hello")

    eventually(lambda: receiver.requests)
    assert receiver.requests[0][0]


def test_a_refused_event_is_sent_again_with_its_number_and_reason(world: World, receiver: Receiver) -> None:
    receiver.statuses = [500, 500]

    world.act("message", cast.PRIYA, channel=OPS, text="hello")

    eventually(lambda: len(receiver.requests) == 3)
    retries = [
        (headers.get("x-slack-retry-num"), headers.get("x-slack-retry-reason")) for _, headers, _ in receiver.requests
    ]
    assert retries == [(None, None), ("1", "http_error"), ("2", "http_error")]
    assert len({body for _, _, body in receiver.requests}) == 1


def test_a_refused_command_is_not_sent_again(world: World, receiver: Receiver) -> None:
    receiver.statuses = [500]

    outcome = world.act("command", cast.PRIYA, channel=OPS, command="/cosell")

    assert outcome["error"] == "dispatch_failed"
    assert len(receiver.requests) == 1


def test_a_request_url_must_answer_the_challenge(world: World) -> None:
    refused = world.post("/_control/settings", {"request_url": "http://127.0.0.1:9/nothing"})

    assert refused["error"] == "request_url_did_not_answer"
    assert world.get("/_control/settings")["request_url"] == ""


def test_bolt_answers_commands_and_clicks_over_http(world: World) -> None:
    app: App = bolt_app(world, signing_secret=SECRET)
    clicks: list[Json] = []

    @app.command("/cosell")
    def cosell(ack: Ack) -> None:
        ack(text="here you are")

    @app.action("go")
    def go(ack: Ack, body: Json) -> None:
        clicks.append(body)
        ack()

    handler = SlackRequestHandler(app)
    button = {"type": "button", "action_id": "go", "text": {"type": "plain_text", "text": "Go"}}
    with serving(Starlette(routes=[Route("/slack/events", handler.handle, methods=["POST"])])) as url:
        settings = {"request_url": f"{url}/slack/events", "signing_secret": SECRET}
        assert world.post("/_control/settings", settings)["ok"]
        command = world.act("command", cast.PRIYA, channel=OPS, command="/cosell")
        blocks = [{"type": "actions", "elements": [button]}]
        ts = world.client().chat_postMessage(channel=OPS, text="?", blocks=blocks)["ts"]
        click = world.act("action", cast.PRIYA, channel=OPS, message_ts=ts, action_id="go")
        world.post("/_control/settings", {"request_url": ""})

    assert [item["content"]["text"] for item in command["shown"]] == ["here you are"]
    assert click["ok"]
    assert clicks[0]["user"]["id"] == cast.PRIYA.id
