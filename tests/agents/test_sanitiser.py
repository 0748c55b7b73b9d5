"""What a sanitised text can never hold, and what it leaves alone."""

import re
import unicodedata
from collections.abc import Iterator

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from agents.sanitiser import clean, has_link_or_mention
from sandbox.model.disguises import DISGUISED
from sandbox.model.lures import BLOCKS, LINKS, MENTIONS

PIECES = st.sampled_from(
    ["<@U1>", "<!here>", "<#C1|x>", "<", ">", "@", "here", "[", "](", ")", "http://", ":/", "www.", "a.bc", "/", "…"]
)
LURES = st.sampled_from([each.format(value="v") for each in LINKS] + [*MENTIONS, *BLOCKS, *DISGUISED])
# Single characters that fold into several, hide, turn or join others, between the pieces they may bring to life.
ODD = st.sampled_from(
    "\u200b\u200d\u2060\u00ad\u202e\u2066\ufe0f\u034f\u3164\ufdfa\u2100\u2024\u3002\uff0e\uff1c\uff1e\uff20\u0301\u20e3"
)
hostile = st.lists(PIECES | LURES | ODD | st.text(max_size=6), max_size=12).map("".join)
HIDDEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


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
    assert not any(unicodedata.category(c) in HIDDEN for c in cleaned)
    assert not re.search(r"(?:https?|ftp|slack|mailto|javascript):(?=\S)", cleaned, re.IGNORECASE)
    assert unicodedata.is_normalized("NFKC", cleaned)


@pytest.mark.parametrize("lure", [*(each.format(value="v") for each in LINKS), *MENTIONS])
def test_every_lure_is_noticed_in_what_a_model_wrote(lure: str) -> None:
    """A sentence with one is dropped whole; one that is escaped twice is plain words already."""
    assert has_link_or_mention(lure) or clean(lure) == "&lt;!channel&gt; and &amp;lt;@U0ALEX&amp;gt;"


def test_no_character_of_unicode_brings_a_link_or_mention_to_life() -> None:
    """Each one alone where it would do most: inside a scheme, a host, a mention and a broadcast."""
    text = " ".join(f"h{c}ttp:/{c}/x <{c}@U1> evil{c}example @{c}here" for c in _odd())

    cleaned = clean(text, len(text))

    assert not re.search(r"[<>]|://|@(?:here|channel|everyone)\b|\w\.[^\W\d_]{2}", cleaned)
    assert not any(unicodedata.category(c) in HIDDEN for c in cleaned)
    assert clean(cleaned, len(text)) == cleaned


def _odd() -> Iterator[str]:
    """Every character that is no plain letter or digit; one of the private ones for all."""
    for char in map(chr, range(0x110000)):
        kind = unicodedata.category(char)
        is_plain = kind[0] in "LN" and unicodedata.is_normalized("NFKC", char)
        if not (is_plain or kind in {"Cn", "Co"}) or char in "\ue000\U00100000":
            yield char


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
        ("evil\u3002example", "evil[.]example"),
        ("Z" + "\u0301" * 9, "\u0179" + "\u0301" * 4),
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
        "東京。大阪、京都",
        "ที่นี่ है שָׁלוֹם",
    ],
)
def test_honest_text_stays_as_it_is(text: str) -> None:
    assert clean(text) == text


def test_a_long_text_is_cut_with_a_mark() -> None:
    assert clean("word " * 100, 30) == "word word word word word wo..."


def test_a_book_is_cut_to_the_limit() -> None:
    assert len(clean("a" * 200_000 + "." * 100_000 + "[" * 100_000)) == 2_000
