"""The way in: drop what no person did, keep the envelope, find out who acted; then, and only then, a listener runs."""

import json
import logging
from collections.abc import Callable
from typing import Any

from slack_bolt import BoltContext, BoltRequest, BoltResponse

from handlers.desk import Identity
from handlers.envelopes import Body, actor_of, is_noise, key_of, kind_of
from handlers.replies import explain
from motions.model import Person, Role
from motions.ports import Clock, People
from motions.records import Store

logger = logging.getLogger(__name__)

_OK = 200
_NOBODY = Person(team_id="", user_id="", name="nobody", role=Role.STRANGER)


class Ingress:
    """Bolt's global middleware and its counterpart after the listener.

    An envelope that cannot be kept is answered 503: Slack delivers an event again, and a person is told.
    """

    def __init__(self, us: Identity, people: People, store: Store, clock: Clock) -> None:
        self._us = us
        self._people = people
        self._store = store
        self._clock = clock

    def receive(self, body: dict[str, Any], context: BoltContext, next: Callable[[], None]) -> BoltResponse | None:  # noqa: A002 - Bolt's name
        """Global middleware: sets context['person'] and context['envelope'], and goes on only with what is new."""
        if is_noise(body, self._us):
            return BoltResponse(status=_OK, body="")
        key = key_of(body)
        try:
            if not self._keep(key, body):
                logger.info("envelope.repeated kind=%s", kind_of(body))
                return BoltResponse(status=_OK, body="")
            context["person"] = self._who(body)
        except Exception as error:  # noqa: BLE001 - boundary: whatever the store or Slack did, it is redelivered or told
            return explain(error, body)
        context["envelope"] = key
        next()
        return None

    def settle(self, request: BoltRequest, response: BoltResponse | None) -> None:
        """After the listener: what was handled is never handled again; what failed may come again."""
        key = request.context.get("envelope")
        if key is None or (response is not None and response.status != _OK):
            return
        try:
            with self._store.transaction() as uow:
                uow.inbox.handled(key, self._clock.now())
        except Exception:  # boundary: the work is done; losing this mark only means that a repeat is not recognised
            logger.exception("envelope.unmarked key=%s", key)

    def _keep(self, key: str, body: Body) -> bool:
        payload = json.dumps({name: value for name, value in body.items() if name != "token"})
        with self._store.transaction() as uow:
            return uow.inbox.receive(key, kind_of(body), payload, self._clock.now())

    def _who(self, body: Body) -> Person:
        actor = actor_of(body)
        return self._people.person(actor.team_id, actor.user_id) if actor else _NOBODY
