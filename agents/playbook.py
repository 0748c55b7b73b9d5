"""The playbook: briefs and handoffs written by code from facts, always within the word cap; needs no model."""

from collections.abc import Mapping, Sequence

from motions.writing import WORD_LIMIT, BriefFacts, Fact, HandoffFacts, Sentence, Text, checked, count_words

VERSION = "playbook v1"
QUOTED_WORDS = 40


class PlaybookWriter:
    """The default writer; deterministic, and the fallback of every other."""

    def __init__(self, note: str | None = "no AI model configured") -> None:
        self._note = note

    @property
    def name(self) -> str:
        """Who writes, for people."""
        return VERSION if self._note is None else f"{VERSION} ({self._note})"

    def brief(self, facts: BriefFacts) -> Text:
        """Who the customer is, where the deal stands, why this partner, what to say."""
        by_id = {fact.id: fact for fact in facts.facts}
        sentences = [
            *_customer(by_id),
            *_standing(by_id),
            *_problem(by_id),
            *_people(by_id),
            *(
                Sentence(f"Why {facts.partner_name}: {reason}.", (f"reason.{n}",))
                for n, reason in enumerate(facts.reasons)
            ),
        ]
        reasons = [Fact(f"reason.{n}", "Reason", text, "match") for n, text in enumerate(facts.reasons)]
        kept = checked(sentences, (*facts.facts, *reasons), names=(facts.partner_name, *_OWN_WORDS))
        return Text(kept, VERSION, self._note)

    def handoff(self, facts: HandoffFacts) -> Text:
        """What the partner's seller needs to act, from released facts alone."""
        by_id = {fact.id: fact for fact in facts.facts}
        sentences = [
            Sentence(f"We would like to work this deal with {facts.partner_name}.", ()),
            *_released(by_id),
            Sentence(f"Next step: {facts.next_step}.", ()),
        ]
        names = (facts.partner_name, facts.seller_name, facts.next_step, *_OWN_WORDS)
        return Text(checked(sentences, facts.facts, names=names), VERSION, self._note)


# Words the templates themselves write with a capital letter inside a sentence.
_OWN_WORDS = ("Why", "Next", "Last", "They", "Contacts")


def _customer(by_id: Mapping[str, Fact]) -> Sequence[Sentence]:
    account = by_id.get("account")
    if account is None:
        return ()
    used = ["account"]
    said = account.value
    if "industry" in by_id:
        said, used = f"{said} is in {by_id['industry'].value}", [*used, "industry"]
    else:
        said = f"{said} is the customer"
    if "employees" in by_id:
        said, used = f"{said}, with {by_id['employees'].value} employees", [*used, "employees"]
    if "country" in by_id:
        said, used = f"{said}, in {by_id['country'].value}", [*used, "country"]
    return (Sentence(f"{said}.", tuple(used)),)


def _standing(by_id: Mapping[str, Fact]) -> Sequence[Sentence]:
    stage = by_id.get("stage")
    if stage is None:
        return ()
    used = ["stage"]
    said = f"The deal stands at {stage.value}"
    if "amount" in by_id:
        said, used = f"{said}, worth {by_id['amount'].value}", [*used, "amount"]
    if "close_date" in by_id:
        said, used = f"{said}, due to close {by_id['close_date'].value}", [*used, "close_date"]
    if "seller" in by_id:
        said, used = f"{said}; {by_id['seller'].value} owns it", [*used, "seller"]
    return (Sentence(f"{said}.", tuple(used)),)


def _problem(by_id: Mapping[str, Fact]) -> Sequence[Sentence]:
    problem = by_id.get("problem")
    if problem is None:
        return ()
    words = " ".join(problem.value.split())
    if count_words(words) > QUOTED_WORDS:
        words = " ".join(words.split()[:QUOTED_WORDS]) + " …"
    return (Sentence(f"The CRM says of the problem: “{words}”", ("problem",)),)


def _people(by_id: Mapping[str, Fact]) -> Sequence[Sentence]:
    contacts = [fact for key, fact in by_id.items() if key.startswith("contact.")]
    activities = [fact for key, fact in by_id.items() if key.startswith("activity.")]
    sentences = []
    if contacts:
        named = "; ".join(fact.value for fact in contacts[:2])
        sentences.append(Sentence(f"Contacts: {named}.", tuple(fact.id for fact in contacts[:2])))
    if activities:
        sentences.append(Sentence(f"Last activity: {activities[0].value}.", (activities[0].id,)))
    return sentences


def _released(by_id: Mapping[str, Fact]) -> Sequence[Sentence]:
    """One short sentence a released fact, while they fit."""
    sentences: list[Sentence] = []
    for fact in by_id.values():
        words = " ".join(fact.value.split())
        if count_words(words) <= WORD_LIMIT // 3:
            sentences.append(Sentence(f"{fact.label}: {words}.", (fact.id,)))
    return sentences
