"""Workflow Builder's step "Start a motion": `/cosell <deal>` for whoever the workflow names.

Whoever builds a workflow may name anybody in it, so the step only starts, and says nothing of the deal: what it gives
back goes wherever the workflow sends it.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from slack_sdk import WebClient

from handlers.desk import Identity, UseCases, is_ours
from handlers.envelopes import part, word
from handlers.slack_errors import name_of, translated
from motions.errors import Rejected
from motions.ports import People

logger = logging.getLogger(__name__)

START = "start_motion"
DEAL, ASKER, SAYS = "deal", "asker", "says"

UNDER_WAY = (
    "Its co-sell motion is under way, or was asked for just now: the card comes within a minute. "
    "Where none does, /cosell with the deal's name says what is in the way."
)
NOT_STARTED = (
    "No motion was started, and nothing was changed. /cosell with the deal's name or id says why, "
    "to whoever the step asked for."
)
NOT_OURS = "No motion was started, and nothing was changed: a step asks for one of our own people, and names them."
_OVER = {"execution_not_in_running_state", "function_execution_not_found"}


class Steps:
    """Runs the step; what it gives back is not lost, for an event is worked on until that is done."""

    def __init__(self, cases: UseCases, people: People, us: Identity) -> None:
        self._cases, self._people, self._us = cases, people, us

    def run(self, event: dict[str, Any], client: WebClient) -> None:
        """Start the deal's motion, and let the workflow go on; or say that there is none, which ends it."""
        if word(part(event, "function"), "callback_id") != START:
            return
        execution, inputs = word(event, "function_execution_id"), part(event, "inputs")
        asker = self._people.person(self._us.team_id, word(inputs, ASKER))
        if not is_ours(asker):
            _fail(client, execution, NOT_OURS)
            return
        if self._cases.start_deal(word(inputs, DEAL), asker):
            _go_on(client, execution)
        else:
            _fail(client, execution, NOT_STARTED)


def _go_on(client: WebClient, execution: str) -> None:
    with _still_waiting(), translated("functions.completeSuccess"):
        client.functions_completeSuccess(function_execution_id=execution, outputs={SAYS: UNDER_WAY})


def _fail(client: WebClient, execution: str, why: str) -> None:
    with _still_waiting(), translated("functions.completeError"):
        client.functions_completeError(function_execution_id=execution, error=why)


@contextmanager
def _still_waiting() -> Iterator[None]:
    """A workflow that was answered before, or was ended meanwhile, is none of our business any more."""
    try:
        yield
    except Rejected as refusal:
        if name_of(refusal.__cause__) not in _OVER:
            raise
        logger.info("step.not-waiting reason=%s", refusal)
