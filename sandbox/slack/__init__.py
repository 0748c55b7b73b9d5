"""A local stand-in for Slack: Web API, Socket Mode, signed HTTP, and the APIs of a browser page and of tests.

An unmodified Slack app runs against it by its base URL alone. It keeps three organisations, shared channels between
them, and what each person may see. It knows nothing of the app it serves.

What it does not imitate:

- streaming (chat.startStream and its kin), scheduled messages, canvases, lists, work objects,
  user groups, group direct messages, search, workflow steps and suggestions for external_select menus: their methods
  answer unknown_method;
- a second install of the app by a partner, Enterprise Grid, guests, user tokens, token rotation, revocation;
- Slack's rewriting of message text (escaping, linking, truncation), its own previews of links, and its size limit for
  a message's blocks as a whole;
- undocumented behaviour: whether Slack ever drops a repeated client_msg_id (a setting turns it on), the retry
  schedule of Socket Mode (the Events API's is used), and what app_home_opened carries for external people;
- the disabling of event subscriptions after many failures, and the caps on events and posts per workspace.

All state lives in memory, on the server's event loop, and is gone when the process ends.
"""

from sandbox.slack.app import build_app

__all__ = ["build_app"]
