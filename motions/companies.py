"""Which company a name or a web address means; knows no deal and no portal. Pure."""

import re
from unicodedata import normalize
from urllib.parse import urlsplit

_WORD = re.compile(r"\w+")
_BEGINS = re.compile(r"(\w+:)?//")
_INITIAL = re.compile(r"\b(\w)\.")  # S.A. is SA; acme.com is two words
# How a company is incorporated says nothing of which one it is.
_FORMS = frozenset(
    {"ab", "ag", "as", "bv", "co", "company", "corp", "corporation", "gmbh", "inc", "incorporated", "kg", "limited"}
    | {"llc", "llp", "ltd", "nv", "oy", "plc", "pty", "sa", "sarl", "sas", "se", "spa", "srl"}
)


def same_company(one: str, other: str) -> bool:
    """Whether two names are one company's, its legal form aside."""
    return bool(base_name(one)) and base_name(one) == base_name(other)


def base_name(name: str) -> str:
    """A company's name without article and legal form, folded; words are one space apart."""
    words = _WORD.findall(_INITIAL.sub(r"\1", normalize("NFKC", name).casefold()))
    while len(words) > 1 and words[-1] in _FORMS:
        words.pop()
    return " ".join(words[1:] if len(words) > 1 and words[0] == "the" else words)


def spellings(name: str) -> tuple[str, ...]:
    """A company's name as it stands, and without its legal form."""
    words = name.split()
    while len(words) > 1 and base_name(words[-1].strip(",")) in _FORMS:
        words.pop()
    return tuple(dict.fromkeys((name, " ".join(words).rstrip(","))))


def site_of(address: str | None) -> str | None:
    """The host a web address names, without www."""
    given = (address or "").strip()
    try:
        host = urlsplit(given if _BEGINS.match(given) else f"//{given}").hostname
    except ValueError:
        return None
    return (host or "").removeprefix("www.") or None
