"""The playbook: briefs and handoffs written by code from facts, always within the word cap; needs no model."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import chain

from agents.sanitiser import clean
from motions.writing import WORD_LIMIT, BriefFacts, Fact, HandoffFacts, Sentence, Text, checked, count_words

VERSION = "playbook v1"

# How much of one value is told, in words; what is longer is cut between words.
NAME_WORDS = 12
PHRASE_WORDS = 25
QUOTED_WORDS = 45
VALUE_CHARACTERS = 300

Known = Mapping[str, Fact]


class PlaybookWriter:
    """The default writer; deterministic, and the fallback of every other."""

    def __init__(self, note: str | None = "no AI model configured") -> None:
        self._note = note

    def close(self) -> None:
        """There is nothing to let go of."""

    @property
    def name(self) -> str:
        """Who writes, for people."""
        return VERSION if self._note is None else f"{VERSION} ({self._note})"

    def brief(self, facts: BriefFacts) -> Text:
        """Who the customer is, where the deal stands, whom to talk to, what they want.

        Why this partner stands beside the brief on every card, so the brief does not say it again.
        """
        partner, deal = _partner(facts), _said(facts.deal_name, NAME_WORDS)
        known = _known(facts.facts)
        told = (_customer(known, "account"), _standing(known), _people(known), _next_step(known))
        sentences = list(_fitting(chain(*told), WORD_LIMIT))
        sentences += _quote(known, WORD_LIMIT - _words(sentences))
        if not sentences:
            sentences = [Sentence(f"Nothing is known yet about {deal or 'this deal'}.", ())]
        return Text(checked(sentences, tuple(known.values()), names=(partner, deal)), VERSION, self._note)

    def handoff(self, facts: HandoffFacts) -> Text:
        """Who the customer is, who their counterpart is and what comes next, from released facts alone.

        The released fields themselves are listed below the text, so it does not say them again.
        """
        partner, seller = _partner(facts), _said(facts.seller_name, NAME_WORDS)
        step, due = _said(facts.next_step, PHRASE_WORDS), _said(facts.due, NAME_WORDS)
        known = _known(facts.facts)
        closing = [Sentence(f"Your counterpart is {seller}.", ())] if seller else []
        if step:
            closing.append(Sentence(_ended(f"Next step: {step}{f', by {due}' if due else ''}"), ()))
        opening = [Sentence(f"We would like to work on this deal with {partner}.", ()), *_customer(known, "customer")]
        sentences = _fitting([*opening, *closing], WORD_LIMIT)
        names = (partner, seller, step, due)
        return Text(checked(tuple(sentences), tuple(known.values()), names=names), VERSION, self._note)


def _partner(facts: BriefFacts | HandoffFacts) -> str:
    return _said(facts.partner_name, NAME_WORDS) or "the partner"


def _known(facts: tuple[Fact, ...]) -> Known:
    """The facts by id, made harmless; one with nothing left to say is not known."""
    harmless = (
        replace(fact, label=clean(fact.label, VALUE_CHARACTERS), value=clean(fact.value, _room(fact))) for fact in facts
    )
    return {fact.id: fact for fact in harmless if fact.value}


def _room(fact: Fact) -> int:
    return 2_000 if fact.id == "problem" else VALUE_CHARACTERS


def _customer(known: Known, name: str) -> Iterator[Sentence]:
    """The company first: 'The customer is Acme (Retail, US, 2,822 employees)' is what a seller scans for."""
    if name not in known:
        return
    about = [key for key in ("industry", "country", "employees") if key in known]
    details = [_value(known, key) + (" employees" if key == "employees" else "") for key in about]
    tail = f" ({', '.join(details)})" if details else ""
    yield Sentence(_ended(f"The customer is {_value(known, name)}{tail}"), (name, *about))


def _standing(known: Known) -> Iterator[Sentence]:
    """Where the deal stands, as far as it is known: 'The GTX Pro deal is at Proposal, worth USD 5,000.00; ...'."""
    if "stage" not in known:
        return
    product = f"{_value(known, 'product')} " if "product" in known else ""
    kind = f" ({_value(known, 'kind')})" if "kind" in known else ""
    said = f"The {product}deal{kind} is at {_value(known, 'stage')}"
    said += f", worth {_value(known, 'amount')}" if "amount" in known else ""
    said += f", due to close {_value(known, 'close_date')}" if "close_date" in known else ""
    said += f"; {_value(known, 'seller')} owns it" if "seller" in known else ""
    used = [key for key in ("product", "kind", "stage", "amount", "close_date", "seller") if key in known]
    yield Sentence(_ended(said), tuple(used))


def _people(known: Known) -> Iterator[Sentence]:
    contacts = [key for key in known if key.startswith("contact.")][:2]
    if contacts:
        yield Sentence(_ended(f"Talk to {'; '.join(_contact(known[key]) for key in contacts)}"), tuple(contacts))
    told = set[str]()
    for key, fact in known.items():
        if key.startswith("activity.") and fact.label not in told:
            told.add(fact.label)  # one of each sort: the last that happened, the next that is planned
            yield Sentence(_ended(f"{_said(fact.label, NAME_WORDS)}: {_value(known, key)}"), (key,))


def _contact(fact: Fact) -> str:
    """'Ann Lee, CFO (Economic Buyer)'; a label that says nothing more is left out."""
    role = "" if fact.label.casefold() in ("", "contact") else f" ({_said(fact.label, NAME_WORDS)})"
    return f"{_said(fact.value, NAME_WORDS)}{role}"


def _next_step(known: Known) -> Iterator[Sentence]:
    """Quoted, so that what somebody typed there cannot pose as our advice."""
    if "next_step" in known:
        yield Sentence(_ended(f"Recorded next step: “{_value(known, 'next_step', PHRASE_WORDS)}”"), ("next_step",))


def _quote(known: Known, room: int) -> Iterator[Sentence]:
    """The customer's problem in the record's own words, marked as such: anybody may have written them."""
    lead = "What they need, as recorded:"
    words = min(QUOTED_WORDS, room - count_words(lead) - 1)  # one word of room for the mark of a cut
    if "problem" in known and words > 0:
        yield Sentence(f"{lead} “{_cut(known['problem'].value, words)}”", ("problem",))


def _fitting(sentences: Iterable[Sentence], room: int) -> Iterator[Sentence]:
    """The sentences that fit into so many words; a long one does not keep a later short one out."""
    for sentence in sentences:
        words = count_words(sentence.text)
        if words <= room:
            room -= words
            yield sentence


def _value(known: Known, key: str, words: int = NAME_WORDS) -> str:
    return _said(known[key].value, words)


def _said(text: str, words: int) -> str:
    """At most so many words of a text, made harmless, without its own full stop."""
    return _cut(clean(text), words).rstrip(".")


def _cut(text: str, words: int) -> str:
    told = text.split()
    return text if len(told) <= words else f"{' '.join(told[:words])} …"


def _ended(text: str) -> str:
    return text if text.endswith(("…", "!", "?")) else f"{text}."


def _words(sentences: list[Sentence]) -> int:
    return sum(count_words(sentence.text) for sentence in sentences)
