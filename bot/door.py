"""Our own port: bound before anything else starts, so that one in use is a refusal; knows no route."""

import socket
import threading

import uvicorn
from starlette.applications import Starlette

from bot.settings import SettingsError

CLOSE_WITHIN = 5.0
_KEPT_ALIVE = 75  # seconds; longer than balancers keep theirs, or they send into a connection that is just being closed


class Door:
    """A bound port, and the web server behind it once `serve` is called."""

    def __init__(self, host: str, port: int) -> None:
        """Bind; SettingsError when the port cannot be had. Port 0 is any free one."""
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        try:
            self._socket = socket.create_server((host, port), family=family)
        except OSError as error:
            raise SettingsError(
                f"Port {port} on {host} cannot be used ({error.strerror}). "
                "Stop what uses it, or set COSELL_PORT to another port (0: any free one)."
            ) from error
        self._server: uvicorn.Server | None = None
        self._thread: threading.Thread | None = None

    @property
    def url(self) -> str:
        """Where it is."""
        host, port = self._socket.getsockname()[:2]
        return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"

    def serve(self, app: Starlette) -> None:
        """Answer from now on, on a thread of its own."""
        config = uvicorn.Config(
            app,
            log_level="warning",
            log_config=None,
            timeout_keep_alive=_KEPT_ALIVE,
            timeout_graceful_shutdown=int(CLOSE_WITHIN),
        )
        self._server = server = uvicorn.Server(config)
        self._thread = threading.Thread(target=lambda: server.run([self._socket]), name="web", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Let requests under way finish, then give the port back."""
        if self._server is not None and self._thread is not None:
            self._server.should_exit = True
            self._thread.join(CLOSE_WITHIN)
        self._socket.close()
