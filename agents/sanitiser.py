"""Words from outside made harmless: nothing hidden, no link, no mention, no overlong text; knows no Slack block.

CRM text passes here before any writer reads it, and a model's text before anybody else does. `clean` is idempotent.
"""

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

REMOVED = "[link removed]"

# Control, format (bidi, zero-width, tags, soft hyphen), surrogate, private-use and unassigned characters.
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
# Letters and marks that are drawn as nothing: joiners, fillers, variation selectors (they can carry smuggled bytes).
_BLANK = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]",
)
_MENTION = re.compile(r"<[@!#][^<>]*>")
_MARKDOWN_LINK = re.compile(r"!?\[([^\[\]]*)\]\([^()]*\)")
_URL = re.compile(
    r"(?:[a-z][a-z0-9+.-]{0,30}:/|(?<!\w)(?:mailto|javascript):|(?<!\w)www\.)[^\s<>“”\"]*"  # with a scheme, or www
    r"|(?<![\w@.-])(?:[\w-]+\.)+[^\W\d_]{2,}(?::\d+)?/[^\s<>“”\"]*",  # a host with a path
    re.IGNORECASE,
)
_DOMAIN_DOT = re.compile(r"(?<=\w)\.(?=[^\W\d_]{2})")
# Browsers read the ideographic full stop as a dot; between Latin letters no sentence ends with one.
_DISTANT_DOT = re.compile(r"(?<=[a-z0-9-])[\u3002\uff61](?=[a-z]{2})", re.IGNORECASE)
_FIRST_MARK = "\u0300"
_MARKS_AT_MOST = 4  # on one letter; more are drawn over the lines above, whoever wrote those
_BROADCAST = re.compile(r"@+(?=(?:here|channel|everyone)\b)", re.IGNORECASE)
# What is left of the brackets Slack and markdown build links and mentions from.
_BRACKETS = str.maketrans({"<": "\u2039", ">": "\u203a"})


def clean(text: str, limit: int = 2_000) -> str:
    """One line of the text without anything that links, mentions or hides, at most `limit` characters.

    A bare domain stays readable but cannot be clicked: 'booking[.]com'.
    """
    said = _visible(text[: 10 * limit])  # somebody may have pasted a book into a CRM field
    said = _MENTION.sub(" ", said)
    said = _MARKDOWN_LINK.sub(r"\1 ", said)
    said = _URL.sub(f" {REMOVED} ", said)
    said = _BROADCAST.sub("", said).translate(_BRACKETS).replace("](", "] (")
    said = _DOMAIN_DOT.sub("[.]", said)
    return _shortened(" ".join(said.split()), limit)


def has_link_or_mention(text: str) -> bool:
    """Whether the text would link somewhere or call somebody; a bare domain counts."""
    said = _visible(text)
    return any(each.search(said) for each in (_MENTION, _MARKDOWN_LINK, _URL, _BROADCAST, _DOMAIN_DOT))


class _Seen(dict[int, str]):
    """What each character is seen as, for `str.translate`; remembered, since texts are made of few of them."""

    _MOST: Final = 10_000

    def __missing__(self, code: int) -> str:
        char = chr(code)
        seen = " " if char.isspace() else "" if unicodedata.category(char) in _HIDDEN else char
        if len(self) < self._MOST:
            self[code] = seen
        return seen


_SEEN = _Seen()


def _visible(text: str) -> str:
    """Compatibility forms folded and what nobody can see taken out, until neither brings out more of the other."""
    if text.isascii() and text.isprintable():  # nearly always, and then there is nothing to fold or to take out
        return text
    folded = unicodedata.normalize("NFKC", text.translate(_SEEN))
    said = unicodedata.normalize("NFKC", _BLANK.sub("", folded.translate(_SEEN)))
    return _DISTANT_DOT.sub(".", "".join(_unstacked(said)))


def _unstacked(text: str) -> Iterator[str]:
    marks = 0
    for char in text:
        marks = marks + 1 if char >= _FIRST_MARK and unicodedata.category(char).startswith("M") else 0
        if marks <= _MARKS_AT_MOST:
            yield char


def _shortened(text: str, limit: int) -> str:
    return text if len(text) <= limit else f"{text[: limit - 3].rstrip()}..."
