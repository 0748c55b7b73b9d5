"""The writer that runs in a process of its own, behind the writer's port; holds no model key and believes nothing.

What comes back is judged here again, by the same checks as in the process that wrote it: the model may own that one.
"""

import logging
import secrets
import time
from collections.abc import Callable

import httpx2
from pydantic import ValidationError

from agents.breaker import Breaker
from agents.contexts import Context, LowContext
from agents.deadlines import CONNECT_SECONDS, DEADLINE_SECONDS, Deadline
from agents.drafting import DraftWriter
from agents.drafts import judge_draft
from agents.exchange import (
    ANSWER_BYTES,
    NONCE,
    PATH,
    SIGNATURE,
    Answer,
    Question,
    is_signed,
    signed_answer,
    signed_question,
)
from agents.sanitiser import clean
from motions.errors import ModelError
from motions.outage_log import OutageLog
from motions.writing import Sentence

log = logging.getLogger(__name__)

PATIENCE_SECONDS = DEADLINE_SECONDS + 2.0  # its own deadline ends first, with a reason
REASON_CHARACTERS = 60


class RemoteWriter(DraftWriter):
    """Asks the writer's process for drafts."""

    def __init__(
        self,
        url: str,
        secret: str,
        model: str,
        *,
        monotonic: Callable[[], float] = time.monotonic,
        patience_seconds: float = PATIENCE_SECONDS,
    ) -> None:
        super().__init__(model)
        self._secret = secret
        self._monotonic = monotonic
        self._patience_seconds = patience_seconds
        timeout = httpx2.Timeout(patience_seconds, connect=CONNECT_SECONDS)
        self._http = httpx2.Client(base_url=url, trust_env=False, follow_redirects=False, timeout=timeout)
        self._outages = OutageLog(log, "the writer")
        self._high, self._low = (Breaker(f"{name} writer", monotonic) for name in ("high", "low"))

    def draft(self, context: Context) -> tuple[Sentence, ...]:
        """The other process's sentences, if they hold here; raises ModelError."""
        breaker = self._low if isinstance(context, LowContext) else self._high
        if breaker.is_open():
            raise ModelError("rests after failures")
        try:
            answer = self._ask(Question.about(context))
        except (httpx2.HTTPError, ValidationError, ModelError) as error:
            failure = ModelError(_reason(error))
            breaker.failed()
            self._outages.failed(failure)
            raise failure from error
        self._outages.worked()
        return self._kept(answer, context)

    def close(self) -> None:
        """Let go of the connections."""
        self._http.close()

    def _ask(self, question: Question) -> Answer:
        deadline = Deadline(self._monotonic, self._patience_seconds)
        body, nonce = question.model_dump_json().encode(), secrets.token_hex(16)
        headers = {NONCE: nonce, SIGNATURE: signed_question(self._secret, nonce, body)}
        with self._http.stream("POST", PATH, content=body, headers=headers) as response:
            said = b""
            for piece in response.iter_bytes():
                deadline.check()
                said += piece
                if len(said) > ANSWER_BYTES:
                    raise ModelError("said too much")
        if not is_signed(response.headers.get(SIGNATURE, ""), signed_answer(self._secret, nonce, said)):
            raise ModelError("answered without our signature")
        return Answer.model_validate_json(said)

    def _kept(self, answer: Answer, context: Context) -> tuple[Sentence, ...]:
        if answer.draft is None:
            raise ModelError(clean(answer.reason, REASON_CHARACTERS) or "gave no reason")
        if answer.model != self._model:
            raise ModelError("is not what the writer runs")
        verdict = judge_draft(answer.draft, context)
        if verdict.fault is not None or verdict.codes:
            raise ModelError(verdict.fault or "said what does not hold")
        return verdict.kept


def _reason(error: Exception) -> str:
    match error:
        case ModelError():
            return error.reason
        case httpx2.TimeoutException():
            return "timed out"
        case httpx2.ConnectError():
            return "could not be reached"
        case httpx2.HTTPError():
            return "was cut off"
        case _:
            return "sent something unreadable"
