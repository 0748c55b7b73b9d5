"""Slack's agent sessions: where the app is declared an agent, a direct question is one, answered in its own thread.

While it is worked on Slack offers to stop it; an answer that has not left by then is not sent.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Any

from slack_sdk import WebClient

from handlers.envelopes import word
from handlers.slack_errors import translated
from handlers.views import text
from motions.errors import ConnectorError

logger = logging.getLogger(__name__)

_TITLE = 200
_Place = tuple[str, str]
_Question = tuple[_Place, str]


class Sessions:
    """The sessions this process works on; without an agent there are none, and nothing is asked of Slack."""

    def __init__(self, *, is_agent: bool) -> None:
        self._is_agent = is_agent
        self._worked_on: set[_Question] = set()
        self._stopped: set[_Question] = set()
        self._lock = Lock()

    def thread_of(self, event: dict[str, Any]) -> str | None:
        """The thread a direct question is answered in."""
        asked_in: str | None = event.get("thread_ts")
        return asked_in or (str(event["ts"]) if self._is_agent else None)

    @contextmanager
    def working(self, event: dict[str, Any], client: WebClient) -> Iterator[None]:
        """Around the answering of a direct question: its session says so, and afterwards no more."""
        if not self._is_agent:
            yield
            return
        question = self._question(event)
        place, _ = question
        with self._lock:
            self._worked_on.add(question)
        title = text.shortened(text.one_line(word(event, "text")), _TITLE) or "cosell"
        _say(client, place, "processing", title=title, initiator_user_id=word(event, "user"))
        try:
            yield
        finally:
            with self._lock:
                self._worked_on.discard(question)
                self._stopped.discard(question)
                is_last = not self._of(place)
            if is_last:
                _say(client, place, "active")

    def is_stopped(self, event: dict[str, Any]) -> bool:
        """Whether whoever asked wants no answer any more."""
        with self._lock:
            return self._question(event) in self._stopped

    def stop(self, event: dict[str, Any], client: WebClient) -> None:
        """Somebody stopped a session: none of its answers that have not left does."""
        place = (word(event, "channel"), word(event, "thread_ts"))
        with self._lock:
            worked_on = self._of(place)
            self._stopped |= worked_on
        if not worked_on:  # answered already, or by another process
            _say(client, place, "active")

    def _question(self, event: dict[str, Any]) -> _Question:
        return (word(event, "channel"), str(self.thread_of(event))), word(event, "ts")

    def _of(self, place: _Place) -> set[_Question]:
        return {each for each in self._worked_on if each[0] == place}


def _say(client: WebClient, place: _Place, status: str, **on_creation: str) -> None:
    channel, thread = place
    try:
        with translated("agents.sessions.setStatus"):
            client.agents_sessions_setStatus(channel_id=channel, thread_ts=thread, status=status, **on_creation)
    except ConnectorError as error:  # an answer is worth more than what is said of it
        logger.info("session.not-said status=%s reason=%s", status, type(error).__name__)
