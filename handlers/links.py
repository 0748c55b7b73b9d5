"""Links to deals that our people post: each gets a button, by which everybody is shown what they may see themselves."""

import logging
from collections import deque
from datetime import datetime, timedelta
from threading import Lock
from typing import Any

from slack_bolt import Ack, BoltContext
from slack_sdk import WebClient

from handlers.desk import UseCases, is_ours
from handlers.envelopes import word
from handlers.forms import open_form
from handlers.slack_errors import translated
from handlers.views import preview, which
from motions.audiences import INTERNAL
from motions.errors import Rejected
from motions.ports import Clock, Messenger
from motions.posting import check_readers

logger = logging.getLogger(__name__)

# Who reads there is asked each time, and Slack answers that fifty times a minute: cards come before links.
PER_MINUTE = 10


class Links:
    """Puts the button there; one per process, for it counts."""

    def __init__(self, cases: UseCases, messenger: Messenger, clock: Clock) -> None:
        self._cases, self._messenger, self._clock = cases, messenger, clock
        self._recent: deque[datetime] = deque(maxlen=PER_MINUTE)
        self._turn = Lock()

    def shared(self, event: dict[str, Any], context: BoltContext, client: WebClient) -> None:
        """Put the button under each link to a deal that its poster may ask for, where only our own people read."""
        if word(event, "source") == "composer":  # not said yet
            return
        person, channel = context["person"], word(event, "channel")
        urls = [word(link, "url") for link in event.get("links") or [] if isinstance(link, dict)]
        deals = {url: deal for url in urls if is_ours(person) and (deal := self._cases.deal_named(url, person))}
        if not deals or not self._has_turn():
            return
        try:
            check_readers(channel, INTERNAL, self._messenger)
            with translated("chat.unfurl"):  # the same again replaces what is there
                unfurls = {url: preview.draw(deal) for url, deal in deals.items()}
                client.chat_unfurl(channel=channel, ts=word(event, "message_ts"), unfurls=unfurls)
        except Rejected as refusal:  # others read there, or the message is gone: a link does without
            logger.info("link.left-alone reason=%s", type(refusal).__name__)

    def _has_turn(self) -> bool:
        now = self._clock.now()
        with self._turn:
            if len(self._recent) == PER_MINUTE and now - self._recent[0] < timedelta(minutes=1):
                return False
            self._recent.append(now)
            return True


def show(
    cases: UseCases, ack: Ack, action: dict[str, Any], body: dict[str, Any], context: BoltContext, client: WebClient
) -> None:
    """Where the deal's co-sell stands, for whoever pressed."""
    ack()
    open_form(client, body, which.answer_modal(cases.show_deal(word(action, "value"), context["person"])))
