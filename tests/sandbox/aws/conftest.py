"""A running portal for real boto3: uvicorn on a free port, kept where the world keeps it."""

import threading
from collections.abc import Iterator

import boto3
import httpx
import pytest
import uvicorn
from botocore.config import Config
from starlette.applications import Starlette

from sandbox.aws.app import build_app, routes_at
from tests.sandbox.aws.aws_portal import Running, StillClock
from tests.serving import KEPT_ALIVE
from tests.waiting import wait_until


@pytest.fixture(scope="session")
def server() -> Iterator[Running]:
    clock = StillClock()
    world = Starlette(routes=routes_at("/aws", build_app(clock)))
    running = uvicorn.Server(uvicorn.Config(world, port=0, log_level="critical", timeout_keep_alive=KEPT_ALIVE))
    thread = threading.Thread(target=running.run, daemon=True)
    thread.start()
    wait_until(lambda: running.started, what="the emulator's start")
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
    with httpx.Client() as http:
        yield Running(url, clock, http, client)
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
