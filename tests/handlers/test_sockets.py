"""Socket Mode's connection: acknowledgements leave at once, and what was read is worked on although it is gone."""

import logging
import socket
from collections.abc import Iterator
from typing import Any

import pytest
from slack_bolt import BoltResponse
from slack_sdk import WebClient
from slack_sdk.socket_mode.builtin.connection import Connection, ConnectionState
from slack_sdk.socket_mode.request import SocketModeRequest

from handlers.listeners import build_bolt
from handlers.sockets import Socket
from tests.handlers.emulated_slack import US

BURST = 3_000  # far more than a second's worth of fifty people's clicks
_CLOSE = bytes([0x88, 2]) + (1000).to_bytes(2, "big")
ENVELOPE = SocketModeRequest(type="events_api", envelope_id="e1", payload={"type": "event_callback", "event": {}})


@pytest.fixture
def seen() -> list[Any]:
    return []


@pytest.fixture
def mode(seen: list[Any]) -> Iterator[Socket]:
    def keep(body: dict[str, Any]) -> BoltResponse:
        seen.append(body)
        return BoltResponse(status=200)

    app = build_bolt(WebClient(token="xoxb-none"), US)
    app.use(keep)
    mode = Socket(app, "xapp-none")
    yield mode
    mode.client.current_session = None
    mode.client.close()


def test_what_is_acknowledged_leaves_at_once(mode: Socket) -> None:
    near, far = _connected()
    with near, far:
        mode.client.current_session = over(near)

        mode.handle(mode.client, ENVELOPE)

        assert near.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


@pytest.mark.parametrize("is_known", [True, False])
def test_what_was_read_from_a_connection_that_is_gone_is_kept(mode: Socket, seen: list[Any], is_known: bool) -> None:
    gone = socket.socket()
    gone.close()
    mode.client.current_session = over(gone if is_known else None)

    mode.handle(mode.client, ENVELOPE)

    assert seen == [ENVELOPE.payload]


def test_a_burst_of_clicks_that_is_one_read_for_the_sdk_is_read_to_its_end(mode: Socket) -> None:
    words: list[str] = []
    near, far = _connected()
    connection, state = over(near), ConnectionState()  # type: ignore[no-untyped-call] # Slack leaves it unannotated

    def give_up(_error: Exception) -> None:
        state.terminated = True

    connection.on_message_listener, connection.on_error_listener = words.append, give_up
    connection.receive_buffer_size = mode.client.receive_buffer_size
    with near, far:
        far.sendall(b"".join(_frame(f"{n:04}") for n in range(BURST)) + _CLOSE)
        connection.run_until_completion(state)

    assert words == [f"{n:04}" for n in range(BURST)]


def over(sock: socket.socket | None) -> Connection:
    """The SDK's own connection, over this socket."""
    connection = Connection("ws://127.0.0.1/link", logging.getLogger(__name__))
    connection.sock = sock  # type: ignore[assignment] # off port 443 the SDK keeps a plain socket there too
    return connection


def _frame(words: str) -> bytes:
    """A text frame as a server sends it: RFC 6455, section 5.2."""
    return bytes([0x81, len(words)]) + words.encode()


def _connected() -> tuple[socket.socket, socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        near = socket.create_connection(server.getsockname())
        return near, server.accept()[0]
