"""`python -m bench.bare_bolt WORLD`: an empty Bolt app with default settings, which acknowledges and does nothing."""

import re
import sys
from threading import Event

from slack_bolt import Ack, App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient

ANYTHING = re.compile(".*")


def main(url: str) -> None:
    """Connect to the emulated Slack at `url` and stay."""
    app = App(client=WebClient("xoxb-sandbox-cosell", base_url=f"{url}/slack/api/"))

    def acknowledge(ack: Ack) -> None:
        ack()

    app.action(ANYTHING)(acknowledge)
    app.view(ANYTHING)(acknowledge)
    app.command(ANYTHING)(acknowledge)
    SocketModeHandler(app, "xapp-sandbox-cosell").connect()  # type: ignore[no-untyped-call] # Slack leaves it unannotated
    Event().wait()


if __name__ == "__main__":
    main(sys.argv[1])
