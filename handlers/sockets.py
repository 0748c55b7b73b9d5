"""Socket Mode: opening the connection with our errors, and leaving it without tearing an envelope apart."""

import logging
import sys
import threading
from contextlib import suppress
from socket import IPPROTO_TCP, TCP_NODELAY

from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk.socket_mode.builtin import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest

from handlers.slack_errors import translated

logger = logging.getLogger(__name__)

# The SDK calls itself once for each read of a frame: with its default of 1 KiB a megabyte ends in RecursionError.
_BUFFER = 64 * 1024
# And once more for each frame that it has read with another one behind it: a burst of a thousand clicks is one chain.
# Calls of Python's own cost no stack; nested JSON does, in C, and of 5,000 levels a thread's eight megabytes hold all.
_CALLS_DEEP = 5_000
_READ_TIMEOUT = 4.0  # the SDK's reader looks up every three seconds


class Socket(SocketModeHandler):
    """Bolt's handler, for envelopes of any size and shape."""

    def __init__(self, app: App, app_token: str) -> None:
        sys.setrecursionlimit(max(sys.getrecursionlimit(), _CALLS_DEEP))
        super().__init__(app, app_token, receive_buffer_size=_BUFFER)
        self.client.on_error_listeners.append(self._resume)

    def handle(self, client: SocketModeClient, req: SocketModeRequest) -> None:  # type: ignore[override] # as Bolt's own
        """Dispatch an envelope; one that even Bolt cannot read is not acknowledged, as HTTP would answer 400."""
        try:
            _send_at_once(client)
            super().handle(client, req)
        except Exception as error:  # noqa: BLE001 - boundary: anything may stand in a payload, or the connection be gone
            logger.warning("envelope.unreadable reason=%s", type(error).__name__)

    def _resume(self, error: Exception) -> None:
        """After a failed read nobody knows where the next frame begins: a new connection does."""
        if not isinstance(error, OSError):  # the SDK itself leaves the connection after those
            self.client.disconnect()


def _send_at_once(client: SocketModeClient) -> None:
    """Else an acknowledgement waits until the other side has confirmed the one before, up to 40 ms later."""
    sock = client.current_session and client.current_session.sock
    if sock:
        with suppress(OSError):  # closed this moment: what it brought is kept all the same
            sock.setsockopt(IPPROTO_TCP, TCP_NODELAY, 1)


def listen(socket: SocketModeHandler) -> None:
    """Connect; raises AuthExpired or Unavailable when Slack gives no address to connect to."""
    with translated("apps.connections.open"):
        socket.connect()  # type: ignore[no-untyped-call] # Slack leaves it unannotated


def hang_up(socket: SocketModeHandler, within: float) -> None:
    """Read nothing more, let the listeners answer what was read, then close; what is unread is delivered again.

    The SDK's own close() shuts the socket first: a frame being read is then cut short ("Unterminated string") and a
    listener at work finds nobody to acknowledge to.
    """
    client = socket.client
    client.auto_reconnect_enabled = False
    _stop_reading(client)
    _finish_listeners(client, within)
    client.disconnect()


def _stop_reading(client: SocketModeClient) -> None:
    reader = client.current_session_runner
    reader.event.set()
    client.current_session_state.terminated = True
    if client.is_connected() and client.current_session is not None:
        client.current_session.ping("closing")  # its answer wakes the reader up
    reader.thread.join(_READ_TIMEOUT)


def _finish_listeners(client: SocketModeClient, within: float) -> None:
    done = threading.Thread(target=_work_off, args=(client,), name="slack-hang-up", daemon=True)
    done.start()
    done.join(within)
    if done.is_alive():
        logger.warning("slack.hung-up listeners=unfinished")


def _work_off(client: SocketModeClient) -> None:
    while not client.message_queue.empty():
        client.message_processor.thread.join(0.01)
    client.closed = True
    client.message_queue.put(None)  # wakes the processor up, which then sees that it is closed
    client.message_processor.shutdown()  # type: ignore[no-untyped-call] # the same
    client.current_app_monitor.shutdown()  # type: ignore[no-untyped-call] # the same
    client.message_workers.shutdown()
