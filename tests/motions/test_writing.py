"""The checks every text passes: at most 150 words, and nothing said that no cited fact holds."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from motions.writing import WORD_LIMIT, Fact, Sentence, Text, checked, count_words

FACTS = (
    Fact("amount", "Amount", "USD 54,000.00", "Opportunity 006"),
    Fact("close_date", "Close date", "2027-02-15", "Opportunity 006"),
    Fact("contact.1", "Decision maker", "Zoë Ångström, CIO", "Contact 003"),
    Fact("rate", "Rate", "won 38% of 40 deals", "match"),
    Fact("seats", "Seats", "38 seats", "Opportunity 006"),
    Fact("call", "Call", "at 14:30 on 3/4", "task 00T"),
)


def holds(text: str, *fact_ids: str, names: tuple[str, ...] = ()) -> bool:
    return bool(checked([Sentence(text, fact_ids)], FACTS, names=names))


@pytest.mark.parametrize(
    ("text", "cited", "kept"),
    [
        ("The deal is worth USD 54,000.00.", ["amount"], True),
        ("The deal is worth USD 54,000.", ["amount"], False),
        ("The deal is worth USD 54,000.00.", ["close_date"], False),
        ("The deal is worth USD 54,000.00.", [], False),
        ("It closes on 2027-02-15.", ["close_date"], True),
        ("It closes on 2027-02-16.", ["close_date"], False),
        ("It closes in 2027.", ["close_date"], False),
        ("It closes on 2027-02-15 at USD 54,000.00.", ["close_date", "amount"], True),
        ("They win 38% of 40 deals.", ["rate"], True),
        ("They win 38 of 40 deals.", ["rate"], False),
        ("They win 38% of deals.", ["seats"], False),
        ("They want 38 seats.", ["seats"], True),
        ("Call them at 14:30 on 3/4.", ["call"], True),
        ("Call them at 14:00 on 3/4.", ["call"], False),
        ("Talk to Zoë Ångström, the CIO.", ["contact.1"], True),
        ("Talk to Zoë Ångström, the CFO.", ["contact.1"], False),
        ("Talk to Bob, who decides.", ["contact.1"], False),
        ("Talk to Élodie, who decides.", ["contact.1"], False),
        ("They decide soon.", [], True),
        ("They decide soon. Perhaps.", [], True),
        ("They decide soon.", ["made up"], False),
    ],
)
def test_a_sentence_is_kept_when_its_facts_hold_every_number_and_name(text: str, cited: list[str], kept: bool) -> None:
    assert holds(text, *cited) is kept


def test_names_that_are_allowed_anyway_need_no_fact() -> None:
    assert holds("The next step is with AWS.", names=("AWS",))
    assert not holds("The next step is with AWS.")


def test_the_sentence_that_would_pass_the_cap_ends_the_text() -> None:
    long = Sentence("word " * 100, ())
    other = Sentence("word " * 51, ())
    short = Sentence("word", ())

    assert checked([long, other, short], ()) == (long,)
    assert checked([short, long], ()) == (short, long)


def test_a_dropped_sentence_costs_no_words() -> None:
    wrong = Sentence("9 " * 100, ())
    right = Sentence("word " * WORD_LIMIT, ())

    assert checked([wrong, right], ()) == (right,)


sentences = st.lists(
    st.builds(
        Sentence,
        st.text(st.sampled_from("ab Z19%. \u2028\n\u00a0"), max_size=200),
        st.lists(st.sampled_from(["amount", "rate", "made up"]), max_size=2).map(tuple),
    ),
    max_size=12,
)


@settings(max_examples=60)
@given(written=sentences)
def test_no_text_is_ever_longer_than_the_cap_or_out_of_order(written: list[Sentence]) -> None:
    kept = checked(written, FACTS, names=("Z",))
    text = Text(kept, "anybody")

    assert count_words(text.plain) <= WORD_LIMIT
    rest = iter(written)
    assert all(sentence in rest for sentence in kept)


@settings(max_examples=60)
@given(digits=st.integers(0, 10**9))
def test_no_number_survives_that_no_fact_holds(digits: int) -> None:
    known = {"38", "40"}

    assert holds(f"They have {digits} of them.", "seats") is (str(digits) in known - {"40"})
