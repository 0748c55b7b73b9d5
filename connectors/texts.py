"""The cleaning every text gets before it goes to a portal, and after it comes from one; knows no portal."""

import html
import re
import unicodedata
from collections.abc import Iterable

_BLANKS = re.compile(r"\s+")


def one_line(text: str | None) -> str:
    """Plain text on one line: entities decoded, control and formatting characters gone, single spaces."""
    return " ".join(_printable(text).split())


def prose(text: str | None) -> str:
    """Plain text that keeps its line breaks."""
    lines = (" ".join(part.split()) for part in _printable(text).splitlines())
    return "\n".join(lines).strip()


def shortened(text: str, most: int) -> tuple[str, str | None]:
    """The text cut at a word to fit, and the note that says so."""
    if len(text) <= most:
        return text, None
    kept = text[: most - 1].rsplit(None, 1)[0] if " " in text[:most] else text[: most - 1]
    return f"{kept}…", f"cut to fit: at most {most} characters, this had {len(text)}"


def pick(text: str, options: Iterable[str]) -> str | None:
    """The option a text names, whatever its case, spacing, or `&` for `and`."""
    wanted = folded(text)
    return next((option for option in options if folded(option) == wanted), None)


def folded(text: str) -> str:
    """A text in the one spelling by which `pick` compares."""
    return _BLANKS.sub(" ", text.replace("&", " and ")).strip().casefold()


def _printable(text: str | None) -> str:
    return "".join(_shown(sign) for sign in html.unescape(text or ""))


def _shown(sign: str) -> str:
    category = unicodedata.category(sign)
    if category == "Cc":
        return sign if sign in "\n\r\t" else " "
    # Cs: half a character, which no JSON can carry. Cf: invisible formatting, such as text that runs backwards.
    return "" if category in {"Cs", "Cf"} else sign
