"""One call to the model within a deadline, its failures told as short reasons; knows no facts and judges no text.

Each context has a line of its own, with its own budget and breaker: what happens on the high line must not be seen in
the words a partner gets.
"""

import logging
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import httpx2
from anthropic import (
    Anthropic,
    AnthropicError,
    APIConnectionError,
    APIRequest,
    APIResponse,
    APIStatusError,
    APITimeoutError,
    MiddlewareCallable,
)
from anthropic.types import MessageParam, OutputConfigParam

from agents.breaker import Breaker
from agents.budget import DayBudget
from agents.deadlines import CONNECT_SECONDS, Deadline
from agents.prompts import Prompt
from agents.stream import Answer, listen
from motions.errors import ModelError
from motions.outage_log import OutageLog

log = logging.getLogger(__name__)

OUTPUT_TOKENS = 4_000  # a text needs a tenth; models that always think need the rest
SILENCE_SECONDS = 10.0  # the API pings a living stream


@dataclass(frozen=True)
class Line:
    """One context's way to the model."""

    client: Anthropic
    model: str
    output: OutputConfigParam
    budget: DayBudget
    breaker: Breaker
    outages: OutageLog

    def ask(self, prompt: Prompt, turns: Sequence[MessageParam], deadline: Deadline) -> Answer:
        """A finished answer; ModelError with a short reason when there is none."""
        if self.breaker.is_open():
            raise ModelError("rests after failures")
        if self.budget.is_spent():
            raise ModelError("has used up today's tokens")
        answer, outcome = Answer(), "answered"
        try:
            self._hear(prompt, turns, deadline, answer)
        except (AnthropicError, httpx2.HTTPError, ValueError, ModelError) as error:
            outcome = _reason(error)
            self.breaker.failed()
            self.outages.failed(ModelError(outcome))
            raise ModelError(outcome) from error
        finally:
            self._account(prompt, turns, answer)
            _log(prompt, self.model, answer, deadline, outcome)
        self.outages.worked()
        # The model's own decision about this one text says nothing about the next.
        if answer.stop_reason != "end_turn":
            raise ModelError(_STOPPED.get(answer.stop_reason or "", "stopped early"))
        return answer

    def _hear(self, prompt: Prompt, turns: Sequence[MessageParam], deadline: Deadline, answer: Answer) -> None:
        client = self.client.copy(middleware=[_within(deadline)])
        with client.messages.create(
            model=self.model,
            max_tokens=OUTPUT_TOKENS,
            system=prompt.body,
            messages=turns,
            output_config=self.output,
            stream=True,
        ) as stream:
            answer.request_id = stream.response.headers.get("request-id")
            listen(stream.response, answer, deadline.check)
        if not answer.is_finished:
            raise ModelError("was cut off")
        if answer.input_tokens is None or answer.output_tokens is None:
            raise ModelError("did not say what it used")

    def _account(self, prompt: Prompt, turns: Sequence[MessageParam], answer: Answer) -> None:
        """Nothing was used when no reply began."""
        if answer.request_id is not None:
            self.budget.spend(answer.tokens(len(prompt.body) + sum(len(str(turn["content"])) for turn in turns)))


_STOPPED = {"refusal": "refused", "max_tokens": "ran out of room"}


def _within(deadline: Deadline) -> MiddlewareCallable:
    """Keep each attempt, and the wait the SDK would make between two, inside the deadline."""

    def attempt(request: APIRequest, call_next: Callable[[APIRequest], APIResponse[Any]]) -> APIResponse[Any]:
        deadline.check()
        left = deadline.left
        patience = httpx2.Timeout(min(SILENCE_SECONDS, left), connect=min(CONNECT_SECONDS, left))
        response = call_next(request.copy(timeout=patience))
        # The SDK sleeps for as long as the server asks, an hour if it says so.
        if response.status_code >= HTTPStatus.BAD_REQUEST and _wait_asked(response) >= deadline.left:
            response.http_response.close()
            raise ModelError(_reason_of_status(response.status_code))
        return response

    return attempt


def _wait_asked(response: APIResponse[Any]) -> float:
    """Seconds the server asks us to wait; a date counts as too long."""
    asked = response.headers.get("retry-after-ms"), response.headers.get("retry-after")
    try:
        return float(asked[0]) / 1000 if asked[0] is not None else float(asked[1] or 0)
    except ValueError:
        return math.inf


def _reason(error: Exception) -> str:
    """Why there is no answer, in a few words a person can read after the model's name."""
    match error:
        case ModelError():
            return error.reason
        case APITimeoutError() | httpx2.TimeoutException():
            return "timed out"
        case APIConnectionError():
            return "could not be reached"
        case APIStatusError():
            return _reason_of_status(error.status_code)
        case httpx2.HTTPError():
            return "was cut off"
        case _:
            return "sent something unreadable"


def _reason_of_status(status: int) -> str:
    match status:
        case HTTPStatus.TOO_MANY_REQUESTS:
            return "limits our requests"
        case 529:
            return "was overloaded"
        case HTTPStatus.UNAUTHORIZED | HTTPStatus.FORBIDDEN:
            return "does not accept our key"
        case HTTPStatus.NOT_FOUND:
            return "is not a model of this server"
        case _:
            return f"answered with error {status}"


def _log(prompt: Prompt, model: str, answer: Answer, deadline: Deadline, outcome: str) -> None:
    log.info(
        "model.asked prompt=%r model=%r request=%s in=%s out=%s seconds=%.1f outcome=%r",
        prompt.label,
        answer.model or model,
        answer.request_id,
        answer.input_tokens,
        answer.output_tokens,
        deadline.gone,
        outcome,
    )
