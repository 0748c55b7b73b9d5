"""Links to deals that our people post: under each, everybody can ask for what they may see of the deal themselves."""

import logging
from collections import deque
from collections.abc import Mapping
from datetime import datetime, timedelta
from threading import Lock
from typing import Any

from slack_bolt import Ack, BoltContext
from slack_sdk import WebClient

from handlers.desk import UseCases, is_ours
from handlers.envelopes import part, word
from handlers.forms import open_form
from handlers.slack_errors import translated
from handlers.views import preview, which
from handlers.views.problem import for_outsider
from motions.answer_surfaces import ProblemAnswer
from motions.audiences import INTERNAL
from motions.deals import OpportunityId
from motions.errors import Rejected
from motions.model import Person
from motions.ports import Clock, Messenger
from motions.posting import check_readers

logger = logging.getLogger(__name__)

# Who reads there is asked each time, and Slack answers that fifty times a minute: cards come before links.
PER_MINUTE = 10
_OTHERS_READ = ProblemAnswer(
    "Nothing of a deal is shown beside this conversation.",
    "Others may read it, or cosell cannot tell who does.",
    "Ask in a direct message, or with /cosell.",
)
_TOO_MANY = ProblemAnswer("Too many links were looked at in this minute.", "", "Try again in a minute, or use /cosell.")


class Links:
    """Puts a button under each, or a Work Object where the app has them; one per process, for it counts."""

    def __init__(self, cases: UseCases, messenger: Messenger, clock: Clock, *, as_work_objects: bool) -> None:
        self._cases, self._messenger = cases, messenger
        self._as_work_objects = as_work_objects
        self._to_show, self._to_tell = _Turns(clock), _Turns(clock)

    def shared(self, event: dict[str, Any], context: BoltContext, client: WebClient) -> None:
        """Put it under each link to a deal that its poster may ask for, where only our own people read."""
        if word(event, "source") == "composer":  # not said yet
            return
        person, channel = context["person"], word(event, "channel")
        urls = [word(link, "url") for link in event.get("links") or [] if isinstance(link, dict)]
        deals = {url: deal for url in urls if is_ours(person) and (deal := self._cases.deal_named(url, person))}
        if not deals or not self._to_show.take():
            return
        try:
            check_readers(channel, INTERNAL, self._messenger)
            with translated("chat.unfurl"):  # the same again replaces what is there
                client.chat_unfurl(channel=channel, ts=word(event, "message_ts"), **self._drawn(deals))
        except Rejected as refusal:  # others read there, or the message is gone: a link does without
            logger.info("link.left-alone reason=%s", type(refusal).__name__)

    def details(self, event: dict[str, Any], context: BoltContext, client: WebClient) -> None:
        """Show one reader, beside the conversation, where the deal stands that they clicked."""
        said = self._details(event, context["person"])
        try:
            with translated("entity.presentDetails"):
                client.entity_presentDetails(trigger_id=word(event, "trigger_id"), **said)
        except Rejected as refusal:  # whoever clicked is not waiting any more
            logger.info("link.no-details reason=%s", type(refusal).__name__)

    def _drawn(self, deals: Mapping[str, OpportunityId]) -> dict[str, Any]:
        if self._as_work_objects:
            return {"metadata": {"entities": [preview.work_object(deal, url) for url, deal in deals.items()]}}
        return {"unfurls": {url: preview.draw(deal) for url, deal in deals.items()}}

    def _details(self, event: dict[str, Any], person: Person) -> dict[str, Any]:
        if not is_ours(person):
            return preview.nothing(for_outsider(person.role))
        if not self._to_tell.take():
            return preview.nothing(_TOO_MANY)
        try:
            check_readers(word(event, "channel"), INTERNAL, self._messenger)
        except Rejected:
            return preview.nothing(_OTHERS_READ)
        deal = word(part(event, "external_ref"), "id")
        return preview.details(self._cases.show_deal(deal, person), deal, word(event, "entity_url"))


class _Turns:
    """So many a minute."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._recent: deque[datetime] = deque(maxlen=PER_MINUTE)
        self._lock = Lock()

    def take(self) -> bool:
        """Whether there is one left."""
        now = self._clock.now()
        with self._lock:
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
