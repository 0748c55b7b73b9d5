"""A running portal for real boto3: uvicorn on a free port, mounted where the world mounts it, under a still clock."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import httpx
import pytest
import uvicorn
from botocore.client import BaseClient
from botocore.config import Config
from botocore.exceptions import ClientError
from starlette.applications import Starlette

from sandbox.aws.app import build_app, routes_at
from sandbox.clock import WorldClock

SIGNATURE = (
    "AWS4-HMAC-SHA256 Credential=sandbox/20261120/us-east-1/partnercentral-selling/aws4_request, "
    "SignedHeaders=host, Signature=00"
)


class StillClock(WorldClock):
    """A world whose time stands still until somebody advances it."""

    start = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)

    def now(self) -> datetime:
        return self.start + self._offset

    def rewind(self) -> None:
        self._offset = timedelta()


@dataclass
class Running:
    """The portal under test, and the three ways to talk to it."""

    url: str
    clock: StillClock
    aws: BaseClient

    def control(self, method: str, path: str, **arguments: Any) -> Any:
        """One command, with its answer."""
        if method == "GET":
            return httpx.get(f"{self.url}/_control{path}", params=arguments).raise_for_status().json()
        answer = httpx.request(method, f"{self.url}/_control{path}", json=arguments)
        return answer.raise_for_status().json()

    def raw(self, operation: str, body: object, **headers: str) -> httpx.Response:
        """One call as any client could make it, unchecked by botocore."""
        content = body if isinstance(body, (str, bytes)) else json.dumps(body)
        sent = {
            "x-amz-target": f"AWSPartnerCentralSelling.{operation}",
            "content-type": "application/x-amz-json-1.0",
            "authorization": SIGNATURE,
        } | headers
        return httpx.post(f"{self.url}/", content=content, headers={k: v for k, v in sent.items() if v})

    def events(self, after: int = 0) -> list[str]:
        """The detail types of the feed."""
        feed = self.control("GET", "/events", after=after)
        return [entry["event"]["detail-type"] for entry in feed["events"]]


@pytest.fixture(scope="session")
def server() -> Iterator[Running]:
    clock = StillClock()
    world = Starlette(routes=routes_at("/aws", build_app(clock)))
    running = uvicorn.Server(uvicorn.Config(world, port=0, log_level="critical"))
    thread = threading.Thread(target=running.run, daemon=True)
    thread.start()
    wait_for(lambda: running.started)
    port = running.servers[0].sockets[0].getsockname()[1]
    url = f"http://127.0.0.1:{port}/aws"
    client = boto3.client(
        "partnercentral-selling",
        region_name="us-east-1",
        endpoint_url=url,
        aws_access_key_id="sandbox",
        aws_secret_access_key="sandbox",
        config=Config(retries={"total_max_attempts": 1}),
    )
    yield Running(url, clock, client)
    running.should_exit = True
    thread.join(5)


@pytest.fixture
def portal(server: Running) -> Running:
    """A fresh portal: nobody reviews by themselves, no quota, tasks finish at once."""
    server.clock.rewind()
    server.control("POST", "/reset")
    server.control("POST", "/reviewer", mode="manual")
    server.control("POST", "/limits", writes_per_second=None, reads_per_second=None)
    server.control("POST", "/knobs", task_delay_seconds=0)
    return server


def wait_for(condition: Callable[[], object], seconds: float = 10) -> None:
    """Poll until something another thread does has happened."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.01)


def complaint(call: Callable[[], object]) -> dict[str, Any]:
    """The parsed error answer of a call that must fail."""
    with pytest.raises(ClientError) as caught:
        call()
    return dict(caught.value.response)


def faults(answer: dict[str, Any]) -> list[tuple[str, str]]:
    """Field and code of each entry of an ErrorList."""
    return [(entry["FieldName"], entry["Code"]) for entry in answer.get("ErrorList", [])]
