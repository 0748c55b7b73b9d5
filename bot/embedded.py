"""The sandbox world as a child process: started, waited for, stopped; it is never imported."""

import contextlib
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import httpx

from bot.processes import be_present
from bot.settings import SANDBOX_DATABASE, Settings

BEGINS_ANEW = 75  # the code it ends with when somebody asked for that on its page
START_WITHIN = 30.0
STOP_WITHIN = 5.0


class SandboxError(Exception):
    """The sandbox world could not be started; the message names the fix."""


@dataclass
class World:
    """A running world."""

    url: str
    process: "subprocess.Popen[bytes]"

    @property
    def ended_with(self) -> int | None:
        """The code it ended with by itself; BEGINS_ANEW: somebody wants another."""
        return self.process.poll()

    def when_ended(self, then: Callable[[], None]) -> None:
        """Have this called once it has ended, however that came."""

        def wait() -> None:
            self.process.wait()
            then()

        threading.Thread(target=wait, name="world", daemon=True).start()

    def stop(self) -> None:
        """Ask it to end, and insist after a while."""
        self.process.terminate()
        try:
            self.process.wait(STOP_WITHIN)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def start_world(port: int, *, tick_seconds: float | None, deals: int | None = None, as_agent: bool = False) -> World:
    """Start `python -m sandbox` on a port (0: any free one) and wait until it answers."""
    port = port or _free_port()
    _must_be_free(port)
    command = [sys.executable, "-m", "sandbox", "--with-parent", "--port", str(port)]
    command += [] if tick_seconds is None else ["--tick", str(tick_seconds)]
    command += ["--agent"] if as_agent else []
    command += [] if deals is None else ["--deals", str(deals)]
    # Its own process group: Ctrl-C reaches the bot first, which then stops the world in order.
    process = subprocess.Popen(command, start_new_session=True)  # noqa: S603 - our own module
    world = World(f"http://127.0.0.1:{port}", process)
    _wait(world)
    return world


def begin_anew(settings: Settings) -> None:
    """Forget what is kept of an earlier sandbox world, for each is a new one. Raises AlreadyRunningError.

    Only in the sandbox's own file: any other that was named stays as it is.
    """
    if settings.cosell_database_url != SANDBOX_DATABASE:
        return
    presence = be_present(SANDBOX_DATABASE)
    try:
        file = Path(SANDBOX_DATABASE.removeprefix("sqlite:///"))
        for suffix in ("", "-wal", "-shm", "-journal"):
            file.with_name(file.name + suffix).unlink(missing_ok=True)
    finally:
        presence.leave()


def _must_be_free(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise SandboxError(
                f"Port {port} is in use, so the sandbox page cannot be served there. "
                "Stop what uses it, or set COSELL_SANDBOX_PORT to another port."
            ) from error


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait(world: World) -> None:
    deadline = time.monotonic() + START_WITHIN
    while time.monotonic() < deadline:
        if world.process.poll() is not None:
            raise SandboxError(f"The sandbox world ended at once with code {world.process.returncode}; see above.")
        with contextlib.suppress(httpx.TransportError):
            if httpx.get(f"{world.url}/world/health", timeout=1).status_code == httpx.codes.OK:
                return
        time.sleep(0.1)
    world.stop()
    raise SandboxError(f"The sandbox world did not answer on {world.url} within {START_WITHIN:.0f} s.")
