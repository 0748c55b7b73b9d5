"""Slack, outbound: draw, post, find, update; decides nothing and retries nothing itself."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from slack_sdk import WebClient

from handlers.audiences import Audiences
from handlers.desk import Identity
from handlers.directory import Directory
from handlers.pacing import Pacer
from handlers.views import VERSION
from handlers.views import render as draw
from handlers.views.edition import picture_of
from motions.audiences import Audience
from motions.edition_surfaces import Edition, Picture
from motions.model import MessageRef, Person
from motions.revisions import InForce
from motions.surfaces import Surface

TIMEOUT = 5  # seconds; shorter than an effect's lease
_EVENT_TYPE = "cosell_post"
_SLACK_CLOCK_MAY_BE_BEHIND = timedelta(seconds=60)
_PAGE = 200


def web_client(token: str, base_url: str = "https://slack.com/api/") -> WebClient:
    """A client that calls once: the SDK's own would send a post again after a dropped connection."""
    return WebClient(token=token, base_url=base_url, timeout=TIMEOUT, retry_handlers=[])


def open_messenger(
    client: WebClient, in_force: InForce, us: Identity, directory: Directory | None = None
) -> "SlackMessenger":
    """The messenger of one workspace, which asks who reads a place before it sends there."""
    pacer = Pacer()
    return SlackMessenger(client, us, Audiences(client, in_force, us, directory or Directory(client), pacer), pacer)


class SlackMessenger:
    """The Messenger port over the Web API."""

    def __init__(self, client: WebClient, us: Identity, audiences: Audiences, pacer: Pacer) -> None:
        self._client = client
        self._us = us
        self._audiences = audiences
        self._pacer = pacer

    @property
    def renderer(self) -> str:
        """The version of the views."""
        return VERSION

    def render(self, surface: Surface) -> Mapping[str, object]:
        """The exact message for a surface."""
        return draw(surface)

    def depict(self, edition: Edition) -> Picture:
        """An edition as a picture with words."""
        return picture_of(edition)

    def audience(self, channel: str) -> Audience:
        """Who would see a message there, asked now. Raises Unavailable."""
        return self._audiences.of(channel)

    def post(self, channel: str, message: Mapping[str, object], key: str, thread_ts: str | None = None) -> MessageRef:
        """Post once; raises OutcomeUnknown when the answer is lost."""
        with self._pacer.calling("chat.postMessage", channel, sends_once=True):
            answer = self._client.chat_postMessage(
                channel=channel,
                **_content(message),
                metadata={"event_type": _EVENT_TYPE, "event_payload": {"key": key}},
                unfurl_links=False,
                unfurl_media=False,
                thread_ts=thread_ts,
            )
        return MessageRef(str(answer["channel"]), str(answer["ts"]))

    def find_post(self, channel: str, key: str, since: datetime, thread_ts: str | None = None) -> MessageRef | None:
        """Our own message with this key in its metadata; every page is read before the answer is None."""
        for message in self._messages(channel, _oldest(since), thread_ts):
            if self._is_ours(message) and _key_of(message) == key:
                return MessageRef(channel, str(message["ts"]))
        return None

    def find_file(self, channel: str, name: str, since: datetime, thread_ts: str | None) -> str | None:
        """The file of this name in a message of ours in a thread or channel; Slack gives such a message no metadata."""
        for message in self._messages(channel, _oldest(since), thread_ts):
            files = message.get("files") or () if message.get("user") == self._us.bot_user_id else ()
            for file in files:
                if file.get("name") == name:
                    return str(file["id"])
        return None

    def update(self, ref: MessageRef, message: Mapping[str, object]) -> None:
        """Replace a message of ours; chat.update keeps its metadata and switches unfurling off for good."""
        with self._pacer.calling("chat.update"):
            self._client.chat_update(
                channel=ref.channel, ts=ref.ts, **_content(message), unfurl_links=False, unfurl_media=False
            )

    def direct_channel(self, person: Person) -> str:
        """The bot's conversation with one person."""
        return self._audiences.directs.channel_with(person.user_id)

    def _messages(self, channel: str, oldest: str, thread_ts: str | None) -> Iterator[dict[str, Any]]:
        cursor = ""
        while True:
            page = self._page(channel, oldest, thread_ts, cursor)
            yield from page.get("messages") or []
            cursor = str((page.get("response_metadata") or {}).get("next_cursor") or "")
            if not cursor:
                return

    def _page(self, channel: str, oldest: str, thread_ts: str | None, cursor: str) -> dict[str, Any]:
        wanted: dict[str, Any] = {
            "oldest": oldest,
            "include_all_metadata": True,
            "limit": _PAGE,
            "cursor": cursor or None,
        }
        if thread_ts:
            with self._pacer.calling("conversations.replies"):
                return _page_of(self._client.conversations_replies(channel=channel, ts=thread_ts, **wanted))
        with self._pacer.calling("conversations.history"):
            return _page_of(self._client.conversations_history(channel=channel, **wanted))

    def _is_ours(self, message: Mapping[str, Any]) -> bool:
        # Anybody's app in a shared channel can write metadata; only our own posts count.
        return message.get("bot_id") == self._us.bot_id


def _oldest(since: datetime) -> str:
    return f"{(since - _SLACK_CLOCK_MAY_BE_BEHIND).timestamp():.6f}"


def _content(message: Mapping[str, object]) -> dict[str, Any]:
    return {"text": message["text"], "blocks": message["blocks"]}


def _key_of(message: Mapping[str, Any]) -> str | None:
    metadata = message.get("metadata") or {}
    if metadata.get("event_type") != _EVENT_TYPE:
        return None
    key = (metadata.get("event_payload") or {}).get("key")
    return str(key) if key is not None else None


def _page_of(answer: Any) -> dict[str, Any]:
    data: dict[str, Any] = answer.data
    return data
