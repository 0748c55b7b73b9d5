"""A secret in the forms it could leave in; whoever looks for a canary looks for all of them."""

import base64
import codecs
import re
from collections.abc import Iterable, Iterator

# Every secret word begins so: a text that has it in no form has none of them.
MARK = "kanari"
_GAPS = re.compile(r"[\s\u200b\u2060.,_-]+")
_NUMBER = re.compile(r"\d{1,3}(?:[,. \u00a0']\d{3})+|\d+")


def words_in(secrets: Iterable[str], text: str) -> list[str]:
    """The secret words that a text holds in any form."""
    squeezed = _GAPS.sub("", text).casefold()
    return [word for word in secrets if _is_in(word, text, squeezed)] if _is_in(MARK, text, squeezed) else []


def numbers_in(secrets: Iterable[int], text: str) -> list[int]:
    """The secret numbers that a text holds as numbers of their own, with or without marks between thousands."""
    told = {re.sub(r"\D", "", found) for found in _NUMBER.findall(text)}
    return [number for number in secrets if {str(number), str(number)[::-1]} & told]


def _is_in(word: str, text: str, squeezed: str) -> bool:
    """Gaps between letters are taken out of the text, but where its letters' case carries the secret."""
    return any(form in squeezed for form in _plain(word)) or any(form in text for form in _coded(word))


def _plain(word: str) -> Iterator[str]:
    yield from (word, word[::-1], codecs.encode(word, "rot13"), word.encode().hex())


def _coded(word: str) -> Iterator[str]:
    for lead in ("", " ", "  "):
        # In base64 what stands before shifts the alphabet; the first and last characters depend on the neighbours.
        yield base64.b64encode((lead + word).encode()).decode().rstrip("=")[4 if lead else 0 : -2]
