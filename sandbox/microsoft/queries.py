"""Lists: `$filter` and `$orderby` as far as they are published, and pages of a hundred; knows no status machine."""

import base64
import binascii
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from sandbox.microsoft.records import Referral
from sandbox.microsoft.wire import Body, instant, items, malformed, text

PAGE_SIZE = 100
_TERM = re.compile(r"\s*(\w+)\s+(eq|ge|gt|le|lt)\s+(?:'((?:[^']|'')*)'|(\S+?))\s*")
_TEXTS: Mapping[str, Callable[[Referral], str]] = {
    "engagementId": lambda each: each.engagement_id,
    "status": lambda each: each.status,
    "substatus": lambda each: each.substatus,
}
_COMPARE: Mapping[str, Callable[[datetime, datetime], bool]] = {
    "eq": lambda a, b: a == b,
    "ge": lambda a, b: a >= b,
    "gt": lambda a, b: a > b,
    "le": lambda a, b: a <= b,
    "lt": lambda a, b: a < b,
}


def page(referrals: Sequence[Referral], query: Mapping[str, str], base_url: str) -> Body:
    """One page of a list; raises ApiError for a query nobody published."""
    if unknown := set(query) - {"$filter", "$orderby", "$skiptoken"}:
        raise malformed(f"The query option {min(unknown)} is not supported.", "query")
    chosen, start = dict(query), 0
    if "$skiptoken" in query:
        chosen, start = _unpacked(query["$skiptoken"])
    found = [each for each in referrals if _fits(each, chosen.get("$filter", ""))]
    _order(found, chosen.get("$orderby", ""))
    answer: Body = {
        "@odata.context": "https://api.partner.microsoft.com/v1.0/$metadata#Referrals",
        "@odata.count": len(found),
        "value": [each.view() for each in found[start : start + PAGE_SIZE]],
    }
    if start + PAGE_SIZE < len(found):
        answer["@odata.nextLink"] = f"{base_url}?$skiptoken={_packed(chosen, start + PAGE_SIZE)}"
    return answer


def _fits(referral: Referral, asked: str) -> bool:
    terms = re.split(r"\s+and\s+", asked.strip()) if asked.strip() else []
    holds = [_holds(referral, term) for term in terms]  # every term is read, so that a wrong one is told
    return all(holds)


def _holds(referral: Referral, term: str) -> bool:
    found = _TERM.fullmatch(term)
    if found is None:
        raise malformed(f"The filter “{term}” cannot be read.", "$filter")
    name, op, quoted, bare = found.groups()
    said = (quoted or "").replace("''", "'") if bare is None else bare
    if name == "updatedDateTime":
        moment = instant(said)
        if moment is None:
            raise malformed(f"“{said}” is no instant.", "$filter")
        return _COMPARE[op](referral.updated_at, moment)
    if op != "eq" or bare is not None:
        raise malformed(f"{name} can only be compared with eq and a text.", "$filter")
    if name == "email":
        return any(text(member, "email").casefold() == said.casefold() for member in items(referral.body, "team"))
    if name not in _TEXTS:
        raise malformed(f"The property {name} cannot be filtered by.", "$filter")
    return _TEXTS[name](referral) == said


def _order(found: list[Referral], asked: str) -> None:
    name, _, direction = (asked or "createdDateTime").partition(" ")
    if name != "createdDateTime" or direction not in {"", "asc", "desc"}:
        raise malformed(f"“{asked}” cannot be ordered by.", "$orderby")
    found.sort(key=lambda each: (each.created_at, each.id), reverse=direction == "desc")


def _packed(query: Mapping[str, str], start: int) -> str:
    told = "\n".join((str(start), query.get("$filter", ""), query.get("$orderby", "")))
    return base64.urlsafe_b64encode(told.encode()).decode()


def _unpacked(token: str) -> tuple[dict[str, str], int]:
    try:
        start, asked, order = base64.urlsafe_b64decode(token).decode().split("\n")
        return {"$filter": asked, "$orderby": order}, int(start)
    except (binascii.Error, ValueError) as problem:
        raise malformed("The skip token cannot be read.", "$skiptoken") from problem
