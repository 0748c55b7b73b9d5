"""The emulator behind a real socket, and the unmodified SDK in front of it."""

import socket
import threading
from collections.abc import Iterator

import httpx
import pytest
import uvicorn
from anthropic import Anthropic
from starlette.applications import Starlette
from starlette.routing import Mount

from sandbox.model.app import build_app
from tests.sandbox.model.model_emulator import Emulator, StillClock
from tests.serving import KEPT_ALIVE


@pytest.fixture(scope="session")
def running_model() -> Iterator[Emulator]:
    """One emulator for the whole session, mounted as the world mounts it."""
    clock = StillClock()
    app = Starlette(routes=[Mount("/model", app=build_app(clock))])
    # Listening before the server runs lets a client connect at once: nobody has to wait for start-up.
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = uvicorn.Server(
            uvicorn.Config(app, log_level="error", timeout_keep_alive=KEPT_ALIVE, lifespan="off", ws="none")
        )
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        url = f"http://127.0.0.1:{listening.getsockname()[1]}/model"
        with Anthropic(base_url=url, api_key="sandbox", max_retries=0) as sdk, httpx.Client() as http:
            yield Emulator(url, clock, sdk, http)
        server.should_exit = True
        thread.join()


@pytest.fixture
def model(running_model: Emulator) -> Emulator:
    """The emulator with nothing remembered and the clock where it began."""
    running_model.control("reset")
    running_model.clock.moment = StillClock.moment
    return running_model
