"""Signed HTTP delivery to a request URL, as Slack does without Socket Mode; decides nothing about retries."""

import hashlib
import hmac
import json
from urllib.parse import urlencode

import httpx

from sandbox.clock import WorldClock
from sandbox.slack.wire import Json

_OK = 200
_JSON = "application/json"
_FORM = "application/x-www-form-urlencoded"


class HttpRefusedError(Exception):
    """The request URL answered with something other than 200, or could not be reached."""


async def deliver(envelope: Json, *, url: str, secret: str, patience: float, real_time: WorldClock) -> Json | None:
    """Post an envelope's payload and give what the app answered.

    Raises TimeoutError when it takes too long and HttpRefusedError when it fails.
    """
    content_type, body = _encode(envelope)
    stamp = str(int(real_time.now().timestamp()))
    headers = {
        "content-type": content_type,
        "x-slack-request-timestamp": stamp,
        "x-slack-signature": signature(secret, stamp, body),
        "user-agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
    }
    if envelope.get("retry_attempt"):
        headers["x-slack-retry-num"] = str(envelope["retry_attempt"])
        headers["x-slack-retry-reason"] = str(envelope["retry_reason"])
    try:
        async with httpx.AsyncClient(timeout=patience, trust_env=False) as client:
            answer = await client.post(url, content=body, headers=headers)
    except httpx.TimeoutException as late:
        raise TimeoutError from late
    except httpx.HTTPError as broken:
        raise HttpRefusedError("connection_failed") from broken
    if answer.status_code != _OK:
        raise HttpRefusedError("http_error")
    return _answer(answer)


def signature(secret: str, stamp: str, body: str) -> str:
    """Slack's v0 request signature."""
    digest = hmac.new(secret.encode(), f"v0:{stamp}:{body}".encode(), hashlib.sha256)
    return "v0=" + digest.hexdigest()


def _encode(envelope: Json) -> tuple[str, str]:
    payload = envelope["payload"]
    if envelope["type"] == "events_api":
        return _JSON, json.dumps(payload)
    if envelope["type"] == "slash_commands":
        return _FORM, urlencode(payload)
    return _FORM, urlencode({"payload": json.dumps(payload)})


def _answer(answer: httpx.Response) -> Json | None:
    if not answer.content:
        return None
    if _JSON not in answer.headers.get("content-type", ""):
        return {"text": answer.text}
    value = answer.json()
    return value if isinstance(value, dict) else None
