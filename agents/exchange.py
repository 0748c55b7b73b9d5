"""What the bot and the writer's process say to each other, and how each knows the other by a shared secret.

A question holds one whole context and nothing else; an answer holds sentences or a reason. Both are signed, and an
answer is bound to its question: whoever else sits on that port is not believed, and learns nothing it can use twice.
"""

import hashlib
import hmac
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from agents.contexts import BRIEF_PROMPT, HANDOFF_PROMPT, Context, HighContext, LowContext
from agents.drafts import Draft
from motions.errors import ModelError
from motions.writing import Fact

PATH = "/draft"
NONCE, SIGNATURE = "x-cosell-nonce", "x-cosell-signature"
QUESTION_BYTES = 2_000_000
ANSWER_BYTES = 100_000

_KINDS = {"high": (HighContext, BRIEF_PROMPT), "low": (LowContext, HANDOFF_PROMPT)}


class _Exchanged(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid")


class _Fact(_Exchanged):
    id: str
    label: str
    value: str  # where it was read from stays at home: no text says it


class Question(_Exchanged):
    """One context to draft from; `prompt` names the version both sides must have."""

    kind: Literal["high", "low"]
    prompt: str
    turn: str
    facts: list[_Fact]
    names: list[str]
    vital: list[str]

    @classmethod
    def about(cls, context: Context) -> "Question":
        """The question a context makes."""
        return cls(
            kind="low" if isinstance(context, LowContext) else "high",
            prompt=context.prompt.label,
            turn=context.turn,
            facts=[_Fact(id=fact.id, label=fact.label, value=fact.value) for fact in context.facts],
            names=list(context.names),
            vital=list(context.vital),
        )

    def context(self) -> Context:
        """The context it was made from; ModelError when the other side has another version of the prompt."""
        kind, prompt = _KINDS[self.kind]
        if prompt.label != self.prompt:
            raise ModelError("runs in a writer of another version")
        facts = tuple(Fact(each.id, each.label, each.value, "") for each in self.facts)
        return kind(prompt, self.turn, facts, tuple(self.names), tuple(self.vital))


class Answer(_Exchanged):
    """A draft by a model, or why there is none."""

    model: str
    draft: Draft | None = None
    reason: str = Field(default="", max_length=200)


def signed_question(secret: str, nonce: str, body: bytes) -> str:
    """The signature of a question."""
    return _signature(secret, "question", nonce, body)


def signed_answer(secret: str, nonce: str, body: bytes) -> str:
    """The signature of the answer to the question with this nonce."""
    return _signature(secret, "answer", nonce, body)


def is_signed(given: str, expected: str) -> bool:
    """Compare in a time that tells nothing."""
    return hmac.compare_digest(given.encode(), expected.encode())


def _signature(secret: str, what: str, nonce: str, body: bytes) -> str:
    return hmac.new(secret.encode(), f"{what}\n{nonce}\n".encode() + body, hashlib.sha256).hexdigest()
