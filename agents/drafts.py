"""What a model's reply must look like, and which of its sentences hold; knows no client and asks nobody."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from agents.contexts import Context
from agents.sanitiser import clean, has_link_or_mention
from motions.writing import Sentence, checked

if TYPE_CHECKING:  # whoever only judges drafts does without the model's library
    from anthropic.types import OutputConfigParam

SENTENCE_CHARACTERS = 400
SENTENCES_AT_LEAST = 2

# One small schema for every text: the API compiles each new one, and that takes seconds.
OUTPUT: "OutputConfigParam" = {
    "effort": "low",
    "format": {
        "type": "json_schema",
        "schema": {
            "type": "object",
            "properties": {
                "sentences": {
                    "type": "array",
                    "items": {
                        "type": "object",
                        "properties": {
                            "text": {"type": "string"},
                            "fact_ids": {"type": "array", "items": {"type": "string"}},
                        },
                        "required": ["text", "fact_ids"],
                        "additionalProperties": False,
                    },
                }
            },
            "required": ["sentences"],
            "additionalProperties": False,
        },
    },
}


class DraftSentence(BaseModel):
    """One sentence as the model wrote it."""

    model_config = ConfigDict(strict=True, extra="forbid")

    text: str
    fact_ids: list[str] = Field(max_length=30)


class Draft(BaseModel):
    """A whole reply."""

    model_config = ConfigDict(strict=True, extra="forbid")

    sentences: list[DraftSentence] = Field(max_length=30)


@dataclass(frozen=True)
class Verdict:
    """The sentences that hold, and codes for the rest; with no `fault` the kept ones make a text."""

    kept: tuple[Sentence, ...]
    codes: tuple[str, ...]
    fault: str | None


def judge(reply: str, context: Context) -> Verdict:
    """Parse, clean and ground a reply; nothing that fails a check is repaired here."""
    try:
        draft = Draft.model_validate_json(reply)
    except ValidationError:
        return Verdict((), ("bad_json",), "sent bad JSON")
    return judge_draft(draft, context)


def judge_draft(draft: Draft, context: Context) -> Verdict:
    """Clean and ground sentences, whoever wrote them."""
    judged = [(_sentence(each), _fault(each, context)) for each in draft.sentences]
    kept = checked([said for said, fault in judged if fault is None], context.facts, names=context.names)
    codes = [f"{n}:{fault}" for n, (_, fault) in enumerate(judged, 1) if fault is not None]
    lacking = list(_lacking(kept, context))
    return Verdict(kept, (*codes, *lacking), "said too little that holds" if lacking else None)


def _sentence(draft: DraftSentence) -> Sentence:
    text = clean(draft.text, SENTENCE_CHARACTERS)
    return Sentence(text if text.endswith((".", "!", "?")) else f"{text}.", tuple(draft.fact_ids))


def _fault(draft: DraftSentence, context: Context) -> str | None:
    """The first reason to drop a sentence: a link is never cut out of it, for nothing honest needs one."""
    if has_link_or_mention(draft.text):
        return "link"
    if not clean(draft.text):
        return "empty"
    if len(draft.text) > SENTENCE_CHARACTERS:
        return "too_long"
    if not draft.fact_ids:
        return "no_facts"
    if not set(draft.fact_ids) <= {fact.id for fact in context.facts}:
        return "unknown_fact"
    return None if checked([_sentence(draft)], context.facts, names=context.names) else "ungrounded"


def _lacking(kept: Sequence[Sentence], context: Context) -> Iterator[str]:
    if len(kept) < SENTENCES_AT_LEAST:
        yield "too_few"
    cited = {fact_id for sentence in kept for fact_id in sentence.fact_ids}
    yield from (f"missing:{name}" for name in context.vital if name not in cited)
