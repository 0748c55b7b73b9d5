"""Words from outside are inert, cut cleanly, and dates and mentions are spelled Slack's way."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from handlers.views import text
from motions.deals import Money
from tests.handlers import values


@pytest.mark.parametrize(
    "hostile", ["<!channel>", "<!here>", "<@U0PRIYA>", "<#C1>", "<https://e.example|x>", "<!subteam^S1>"]
)
def test_nothing_mentions_links_or_broadcasts(hostile: str) -> None:
    assert "<" not in text.escaped(hostile, 100)


def test_formatting_marks_do_not_format() -> None:
    assert not set("*~`") & set(text.escaped("*bold* ~gone~ `code`", 100))


@pytest.mark.parametrize(
    "char", ["\u202e", "\u2066", "\u200b", "\u200f", "\ufeff", "\x00", "\x1b", "\u3164", "\ud800", "\u00ad"]
)
def test_characters_nobody_sees_are_taken_out(char: str) -> None:
    assert text.cleaned(f"a{char}b") == "ab"
    assert text.hidden_in(f"a{char}b") == 1


def test_words_of_other_scripts_and_emoji_stay() -> None:
    assert text.cleaned(f"{values.RTL} 🚀 é 北京") == f"{values.RTL} 🚀 é 北京"


def test_line_breaks_stay_where_lines_are_wanted_and_go_where_one_is() -> None:
    assert text.escaped_lines("a\r\nb\u2028c", 100) == "a\nb\nc"
    assert text.escaped("a\r\n b\tc", 100) == "a b c"


@pytest.mark.parametrize("limit", [1, 2, 5, 17, 60, 200])
@pytest.mark.parametrize("words", values.EXTREMES.values(), ids=values.EXTREMES.keys())
def test_what_is_cut_fits_and_is_never_cut_inside_an_entity(words: str, limit: int) -> None:
    said = text.escaped(words, limit)

    assert text.width(said) <= limit
    assert "&" not in said.replace("&amp;", "").replace("&lt;", "").replace("&gt;", "")


def test_a_cut_falls_between_words_and_shows() -> None:
    assert text.shortened("one two three four", 12) == "one two…"
    assert text.shortened("one two", 7) == "one two"


def test_words_are_capped() -> None:
    assert text.first_words("a  b\nc d", 3) == "a  b\nc …"
    assert text.first_words("a b", 2) == "a b"


def test_a_time_is_shown_in_the_readers_zone_with_utc_beside_it() -> None:
    at = datetime(2026, 11, 21, 15, 30, tzinfo=UTC)

    assert text.moment(at) == "<!date^1795275000^{date_short_pretty} at {time}|2026-11-21 15:30 UTC>"


@pytest.mark.parametrize(("number", "said"), [(0, "0"), (9300, "9,300"), (9999, "9,999"), (10_000, "10,000+")])
def test_a_count_says_where_counting_ended(number: int, said: str) -> None:
    assert text.counted(number) == said


@pytest.mark.parametrize("user_id", [None, "", "priya", "U0P>RIYA", "<!channel>", "W"])
def test_a_mention_needs_a_member_id(user_id: str | None) -> None:
    assert text.mention(user_id, "Priya <Raman>") == "Priya &lt;Raman&gt;"


def test_a_member_is_mentioned() -> None:
    assert text.mention("U0PRIYA", "Priya") == "<@U0PRIYA>"


@pytest.mark.parametrize(
    ("amount", "said"),
    [
        (Money(Decimal("125000.00"), "USD"), "USD 125,000"),
        (Money(Decimal("12.50"), "EUR"), "EUR 12.50"),
        (None, "no amount"),
    ],
)
def test_money_shows_cents_only_when_there_are_some(amount: Money | None, said: str) -> None:
    assert text.money(amount) == said


def test_a_link_cannot_be_broken_out_of() -> None:
    assert text.link("a|b>c", "https://x.example/<@U1>|y z") == "<https://x.example/%3C@U1%3E%7Cy%20z|a¦b&gt;c>"


def test_only_web_addresses_become_links() -> None:
    assert text.link("Open", "javascript:alert(1)") == "Open"
