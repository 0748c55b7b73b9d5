"""Record ids: 15 characters plus the 3-character checksum that makes them safe where case is lost."""

import re
from functools import cache

_SUFFIX = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"
_BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_SHAPE = re.compile(r"[A-Za-z0-9]{15}(?:[A-Z0-5]{3})?")
_INSTANCE = "5e0"
SHORT = 15


def record_id(prefix: str, number: int) -> str:
    """The 18-character id of the nth record of the object with that key prefix."""
    return _with_suffix(f"{prefix}{_INSTANCE}{_base62(number):0>9}")


def normalise(text: str) -> str | None:
    """The 18-character form of a 15- or 18-character id, or None when it is not an id."""
    if not _SHAPE.fullmatch(text):
        return None
    full = _with_suffix(text[:SHORT])
    return full if len(text) == SHORT or text == full else None


def _with_suffix(short: str) -> str:
    return short + _check(short[:5]) + _check(short[5:10]) + _check(short[10:])


@cache
def _check(chunk: str) -> str:
    return _SUFFIX[sum(1 << bit for bit, char in enumerate(chunk) if char.isupper())]


def _base62(number: int) -> str:
    digits = ""
    while number:
        number, rest = divmod(number, 62)
        digits = _BASE62[rest] + digits
    return digits or "0"
