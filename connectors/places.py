"""Countries and web addresses as people write them; look-ups that either hit or return None, and know no portal."""

import ipaddress
import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any
from urllib.parse import urlsplit

from connectors.texts import folded

# Names people type that the table of countries words otherwise.
_SPOKEN_COUNTRIES: Mapping[str, str] = {
    "usa": "US",
    "united states of america": "US",
    "uk": "GB",
    "united kingdom": "GB",
    "great britain": "GB",
    "south korea": "KR",
    "czechia": "CZ",
    "viet nam": "VN",
}


def country(text: str) -> str | None:
    """The ISO 3166 alpha-2 code of a country given by code or English name; never by a prefix."""
    countries = _countries()
    if text.upper() in countries:
        return text.upper()
    code_of = {folded(name): code for code, name in countries.items()}
    return code_of.get(folded(text)) or _SPOKEN_COUNTRIES.get(folded(text))


def country_name(code: str) -> str:
    """The English name of a country."""
    return _countries().get(code, code)


def has_postal_codes(code: str) -> bool:
    """Whether a country has postal codes; where there is none, giving one bounces."""
    return code not in _without_postal_codes()


def host_of(text: str) -> str | None:
    """The host name in a web address, in lower case and ASCII; None when it holds none with a top-level domain."""
    try:
        host = urlsplit(text if "//" in text else f"//{text}").hostname or ""
        name = host.rstrip(".").encode("idna").decode("ascii").lower()
    except ValueError:  # an unclosed bracket, an empty label, a label longer than DNS allows
        return None
    labels = name.split(".")
    is_name = all(part.replace("-", "").isalnum() and part.strip("-") == part for part in labels)
    return name if is_name and len(labels) > 1 and not _is_ip(name) and _is_top_level(labels[-1]) else None


def _is_ip(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _is_top_level(label: str) -> bool:
    return label.startswith("xn--") or (label.isalpha() and len(label) > 1)


@cache
def _countries() -> Mapping[str, str]:
    return dict(_table("countries.json"))


@cache
def _without_postal_codes() -> frozenset[str]:
    return frozenset(_table("no_postal_code.json"))


def _table(name: str) -> Any:
    return json.loads((files("connectors") / "data" / name).read_text("utf-8"))
