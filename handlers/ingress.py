"""The way in: drop what no person did, keep the envelope, acknowledge it; a worker then does what it asks for."""

import logging
from collections.abc import Callable
from threading import BoundedSemaphore
from typing import Any

from slack_bolt import BoltContext, BoltResponse

from handlers.desk import Identity
from handlers.envelopes import Body, actor_of, envelope_of, is_noise, kind_of
from handlers.forms import SUBMISSION, checking
from handlers.gates import is_let_in, turn_away
from handlers.keeping import Keeper
from handlers.replies import explain
from handlers.submitters import Submitter
from handlers.workers import LEASE, Workers
from motions.model import Person, Role
from motions.ports import Clock, People
from motions.records import Arrival, Envelope

logger = logging.getLogger(__name__)

# Of Slack's three seconds; the little one is enough for a form that asks nobody outside.
PATIENCE, LITTLE_PATIENCE = 2.0, 0.01
# Each holds one of ten socket threads. While that many forms wait for a CRM that hangs, the others learn at once
# that theirs takes longer too.
_SEATS = 2
_OK = 200
_NOBODY = Person(team_id="", user_id="", name="nobody", role=Role.STRANGER)


class Ingress:
    """Bolt's global middleware. Everything passes it twice: from Slack, to be kept, and from a worker, to be done.

    An envelope that cannot be kept is answered 503: Slack delivers an event again, and a person is told.
    """

    def __init__(self, us: Identity, people: People, keeper: Keeper, clock: Clock, workers: Workers) -> None:
        self._us = us
        self._people = people
        self._keeper = keeper
        self._clock = clock
        self._workers = workers
        self._seats = BoundedSemaphore(_SEATS)

    def receive(self, body: dict[str, Any], context: BoltContext, next: Callable[[], None]) -> BoltResponse | None:  # noqa: A002 - Bolt's name
        """Global middleware: keeps and acknowledges what Slack sends; lets through what a worker brings."""
        if isinstance(context.get("envelope"), Envelope):
            return self._let_through(body, context, next)
        if is_noise(body, self._us):
            return BoltResponse(status=_OK, body="")
        try:
            envelope = self._kept(body)
        except Exception as error:  # noqa: BLE001 - boundary: whatever the store did, it is redelivered or told
            return explain(error, body)
        if envelope is None:
            logger.info("envelope.repeated kind=%s", kind_of(body))
            return BoltResponse(status=_OK, body="")
        if envelope.kind == SUBMISSION:
            return self._answered(envelope)
        self._workers.hand_over(envelope)
        return BoltResponse(status=_OK, body="")

    def _let_through(self, body: Body, context: BoltContext, go_on: Callable[[], None]) -> BoltResponse | None:
        try:
            person = context["person"] = self._who(body)
        except Exception as error:  # noqa: BLE001 - boundary: whatever Slack's directory did, it is tried again or told
            return explain(error, body)
        if not is_let_in(person, body):
            logger.info("envelope.turned-away kind=%s role=%s", kind_of(body), person.role)
            return turn_away(person, body, context.client)
        go_on()
        return None

    def _kept(self, body: Body) -> Envelope | None:
        now = self._clock.now()
        envelope = envelope_of(body, now, now + LEASE)
        arrival = self._keeper.write(lambda inbox: inbox.receive(envelope))
        return envelope if arrival is Arrival.NEW else None

    def _answered(self, envelope: Envelope) -> BoltResponse:
        """A form's answer rides on its acknowledgement, unless it takes too long: then it follows."""
        has_seat = self._seats.acquire(blocking=False)
        submitter = Submitter(self._seats.release if has_seat else None)
        self._workers.hand_over(envelope, submitter)
        said = submitter.wait(PATIENCE if has_seat else LITTLE_PATIENCE)
        return BoltResponse(status=_OK, body=checking(envelope.key) if said is None else dict(said) or "")

    def _who(self, body: Body) -> Person:
        actor = actor_of(body)
        return self._people.person(actor.team_id, actor.user_id) if actor else _NOBODY
