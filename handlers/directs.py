"""Direct conversations: each is with one person for good, so Slack is asked for it once; says nothing in one."""

from threading import Lock

from slack_sdk import WebClient

from handlers.pacing import Pacer

_KNOWN_AT_MOST = 5_000  # whoever was asked about longest ago is asked about again


class Directs:
    """conversations.open, remembered both ways; a conversation somebody else names is never taken for one."""

    def __init__(self, client: WebClient, pacer: Pacer) -> None:
        self._client = client
        self._pacer = pacer
        self._channels: dict[str, str] = {}
        self._users: dict[str, str] = {}
        self._lock = Lock()

    def channel_with(self, user_id: str) -> str:
        """The bot's conversation with a member. Raises Unavailable, Rejected."""
        with self._lock:
            if (known := self._channels.get(user_id)) is not None:
                return known
        with self._pacer.calling("conversations.open"):
            channel = str(self._client.conversations_open(users=user_id)["channel"]["id"])
        self._remember(user_id, channel)
        return channel

    def user_in(self, channel: str) -> str | None:
        """Whom a conversation is with, when it was opened here."""
        with self._lock:
            return self._users.get(channel)

    def _remember(self, user_id: str, channel: str) -> None:
        with self._lock:
            self._channels[user_id], self._users[channel] = channel, user_id
            if len(self._channels) > _KNOWN_AT_MOST:
                del self._users[self._channels.pop(next(iter(self._channels)))]
