"""Facts, texts made of them, and the checks every text passes: word cap and grounding; knows no model."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

WORD_LIMIT = 150

_WORD = re.compile(r"\S+")
# Digits with their separators, an optional percent sign: '1,250.00', '2026-12-01', '38%', '12'.
_NUMBER = re.compile(r"\d[\d.,:/-]*\d%?|\d%?")
# A word inside a sentence; it is a name when it begins with a capital, of whatever alphabet.
_INNER_WORD = re.compile(r"(?<![.!?]\s)(?<!^)\b[^\W\d_][\w&'-]+")


@dataclass(frozen=True)
class Fact:
    """One thing known, as text, with the record and version it was read from."""

    id: str  # 'amount', 'contact.1', ...
    label: str
    value: str
    source: str  # 'Opportunity 006… @ 2026-11-21T09:00:00Z'


@dataclass(frozen=True)
class Sentence:
    """One sentence and the facts it rests on."""

    text: str
    fact_ids: tuple[str, ...]


@dataclass(frozen=True)
class Text:
    """Checked sentences and who wrote them: 'playbook v1', or a model id."""

    sentences: tuple[Sentence, ...]
    written_by: str
    note: str | None = None  # why a fallback was used

    @property
    def plain(self) -> str:
        return " ".join(sentence.text for sentence in self.sentences)


@dataclass(frozen=True)
class BriefFacts:
    """Internal context: everything our own people may read about the deal and the match."""

    deal_name: str
    partner_name: str
    facts: tuple[Fact, ...]
    reasons: tuple[str, ...]
    missing: tuple[str, ...]


@dataclass(frozen=True)
class HandoffFacts:
    """Released context: only what this partner may see. Never built from a BriefFacts."""

    partner_name: str
    seller_name: str
    facts: tuple[Fact, ...]
    next_step: str
    due: str


def count_words(text: str) -> int:
    """The one word counter of the product: runs of non-space."""
    return len(_WORD.findall(text))


def checked(sentences: Sequence[Sentence], facts: Sequence[Fact], *, names: Sequence[str] = ()) -> tuple[Sentence, ...]:
    """The sentences that hold, in order, within the word cap.

    A sentence is dropped when it cites an unknown fact, or holds a number or a name (a capitalised word inside
    the sentence) that neither its cited facts nor the allowed names hold. The first sentence that would pass the
    cap ends the text.
    """
    by_id = {fact.id: fact for fact in facts}
    kept: list[Sentence] = []
    words = 0
    for sentence in sentences:
        if not _is_grounded(sentence, by_id, names):
            continue
        words += count_words(sentence.text)
        if words > WORD_LIMIT:
            break
        kept.append(sentence)
    return tuple(kept)


def _is_grounded(sentence: Sentence, by_id: dict[str, Fact], names: Sequence[str]) -> bool:
    if not all(fact_id in by_id for fact_id in sentence.fact_ids):
        return False
    known = " ".join([*(f"{by_id[i].label} {by_id[i].value}" for i in sentence.fact_ids), *names])
    numbers = set(_NUMBER.findall(known))
    if not set(_NUMBER.findall(sentence.text)) <= numbers:
        return False
    spoken = known.casefold()
    names_said = (word for word in _INNER_WORD.findall(sentence.text) if word[0].isupper())
    return all(name.casefold() in spoken for name in names_said)
