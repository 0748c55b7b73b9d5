"""Socket Mode: opening the connection with our errors, and leaving it without tearing an envelope apart."""

import logging
import threading

from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk.socket_mode.builtin import SocketModeClient

from handlers.slack_errors import translated

logger = logging.getLogger(__name__)

_READ_TIMEOUT = 4.0  # the SDK's reader looks up every three seconds


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
