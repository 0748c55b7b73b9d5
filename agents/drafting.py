"""A writer behind the port whose texts come as drafts from elsewhere; what fails or does not hold is the playbook's.

Knows neither model nor wire: who drafts raises ModelError with a short reason, and the text then says it.
"""

import logging
from abc import ABC, abstractmethod
from collections.abc import Callable

from agents.contexts import Context, HighContext, LowContext, high_context, low_context
from agents.playbook import PlaybookWriter
from motions.errors import ModelError
from motions.writing import BriefFacts, HandoffFacts, Sentence, Text

log = logging.getLogger(__name__)


class DraftWriter(ABC):
    """Texts from drafts of one model; never raises."""

    def __init__(self, model: str) -> None:
        self._model = model

    @property
    def name(self) -> str:
        """Who writes, for people."""
        return self._model

    def brief(self, facts: BriefFacts) -> Text:
        """The pre-call note, from the high context."""
        context: HighContext = high_context(facts)
        return self._written(context, lambda note: PlaybookWriter(note).brief(facts))

    def handoff(self, facts: HandoffFacts) -> Text:
        """The words for the partner's seller, from the low context."""
        context: LowContext = low_context(facts)
        return self._written(context, lambda note: PlaybookWriter(note).handoff(facts))

    @abstractmethod
    def draft(self, context: Context) -> tuple[Sentence, ...]:
        """Sentences that hold, checked in this process; ModelError when there are none."""

    @abstractmethod
    def close(self) -> None:
        """Let go of the connections."""

    def _written(self, context: Context, fall_back: Callable[[str], Text]) -> Text:
        label = context.prompt.label
        try:
            sentences = self.draft(context)
        except ModelError as error:
            log.info("text.written prompt=%r by=playbook because=%r", label, error.reason)
            return fall_back(f"{self._model} {error.reason}")
        log.info("text.written prompt=%r by=%s sentences=%d", label, self._model, len(sentences))
        return Text(sentences, self._model)
