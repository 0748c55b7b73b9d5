"""The `cosell` command as a process of its own: its environment, its first words and its end."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from bot.settings import DEFAULTS
from sandbox.environment import pointed_at
from tests.waiting import wait_until

COSELL = Path(sys.executable).with_name("cosell")
ENDS_WITHIN = 60


def environment_of(world: str, folder: Path) -> dict[str, str]:
    """Settings as a `.env` for real systems would hold them, pointed at a world."""
    return pointed_at(world) | {
        "COSELL_CONFIG": str(DEFAULTS),
        "COSELL_DATABASE_URL": f"sqlite:///{folder}/cosell.db",
    }


def started(command: str, settings: Mapping[str, str], folder: Path, *more: str) -> "subprocess.Popen[str]":
    """`cosell` in a folder whose `.env` holds these settings."""
    (folder / ".env").write_text("".join(f"{name}={value}\n" for name, value in settings.items()))
    return subprocess.Popen(
        [COSELL, command, *more],
        cwd=folder,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def ended(command: str, settings: Mapping[str, str], folder: Path, *more: str) -> tuple[int, str]:
    """The exit code of a command that ends by itself, and everything it said."""
    process = started(command, settings, folder, *more)
    out, err = process.communicate(timeout=ENDS_WITHIN)
    return process.returncode, out + err


@contextmanager
def running_bot(settings: Mapping[str, str], folder: Path) -> Iterator["subprocess.Popen[str]"]:
    """A bot that said it is running; asked to end, if it still lives, when the test is done."""
    process = started("run", settings, folder)
    said: list[str] = []
    reader = threading.Thread(target=_read, args=(process, said), daemon=True)
    reader.start()
    try:
        wait_until(lambda: any("cosell is running" in line for line in said), within=40, what="a running bot")
        yield process
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        process.communicate(timeout=ENDS_WITHIN)


def _read(process: "subprocess.Popen[str]", said: list[str]) -> None:
    assert process.stdout is not None
    said.extend(iter(process.stdout.readline, ""))
