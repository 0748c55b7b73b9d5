"""`cosell writer`: the model's writer as a process of its own, with the model's key and no other; started by `cli`.

It loads no code that could reach Slack, the CRM, a portal or the store, and refuses to start where their settings are.
"""

import logging
import signal
import sys
import threading
from pathlib import Path
from urllib.parse import urlsplit

from agents.claude import ClaudeWriter, connect
from agents.service import build_app
from bot.door import Door
from bot.logs import open_log
from bot.settings import SettingsError
from bot.writer_settings import WriterSettings, load_writer_settings

log = logging.getLogger(__name__)

REFUSED = 2
USUAL_PORT = 8402


def main() -> int:
    """Serve until asked to end; the exit code."""
    open_log("WARNING")
    try:
        settings = load_writer_settings(Path.cwd())
        open_log(settings.cosell_log_level, settings.secrets)
        door = _opened(settings)
    except SettingsError as error:
        sys.stderr.write(f"{error}\n")
        return REFUSED
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    _serve(door, settings, stop)
    return 0


def _serve(door: Door, settings: WriterSettings, stop: threading.Event) -> None:
    key, secret = settings.secrets
    writer = ClaudeWriter(connect(api_key=key, base_url=settings.anthropic_base_url), settings.cosell_model)
    door.serve(build_app(writer, secret))
    sys.stdout.write(f"The writer is running on {door.url} with {settings.cosell_model}. Ctrl-C stops it.\n")
    sys.stdout.flush()
    stop.wait()
    door.close()
    writer.close()


def _opened(settings: WriterSettings) -> Door:
    parts = urlsplit(settings.cosell_writer_url)
    return Door(parts.hostname or "127.0.0.1", USUAL_PORT if parts.port is None else parts.port)


if __name__ == "__main__":
    sys.exit(main())
