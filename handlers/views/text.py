"""Words on their way into Slack: made inert, cut to the limits, dates and mentions spelled; knows no block."""

import re
import unicodedata
from datetime import UTC, datetime
from functools import lru_cache
from urllib.parse import quote

from motions.deals import Money
from motions.records import COUNTED_TO

# Format characters (zero-width, bidi overrides and isolates, soft hyphen, BOM), controls, lone surrogates, private use.
_INVISIBLE = {"Cc", "Cf", "Cs", "Co"}
# Slack draws these as nothing or as a blank although Unicode calls them letters or marks.
_BLANK_LETTERS = {"\u115f", "\u1160", "\u3164", "\uffa0", "\u034f"}
_CHANNEL_ID = re.compile(r"[CG][A-Z0-9]{2,30}")
_MEMBER_ID = re.compile(r"[UW][A-Z0-9]{2,30}")
# Slack has no escape for its formatting marks; their look-alikes keep a name from posing as a heading of ours.
_INERT = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "*": "\u2217", "~": "\u223c", "`": "\u02cb"})


def escaped(text: str, limit: int) -> str:
    """One line of somebody else's words for mrkdwn: nothing in it mentions, links, broadcasts or formats."""
    return _escaped(one_line(text), limit)


def escaped_lines(text: str, limit: int) -> str:
    """The same, with line breaks kept."""
    return _escaped(cleaned(text), limit)


def channel(channel_id: str, otherwise: str) -> str:
    """A channel by its name, as Slack shows it; what is no channel's id is `otherwise`."""
    return f"<#{channel_id}>" if _CHANNEL_ID.fullmatch(channel_id) else otherwise


def one_line(text: str) -> str:
    """Cleaned, with every run of white space turned into one space."""
    return " ".join(cleaned(text).split())


def cleaned(text: str) -> str:
    """The text without control, zero-width and direction-changing characters; line breaks stay."""
    if text.isascii() and text.isprintable():  # nearly always
        return text
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
    return "".join(" " if c == "\t" else c for c in lines if c in "\n\t" or not _is_invisible(c))


def hidden_in(text: str) -> int:
    """How many characters `cleaned` takes out that a reader could not have seen anyway."""
    if text.isascii() and text.isprintable():
        return 0
    return sum(1 for c in text if c not in "\r\n\t" and _is_invisible(c))


def width(text: str) -> int:
    """A text's length in UTF-16 units: what a JavaScript server counts, never less than Python's."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def counted(number: int) -> str:
    """A count as people read it: '12', '9,300', or '10,000+' where counting ended."""
    return f"{number:,}+" if number >= COUNTED_TO else f"{number:,}"


def shortened(text: str, limit: int) -> str:
    """The text within a limit, cut between words, with an ellipsis where something is missing."""
    if width(text) <= limit:
        return text
    kept = text[: limit - 1]
    while width(kept) > limit - 1:
        kept = kept[:-1]
    head, _, _ = kept.rpartition(" ")
    return (head if len(head) > len(kept) // 2 else kept).rstrip() + "…"


def first_words(text: str, most: int) -> str:
    """At most so many words, spacing kept; an ellipsis marks the cut."""
    words = list(re.finditer(r"\S+", text))
    return text if len(words) <= most else text[: words[most - 1].end()] + " …"


def mention(user_id: str | None, name: str) -> str:
    """A mention when there is a plausible member id, else the name as plain words."""
    return f"<@{user_id}>" if user_id and _MEMBER_ID.fullmatch(user_id) else escaped(name, 80)


def moment(at: datetime) -> str:
    """A time in the reader's own zone, with UTC for clients that cannot."""
    fallback = at.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")
    return f"<!date^{int(at.timestamp())}^{{date_short_pretty}} at {{time}}|{fallback}>"


def money(value: Money | None) -> str:
    """'USD 1,250', cents only when there are some."""
    if value is None:
        return "no amount"
    return f"{value.currency} {value.amount:,.0f}" if value.amount == value.amount.to_integral_value() else str(value)


def link(label: str, url: str) -> str:
    """A link to one of our own places; anything but http(s) is shown as its label alone."""
    if not url.startswith(("http://", "https://")):
        return escaped(label, 200)
    shown = escaped(label, 200).replace("|", "¦") or "open"
    return f"<{quote(url, safe=':/?#[]@!$()*+,;=%~')}|{shown}>"


def _escaped(text: str, limit: int) -> str:
    room = limit
    while width(said := _inert(shortened(text, room))) > limit:
        room -= max(1, (width(said) - limit) // 5)
    return said


def _inert(text: str) -> str:
    return text.translate(_INERT)


@lru_cache(maxsize=4_096)
def _is_invisible(char: str) -> bool:
    return char in _BLANK_LETTERS or unicodedata.category(char) in _INVISIBLE


def deal_title(account: str, deal: str) -> str:
    """'Acme: Renewal', or just the deal's name when that names the account already."""
    return deal if not account or account.casefold() in deal.casefold() else f"{account}: {deal}"
