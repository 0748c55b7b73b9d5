"""What a sanitised text can never hold, and what it leaves alone."""

import re
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from agents.sanitiser import clean, has_link_or_mention

PIECES = st.sampled_from(
    ["<@U1>", "<!here>", "<#C1|x>", "<", ">", "@", "here", "[", "](", ")", "http://", ":/", "www.", "a.bc", "/", "…"]
)
hostile = st.lists(PIECES | st.text(max_size=6), max_size=12).map("".join)


@given(hostile | st.text())
@example("@@here <<@U1>!x> [a](b)(c) http:@here//x.yz e\u200b\u0301 \uff1c!channel\uff1e")
def test_cleaning_twice_changes_nothing(text: str) -> None:
    once = clean(text)

    assert clean(once) == once


@given(hostile | st.text(), st.integers(min_value=10, max_value=60))
def test_a_short_limit_is_kept_and_stable(text: str, limit: int) -> None:
    once = clean(text, limit)

    assert len(once) <= limit
    assert clean(once, limit) == once


@given(hostile | st.text())
def test_nothing_links_mentions_or_hides(text: str) -> None:
    cleaned = clean(text)

    assert not has_link_or_mention(cleaned)
    assert not re.search(r"[a-z]://|(?<!\w)www\.|\]\(|[<>]|\w\.[^\W\d_]{2}", cleaned, re.IGNORECASE)
    assert not any(unicodedata.category(c) in {"Cc", "Cf", "Cs", "Co"} for c in cleaned)


@pytest.mark.parametrize(
    ("text", "harmless"),
    [
        ("see https://evil.example/x?q=1, then call", "see [link removed] then call"),
        ("open evil.example/x", "open [link removed]"),
        ("ask <@U123ABC> and <!channel>", "ask and"),
        ("in <#C123|general>", "in"),
        ("read [the deck](https://evil.example)", "read the deck"),
        ("tell @here and @channel", "tell here and channel"),
        ("mail mailto:a@evil.example", "mail [link removed]"),
        ("booking.com and a@evil.example", "booking[.]com and a@evil[.]example"),
        ("pay\u202egnp.exe", "paygnp[.]exe"),
        ("a\u200bb\u2060c\ufeffd", "abcd"),
        ("hi\U000e0041\U000e0042", "hi"),
        ("one\n\ttwo\u2028three\x00", "one two three"),
        ("\uff21\uff37\uff33 \u2460", "AWS 1"),
        ("half \ud83d pair", "half pair"),
        ("a < b > c", "a \u2039 b \u203a c"),
    ],
)
def test_what_becomes_of_hostile_text(text: str, harmless: str) -> None:
    assert clean(text) == harmless


@pytest.mark.parametrize(
    "text",
    [
        "USD 48,250.00 by 2026-12-19 (63%).",
        "Gekko & Co, e.g. 3.5 sites, at 50/50.",
        "“São Paulo”, Łódź, 東京, القاهرة, Zoë O'Neil-Smith",
        "Proposal/Price Quote",
        "dana@ work",
    ],
)
def test_honest_text_stays_as_it_is(text: str) -> None:
    assert clean(text) == text


def test_a_long_text_is_cut_with_a_mark() -> None:
    assert clean("word " * 100, 30) == "word word word word word wo..."


def test_a_book_is_cut_to_the_limit() -> None:
    assert len(clean("a" * 200_000 + "." * 100_000 + "[" * 100_000)) == 2_000
